"""Waste, water, heat of wood, pollutants of the small park, by hand; now is 1 July 2026."""

from __future__ import annotations

import pytest

from ledger.clean_energy import clean_energy
from ledger.inventory import inventory
from models.registry import (
    ActivityOrigin,
    ActivityRecord,
    ActivityState,
    Direction,
)
from tests.unit.carbon.conftest import NOW, Ledger, day, meter
from tests.unit.progress.indicators.entered import enter, figure, row_of


def record(
    number: int, category: str, code: str, amount: float, unit: str, enterprise: str = "a"
) -> ActivityRecord:
    """An approved record of 2025."""
    return ActivityRecord(
        number, enterprise, category, code, "2025", amount, unit, None, ActivityOrigin.MEASURED,
        "ledger", None, ActivityState.APPROVED, "one", NOW, "other", NOW,
    )  # fmt: skip


def test_waste_and_water(ledger: Ledger) -> None:
    """Slag: 90 t arise and 10 t come from storage, 80 t are reused: 80 of 100, 16 t are buried,
    4 t stored; used oil: 10 t arise and are disposed of. Of all, 80 + 16 + 10 of 110 are handled.
    Water: 300 m3 taken in, 700 used again: 70 %.
    """
    enter(ledger, activity_records=(
        record(1, "solid_waste_generated", "SW03", 90.0, "t"),
        record(2, "solid_waste_reused", "SW03", 80.0, "t"),
        record(3, "solid_waste_reused_stock", "SW03", 10.0, "t"),
        record(4, "solid_waste_disposed", "SW03", 16.0, "t"),
        record(5, "solid_waste_stored", "SW03", 4.0, "t"),
        record(6, "solid_waste_generated", "HW08", 10.0, "t"),
        record(7, "solid_waste_disposed", "HW08", 10.0, "t"),
        record(8, "water_intake", "tap_water", 300.0, "m3"),
        record(9, "water_reused", "condensate", 700.0, "m3"),
    ))  # fmt: skip
    reuse = row_of(ledger, "zero_carbon_park", "waste_reuse")
    assert (reuse["value"], reuse["state"]) == (pytest.approx(80.0), "met")
    handled = row_of(ledger, "green_park", "waste_disposal")
    assert handled["value"] == pytest.approx(100 * 106 / 110)
    water = row_of(ledger, "zero_carbon_park", "water_reuse")
    assert (water["value"], water["state"]) == (pytest.approx(70.0), "not_met")


@pytest.mark.parametrize(("sold", "share"), [(3.0, 1.0), (5.0, None)])
def test_who_sells_heat_of_wood_consumes_no_more_clean_energy_than_all(
    ledger: Ledger, sold: float, share: float | None
) -> None:
    """2,190 t of wood are 1,165.7 tce (15.6 GJ/t). 26,280 GJ of heat sold leave 269.0 tce of its
    own, which are clean, and not 433 %; 43,800 GJ (1,494.5 tce) leave nothing to have a share of.
    """
    export = meter(98, "a", "HX", "heat", "GJ", direction=Direction.EXPORT)
    enter(
        ledger, meters=(export,), enterprises=ledger.registry.enterprises[:1],
        activity_records=(record(1, "biogenic_combustion", "wood", 2190.0, "t"),),
    )  # fmt: skip
    ledger.write(98, day(2025), day(2026), sold)
    found = inventory(ledger.books, every="year", start=day(2025), end=day(2026))
    (row,) = clean_energy(found, ["enterprise"]).to_dict("records")
    assert row["own_renewable_tce"] == pytest.approx(2190 * 15.6 / 29.3076, rel=1e-4)
    if share is None:
        assert row["clean_share"] != row["clean_share"]  # nan
    else:
        assert row["clean_share"] == pytest.approx(share)
        assert row["clean_tce"] == pytest.approx(1165.70 - 26_280 * 0.03412, abs=0.1)
    value = row_of(ledger, "zero_carbon_park", "clean_energy")
    assert value["reason"] == (None if share else "no_energy")


@pytest.mark.parametrize(("reused", "value"), [(100.0, 100.0), (200.0, None)])
def test_more_is_not_reused_than_there_is(
    ledger: Ledger, reused: float, value: float | None
) -> None:
    """90 t arise and 10 t come from storage: 100 t can be reused, and no 200 % of them."""
    enter(ledger, activity_records=(
        record(1, "solid_waste_generated", "SW03", 90.0, "t"),
        record(2, "solid_waste_reused", "SW03", reused, "t"),
        record(3, "solid_waste_reused_stock", "SW03", 10.0, "t"),
    ))  # fmt: skip
    row = row_of(ledger, "zero_carbon_park", "waste_reuse")
    if value is None:
        assert (row["state"], row["reason"]) == ("unknown", "more_than_whole")
    else:
        assert row["value"] == pytest.approx(value)


@pytest.mark.parametrize(("others", "known"), [(100.0, True), (101.0, False)])
def test_who_tells_too_little_tells_nothing(ledger: Ledger, others: float, known: bool) -> None:
    """a takes in 300 m3 and uses 700 again, b takes in 100 or 101 and states no reuse: a has 75 %
    of the water, or less. Then what was entered is taken, and said beside it.
    """
    enter(
        ledger,
        figure(2025, "water_reuse_pct", 66.0),
        activity_records=(
            record(1, "water_intake", "tap_water", 300.0, "m3"),
            record(2, "water_reused", "condensate", 700.0, "m3"),
            record(3, "water_intake", "tap_water", others, "m3", "b"),
        ),
    )
    row = row_of(ledger, "zero_carbon_park", "water_reuse")
    assert row["value"] == pytest.approx(70.0 if known else 66.0)
    assert row["origin"] == ("computed" if known else "entered")
    assert row["missing"] == "b"
    assert "1 of 2 enterprises, with 75%" in row["value_source_en"]
    enter(ledger, activity_records=ledger.registry.activity_records)
    without = row_of(ledger, "zero_carbon_park", "water_reuse")
    assert without["reason"] == (None if known else "part_known")


def test_pollutants_without_outlets_may_be_entered(ledger: Ledger) -> None:
    """200 t of COD in 2020, 170 t in 2025: 15 % less, of the city's 10 %."""
    enter(
        ledger,
        figure(2020, "main_pollutant_t", 200.0, item="cod", boundary="statistics"),
        figure(2025, "main_pollutant_t", 170.0, item="cod", boundary="statistics"),
        figure(2020, "main_pollutant_t", 50.0, item="nox", boundary="statistics"),
        figure(2025, "main_pollutant_t", 40.0, item="nox", boundary="permits"),
        figure(2025, "indicator_target", 10.0, item="plan_14/pollutant_cod"),
    )
    cod = row_of(ledger, "plan_14", "pollutant_cod")
    assert (cod["value"], cod["state"]) == (pytest.approx(15.0), "met")
    assert row_of(ledger, "plan_14", "pollutant_nox")["reason"] == "boundaries_differ"
    assert row_of(ledger, "plan_14", "pollutant_vocs")["state"] == "unknown"
