"""Energy sold inside the park, buildings, sub-meters that go another way: worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.boundaries import netted
from ledger.inventory import inventory
from ledger.totals import totals
from models.registry import Building, Direction, SourceStream, Use
from tests.unit.carbon.conftest import day, meter

JANUARY = {"start": day(2026), "end": day(2026, 2)}


@pytest.fixture
def heat_plant(ledger):
    """c (cluster c2) burns 100 Nm3 of gas an hour and sells 3 GJ to a, of which 2.9 arrive (both
    metered), and 1 GJ to the town; a (cluster c1) also buys 10 kWh an hour.
    """
    ledger.register(
        meter(30, "c", "G", "natural_gas", "Nm3"),
        meter(31, "c", "HA", "heat", "GJ", direction=Direction.EXPORT, counterpart="a"),
        meter(32, "c", "HT", "heat", "GJ", direction=Direction.EXPORT),
        meter(33, "a", "H", "heat", "GJ", counterpart="c"),
    )
    for key, amount in ((30, 100.0), (31, 3.0), (32, 1.0), (33, 2.9), (1, 10.0)):
        ledger.write(key, day(2026), day(2026, 2), amount)
    return ledger


GAS_T = 744 * 0.01 * 21.62188809  # 10^4 Nm3 x t (389.31 x 0.0153 x 0.99 x 44/12)
POWER_T = 7_440 * 0.4671 / 1000


def test_heat_sold_inside_the_park_is_not_in_the_park_s_total(heat_plant):
    found = inventory(heat_plant.books, every="month", **JANUARY)
    each = totals(found, ["enterprise"]).set_index("enterprise")
    assert each.loc["c", "co2e_t"] == pytest.approx(GAS_T - 744 * 4 * 0.11, rel=1e-7)
    assert each.loc["a", "co2e_t"] == pytest.approx(POWER_T + 744 * 2.9 * 0.11)
    (park,) = totals(found, []).to_dict("records")
    assert park["co2e_t"] == pytest.approx(GAS_T + POWER_T - 744 * 0.11, rel=1e-7)
    gas_tce = 744 * 0.01 * 389.31 / 29.3076
    assert park["energy_tce_calorific"] == pytest.approx(
        gas_tce + 7.440 * 0.1229 - 744 * 0.03412
    )  # fmt: skip
    inside = netted(found.rows, found.boundary.inside(found.rows, []))
    assert inside[["enterprise", "counterpart", "activity_amount"]].to_numpy().tolist() == [
        ["a", "c", pytest.approx(744 * 2.9)], ["c", "a", pytest.approx(744 * 3)],
    ]  # fmt: skip


def test_clusters_net_what_their_own_enterprises_sell_each_other(heat_plant):
    found = inventory(heat_plant.books, every="month", **JANUARY)
    found = found.with_clusters(heat_plant.registry)
    apart = totals(found, ["cluster"]).set_index("cluster")
    assert apart.loc["c2", "co2e_t"] == pytest.approx(GAS_T - 744 * 4 * 0.11, rel=1e-7)
    one = tuple(replace(enterprise, cluster="c1") for enterprise in heat_plant.registry.enterprises)
    heat_plant.registry = replace(heat_plant.registry, enterprises=one)
    found = inventory(heat_plant.books, every="month", **JANUARY)
    found = found.with_clusters(heat_plant.registry)
    together = totals(found, ["cluster"])
    assert together["co2e_t"].tolist() == totals(found, [])["co2e_t"].tolist()


def test_a_group_nets_only_what_both_of_its_ends_are_in(heat_plant):
    def total(*whose):
        found = inventory(heat_plant.books, every="month", enterprises=whose, **JANUARY)
        return totals(found, [])["co2e_t"].item()

    assert total("a", "b") == pytest.approx(POWER_T + 744 * 2.9 * 0.11)
    assert total("a", "c") == pytest.approx(GAS_T + POWER_T - 744 * 0.11, rel=1e-7)


def test_one_meter_of_an_internal_transfer_counts_for_both(ledger):
    ledger.register(
        meter(31, "c", "HA", "heat", "GJ", direction=Direction.INTERNAL_TRANSFER, counterpart="a")
    )
    ledger.write(31, day(2026), day(2026, 2), 3.0)
    found = inventory(ledger.books, every="year", **JANUARY)
    each = totals(found, ["enterprise"]).set_index("enterprise")["co2e_t"]
    assert each.to_dict() == {
        "a": pytest.approx(744 * 3 * 0.11), "c": pytest.approx(-744 * 3 * 0.11)
    }  # fmt: skip
    assert totals(found, [])["co2e_t"].isna().all()  # nothing but what stays inside
    buyer = inventory(ledger.books, every="year", enterprises=["a"], **JANUARY)
    assert totals(buyer, [])["co2e_t"].item() == each["a"]


def test_what_is_handed_on_or_generated_behind_a_main_meter_counts(ledger):
    """a buys 10 kWh an hour on E1; behind it E2 (an import) is a part of that, X hands on 2."""
    ledger.register(
        meter(40, "a", "X", "electricity", "kWh", direction=Direction.EXPORT, parent="E1"),
        replace(
            ledger.registry.meter_by_key[5], parent="E1", source_stream="chp",
        ),
    )  # fmt: skip
    ledger.registry = replace(
        ledger.registry,
        source_streams=(
            SourceStream("a", "chp", "stationary_combustion", Use.CONVERSION, "热电", "CHP"),
        ),
    )
    for key, amount in ((1, 10.0), (2, 6.0), (40, 2.0), (5, 4.0)):
        ledger.write(key, day(2026), day(2026, 2), amount)
    found = inventory(ledger.books, every="month", **JANUARY).of_basis("location")
    assert found.rows["activity_amount"].tolist() == [7440, 1488]
    assert totals(found, [])["co2e_t"].item() == pytest.approx(744 * 8 * 0.4671 / 1000)
    reasons = found.left_out.set_index("meter")["reason"]
    assert reasons["PV"] == "direction generation: made from energy that is counted already"


def test_a_building_has_its_own_meters_and_no_others(ledger):
    """Hall 1 of a: E2 (a sub-meter of E1 outside) and E3 behind it; E1 is not in it."""
    ledger.register(
        replace(ledger.registry.meter_by_key[2], building="hall"),
        meter(50, "a", "E3", "electricity", "kWh", parent="E2", building="hall"),
    )
    ledger.registry = replace(
        ledger.registry, buildings=(Building("a", "hall", "一号厂房", "Hall 1"),)
    )
    for key, amount in ((1, 10.0), (2, 6.0), (50, 5.0), (3, 2.0)):
        ledger.write(key, day(2026), day(2026, 2), amount)
    found = inventory(ledger.books, every="month", building=("a", "hall"), **JANUARY)
    assert found.of_basis("location").rows["activity_amount"].tolist() == [744 * 6]
    assert totals(found, [])["co2e_t"].item() == pytest.approx(744 * 6 * 0.4671 / 1000)
    assert found.left_out.to_numpy().tolist() == [["E3", "a", "sub-meter of E2"]]
