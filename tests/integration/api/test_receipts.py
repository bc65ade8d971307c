"""/receipts on the park of conftest: hourly meters, received 2 s after their time."""

from __future__ import annotations

import pytest


def test_a_whole_day_of_each_meter(park):
    rows = park.get("receipts", start="2026-03-05", end="2026-03-05")["items"]
    by_meter = {(row["enterprise"], row["meter"]): row for row in rows}
    assert list(by_meter) == [
        ("glass", "EL-01"), ("glass", "TEMP"), ("steel", "EL-01"), ("steel", "EL-02"),
    ]  # fmt: skip
    whole = by_meter["steel", "EL-01"]
    assert whole["period"] == "2026-03-05"
    assert whole["start"] == "2026-03-04T16:00:00Z"
    assert (whole["expected"], whole["received"], whole["missing"]) == (24, 24, 0)
    assert (whole["duplicate"], whole["late"], whole["suspect"]) == (0, 0, 0)
    assert (whole["completeness"], whole["complete"]) == (1.0, True)
    assert whole["clock_offset_s"] == 2.0
    silent = by_meter["glass", "EL-01"]  # nothing since the end of February
    assert (silent["expected"], silent["received"], silent["missing"]) == (24, 0, 24)
    assert (silent["completeness"], silent["complete"]) == (0.0, False)
    assert silent["clock_offset_s"] is None


def test_by_enterprise_is_the_sum_of_its_meters(park):
    (row,) = park.get(
        "receipts", start="2026-03-05", end="2026-03-05", by="enterprise", enterprise="glass"
    )["items"]
    assert (row["enterprise"], row["meter"]) == ("glass", None)
    assert (row["meters"], row["meters_below"]) == (2, 1)
    assert (row["expected"], row["received"], row["missing"]) == (48, 24, 24)
    assert (row["completeness"], row["complete"]) == (0.5, False)


def test_the_worst_come_first(park):
    rows = park.get("receipts", start="2026-03-05", end="2026-03-05", worst=2)["items"]
    assert [(row["enterprise"], row["meter"], row["missing"]) for row in rows] == [
        ("glass", "EL-01", 24), ("glass", "TEMP", 0),
    ]  # fmt: skip


def test_only_what_is_incomplete(park):
    rows = park.get("receipts", start="2026-03-05", end="2026-03-05", incomplete=True)["items"]
    assert [(row["enterprise"], row["meter"]) for row in rows] == [("glass", "EL-01")]


def test_a_month_is_its_days(park):
    (row,) = park.get(
        "receipts", start="2026-02", end="2026-02", every="month", enterprise="steel", meter="EL-01"
    )["items"]
    assert (row["period"], row["expected"], row["received"]) == ("2026-02", 672, 672)


def test_what_was_refused_counts_on_the_day_of_receipt(park):
    rows = park.get("receipts", start="2026-04-10", end="2026-04-10", by="enterprise")["items"]
    assert {row["enterprise"]: row["rejected"] for row in rows} == {"glass": 1, "steel": 6}


def test_a_day_under_way_is_expected_up_to_now(park):
    (row,) = park.get("receipts", enterprise="steel", meter="EL-02")["items"]
    assert (row["expected"], row["missing"]) == (12, 12)  # it is noon


def test_csv_has_the_same_columns(park):
    head, first, *_ = park.csv("receipts", start="2026-03-05", end="2026-03-05").splitlines()
    assert head.startswith("period,start,enterprise,meter,quantity,interval_s,meters")
    assert first.startswith("2026-03-05,2026-03-04T16:00:00Z,glass,EL-01,electricity,3600,1,1,24,0")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "2027-01-01"}, "start"),
        ({"end": "2026-03-01"}, "start"),
        ({"enterprise": "nobody"}, "enterprise"),
        ({"every": "hour"}, "every"),
    ],
)
def test_a_question_that_cannot_be_answered(park, asked, field):
    response = park.client.get("/api/v1/receipts", params=asked)
    assert response.status_code in (404, 422), response.text
    assert response.json()["errors"][0]["field"] == field
