"""Virtual meters in the inventory: whatever is named twice, in parts or by turns counts once.

E1 of b uses 10 kWh an hour and E9 3; of a, E2 is a sub-meter of E1. January has 744 hours.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.inventory import inventory
from models.quantities import Kind
from tests.unit.carbon.conftest import day


def virtual(ledger, key, formula, **more):
    """A version of a virtual meter V<key> of b, or of what ``more`` says."""
    return replace(
        ledger.registry.meter_by_key[6],
        key=key, code=f"V{key}", kind=Kind.INTERVAL, formula=formula, **more,
    )  # fmt: skip


def accounted(ledger, amounts, *meters, enterprise="b"):
    """Activity in January and the reasons by meter; ``amounts`` an hour by key."""
    ledger.register(*meters)
    for key, amount in amounts.items():
        ledger.write(key, day(2026), day(2026, 2), amount)
    found = inventory(
        ledger.books, every="month", start=day(2026), end=day(2026, 2), enterprises=[enterprise]
    )
    reasons = dict(zip(found.left_out["meter"], found.left_out["reason"], strict=True))
    return found.of_basis("location").rows["activity_amount"].sum(), reasons


def test_a_sum_of_sub_meters_is_in_their_main_meter_already(ledger):
    halls = virtual(ledger, 20, "2 * 'E2'", enterprise="a")
    amount, reasons = accounted(ledger, {1: 10.0, 2: 2.0, 20: 4.0}, halls, enterprise="a")
    assert amount == pytest.approx(744 * 10)
    assert reasons["V20"] == "names a part of what E1 counts"


def test_two_that_name_one_meter_count_it_once(ledger):
    both, one = virtual(ledger, 20, "'E1' + 'E9'"), virtual(ledger, 21, "'E1' * 1")
    amount, reasons = accounted(ledger, {6: 10.0, 7: 3.0, 20: 13.0, 21: 10.0}, both, one)
    assert amount == pytest.approx(744 * 13)
    assert reasons == {
        "E1": "counted in the virtual meter V21",
        "V20": "names what is counted in the virtual meter V21",
    }


def test_each_version_takes_the_place_of_what_it_names_itself(ledger):
    change = day(2026, 1, 11)
    first = virtual(ledger, 20, "'E1' * 1", valid_to=change)
    second = virtual(ledger, 20, "'E9' * 1", valid_from=change)
    used = {6: 10.0, 7: 3.0, 20: lambda hour: 10.0 - 7.0 * (hour >= 240)}
    amount, _ = accounted(ledger, used, first, second)
    assert amount == pytest.approx(744 * 13)


def test_what_is_named_through_another_virtual_meter_counts_once(ledger):
    inner = virtual(ledger, 20, "'E1' * 1", parent="V21")
    outer = virtual(ledger, 21, "'V20' + 'E9'")
    amount, reasons = accounted(ledger, {6: 10.0, 7: 3.0, 20: 10.0, 21: 13.0}, inner, outer)
    assert amount == pytest.approx(744 * 13)
    assert reasons["E1"] == "counted in the virtual meter V21"
