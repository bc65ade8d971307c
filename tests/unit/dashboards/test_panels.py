"""Panels as they are drawn: figures, what is unknown, ranked bars, tables, charts."""

import html
import re
from typing import Any

from dashboards.boards import PARK_OVERVIEW
from dashboards.console import charts, factors, figures, status, tables
from dashboards.console.view import View

TOTALS = {
    "co2e_t": 313_245.6,
    "scope1_co2e_t": 78_311.4,
    "scope2_co2e_t": 234_934.2,
    "energy_tce_calorific": 98_000.4,
    "energy_tce_equivalent": 201_000.0,
    "coverage": 0.998,
    "estimated_share": 0.0012,
}


def said(markup: str) -> str:
    """The text a reader sees, tags as spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def printed(markup: str, testid: str) -> str:
    found = re.search(rf'data-testid="{testid}">([^<]*)<', markup)
    assert found, markup
    return found[1]


def test_the_year_s_figure_with_scopes_coverage_and_estimates(view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("year-co2e")
    drawn = figures.figure(panel, {"totals": TOTALS}, view_en)
    assert printed(drawn, "year-co2e") == "313,246"
    # 78,311.4 of 313,245.6 is 25.0 %
    assert "Scope 1, direct 78,311 tCO₂e 25.0%" in said(drawn)
    assert "Scope 2, purchased 234,934 tCO₂e 75.0%" in said(drawn)
    assert "Data coverage 99.8%" in said(drawn)
    assert "Estimated share 0.1%" in said(drawn)


def test_an_unknown_figure_says_why_and_is_not_zero(view_zh: View) -> None:
    panel = PARK_OVERVIEW.panel("today-co2e")
    unknown: dict[str, Any] = dict.fromkeys(TOTALS)
    drawn = figures.figure(panel, {"totals": unknown}, view_zh)
    assert printed(drawn, "today-co2e") == "—"
    assert printed(drawn, "today-co2e-why") == "该时段尚无可核算的用量"
    assert "0" not in said(drawn)


def test_an_intensity_without_output_says_so(view_zh: View, view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("year-energy-intensity")
    unknown: dict[str, object] = {"items": [{"energy_intensity_tce_per_1e4_yuan": None}]}
    for answer in (dict[str, object](items=[]), unknown):
        assert printed(figures.figure(panel, answer, view_zh), panel.id) == "—"
        assert "No output registered" in said(figures.figure(panel, answer, view_en))


def test_an_intensity_names_prices_and_months(view_zh: View, view_en: View) -> None:
    row = {
        "energy_intensity_tce_per_1e4_yuan": 0.041268,
        "output_1e4_yuan": 5_123_456.0,
        "price_basis": "constant 2020",
        "months_with_output": 10,
        "coverage": 0.998,
    }
    panel = PARK_OVERVIEW.panel("year-energy-intensity")
    zh = said(figures.figure(panel, {"items": [row]}, view_zh))
    assert zh.startswith("0.04127 tce/万元")
    assert "5,123,456 万元" in zh
    assert "2020 年可比价" in zh
    assert "10 个月" in zh
    en = said(figures.figure(panel, {"items": [row | {"price_basis": "current"}]}, view_en))
    assert "Prices current" in en
    assert "10 months" in en


ROWS = [
    {
        "carrier": "electricity",
        "scope": 2,
        "factor_id": "electricity/jilin/2023",
        "factor_match": "province_earlier",
        "factor_status": "verified",
        "factor_year": 2023,
        "coal_rate_year": 2024,
    },
    {
        "carrier": "heat",
        "scope": 2,
        "factor_id": "heat/national",
        "factor_match": "set_default",
        "factor_status": "from memory",
        "factor_year": None,
        "coal_rate_year": None,
    },
]


def test_a_factor_of_an_earlier_year_is_said_beneath_the_figure(
    view_zh: View, view_en: View
) -> None:
    panel = PARK_OVERVIEW.panel("factors")
    uses = factors.factor_uses(panel, {"items": [*ROWS, *ROWS]})
    assert [use.carrier for use in uses] == ["electricity", "heat"]
    emissions, energy = PARK_OVERVIEW.panel("year-co2e"), PARK_OVERVIEW.panel("year-energy")
    assert factors.notes(emissions, uses, view_en) == [
        "Factors: Electricity (factor of 2023), Heat (not verified)"
    ]
    assert factors.notes(emissions, uses, view_zh) == ["因子：电力（2023 年因子）、热力（未核对）"]
    assert factors.notes(energy, uses, view_en) == ["Equivalent by the coal rate of 2024"]
    table = said(factors.table(panel, {"items": ROWS}, view_en))
    assert "2023 (used for 2026: earlier year) province, latest earlier year" in table


def test_enterprises_are_ranked_and_the_rest_is_one_line(view_zh: View, view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("enterprises")
    items = [{"enterprise": f"e{i:02d}", "co2e_t": float(i)} for i in range(1, 19)]
    items.append({"enterprise": "e99", "co2e_t": None})
    drawn = tables.ranking(panel, {"items": items}, view_en)
    lines = re.findall(r'<li data-testid="enterprises-row">(.*?)</li>', str(drawn))
    assert len(lines) == 15
    # 1 + ... + 18 = 171; the first has 18 of it, the three that are left 1 + 2 + 3 = 6
    assert said(lines[0]) == "1 e18 18.00 10.5%"
    assert said(str(drawn)).endswith("3 other enterprises 6.000 3.5%")
    two = {
        "items": [
            {"enterprise": "e01", "co2e_t": 3.0, "coverage": 0.5},
            {"enterprise": "e02", "co2e_t": 1.0},
        ]
    }
    assert "光华制药 数据覆盖率 50.0% 3.000 75.0%" in said(tables.ranking(panel, two, view_zh))
    assert "Beichen Equipment 1.000 25.0%" in said(tables.ranking(panel, two, view_en))


def test_live_readings_carry_unit_quality_and_age(view_zh: View) -> None:
    panel = PARK_OVERVIEW.panel("live")
    row = {
        "enterprise": "e01",
        "meter": "NG-01",
        "name_zh": "锅炉燃气",
        "name_en": "Boiler gas",
        "ts": "2026-11-25T01:29:55Z",
        "value": 1234.5,
        "unit": "Nm3",
        "quality": "suspect",
        "received": "2026-11-25T01:29:56Z",
    }
    drawn = tables.live(panel, {"items": [row]}, view_zh, newer_than="2026-11-25T01:29:50Z")
    assert "光华制药 锅炉燃气 NG-01 1,234.5 Nm³ 可疑 5 秒" in said(drawn)
    assert "fresh" in drawn
    assert "uncounted" in drawn
    again = tables.live(panel, {"items": [row]}, view_zh, newer_than="2026-11-25T01:29:56Z")
    assert "fresh" not in again


def test_what_strangers_sent_is_shown_as_text(view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("rejections")
    row = {
        "rejection_id": 18,
        "reason": "bad_value",
        "detail": "value: '<script>alert(1)</script>' is not a number",
        "enterprise": "<b>e66</b>",
        "meter": None,
        "received": "2026-11-25T01:29:00Z",
    }
    drawn = tables.rejections(panel, {"items": [row]}, view_en)
    assert "<script>" not in drawn
    assert "<b>e66" not in drawn
    assert "value: '<script>alert(1)</script>' is not a number" in html.unescape(str(drawn))
    assert "1 min" in said(drawn)
    assert "#18" in said(drawn)
    assert said(tables.rejections(panel, {"items": []}, view_en)) == "Nothing was refused"


def test_findings_are_counted_by_kind(view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("findings")
    items = [{"kind": "rollover"}, {"kind": "reset"}, {"kind": "rollover"}]
    drawn = said(tables.findings(panel, {"items": items, "next": None}, view_en))
    assert drawn == "3 this year Register rollover 2 Register reset 1"
    more = said(tables.findings(panel, {"items": items, "next": "abc"}, view_en))
    assert more.startswith("at least 3 this year")


def test_shares_of_carriers_add_up_to_the_whole(view_en: View) -> None:
    panel = PARK_OVERVIEW.panel("carriers")
    answer = {
        "items": [
            {"carrier": "heat", "co2e_t": 25.0, "energy_tce_calorific": 60.0},
            {"carrier": "electricity", "co2e_t": 75.0, "energy_tce_calorific": 40.0},
        ]
    }
    drawn = said(tables.carriers(panel, answer, view_en))
    assert "Electricity 75.00 75.0% 40.00 40.0% Heat 25.00 25.0% 60.00 60.0%" in drawn
    ring = charts.shares(panel, panel.fields[1], answer, view_en)
    assert ring["title"]["text"] == "100.0"
    assert {part["name"]: part["value"] for part in ring["series"][0]["data"]} == {
        "Heat": 25.0,
        "Electricity": 75.0,
    }


def test_months_of_two_years_stand_side_by_side(view_zh: View) -> None:
    panel = PARK_OVERVIEW.panel("months")
    answer = {
        "items": [
            {"period": "2025-01", "co2e_t": 10.0, "coverage": 1.0},
            {"period": "2026-01", "co2e_t": 9.0, "coverage": 0.9},
            {"period": "2026-02", "co2e_t": None, "coverage": 0.0},
            {"period": "2026-11", "co2e_t": 5.0, "coverage": 1.0},
        ]
    }
    drawn = charts.months(panel, answer, view_zh)
    assert [series["name"] for series in drawn["series"]] == ["2025", "2026"]
    this_year = [bar["value"] for bar in drawn["series"][1]["data"]]
    assert this_year == [9.0, *["-"] * 9, 5.0, "-"]
    assert drawn["series"][1]["data"][10]["itemStyle"]["color"] == charts.RUNNING
    assert drawn["xAxis"]["data"][0] == "1月"
    assert drawn["yAxis"]["name"] == "tCO₂e"


def test_years_begin_with_the_first_known_and_the_running_one_is_to_date(
    view_zh: View, view_en: View
) -> None:
    panel = PARK_OVERVIEW.panel("years")
    answer = {
        "items": [
            {"period": "2022", "co2e_t": None, "coverage": 0.0},
            {"period": "2023", "co2e_t": 12.0, "coverage": 1.0},
            {"period": "2024", "co2e_t": None, "coverage": 0.0},
            {"period": "2025", "co2e_t": 10.0, "coverage": 0.9},
            {"period": "2026", "co2e_t": 5.0, "coverage": 1.0},
        ]
    }
    drawn = charts.years(panel, answer, view_zh)
    assert drawn["xAxis"]["data"] == ["2023", "2024", "2025", "2026 截至目前"]
    bars = drawn["series"][0]["data"]
    assert [bar["value"] for bar in bars] == [12.0, "-", 10.0, 5.0]
    assert [bar.get("itemStyle", {}).get("color") for bar in bars] == [
        None, None, None, charts.RUNNING,
    ]  # fmt: skip
    assert bars[2]["said"] == "10.00 tCO₂e · 数据覆盖率 90.0%"
    english = charts.years(panel, answer, view_en)
    assert english["xAxis"]["data"][-1] == "2026 to date"
    assert english["series"][0]["data"][-1]["said"] == "5.000 tCO₂e · to date"


HEALTH = {
    "broker": {"kind": "mosquitto", "connected": True},
    "store": {"kind": "duckdb", "readings": 8_231_442},
    "ingest": {"accepted": 1_234, "duplicates": 2, "rejected": 0},
    "ledger": {"usage_rows_written": 40},
    "started": "2026-11-25T01:00:00Z",
}


def test_the_head_says_how_broker_and_store_are(view_en: View) -> None:
    latest = {"items": [{"ts": "2026-11-25T01:29:00Z"}, {"ts": "2026-11-25T01:29:30.5Z"}]}
    drawn = status.status_line(HEALTH, latest, view_en)
    assert "mosquitto connected" in said(drawn)
    assert "duckdb 8,231,442 readings" in said(drawn)
    assert printed(drawn, "newest-reading") == "2026-11-25 09:29:30"
    lost = HEALTH | {"broker": {"kind": "mosquitto", "connected": False}}
    assert 'class="state bad"' in status.status_line(lost, {"items": []}, view_en)
    without = HEALTH | {"broker": {"kind": "none", "connected": False}}
    assert "Broker" not in said(status.status_line(without, {"items": []}, view_en))


def test_counters_since_the_start(view_en: View) -> None:
    drawn = status.ingest(PARK_OVERVIEW.panel("ingest"), HEALTH, view_en)
    assert printed(drawn, "ingest-accepted") == "1,234"
    assert printed(drawn, "ingest-rejected") == "0"
    assert "Since the service started 2026-11-25 09:00:00" in said(drawn)
