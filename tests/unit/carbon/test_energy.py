"""Comprehensive consumption and the flow of energy, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ledger.energy import energy
from ledger.energy_flow import energy_flow
from ledger.inventory import inventory
from models.registry import Direction, SourceStream, Use
from tests.unit.carbon.conftest import day, meter
from tests.unit.carbon.test_recorded import record

JANUARY = {"start": day(2026), "end": day(2026, 2)}
HOURS = 744


@pytest.fixture
def heat_plant(ledger):
    """c burns 100 Nm3 of gas an hour (3.8931 GJ, conversion) and makes 3.5 GJ of heat, of which it
    sells 3 to a and 0.4 to the town. a uses the 3, buys 10 kWh an hour, makes 4 of its own from the
    sun, and takes 10 Nm3 of gas as raw material; of its 10 kWh, 9 come to the only sub-meter.
    """
    ledger.register(
        meter(30, "c", "G", "natural_gas", "Nm3", source_stream="boiler"),
        meter(31, "c", "HA", "heat", "GJ", direction=Direction.EXPORT, counterpart="a"),
        meter(32, "c", "HT", "heat", "GJ", direction=Direction.EXPORT),
        meter(34, "c", "HG", "heat", "GJ", direction=Direction.GENERATION),
        meter(33, "a", "H", "heat", "GJ", counterpart="c"),
        replace(ledger.registry.meter_by_key[3], source_stream="feed"),
    )
    ledger.registry = replace(
        ledger.registry,
        source_streams=(
            SourceStream("c", "boiler", "stationary_combustion", Use.CONVERSION, "锅炉", "boiler"),
            SourceStream("a", "feed", "stationary_combustion", Use.RAW_MATERIAL, "原料", "feed"),
        ),
    )
    for key, amount in {
        30: 100.0, 31: 3.0, 32: 0.4, 33: 3.0, 34: 3.5, 1: 10.0, 2: 9.0, 5: 4.0, 3: 10.0,
    }.items():  # fmt: skip
        ledger.write(key, day(2026), day(2026, 2), amount)
    return ledger


def test_consumption_with_raw_material_and_renewables_apart(heat_plant):
    found = inventory(heat_plant.books, every="month", **JANUARY)
    each = energy(found, ["enterprise"]).set_index("enterprise")
    gas_tce = 389.31 / 29.3076 / 10_000  # of one Nm3
    feed, power, heat = 10 * gas_tce, 10 * 0.1229e-3, 3 * 0.03412
    of_a = each.loc["a"]
    assert of_a["energy_tce_calorific"] == pytest.approx(HOURS * (feed + power + heat))
    assert of_a["raw_material_tce_calorific"] == pytest.approx(HOURS * feed)
    assert of_a["without_raw_material_tce_calorific"] == pytest.approx(HOURS * (power + heat))
    assert of_a["energy_tce_equivalent"] == pytest.approx(HOURS * (feed + 10 * 302.4e-6 + heat))
    assert of_a["renewable_tce_calorific"] == pytest.approx(HOURS * 4 * 0.1229e-3)
    of_c = each.loc["c"]
    assert of_c["energy_tce_calorific"] == pytest.approx(HOURS * (100 * gas_tce - 3.4 * 0.03412))
    assert of_c["sold_tce_calorific"] == pytest.approx(HOURS * 3.4 * 0.03412)
    park = energy(found, []).iloc[0]
    assert park["sold_tce_calorific"] == pytest.approx(HOURS * 0.4 * 0.03412)
    assert park["energy_tce_calorific"] == pytest.approx(
        HOURS * (110 * gas_tce + power - 0.4 * 0.03412)
    )


def links(ledger, **whose):
    found = inventory(ledger.books, every="total", **JANUARY, **whose)
    flow = energy_flow(ledger.books, found, **JANUARY)
    return {
        (one.source, one.target): (one.energy_gj / HOURS, one.inferred) for one in flow.itertuples()
    }


def test_the_flow_of_the_park(heat_plant):
    """GJ an hour: gas 3.8931 + 0.38931; heat 3.5; power 0.036 + 0.0144, of which 0.0036 lost."""
    assert links(heat_plant) == {
        ("bought", "natural_gas"): (pytest.approx(4.28241), False),
        ("bought", "electricity"): (pytest.approx(0.036), False),
        ("renewable", "electricity"): (pytest.approx(0.0144), False),
        ("natural_gas", "conversion"): (pytest.approx(3.8931), False),
        ("natural_gas", "raw_material"): (pytest.approx(0.38931), False),
        ("conversion", "heat"): (pytest.approx(3.5), False),
        ("conversion", "loss"): (pytest.approx(0.3931), False),
        ("heat", "sold"): (pytest.approx(0.4), False),
        ("heat", "use"): (pytest.approx(3.1), False),
        ("electricity", "loss"): (pytest.approx(0.0036), False),
        ("electricity", "use"): (pytest.approx(0.0468), False),
    }  # fmt: skip


def test_what_is_sold_without_a_meter_of_its_making_is_inferred(heat_plant):
    plain = tuple(one for one in heat_plant.registry.meters if one.code != "HG")
    heat_plant.registry = replace(heat_plant.registry, meters=plain)
    of_c = links(heat_plant, enterprises=["c"])
    assert of_c["conversion", "heat"] == (pytest.approx(3.4), True)
    lost, inferred = of_c["conversion", "loss"]
    assert inferred
    assert np.isnan(lost)


def test_biomass_is_converted_or_raw_material_like_any_fuel(ledger):
    """2 t of wood (15.6 GJ/t) in a boiler that gives 20 GJ, 3 t become boards: renewables both."""
    ledger.registry = replace(
        ledger.registry,
        source_streams=(
            SourceStream("a", "boiler", "biogenic_combustion", Use.CONVERSION, "锅炉", "Boiler"),
            SourceStream("a", "boards", "biogenic_combustion", Use.RAW_MATERIAL, "板材", "Boards"),
        ),
        activity_records=(
            record(1, "biogenic_combustion", "wood", 2.0, "t", "2025-01", source_stream="boiler"),
            record(2, "biogenic_combustion", "wood", 3.0, "t", "2025-01", source_stream="boards"),
        ),
    )
    ledger.register(meter(30, "a", "HG", "heat", "GJ", direction=Direction.GENERATION))
    month = {"start": day(2025), "end": day(2025, 2)}
    ledger.write(30, month["start"], month["end"], 20 / 744)
    ledger.write(1, month["start"], month["end"], 100.0)
    found = inventory(ledger.books, every="total", **month)
    flow = energy_flow(ledger.books, found, **month).set_index(["source", "target"])["energy_gj"]
    assert flow["renewable", "wood"] == pytest.approx(5 * 15.6)
    assert flow["wood", "conversion"] == pytest.approx(2 * 15.6)
    assert flow["wood", "raw_material"] == pytest.approx(3 * 15.6)
    assert flow["conversion", "heat"] == pytest.approx(20)
    assert flow["conversion", "loss"] == pytest.approx(2 * 15.6 - 20)
    (whole,) = energy(found, []).to_dict("records")
    consumed = 74_400 * 0.1229 / 1000  # electricity alone
    assert whole["energy_tce_calorific"] == pytest.approx(consumed)
    assert whole["without_raw_material_tce_calorific"] == pytest.approx(consumed)


def test_what_a_member_buys_of_one_that_meters_no_sale_was_made_there(ledger):
    """a takes 10 GJ an hour from b, which has no meter, and passes 4 on to the town."""
    ledger.register(
        meter(30, "a", "HB", "heat", "GJ", counterpart="b"),
        meter(31, "a", "HT", "heat", "GJ", direction=Direction.EXPORT),
    )
    ledger.write(30, JANUARY["start"], JANUARY["end"], 10.0)
    ledger.write(31, JANUARY["start"], JANUARY["end"], 4.0)
    found = inventory(ledger.books, every="total", **JANUARY)
    flow = energy_flow(ledger.books, found, **JANUARY).set_index(["source", "target"])
    assert flow["energy_gj"].to_dict() == {
        ("conversion", "heat"): HOURS * 10.0, ("heat", "sold"): HOURS * 4.0,
        ("heat", "use"): HOURS * 6.0,
    }  # fmt: skip
    assert flow["inferred"].to_dict()["conversion", "heat"]


def test_what_is_sold_has_no_part_in_what_is_lost(ledger):
    """a buys 10 kWh an hour, of which 9 come to E2; it sells 30 that it made, and has a bill of
    1 MWh: 1 kWh an hour is lost.
    """
    ledger.register(meter(30, "a", "X", "electricity", "kWh", direction=Direction.EXPORT))
    for key, amount in ((1, 10.0), (2, 9.0), (30, 30.0)):
        ledger.write(key, JANUARY["start"], JANUARY["end"], amount)
    ledger.registry = replace(
        ledger.registry,
        meters=tuple(one for one in ledger.registry.meters if one.direction != "generation"),
        activity_records=(
            record(1, "purchased_electricity", "electricity", 1.0, "MWh", "2026-01"),
        ),
    )
    found = inventory(ledger.books, every="total", **JANUARY)
    flow = energy_flow(ledger.books, found, **JANUARY).set_index(["source", "target"])["energy_gj"]
    assert flow["electricity", "loss"] == pytest.approx(HOURS * 0.0036)
