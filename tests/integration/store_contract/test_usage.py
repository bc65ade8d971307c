"""put_usage and usage: only what differs is written; sums by the park's days, months and years."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from store.interface import NEW_USAGE, USAGE, USAGE_PERIODS


def put(store, make, windows, rows, findings=()):
    changed = store.put_usage(make.windows(*windows), make.usage(*rows), make.findings(*findings))
    return make.hours(changed)


def standing(store, meters=(1, 2)):
    return store.usage_hours(list(meters)).select(NEW_USAGE.names).to_pylist()


def test_usage_stands_as_it_was_put(store, make, clock):
    rows = make.usage((1, 0, 1.5, 0.25), (2, 0, None, 1.0, 20.5, 19.0, 22.0, 4), (1, 1, None, 0.0))
    changed = store.put_usage(make.windows((1, 0, 2), (2, 0, 2)), rows, make.findings())
    assert make.hours(changed) == [(1, 0), (1, 1), (2, 0)]
    found = store.usage_hours([1, 2])
    assert found.schema == USAGE
    assert found.select(NEW_USAGE.names).to_pylist() == [rows.to_pylist()[i] for i in (0, 2, 1)]
    assert set(found["computed"].to_pylist()) == {clock.now}
    assert store.counts()["usage"] == 3


def test_some_columns_are_those_of_all(store, make):
    rows = make.usage((1, 0, 1.5, 0.25), (2, 0, None, 1.0, 20.5, 19.0, 22.0, 4), (2, 1, 2.0, 1.0))
    store.put_usage(make.windows((1, 0, 2), (2, 0, 2)), rows, make.findings())
    names = ["mean", "hour", "meter_key", "coverage"]
    found = store.usage_hours([1, 2], make.at(0), make.at(1), columns=names)
    assert found.schema == pa.schema([USAGE.field(name) for name in names])
    assert sorted(zip(*(found[name].to_pylist() for name in names[2:]), strict=True)) == [
        (1, 0.25), (2, 1.0),
    ]  # fmt: skip
    assert found["mean"].drop_null().to_pylist() == [20.5]


def test_only_what_differs_is_written(store, make, clock):
    put(store, make, [(1, 0, 4)], [(1, hour, 1.0) for hour in range(4)])
    first = clock.now
    clock.now += timedelta(minutes=1)
    rows = [(1, 0, 1.0), (1, 1, 2.0), (1, 2, 1.0, 0.5), (1, 3, None)]
    assert put(store, make, [(1, 0, 4)], rows) == [(1, 1), (1, 2), (1, 3)]
    computed = store.usage_hours([1])["computed"].to_pylist()
    assert computed == [first, clock.now, clock.now, clock.now]
    clock.now += timedelta(minutes=1)
    assert put(store, make, [(1, 0, 4)], rows) == []
    assert store.usage_hours([1])["computed"].to_pylist() == computed


@pytest.mark.parametrize("column", NEW_USAGE.names[2:])
@pytest.mark.parametrize("value", [9, None])
def test_a_difference_in_any_column_is_one(store, make, column, value):
    row = (1, 0, 1.0, 0.5, 3.0, 2.0, 4.0, 7)
    put(store, make, [(1, 0, 1)], [row])
    new = make.usage(row)
    field = new.schema.field(column)
    new = new.set_column(new.schema.names.index(column), field, pa.array([value], field.type))
    windows = make.windows((1, 0, 1))
    assert store.put_usage(windows, new, make.findings()).num_rows == 1
    assert standing(store) == new.to_pylist()
    assert store.put_usage(windows, new, make.findings()).num_rows == 0


def test_rows_no_longer_there_are_removed_and_told(store, make):
    put(store, make, [(1, 0, 4)], [(1, hour, 1.0) for hour in range(4)])
    assert put(store, make, [(1, 1, 3)], [(1, 2, 1.0)]) == [(1, 1)]
    assert make.hours(store.usage_hours([1])) == [(1, 0), (1, 2), (1, 3)]


def test_outside_the_windows_nothing_changes(store, make):
    put(store, make, [(1, 0, 4), (2, 0, 4)], [(m, h, 1.0) for m in (1, 2) for h in range(4)])
    assert put(store, make, [(1, 1, 2)], [(1, 1, 5.0)]) == [(1, 1)]
    amounts = [row["amount"] for row in standing(store)]
    assert amounts == [1, 5, 1, 1, 1, 1, 1, 1]


def test_windows_far_apart_and_out_of_order(store, make):
    rows = [(m, h, float(h)) for m in (2, 1) for h in (90_000, -500, 4, 3)]
    windows = [(m, h, h + 1) for m in (2, 1) for h in (3, 90_000, 4, -500)]
    assert len(put(store, make, windows, rows)) == 8
    assert put(store, make, windows, rows) == []
    assert len(put(store, make, windows, [(m, h, a + 1) for m, h, a in rows])) == 8


@pytest.mark.parametrize(
    ("windows", "rows", "why"),
    [
        ([(1, 0, 2)], [(1, 2, 1.0)], "outside"),
        ([(1, 0, 2)], [(2, 0, 1.0)], "outside"),
        ([(1, 0, 2)], [(1, 0, 1.0), (1, 0, 2.0)], "twice"),
        ([(1, 0, 1.5)], [(1, 0, 1.0)], "whole hour"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(store, make, windows, rows, why):
    put(store, make, [(1, 0, 1)], [(1, 0, 9.0)])
    with pytest.raises(ValueError, match=why):
        put(store, make, windows, rows)
    assert [row["amount"] for row in standing(store)] == [9]


def test_findings_are_replaced_within_the_windows(store, make):
    put(store, make, [(1, 0, 9)], [], [(1, 1, "reset", "a"), (1, 5, "rollover", "b")])
    put(store, make, [(1, 0, 3), (2, 0, 1)], [], [(1, 2.5, "exchange", "c"), (2, 0, "reset", "d")])
    details = [row["detail"] for row in store.findings().to_pylist()]
    assert details == ["b", "c", "d"]  # newest first
    assert [r["detail"] for r in store.findings([1], limit=1).to_pylist()] == ["b"]
    assert [r["detail"] for r in store.findings([1], make.at(2), make.at(5)).to_pylist()] == ["c"]
    put(store, make, [(1, 0, 9)], [])
    assert [r["detail"] for r in store.findings().to_pylist()] == ["d"]


# START is 1 March 00:00 UTC, 08:00 in Shanghai: local 1 March runs from hour -8 to hour 16.


def sums(found, make):
    return [
        (
            row["meter_key"],
            (row["period"] - make.start).total_seconds() / 3600,
            row["amount"],
            row["covered_h"],
        )
        for row in found.to_pylist()
    ]


def test_days_are_the_parks(store, make):
    put(store, make, [(1, -10, 20)], [(1, hour, 1.0, 0.5) for hour in range(-10, 20)])
    found = store.usage([1], every="day", zone=make.zone)
    assert found.schema == USAGE_PERIODS
    assert sums(found, make) == [(1, -32, 2, 1), (1, -8, 24, 12), (1, 16, 4, 2)]


def test_a_day_follows_when_an_hour_changes_appears_or_goes(store, make):
    put(store, make, [(1, 0, 16)], [(1, hour, 1.0) for hour in range(16)])

    def day():
        return sums(store.usage([1], every="day", zone=make.zone), make)

    put(store, make, [(1, 3, 4)], [(1, 3, 11.0)])
    assert day() == [(1, -8, 26, 16)]
    put(store, make, [(1, -1, 0)], [(1, -1, 100.0)])
    assert day() == [(1, -8, 126, 17)]
    put(store, make, [(1, 3, 5)], [])
    assert day() == [(1, -8, 114, 15)]
    put(store, make, [(1, -1, 16)], [])
    assert day() == []


def test_months_and_years_of_the_park(store, make):
    # 31 December 2025 16:00 UTC is the new year in Shanghai.
    year = (datetime(2025, 12, 31, 16, tzinfo=UTC) - make.start).total_seconds() / 3600
    february = year + 31 * 24
    hours = [year - 1, year, february - 1, february, 0]
    put(store, make, [(1, year - 1, 1)], [(1, h, 2.0**n) for n, h in enumerate(hours)])
    months = sums(store.usage([1], every="month", zone=make.zone), make)
    assert [(at, amount) for _, at, amount, _ in months] == [
        (year - 31 * 24, 1), (year, 6), (february, 8), (-8, 16),
    ]  # fmt: skip
    years = sums(store.usage([1], every="year", zone=make.zone), make)
    assert [(at, amount) for _, at, amount, _ in years] == [(year - 365 * 24, 1), (year, 30)]
    total = store.usage([1], make.at(year), None, every="total", zone=make.zone)
    assert [(at, amount) for _, at, amount, _ in sums(total, make)] == [(year, 30)]
    total = store.usage([1], every="total", zone=make.zone)
    assert [(at, amount) for _, at, amount, _ in sums(total, make)] == [(year - 1, 31)]


def test_a_span_that_cuts_days_takes_the_hours_inside(store, make):
    put(store, make, [(1, -8, 64)], [(1, hour, 1.0) for hour in range(-8, 64)])

    def total(start, end, every="total"):
        found = store.usage([1], make.at(start), make.at(end), every=every, zone=make.zone)
        return [row["amount"] for row in found.to_pylist()]

    assert total(-8, 64) == [72]
    assert total(-3, 50) == [53]
    assert total(2, 5) == [3]
    assert total(2.5, 5.5) == [3]  # hours 3, 4 and 5 start inside
    assert total(-3, 50, "day") == [19, 24, 10]
    assert total(-3, 50, "hour") == [1] * 53
    assert total(-8, 16, "day") == [24]
    assert total(-3, 50, "month") == [53]
    assert total(100, 200, "day") == []


@pytest.mark.parametrize("every", ["hour", "day", "month", "year", "total"])
def test_other_zones_are_summed_from_hours(store, make, every):
    put(store, make, [(1, -48, 48)], [(1, hour, 1.0) for hour in range(-48, 48)])
    found = sums(store.usage([1], every=every, zone=ZoneInfo("Europe/Berlin")), make)
    expected = {
        "hour": [(hour, 1) for hour in range(-48, 48)],
        "day": [(-49, 23), (-25, 24), (-1, 24), (23, 24), (47, 1)],
        "month": [(-28 * 24 - 1, 47), (-1, 49)],
        "year": [(-59 * 24 - 1, 96)],
        "total": [(-48, 96)],
    }
    assert [(at, amount) for _, at, amount, _ in found] == expected[every]


def test_the_day_of_the_clock_change_has_23_hours(store, make):
    # 29 March 2026: Berlin goes from UTC+1 to UTC+2 at 01:00 UTC.
    midnight = (datetime(2026, 3, 28, 23, tzinfo=UTC) - make.start).total_seconds() / 3600
    rows = [(1, midnight + hour, 1.0) for hour in range(-24, 47)]
    put(store, make, [(1, midnight - 24, midnight + 47)], rows)
    found = sums(store.usage([1], every="day", zone=ZoneInfo("Europe/Berlin")), make)
    assert [amount for _, _, amount, _ in found] == [24, 23, 24]


def test_unknown_is_null_and_never_zero(store, make):
    put(store, make, [(1, 0, 3)], [(1, 0, None, 0.0), (1, 1, None, 0.0)])
    for every in ("hour", "day", "month", "year", "total"):
        for row in store.usage([1], every=every, zone=make.zone).to_pylist():
            assert row["amount"] is row["estimated"] is row["mean"] is row["min"] is None
    put(store, make, [(1, 1, 2)], [(1, 1, 0.0, 1.0)])
    assert sums(store.usage([1], every="day", zone=make.zone), make) == [(1, -8, 0.0, 1)]
    assert store.usage([9], every="month", zone=make.zone).num_rows == 0
    assert store.usage([9], every="month", zone=make.zone).schema == USAGE_PERIODS


def test_means_are_weighted_by_coverage_through_days_into_months(store, make):
    rows = [
        (1, 0, None, 0.25, 8.0, 1.0, 9.0, 1),
        (1, 1, None, 0.75, 4.0, 2.0, 8.0, 3),
        (1, 2, None, 1.0, None, None, None, 0),  # covered, but without a mean: no weight
        (1, 16, None, 1.0, 11.0, 0.5, 12.0, 4),
    ]
    put(store, make, [(1, 0, 17)], rows)
    days = store.usage([1], every="day", zone=make.zone).to_pylist()
    # (0.25 * 8 + 0.75 * 4) / 1 = 5
    assert [(d["mean"], d["min"], d["max"], d["n"], d["covered_h"]) for d in days] == [
        (5.0, 1.0, 9.0, 4, 2.0),
        (11.0, 0.5, 12.0, 4, 1.0),
    ]
    (month,) = store.usage([1], every="month", zone=make.zone).to_pylist()
    # (1 * 5 + 1 * 11) / 2 = 8
    assert (month["mean"], month["min"], month["max"], month["n"]) == (8.0, 0.5, 12.0, 8)


def test_sums_are_repeatable_to_the_last_bit(store, make):
    # Any order of adding these gives another last bit; ours is that of time.
    amounts = [0.1 * 3 ** (hour % 17) * (-1) ** hour for hour in range(-8, 16)]
    hours = list(range(-8, 16))
    rows = list(zip([1] * 24, hours, amounts, strict=True))
    expected = 0.0
    for amount in amounts:
        expected += amount
    for order in (1, 5, 7, 11):  # hours put one by one, in an order of steps
        put(store, make, [(1, -8, 16)], [])
        for step in range(24):
            row = rows[(step * order) % 24]
            put(store, make, [(1, row[1], row[1] + 1)], [row])
        for every in ("day", "month", "year", "total"):
            (found,) = store.usage([1], every=every, zone=make.zone).to_pylist()
            assert found["amount"] == expected
    put(store, make, [(1, -8, 16)], [])
    put(store, make, [(1, -100, 100)], rows)
    (found,) = store.usage([1], every="day", zone=make.zone).to_pylist()
    assert found["amount"] == expected


def test_usage_and_its_days_survive_reopening(open_store, make):
    store = open_store()
    put(store, make, [(1, 0, 40)], [(1, hour, 0.1) for hour in range(40)], [(1, 3, "reset", "x")])
    before = [store.usage_hours([1]), store.usage([1], every="day", zone=make.zone),
              store.findings()]  # fmt: skip
    store.close()
    store = open_store()
    after = [store.usage_hours([1]), store.usage([1], every="day", zone=make.zone),
             store.findings()]  # fmt: skip
    assert after == before
