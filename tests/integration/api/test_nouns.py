"""Each noun on a park whose figures were computed by hand (conftest tells the loads)."""

from __future__ import annotations

import re

import numpy as np
import pytest


def test_health_is_what_the_service_says(park):
    answer = park.client.get("/api/v1/health")
    assert answer.json() == {"status": "ok", "time": "2026-04-11T04:00:00Z"}
    assert answer.headers["cache-control"] == "no-store"


def test_enterprises_name_their_cluster_and_count_their_meters(park):
    rows = park.get("enterprises")["items"]
    assert [row["code"] for row in rows] == ["glass", "steel"]
    assert rows[1] == {
        "code": "steel",
        "name_zh": "示例钢厂",
        "name_en": "Example Steel",
        "cluster": "equipment",
        "cluster_name_zh": "高端装备制造",
        "cluster_name_en": "Advanced equipment",
        "industry": None,
        "uscc": None,
        "land_area_mu": None,
        "ets_sector": None,
        "key_energy_user": True,
        "meters": 2,
    }
    only = park.get("enterprises", cluster="materials")["items"]
    assert [row["code"] for row in only] == ["glass"]


def test_meters_carry_their_unit_and_their_usage_unit(park):
    rows = park.get("meters")["items"]
    assert [(row["enterprise"], row["code"]) for row in rows] == [
        ("glass", "EL-01"),
        ("glass", "TEMP"),
        ("steel", "EL-01"),
        ("steel", "EL-02"),
    ]
    main, sub = rows[2], rows[3]
    assert (main["multiplier"], main["unit"], main["usage_unit"]) == (40.0, "kWh", "kWh")
    assert (main["parent"], sub["parent"]) == (None, "EL-01")
    only = park.get("meters", enterprise="glass", quantity="temperature")["items"]
    assert [row["code"] for row in only] == ["TEMP"]


def test_one_meter_is_found_by_its_code_and_has_a_number_of_its_own(park):
    rows = park.get("meters")["items"]
    assert len({row["key"] for row in rows}) == len(rows)
    (one,) = park.get("meters", enterprise="glass", meter="TEMP")["items"]
    assert one in rows
    assert park.client.get("/api/v1/meters?enterprise=steel&meter=TEMP").status_code == 404


def test_readings_are_in_the_meters_unit_without_multiplier(park):
    answer = park.get(
        "readings", enterprise="steel", meter="EL-01", start="2026-01-02", end="2026-01-02"
    )
    # 24 hours after the beginning the register shows 100 + 24.
    assert len(answer["items"]) == 24
    first = answer["items"][0]
    assert first.pop("batch") >= 0
    assert first == {
        "ts": "2026-01-01T16:00:00Z",
        "value": 124.0,
        "unit": "kWh",
        "quality": "good",
        "source": "mqtt",
        "received": "2026-01-01T16:00:02Z",
    }
    assert answer["units"] == {"value": "{unit}"}
    assert answer["next"] is None


def test_latest_lists_the_newest_received_first(park):
    rows = park.get("latest")["items"]
    assert [row["received"] for row in rows] == sorted(
        (row["received"] for row in rows), reverse=True
    )
    by_meter = {(row["enterprise"], row["meter"]): row for row in rows}
    assert by_meter["steel", "EL-01"]["value"] == 100 + 2160
    assert by_meter["steel", "EL-01"]["ts"] == "2026-03-31T16:00:00Z"
    assert rows[-1]["enterprise"] == "glass"
    assert rows[-1]["meter"] == "EL-01"  # silent since the end of February
    only = park.get("latest", quantity="temperature")["items"]
    assert [row["name_zh"] for row in only] == ["温度"]


@pytest.mark.parametrize(
    ("every", "amounts"),
    [
        ("month", [744 * 40.0, 672 * 40.0, 744 * 40.0]),
        ("year", [2160 * 40.0]),
        ("total", [2160 * 40.0]),
    ],
)
def test_usage_has_the_multiplier(park, every, amounts):
    rows = park.get("usage", enterprise="steel", meter="EL-01", every=every, end="2026-03")["items"]
    assert [row["amount"] for row in rows] == pytest.approx(amounts, rel=1e-12)
    assert {row["unit"] for row in rows} == {"kWh"}
    assert {row["estimated_share"] for row in rows} == {0.0}


def test_usage_names_periods_in_the_parks_time(park):
    rows = park.get("usage", enterprise="steel", meter="EL-01", every="month", end="2026-03")[
        "items"
    ]
    assert [row["period"] for row in rows] == ["2026-01", "2026-02", "2026-03"]
    assert rows[0]["start"] == "2025-12-31T16:00:00Z"
    assert [row["coverage"] for row in rows] == [1.0, 1.0, 1.0]
    hour = park.get("usage", enterprise="steel", meter="EL-01", every="hour", start="2026-03-05",
                    end="2026-03-05")["items"]  # fmt: skip
    assert len(hour) == 24
    assert hour[14]["period"] == "2026-03-05T14:00+08:00"


def test_usage_of_a_level_has_no_amount(park):
    (row,) = park.get("usage", meter="TEMP", every="year")["items"]
    # Between hourly values of 20 and 30 in turn, taken as straight lines: mean 25.
    assert row["amount"] is None
    assert row["estimated_share"] is None
    assert (row["mean"], row["min"], row["max"]) == (pytest.approx(25.0), 20.0, 30.0)


def test_coverage_of_a_running_year_is_of_the_hours_so_far(park):
    (row,) = park.get("usage", enterprise="glass", meter="EL-01", every="year", start="2026")[
        "items"
    ]
    # Covered to the end of February (1416 h), now is 100 days and 12 hours into the year.
    assert row["coverage"] == pytest.approx(1416 / 2412)
    assert row["amount"] == pytest.approx(1416 * 5)


def test_rejections_come_newest_first_and_by_filter(park):
    rows = park.get("rejections")["items"]
    ids = [row["rejection_id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 7
    assert rows[0]["detail"] == "value: 6 is wrong"
    assert rows[0]["source"] == "mqtt"
    assert "payload" not in rows[0]
    malformed = park.get("rejections", reason="malformed")["items"]
    assert {row["enterprise"] for row in malformed} == {"steel", "glass"}
    assert len(park.get("rejections", enterprise="glass")["items"]) == 1
    assert park.get("rejections", end="2026-04-09")["items"] == []


def test_a_rejection_gives_back_its_bytes(park):
    binary, text = park.get("rejections", reason="malformed")["items"]
    detail = park.get(f"rejections/{text['rejection_id']}")
    assert detail["payload_text"] == '{"ts": "2026-04-10"'
    assert detail["payload_kept"] == detail["payload_length"] == 19
    assert {name: detail[name] for name in text} == text
    assert park.get(f"rejections/{binary['rejection_id']}")["payload_text"] is None
    response = park.client.get(f"/api/v1/rejections/{binary['rejection_id']}/payload")
    assert response.content == b"\xff\xfe\x00"
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_audit_finds_a_true_record(park):
    hours = 3 * 2160 + 1416  # of the three meters that sent to the end, and of the one that did not
    audit = park.get("audit")
    assert (audit["chain_faults"], audit["usage_differences"], audit["touched"]) == ([], 0, 0)
    assert audit["batches"] == 5  # four of readings, one of rejections
    # Each meter's last reading stands at the beginning of an hour that has nothing else.
    assert audit["usage_hours"] == hours + 4


def test_findings_tell_of_a_reset(empty_park):
    empty_park.send("glass", "EL-01", np.concatenate([1000 + np.arange(48), np.arange(48)]))
    (row,) = empty_park.get("findings", origin="usage")["items"]
    assert (row["enterprise"], row["meter"], row["kind"]) == ("glass", "EL-01", "reset")
    assert re.fullmatch(r"表底由 1047(\.0)? 降为 0(\.0)?，其间用量未知", row["detail_zh"])
    assert row["ts"] == "2026-01-02T16:00:00Z"  # 48 hours after the beginning
    assert empty_park.get("findings", enterprise="steel", origin="usage")["items"] == []
    assert empty_park.get("findings", end="2026-01-02", origin="usage")["items"] == []
    of_that_day = {"start": "2026-01-03", "end": "2026-01-03", "kind": "reset"}
    assert len(empty_park.get("findings", **of_that_day)["items"]) == 1
