"""What changes inside a period: own factors and meters; months sum to their year all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.energy_flow import energy_flow
from ledger.inventory import inventory
from ledger.totals import totals
from models.registry import (
    Certificate,
    CertificateKind,
    CertificateUse,
    DeclaredFactor,
    Direction,
    SourceStream,
    Use,
)
from tests.unit.carbon.conftest import day, meter
from tests.unit.carbon.test_recorded import record

YEAR = {"start": day(2025), "end": day(2026)}
GAS_T = 389.31 * 0.0153 * 0.99 * 44 / 12 / 10_000  # t/Nm3, of the NDRC guideline's table


def own(carrier, value, unit, valid_from, **more):
    return DeclaredFactor("a", carrier, value, unit, valid_from, None, "contract", **more)


def hold(ledger, **more):
    ledger.registry = replace(ledger.registry, **more)


@pytest.mark.parametrize("every", ["total", "year", "month", "day"])
def test_a_record_in_whose_period_an_own_factor_begins(ledger, every):
    """8,760 Nm3 of a year, 4,344 of its hours before July; 744 kWh of March, 360 h before the 16th
    at the grid's 0.4671.
    """
    hold(
        ledger,
        activity_records=(
            record(1, "stationary_combustion", "natural_gas", 8760.0, "Nm3"),
            record(2, "purchased_electricity", "electricity", 744.0, "kWh", "2025-03"),
        ),
        declared_factors=(
            own("natural_gas", 2.5, "kg/Nm3", date(2025, 7, 1)),
            own("electricity", 1.0, "kg/kWh", date(2025, 3, 16)),
        ),
    )
    found = inventory(ledger.books, every=every, **YEAR)
    (whole,) = totals(found, []).to_dict("records")
    assert whole["scope1_co2e_t"] == pytest.approx(4344 * GAS_T + 4416 * 2.5 / 1000)
    assert whole["scope2_co2e_t"] == pytest.approx(0.360 * 0.4671 + 0.384)
    assert whole["energy_gj"] == pytest.approx(0.876 * 389.31 + 744 * 0.0036)
    assert whole["estimated_share"] == pytest.approx(1.0)


def test_raw_material_is_not_burnt_by_an_own_factor_either(ledger):
    hold(
        ledger,
        source_streams=(
            SourceStream("a", "feed", "stationary_combustion", Use.RAW_MATERIAL, "原料", "Feed"),
        ),
        activity_records=(
            record(
                1, "stationary_combustion", "natural_gas", 10_000.0, "Nm3", source_stream="feed"
            ),
            record(2, "stationary_combustion", "natural_gas", 10_000.0, "Nm3"),
        ),
        declared_factors=(own("natural_gas", 2.5, "kg/Nm3", date(2025, 1, 1)),),
    )
    rows = inventory(ledger.books, **YEAR).rows.set_index("use")
    assert rows["co2e_t"].to_dict() == {"raw_material": 0.0, "use": 25.0}
    assert rows["method"].to_dict() == {"raw_material": "raw_material", "use": "declared_fuel"}
    assert rows["energy_gj"].tolist() == [389.31, 389.31]


def test_an_own_factor_of_a_category_holds_in_no_other(ledger):
    hold(
        ledger,
        activity_records=(record(1, "scope3_1", "cement", 40.0, "t"),),
        declared_factors=(own("cement", 9.0, "t/t", date(2025, 1, 1), category="process"),),
    )
    (row,) = inventory(ledger.books, **YEAR).rows.to_dict("records")
    assert row["co2e_t"] == pytest.approx(40 * 0.735)  # GB/T 51366-2019


def test_certificates_cover_a_meter_s_purchases_and_not_what_it_sells_later(ledger):
    """b buys 10 kWh an hour by E1 all year (87,600) and by E9 until July (4,344 h); E9 then sells.
    50 MWh of the 131,040 kWh that it bought are covered.
    """
    e9 = ledger.registry.meter_by_key[7]
    ledger.register(
        replace(e9, valid_to=day(2025, 7)),
        replace(e9, valid_from=day(2025, 7), direction=Direction.EXPORT),
    )
    for key in (6, 7):
        ledger.write(key, day(2025), day(2026), 10.0)
    hold(
        ledger,
        certificates=(Certificate("x", "b", CertificateKind.GEC, "wind", "2024-12", 50.0, "GEC"),),
        certificate_uses=(CertificateUse("x", "b", "2025", 50.0),),
    )
    for every in ("year", "month"):
        found = inventory(ledger.books, every=every, **YEAR)
        assert found.operands["covered"].sum() == pytest.approx(50_000)
        (whole,) = totals(found, []).to_dict("records")
        assert whole["scope2_market_co2e_t"] == pytest.approx(
            (87_600 + 43_440 - 50_000 - 44_160) * 0.6096 / 1000
        )


@pytest.mark.parametrize("every", ["year", "month", "day"])
def test_what_certificates_cover_wholly_is_zero_to_the_last_bit(ledger, every):
    ledger.write(1, day(2025), day(2026), lambda hour: 10.1 + 0.37 * (hour % 7))
    uses = (("x", "2025", 5000.0), ("y", "2025-03", 7.3))
    hold(
        ledger,
        certificates=tuple(
            Certificate(name, "a", CertificateKind.GEC, "wind", "2024-12", mwh, "GEC")
            for name, _, mwh in uses
        ),
        certificate_uses=tuple(
            CertificateUse(name, "a", period, mwh) for name, period, mwh in uses
        ),
    )
    rows = inventory(ledger.books, every=every, **YEAR).rows
    market = rows[rows["basis"] == "market"]
    assert len(market) == {"year": 1, "month": 12, "day": 365}[every]
    assert (market["co2e_t"] == 0).all()
    assert market["uncertainty_rel"].isna().all()  # of nothing


def test_a_cut_makes_no_meter_more_certain(ledger):
    """2 % of one meter, in two pieces because the gas has another factor from July."""
    ledger.register(replace(ledger.registry.meter_by_key[1], accuracy_pct=2.0))
    ledger.write(1, day(2025), day(2026), 10.0)
    hold(ledger, declared_factors=(own("natural_gas", 2.5, "kg/Nm3", date(2025, 7, 1)),))
    found = inventory(ledger.books, **YEAR)
    assert len(found.parts[found.parts["row"] == 0]) == 2
    assert found.rows["uncertainty_activity_rel"].tolist() == pytest.approx([0.02, 0.02])


def test_heat_made_unmetered_is_inferred_beside_metered_heat(ledger):
    """a makes 10 GJ an hour by its meter; b sells 20 that no meter of a conversion counts."""
    ledger.register(
        meter(30, "a", "HG", "heat", "GJ", direction=Direction.GENERATION),
        meter(31, "b", "HX", "heat", "GJ", direction=Direction.EXPORT),
    )
    month = {"start": day(2025), "end": day(2025, 2)}
    ledger.write(30, day(2025), day(2025, 2), 10.0)
    ledger.write(31, day(2025), day(2025, 2), 20.0)
    flow = energy_flow(ledger.books, inventory(ledger.books, every="total", **month), **month)
    keys = ["source", "target", "inferred"]
    links = flow.set_index(keys)["energy_gj"].to_dict()
    assert links == {
        ("conversion", "heat", False): 7440.0, ("conversion", "heat", True): 14_880.0,
        ("heat", "sold", False): 14_880.0, ("heat", "use", False): 7440.0,
    }  # fmt: skip


def test_panels_from_a_day_on_leave_what_was_sold_before_alone(ledger):
    """b buys 10 and sells 4 kWh an hour; its panels are there from 1 July (4,344 of 8,760 h gone).
    What it sold before is deducted at the grid's 0.4671, what it sells then is the panels'.
    """
    panels = meter(31, "b", "PV", "electricity", "kWh", direction=Direction.GENERATION)
    ledger.register(
        replace(ledger.registry.meter_by_key[7], direction=Direction.EXPORT),
        replace(panels, valid_from=day(2025, 7)),
    )
    ledger.write(6, day(2025), day(2026), 10.0)
    ledger.write(7, day(2025), day(2026), 4.0)
    ledger.write(31, day(2025, 7), day(2026), 5.0)
    for every in ("year", "month"):
        (whole,) = totals(inventory(ledger.books, every=every, **YEAR), []).to_dict("records")
        assert whole["scope2_co2e_t"] == pytest.approx((87_600 - 4 * 4344) * 0.4671 / 1000)
        assert whole["energy_gj"] == pytest.approx((87_600 - 4 * 4344) * 0.0036)
        assert whole["renewable_tce_calorific"] == pytest.approx(4416 * (5 - 4) * 0.1229 / 1000)
