"""The environment's panels as they are drawn: points, exceedances, permitted amounts."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from dashboards.boards import ENVIRONMENT
from dashboards.console.budgets import budgets, year_elapsed
from dashboards.console.environment import newest_first, with_names
from dashboards.console.plain_table import table
from dashboards.console.points import points
from dashboards.console.view import View

ROW: dict[str, Any] = {
    "hour": "2026-11-25T00:00:00Z",
    "enterprise": "e01",
    "point": "DA001",
    "name_zh": "1号锅炉排放口",
    "name_en": "stack of boiler 1",
    "medium": "waste_gas",
    "pollutant": "a21002",
    "pollutant_name_zh": "氮氧化物",
    "pollutant_name_en": "nitrogen oxides",
    "value": 137.52,
    "unit": "mg/m3",
    "limit": 150.0,
    "bound": "max",
    "averaging": "hour",
    "share": 0.9168,
    "standing": "near",
    "mark": "N",
    "state": None,
}
SO2 = ROW | {
    "pollutant": "a21026",
    "pollutant_name_zh": "二氧化硫",
    "pollutant_name_en": "sulphur dioxide",
    "value": None,
    "limit": 50.0,
    "share": None,
    "standing": "no_value",
    "mark": "C",
    "state": "calibration",
}
OUTFALL = ROW | {
    "enterprise": "e02",
    "point": "DW001",
    "name_zh": "总排口",
    "name_en": "main outfall",
    "medium": "waste_water",
    "pollutant": "w01018",
    "pollutant_name_zh": "化学需氧量",
    "pollutant_name_en": "chemical oxygen demand",
    "value": 95.0,
    "unit": "mg/L",
    "limit": 80.0,
    "averaging": "day",
    "share": 1.1875,
}
EXCEEDED = {
    "period": "2026-11-04T20:00+08:00",
    "enterprise": "e01",
    "point": "DA001",
    "pollutant": "a21002",
    "averaging": "hour",
    "value": 187.5,
    "unit": "mg/m3",
    "limit": 150.0,
    "times": 0.25,
    "rule_zh": "氮氧化物小时均值不超过 150 mg/m3",
    "rule_en": "nitrogen oxides, hourly mean at most 150 mg/m3",
    "basis": "permit",
    "excused": "start_up|maintenance",
}
BUDGET = {
    "enterprise": "e01",
    "point": "DA001",
    "pollutant": "a21002",
    "share": 0.9,
    "mass_kg": 10_800.0,
    "permitted_kg": 12_000.0,
    "left_kg": 1_200.0,
    "runs_out_on": "2026-12-09",
    "expected_kg": 12_600.0,
}


def said(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def named(view: View) -> View:
    return with_names(view, {"items": [ROW, SO2, OUTFALL]})


def test_points_stand_by_medium_with_value_limit_and_bar(view_zh: View, view_en: View) -> None:
    panel = ENVIRONMENT.panel("points")
    drawn = points(panel, {"items": [ROW, SO2, OUTFALL]}, named(view_zh))
    # 00:00 UTC is 08:00 in Changchun.
    assert "2026-11-25 08:00 起一小时的均值" in said(drawn)
    assert "废气排放口 1 个点位 接近限值 1" in said(drawn)
    assert "1号锅炉排放口 光华制药 校准" in said(drawn)
    assert "氮氧化物 137.5 mg/m³ 限值 150 mg/m³" in said(drawn)
    assert "二氧化硫 校准 限值 50 mg/m³" in said(drawn)
    assert "化学需氧量 95 mg/L 日均值限值 80 mg/L" in said(drawn)
    # A bar ends at 125 % of the limit: 0.9168 / 1.25 = 73.3 %, 1.1875 / 1.25 = 95 %; SO2 has none.
    assert re.findall(r'style="width:([\d.]+)%"', drawn) == ["73.3", "95.0"]
    in_english = said(points(panel, {"items": [ROW, SO2, OUTFALL]}, named(view_en)))
    assert "sulphur dioxide Calibration limit 50 mg/m³" in in_english
    assert "chemical oxygen demand 95 mg/L limit 80 mg/L, mean of a day" in in_english


def test_the_worst_points_come_first_and_the_others_are_counted(view_en: View) -> None:
    many = [ROW | {"point": f"DA{n:03}", "share": n / 100, "standing": "within"} for n in range(14)]
    many.append(ROW | {"point": "DA900", "share": 1.2, "standing": "beyond"})
    drawn = points(ENVIRONMENT.panel("points"), {"items": many}, named(view_en))
    assert drawn.count('data-testid="point"') == 12
    assert drawn.index("DA900") < drawn.index("DA013") < drawn.index("DA012")
    assert "3 more points, none worse" in said(drawn)
    assert "Beyond the limit 1 Within the limit 14" in said(drawn)


def test_exceedances_name_period_rule_and_states(view_zh: View, view_en: View) -> None:
    panel = ENVIRONMENT.panel("exceedances")
    later = EXCEEDED | {"period": "2026-11-05", "averaging": "day", "excused": None}
    drawn = newest_first(panel, {"items": [EXCEEDED, later], "next": None}, named(view_zh))
    assert drawn.index("2026-11-05") < drawn.index("2026-11-04 20:00")
    assert "187.5 mg/m³ 150 mg/m³ 0.25" in said(drawn)
    assert "氮氧化物小时均值不超过 150 mg/m3 排污许可 启机、维护" in said(drawn)
    assert "hourly mean" not in drawn
    in_english = said(table(panel, {"items": [EXCEEDED]}, named(view_en)))
    assert (
        "nitrogen oxides, hourly mean at most 150 mg/m3 Permit Start-up, Maintenance" in in_english
    )
    assert said(table(panel, {"items": []}, view_zh)) == "没有超标"


def test_budgets_say_what_is_left_and_when_it_runs_out(view_zh: View, view_en: View) -> None:
    panel = ENVIRONMENT.panel("budgets")
    lasting = BUDGET | {"share": 0.5, "runs_out_on": None, "pollutant": "a21026"}
    drawn = budgets(panel, {"items": [lasting, BUDGET]}, named(view_zh))
    assert drawn.index("氮氧化物") < drawn.index("二氧化硫")
    assert "90.0% 10,800 / 12,000 kg · 剩余 1,200 kg · 预计 2026-12-09 用完" in said(drawn)
    assert "可用至年底" in said(drawn)
    # 25 November, 09:30: 328 days and 9.5 hours of 365 days are over.
    assert year_elapsed(view_en) == pytest.approx((328 + 9.5 / 24) / 365)
    assert "90.0% of the year is over" in said(budgets(panel, {"items": [BUDGET]}, view_en))
    over = BUDGET | {"share": 1.1, "left_kg": -1_200.0}
    drawn = budgets(panel, {"items": [over]}, view_en)
    assert 'class="beyond"' in drawn
    assert "was used up on 2026-12-09" in said(drawn)


def test_a_budget_of_which_nothing_is_known_is_not_said_to_last(view_zh: View) -> None:
    unknown = dict.fromkeys(("share", "mass_kg", "left_kg", "runs_out_on", "expected_kg"))
    drawn = said(budgets(ENVIRONMENT.panel("budgets"), {"items": [BUDGET | unknown]}, view_zh))
    assert "可用至年底" not in drawn
    assert "— / 12,000 kg · 剩余 — · 排放量未知，无法推算" in drawn


def test_a_share_that_should_not_grow_is_marked(view_en: View) -> None:
    panel = replace(ENVIRONMENT.panel("points"), id="early-warnings")
    drawn = table(panel, {"items": [ROW, OUTFALL, ROW | {"share": 0.5}]}, named(view_en))
    cells = re.findall(r'class="right (\w*)" data-title="Of the limit">([^<]+)<', drawn)
    assert cells == [("doubted", "91.7%"), ("bad", "118.8%"), ("", "50.0%")]
