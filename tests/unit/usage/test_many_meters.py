"""Meters of every kind in one call, and what the call promises of its tables."""

from __future__ import annotations

import pyarrow as pa
import pytest

from models.readings import READINGS
from models.registry import EXCHANGES, METER_SPECS
from models.usage import FINDINGS, NEW_USAGE, hourly, hourly_usage

RISING = [(minute, 100.0 + minute % 7 * 0.1 + minute) for minute in range(3, 400, 11)]
METERS = {
    key: ({"kind": kind, "interval_s": interval_s}, RISING)
    for key, (kind, interval_s) in enumerate(
        [("counter", 700), ("rate", 700), ("level", 600), ("interval", 660), ("mean", 3600)] * 3,
        start=5,
    )
}


@pytest.mark.parametrize("block", [1, 100, 10_000])
def test_each_meter_is_what_it_is_alone(usage_of, monkeypatch, block):
    monkeypatch.setattr(hourly, "BLOCK", block)
    together = usage_of(METERS).usage
    alone = pa.concat_tables([usage_of({key: meter}).usage for key, meter in METERS.items()])
    assert together.equals(alone)


def test_schemas_and_order(usage_of):
    drops = (METERS[5][0], [(0, 5.0), (10, 6.0), (20, 1.0), (30, 0.5)])
    result = usage_of({9: drops, 3: drops} | {4: METERS[6]})
    assert result.usage.schema == NEW_USAGE
    assert result.findings.schema == FINDINGS
    assert result.findings["meter_key"].to_pylist() == [3, 3, 9, 9]
    order = [(row["meter_key"], row["hour"]) for row in result.usage.to_pylist()]
    assert order == sorted(order)


def test_nothing_in_nothing_out():
    empty = READINGS.empty_table()
    result = hourly_usage(empty, METER_SPECS.empty_table(), EXCHANGES.empty_table())
    assert result.usage.equals(NEW_USAGE.empty_table())
    assert result.findings.equals(FINDINGS.empty_table())


def test_meters_that_are_not_registered_count_for_nothing(usage_of):
    meters = {1: METERS[5], 2: ([], [(0, 1.0), (60, 2.0)])}
    assert usage_of(meters, [(2, 30, 5.0, 0.0)]).usage.equals(usage_of({1: METERS[5]}).usage)


def test_readings_that_do_not_count_alone_give_nothing(usage_of):
    assert usage_of({1: ({}, [(0, 1.0, 10), (60, 2.0, 11)])}).usage.num_rows == 0


def test_a_meter_has_one_kind(usage_of):
    versions = [{"valid_to": 60}, {"kind": "rate", "valid_from": 60}]
    with pytest.raises(ValueError, match="kind: versions of meter 7 differ"):
        usage_of({7: (versions, [(0, 1.0)])})


def test_a_meter_is_not_judged_by_the_next_ones_register(usage_of):
    """Meter 1's newest 0 would stand between 100 and 110, were these of one register."""
    result = usage_of({1: ({}, [(0, 90.0), (60, 100.0), (120, 0.0)]), 2: ({}, [(0, 110.0)])})
    assert result.findings["kind"].to_pylist() == ["reset"]
    result = usage_of({1: ({}, [(0, 90.0)]), 2: ({}, [(0, 999.0), (60, 100.0), (120, 101.0)])})
    assert result.findings["kind"].to_pylist() == ["reset"]
