"""Nothing is signed while readings wait that may still change it.

The world's January has 734 of 744 hours; see its conftest.
"""

from __future__ import annotations

from typing import Any

import pytest

from ledger.frozen import FreezeError, Wanted, freeze, frozen_inventory
from ledger.settle import settle
from tests.integration.frozen.conftest import HOURS, World, registers
from tests.integration.frozen.test_restate import SIGNED
from tests.integration.frozen.test_restate_structure import ENTERPRISES, METERS


def refused(world: World, **wanted: Any) -> None:
    with pytest.raises(FreezeError, match="wait to be settled") as found:
        freeze(world.books, Wanted(period="2026-01", **SIGNED, **wanted), "test")
    assert found.value.field == "period"


def frozen_kwh(world: World, **wanted: Any) -> float:
    number = freeze(world.books, Wanted(period="2026-01", **SIGNED, **wanted), "test").id
    rows = frozen_inventory(world.books, number)[1].of_basis("location").rows
    return float(rows["activity_amount"].sum())


def test_what_a_buyer_is_sold_by_another_s_meter(world: World) -> None:
    """The meter is the seller's, and the buyer's whole inventory follows from it."""
    world.file("enterprises.csv", ENTERPRISES)
    columns, values = "direction,counterpart,", "internal_transfer,heat,"
    world.file("meters.csv", METERS.format(columns, values))
    world.send(HOURS - 9, registers(HOURS - 9, HOURS), settled=False)
    refused(world, boundary="enterprise", code="heat")
    settle(world.books)
    assert frozen_kwh(world, boundary="enterprise", code="heat") == pytest.approx(HOURS * 40)


def test_a_reading_of_february_that_ends_a_gap_of_january(world: World) -> None:
    """The register of 5 February tells of the ten hours of January that nothing is known of."""
    assert frozen_kwh(world) == pytest.approx((HOURS - 10) * 40)
    world.on(2, 12)
    world.send(HOURS + 100, registers(HOURS + 100, HOURS + 100), settled=False)
    refused(world)
    settle(world.books)
    assert frozen_kwh(world) == pytest.approx(HOURS * 40)


def test_what_changes_nothing_of_the_period_does_not_keep_it_waiting(world: World) -> None:
    world.send(HOURS - 9, registers(HOURS - 9, HOURS + 200))
    world.send(HOURS + 201, registers(HOURS + 201, HOURS + 210), settled=False)
    assert frozen_kwh(world) == pytest.approx(HOURS * 40)
