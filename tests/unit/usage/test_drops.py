"""A register that falls: rollover, declared exchange, false value, or reset."""

from __future__ import annotations

import pytest

SIX_DIGITS = {"register_max": 1_000_000.0, "range_high": 100.0}
QUARTER = {"interval_s": 900}


def amounts(hours):
    return [row["amount"] for row in hours.values()]


def test_a_plausible_rollover_counts_past_the_end(hours_of, findings_of):
    readings = [(0, 999_960.0), (60, 999_990.0), (120, 15.0), (180, 20.0)]
    assert amounts(hours_of(SIX_DIGITS, readings)) == [30, 25, 5, None]
    assert findings_of(SIX_DIGITS, readings) == [("rollover", 120)]


@pytest.mark.parametrize(
    "meter",
    [
        {"register_max": 1_000_000.0},  # no rate is known, so no drop is a rollover
        {"range_high": 100.0},  # no end is known
        SIX_DIGITS | {"range_high": 24.0},  # 25 in an hour is more than plausible
        {},
    ],
)
def test_any_other_drop_is_a_reset_and_its_usage_unknown(hours_of, findings_of, meter):
    readings = [(0, 999_960.0), (60, 999_980.0), (120, 5.0), (180, 20.0)]
    hours = hours_of(meter, readings)
    assert amounts(hours) == [20, None, 15, None]
    assert (hours[1]["estimated"], hours[1]["coverage"], hours[1]["n"]) == (None, 0.0, 1)
    assert findings_of(meter, readings) == [("reset", 120)]


def test_a_reset_within_an_hour_leaves_the_rest_known(hours_of):
    hours = hours_of(QUARTER, [(0, 50.0), (15, 52.0), (30, 54.0), (45, 0.0), (60, 3.0)])
    assert hours[0]["amount"] == 4.0 + 3.0
    assert hours[0]["coverage"] == 0.75


def test_a_rollover_in_a_gap_is_spread(hours_of):
    hours = hours_of(SIX_DIGITS, [(0, 999_980.0), (240, 20.0)])
    assert amounts(hours)[:4] == [10, 10, 10, 10]
    assert hours[2]["estimated"] == 10


def test_an_exchange_has_a_last_and_a_first_value(hours_of, findings_of):
    readings = [(0, 500.0), (60, 4.0)]
    exchange = [(20, 508.0, 1.0)]
    hours = hours_of({}, readings, exchange)
    assert amounts(hours) == [8 + 3, None]
    assert (hours[0]["coverage"], hours[0]["n"]) == (1.0, 1)
    assert findings_of({}, readings, exchange) == [("exchange", 20)]


def test_an_exchange_is_placed_by_its_own_time(hours_of):
    hours = hours_of({"interval_s": 7200}, [(0, 100.0), (120, 30.0)], [(40, 140.0, 0.0)])
    # 40 in the first 40 minutes; then 30 in 80 minutes, of which 20 in the first hour
    assert amounts(hours)[:2] == pytest.approx([40 + 30 * 20 / 80, 30 * 60 / 80])


def test_several_exchanges_between_two_readings(hours_of, findings_of):
    exchanges = [(10, 101.0, 0.0), (30, 2.0, 700.0)]
    hours = hours_of({}, [(0, 100.0), (60, 704.0)], exchanges)
    assert hours[0]["amount"] == 1 + 2 + 4
    assert findings_of({}, [(0, 100.0), (60, 704.0)], exchanges) == [
        ("exchange", 10), ("exchange", 30),
    ]  # fmt: skip


def test_a_reading_at_the_instant_of_an_exchange(hours_of):
    of_new = [(0, 500.0), (30, 0.0), (60, 4.0)]
    of_old = [(0, 500.0), (30, 508.0), (60, 4.0)]
    exchange = [(30, 508.0, 0.0)]
    assert hours_of({}, of_new, exchange)[0]["amount"] == 8 + 4
    assert hours_of({}, of_old, exchange)[0]["amount"] == 8 + 4
    assert hours_of({}, of_new, exchange)[0]["n"] == 2


def test_a_drop_that_the_exchange_does_not_explain_is_a_reset(hours_of, findings_of):
    readings = [(0, 500.0), (60, 4.0)]
    hours = hours_of({}, readings, [(30, 490.0, 0.0)])
    assert hours[0]["amount"] == 4.0
    assert hours[0]["coverage"] == 0.5
    assert findings_of({}, readings, [(30, 490.0, 0.0)]) == [("exchange", 30), ("reset", 30)]


def test_an_exchange_without_readings_around_it_changes_nothing(hours_of, findings_of):
    readings = [(0, 10.0), (60, 20.0)]
    around = [(-30, 5.0, 1.0), (0, 9.0, 10.0), (90, 30.0, 0.0)]
    assert amounts(hours_of({}, readings, around)) == [10, None]
    assert findings_of({}, readings, around) == []


@pytest.mark.parametrize("meter", [{}, SIX_DIGITS])
@pytest.mark.parametrize("false", [0.0, 999_999.0, 250.0])
def test_a_single_false_value_is_passed_over(hours_of, findings_of, meter, false):
    meter = meter | QUARTER
    good = [(minute, 300.0 + minute / 6) for minute in range(0, 180, 15)]
    readings = [*good[:3], (45, false), *good[4:]]
    hours = hours_of(meter, readings)
    assert hours[0]["amount"] == pytest.approx(10.0)
    assert (hours[0]["coverage"], hours[0]["n"]) == (1.0, 3)
    assert hours[0]["estimated"] == 0.0
    assert findings_of(meter, readings) == [("false_value", 45)]


@pytest.mark.parametrize("false", [0.0, 500_000.0])
def test_a_false_value_next_to_a_rollover(hours_of, findings_of, false):
    """Near the register's end a false 0 looks like a rollover, until the register is back."""
    meter = SIX_DIGITS | QUARTER
    before = [(0, 999_970.0), (15, 999_980.0), (30, false), (45, 999_985.0), (60, 999_990.0)]
    assert hours_of(meter, before)[0]["amount"] == 20
    assert findings_of(meter, before) == [("false_value", 30)]
    across = [(0, 999_970.0), (15, 999_980.0), (30, 500_000.0), (45, 5.0), (60, 10.0)]
    assert hours_of(meter, across)[0]["amount"] == 40
    assert findings_of(meter, across) == [("false_value", 30), ("rollover", 45)]


def test_every_second_value_false(hours_of, findings_of):
    readings = [(0, 100.0), (15, 0.0), (30, 110.0), (45, 0.0), (60, 120.0)]
    assert hours_of(QUARTER, readings)[0]["amount"] == 20
    assert findings_of(QUARTER, readings) == [("false_value", 15), ("false_value", 45)]


def test_two_false_values_in_a_row_are_not_told_from_a_reset(findings_of):
    readings = [(0, 100.0), (15, 0.0), (30, 0.0), (45, 110.0)]
    assert findings_of(QUARTER, readings) == [("reset", 15)]


def test_a_register_that_trembles_loses_one_value_only(hours_of, findings_of):
    readings = [(0, 100.0), (15, 105.0), (30, 104.0), (45, 110.0), (60, 115.0)]
    assert hours_of(QUARTER, readings)[0]["amount"] == 15
    assert findings_of(QUARTER, readings) == [("false_value", 15)]


def test_the_newest_value_is_judged_when_the_next_arrives(hours_of, findings_of):
    readings = [(0, 100.0), (15, 110.0), (30, 0.0)]
    assert findings_of(QUARTER, readings) == [("reset", 30)]
    assert hours_of(QUARTER, readings)[0]["amount"] == 10.0
    assert hours_of(QUARTER, readings)[0]["coverage"] == 0.25
    readings.append((45, 130.0))
    assert findings_of(QUARTER, readings) == [("false_value", 30)]
    assert hours_of(QUARTER, readings)[0]["amount"] == 30.0


def test_a_false_value_of_a_meter_that_feeds_back(hours_of, findings_of):
    net = {"may_export": True, "range_high": 100.0} | QUARTER
    for false in (0.0, 2000.0):
        readings = [(0, 1000.0), (15, 990.0), (30, false), (45, 980.0), (60, 985.0)]
        assert hours_of(net, readings)[0]["amount"] == -15
        assert findings_of(net, readings) == [("false_value", 30)]


def test_false_beside_an_exchange(hours_of, findings_of):
    readings = [(0, 800.0), (15, 0.0), (30, 805.0), (45, 3.0), (60, 6.0)]
    exchange = [(40, 806.0, 1.0)]
    assert hours_of(QUARTER, readings, exchange)[0]["amount"] == 5 + 1 + 2 + 3
    assert findings_of(QUARTER, readings, exchange) == [("false_value", 15), ("exchange", 40)]


def test_findings_say_what_was_seen(usage_of):
    result = usage_of(
        {
            1: (SIX_DIGITS, [(0, 999_990.0), (60, 5.5)]),
            2: (SIX_DIGITS, [(0, 6.0), (60, 0.25)]),
            3: (SIX_DIGITS, [(0, 0.25), (30, 500.0)]),
            4: (SIX_DIGITS, [(0, 500.0), (60, 500.0)]),
            5: (SIX_DIGITS, [(0, 500.0), (60, 0.0), (120, 501.0)]),
        },
        [(4, 30, 510.0, 490.0)],
    )
    assert [(row["kind"], row["detail"]) for row in result.findings.to_pylist()] == [
        ("rollover", "from 999990 to 5.5 over the register's end at 1000000"),
        ("reset", "from 6 to 0.25: the register fell, what was used between is unknown"),
        ("implausible_rate", "from 0.25 to 500: 999.5 an hour, counted"),
        ("exchange", "old register ended at 510, new one began at 490"),
        ("false_value", "0 stands between 500 and 501"),
    ]
