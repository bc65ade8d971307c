"""What changed is told apart also where boundaries, parts of meters or units are others.

Frozen on 12 February: of January's 744 hours 734 are known: 734 h × 40 kWh/h × 0.5 kg/kWh
= 14,680 kg.
"""

from __future__ import annotations

import pytest

from ledger.restate import restate
from ledger.restating.meters import Cause
from models.activity_entry import ActivityEntry
from models.activity_states import ActivityAction
from models.registry import ActivityOrigin
from store.registry_db import Activity
from tests.integration.frozen.conftest import FILES, HOURS, World, registers
from tests.integration.frozen.test_restate import exact, frozen, grams

METERS = FILES["meters.csv"].replace("valid_from\n", "{}valid_from\n").replace("40,", "40,{}")
ENTERPRISES = FILES["enterprises.csv"] + "heat,热力厂,Heat Plant,equipment\n"
GROUP = "group,name_zh,name_en,enterprise\ng,组,Group,steel\n"
EL_02 = "steel,EL-02,electricity,counter,kWh,3600,1,"


def approved(world: World, replaces: int | None = None, **of: object) -> int:
    activity = Activity(world.database)
    told = {"enterprise": "steel"} | of
    entry = ActivityEntry(
        period="2026-01", origin=ActivityOrigin.INVOICE, evidence="bill", replaces=replaces, **told,
    )  # type: ignore[arg-type]  # fmt: skip
    (made,) = activity.enter([entry], "Wang", world.now(), submit=True)
    activity.move(made.id, ActivityAction.APPROVE, "Li", world.now())
    return made.id


def tonnes(changes: dict[Cause, object]) -> dict[str, float]:
    return {cause.value: pytest.approx(float(amount)) for cause, amount in changes.items()}


def test_what_a_group_s_new_member_sells_it_leaves_its_total(world: World) -> None:
    """Steel buys all from the heat plant, which joins the group."""
    world.file("enterprises.csv", ENTERPRISES)
    world.file("meters.csv", METERS.format("counterpart,", "heat,"))
    world.file("groups.csv", GROUP)
    number = frozen(world, boundary="group", code="g")
    world.file("groups.csv", GROUP + "g,组,Group,heat\n")
    found = restate(world.books, number)
    assert found.totals["co2e_t"] == (14.68, None)
    assert grams(found.changes["co2e_t"]) == {"structure": -14_680_000}
    assert tonnes(found.changes["energy_tce_calorific"]) == {"structure": -29_360 * 0.1229 / 1000}
    exact(found)


def test_a_group_s_new_member_brings_what_it_emits(world: World) -> None:
    """Steel joins the heat plant, which lost 1 kg of SF6: 23.5 t by AR5."""
    world.file("enterprises.csv", ENTERPRISES)
    approved(world, enterprise="heat", category="fugitive", code="SF6", amount=1.0, unit="kg")
    world.file("groups.csv", GROUP.replace("steel", "heat"))
    number = frozen(world, boundary="group", code="g")
    world.file("groups.csv", GROUP.replace("steel", "heat") + "g,组,Group,steel\n")
    found = restate(world.books, number)
    assert found.totals["co2e_t"] == (pytest.approx(23.5), pytest.approx(23.5 + 14.68))
    assert grams(found.changes["co2e_t"]) == {"structure": 14_680_000}
    exact(found)


def test_a_meter_that_became_a_sub_meter_within_the_month(world: World) -> None:
    """EL-02's 10 kWh an hour count in 399 hours, then until 11 January only: 240 hours."""
    first = METERS.format("parent,", ",") + f"{EL_02},\n"
    world.file("meters.csv", first)
    world.send(0, [10.0 * hour for hour in range(400)], meter="EL-02")
    number = frozen(world)
    world.file("meters.csv", f"{first}{EL_02}EL-01,2026-01-11T00:00:00+08:00\n")
    found = restate(world.books, number)
    assert grams(found.changes["co2e_t"]) == {"structure": -159 * 10 * 500}
    exact(found)


def test_meters_in_kwh_and_bills_in_mwh_are_told_apart(world: World) -> None:
    bill = {"category": "purchased_electricity", "code": "electricity", "unit": "MWh"}
    first = approved(world, amount=2.0, **bill)
    number = frozen(world)
    approved(world, first, amount=3.0, **bill)
    world.send(HOURS - 9, registers(HOURS - 9, HOURS))
    found = restate(world.books, number)
    assert grams(found.changes["co2e_t"]) == {
        "record": 1000 * 500, "late_readings": 10 * 40 * 500
    }  # fmt: skip
    exact(found)


def test_biomass_changes_no_consumption_of_energy(world: World) -> None:
    wood = {"category": "biogenic_combustion", "code": "wood", "unit": "t"}
    first = approved(world, amount=2.0, **wood)
    number = frozen(world)
    approved(world, first, amount=3.0, **wood)
    found = restate(world.books, number)
    assert any(row.key["category"] == "biogenic_combustion" for row in found.rows)
    then, now = found.totals["energy_tce_calorific"]
    assert then == now == pytest.approx(29_360 * 0.1229 / 1000)
    assert found.changes["energy_tce_calorific"] == {}
    assert found.changes["co2e_t"] == {}
