"""Days of one meter with an hour between readings, counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.readings import Quality, Source
from tests.unit.senders.conftest import at, row, spec

Count = Callable[..., list[dict[str, Any]]]
DAY = "2026-03-05"
HOURLY = spec(7, 3600)


def hours(*numbers: int, **how: Any) -> list[dict[str, Any]]:
    return [row(7, f"{DAY}T{hour:02}:00", **how) for hour in numbers]


def test_a_whole_day(count: Count) -> None:
    (day,) = count([HOURLY], hours(*range(24), delay_s=2), DAY)
    assert (day["expected"], day["received"], day["missing"]) == (24, 24, 0)
    assert (day["duplicate"], day["late"], day["suspect"], day["live"]) == (0, 0, 0, 24)
    assert (day["clock_offset_s"], day["least_delay_s"]) == (2.0, 2.0)


def test_gaps_duplicates_late_suspect_files_and_corrections(count: Count) -> None:
    rows = [
        *hours(*range(10), delay_s=4),  # 10 in time
        *hours(3, 4, delay_s=60),  # sent again: 2 duplicates
        *hours(10, 11, delay_s=2 * 3600),  # just two intervals late: in time still
        *hours(12, delay_s=2 * 3600 + 1),  # late
        *hours(13, quality=Quality.SUSPECT),
        *hours(14, 15, delay_s=90_000, source=Source.FILE),  # entered the next day: not late
        *hours(16, source=Source.CORRECTION, delay_s=90_000),  # no sending
        row(7, "2026-03-04T23:59"),  # of the day before
        row(7, "2026-03-06T00:00"),  # of the day after
    ]
    (day,) = count([HOURLY], rows, DAY)
    assert day["expected"] == 24
    assert day["received"] == 10 + 2 + 1 + 1 + 2
    assert day["missing"] == 8
    assert (day["duplicate"], day["late"], day["suspect"]) == (2, 1, 1)
    # Live: 10 of 4 s, one of 2 s, two of 7,200 s, one of 7,201 s; the 7th and 8th of 14 are 4 s.
    assert (day["live"], day["clock_offset_s"], day["least_delay_s"]) == (14, 4.0, 2.0)


def test_the_first_receipt_decides_whether_a_reading_is_late(count: Count) -> None:
    (day,) = count([HOURLY], [*hours(5, delay_s=1), *hours(5, delay_s=50_000)], DAY)
    assert (day["received"], day["duplicate"], day["late"]) == (1, 1, 0)


@pytest.mark.parametrize(("delay_s", "late"), [(600, 0), (601, 1)])
def test_ten_minutes_are_in_time_however_short_the_interval(
    count: Count, delay_s: float, late: int
) -> None:
    (day,) = count([spec(7, 60)], hours(1, delay_s=delay_s), DAY)
    assert (day["expected"], day["late"]) == (1440, late)


def test_a_clock_ahead_has_a_negative_offset(count: Count) -> None:
    rows = [row(7, f"{DAY}T01:00", -420), row(7, f"{DAY}T02:00", -418), row(7, f"{DAY}T03:00", 10)]
    (day,) = count([HOURLY], rows, DAY)
    assert (day["clock_offset_s"], day["least_delay_s"]) == (-418.0, -420.0)


def test_nothing_live_has_no_clock(count: Count) -> None:
    (day,) = count([HOURLY], hours(1, source=Source.FILE), DAY)
    assert (day["live"], day["clock_offset_s"], day["least_delay_s"]) == (0, None, None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-03-05T00:59:59", None), ("2026-03-05T01:00", 1), ("2026-03-05T12:30", 12),
     ("2026-03-06T00:00", 24), ("2026-03-06T12:00", 24)],
)  # fmt: skip
def test_a_day_under_way_expects_what_is_over(count: Count, now: str, expected: int | None) -> None:
    days = count([HOURLY], [], DAY, now=now)
    assert [day["expected"] for day in days] == ([] if expected is None else [expected])


def test_only_time_in_which_the_meter_is_valid_counts(count: Count) -> None:
    valid = spec(7, 900, valid_from=at(f"{DAY}T06:00"), valid_to=at(f"{DAY}T18:07"))
    rows = [row(7, f"{DAY}T05:45"), row(7, f"{DAY}T06:00"), row(7, f"{DAY}T18:07")]
    (day,) = count([valid], rows, DAY)
    # 06:00, 06:15, ... 18:00 are 49 quarters.
    assert (day["expected"], day["received"]) == (49, 1)


def test_a_version_with_another_interval(count: Count) -> None:
    noon = at(f"{DAY}T12:00")
    versions = [spec(7, 3600, valid_to=noon), spec(7, 900, valid_from=noon)]
    (day,) = count(versions, [], DAY)
    assert day["expected"] == 12 + 48


def test_a_meter_that_is_read_once_a_week_is_expected_once_a_week(count: Count) -> None:
    days = count([spec(7, 7 * 86_400)], [], "2026-03-01", days=28)
    assert [day["expected"] for day in days] == [1, 1, 1, 1]


def test_a_meter_that_sends_too_often_misses_nothing(count: Count) -> None:
    rows = [row(7, f"{DAY}T{hour:02}:{minute}") for hour in range(24) for minute in ("00", "30")]
    (day,) = count([HOURLY], rows, DAY)
    assert (day["expected"], day["received"], day["missing"]) == (24, 48, 0)


def test_several_meters_and_days_are_told_apart(count: Count) -> None:
    rows = [row(7, "2026-03-05T01:00"), row(9, "2026-03-06T01:00"), row(9, "2026-03-06T02:00")]
    rows.append(row(8, "2026-03-05T01:00"))  # of a meter that is not asked for
    days = count([HOURLY, spec(9, 43_200)], rows, DAY, days=2)
    assert [(day["meter_key"], day["expected"], day["received"]) for day in days] == [
        (7, 24, 1), (7, 24, 0), (9, 2, 0), (9, 2, 2)
    ]  # fmt: skip
