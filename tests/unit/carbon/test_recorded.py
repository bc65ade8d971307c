"""Activity records in an inventory: every category by its method, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from ledger.inventory import inventory
from ledger.totals import totals
from models.errors import FactorNotFoundError, UnitError
from models.registry import (
    ActivityOrigin,
    ActivityRecord,
    ActivityState,
    Certificate,
    CertificateKind,
    CertificateUse,
    DeclaredFactor,
    Parameter,
    SourceStream,
    Use,
)
from tests.unit.carbon.conftest import day

ENTERED = datetime(2026, 2, 1, tzinfo=UTC)
YEAR = {"start": day(2025), "end": day(2026)}


def record(number, category, code, amount, unit, period="2025", **more):
    plain = ActivityRecord(
        number, "a", category, code, period, amount, unit, None, ActivityOrigin.INVOICE, "invoice",
        None, ActivityState.APPROVED, "one", ENTERED, "other", ENTERED,
    )  # fmt: skip
    return replace(plain, **more)


def hold(ledger, *records, **more):
    ledger.registry = replace(ledger.registry, activity_records=records, **more)


def the_row(ledger, *records, every="year", gwp="AR5", **more):
    hold(ledger, *records, **more)
    found = inventory(ledger.books, every=every, gwp=gwp, **YEAR).of_basis("location")
    (row,) = found.rows.to_dict("records")
    return row


@pytest.mark.parametrize(
    ("category", "code", "amount", "unit", "co2e"),
    [
        # FC x NCV x CC x OF x 44/12 of the NDRC table: table 2.1: 43.33 GJ/t, 0.0202 tC/GJ, 98 %
        ("mobile_combustion", "diesel", 2000.0, "kg", 2 * 43.33 * 0.0202 * 0.98 * 44 / 12),
        ("process", "limestone", 100.0, "t", 100 * 0.4397),
        ("fugitive", "SF6", 2.0, "kg", 0.002 * 23_500),  # AR5
        ("fugitive", "HFC-134a", 10.0, "kg", 0.010 * 1300),
        ("co2_recovered", "co2", 50.0, "t", -50.0),
        ("scope3_1", "cement", 40.0, "t", 40 * 0.735),
        # 10 t COD x 0.25 t CH4/t x MCF 0.8 x 28
        ("wastewater", "sludge_digester", 10.0, "t", 10 * 0.25 * 0.8 * 28),
        ("purchased_electricity", "electricity", 10.0, "MWh", 10 * 0.4671),
        ("purchased_heat", "heat", 100.0, "GJ", 11.0),
    ],
)
def test_every_category_by_its_method(ledger, category, code, amount, unit, co2e):
    row = the_row(ledger, record(1, category, code, amount, unit))
    assert row["co2e_t"] == pytest.approx(co2e)
    assert (row["category"], row["activity_amount"], row["activity_unit"]) == (
        category, amount, unit
    )  # fmt: skip
    assert row["activity_origin"] == "record:invoice"
    assert pd.isna(row["coverage"])
    assert row["estimated_share"] == 0


def test_warming_potentials_of_another_report(ledger):
    sulphur = record(1, "fugitive", "SF6", 2.0, "kg")
    row = the_row(ledger, sulphur, gwp="AR4")
    assert row["co2e_t"] == pytest.approx(0.002 * 22_800)
    assert (row["gas"], row["gas_t"], row["gwp"]) == ("SF6", pytest.approx(0.002), "AR4")


def test_what_is_only_told_is_in_no_total(ledger):
    """4 ha of crown cover for a year, and 6 ha for March: 10.63 t/(ha a), IPCC 2006."""
    hold(
        ledger,
        record(1, "sink", "urban_trees", 4.0, "ha"),
        record(2, "sink", "urban_trees", 6.0, "ha", "2025-03"),
        record(3, "process", "limestone", 100.0, "t"),
    )
    found = inventory(ledger.books, every="year", **YEAR)
    (whole,) = totals(found, []).to_dict("records")
    assert whole["sink_co2_t"] == pytest.approx(-(4 + 6 / 12) * 10.63)
    assert whole["co2e_t"] == pytest.approx(43.97)
    assert found.rows.loc[found.rows["category"] == "sink", "co2e_t"].isna().all()


def test_scope_3_stands_beside_the_total(ledger):
    hold(
        ledger,
        record(1, "scope3_1", "cement", 40.0, "t"),
        record(2, "process", "limestone", 100.0, "t"),
    )
    (whole,) = totals(inventory(ledger.books, **YEAR), []).to_dict("records")
    assert (whole["co2e_t"], whole["scope3_co2e_t"]) == (
        pytest.approx(43.97), pytest.approx(29.4)
    )  # fmt: skip


def test_a_year_s_record_is_spread_by_time_and_marked(ledger):
    """3,650 t of limestone in the 365 days of 2025: 10 t a day."""
    hold(ledger, record(1, "process", "limestone", 3650.0, "t"))
    months = inventory(ledger.books, every="month", **YEAR).rows
    assert months["activity_amount"].tolist() == pytest.approx(
        [310, 280, 310, 300, 310, 300, 310, 310, 300, 310, 300, 310]
    )
    assert set(months["estimated_share"]) == {1.0}
    for every in ("hour", "day", "month", "year", "total"):
        rows = inventory(ledger.books, every=every, **YEAR).rows
        assert rows["co2e_t"].sum() == pytest.approx(3650 * 0.4397, rel=1e-12)
    part = inventory(ledger.books, every="year", start=day(2025, 2), end=day(2025, 3)).rows
    assert part["activity_amount"].tolist() == pytest.approx([280])
    assert part["estimated_share"].tolist() == [1.0]


def test_what_is_not_approved_is_left_out_and_told(ledger):
    hold(
        ledger,
        record(1, "process", "limestone", 1.0, "t", state=ActivityState.SUBMITTED),
        record(2, "process", "limestone", 1.0, "t", state=ActivityState.REFUSED),
    )
    found = inventory(ledger.books, enterprises=["a"], **YEAR)
    assert found.rows.empty
    told = found.left_out[found.left_out["meter"].str.startswith("record")]
    assert told.to_numpy().tolist() == [
        ["record 1", "a",
         "activity record of limestone in 2025 is submitted, not approved"],
    ]  # fmt: skip


def test_an_unknown_fuel_says_what_was_sought_and_where(ledger):
    hold(ledger, record(1, "stationary_combustion", "unobtainium", 1.0, "t"))
    with pytest.raises(
        FactorNotFoundError,
        match=r"unobtainium .*other_industry.*ndrc_sector.*needed for unobtainium of a in 2025",
    ):
        inventory(ledger.books, **YEAR)


def test_a_fuel_of_another_guideline_s_set_is_not_mixed_in(ledger):
    """Of the steel guideline from 2024 on only its own set is asked."""
    steel = tuple(replace(one, guideline="steel") for one in ledger.registry.enterprises)
    hold(ledger, record(1, "stationary_combustion", "marsh_gas", 1.0, "t"), enterprises=steel)
    with pytest.raises(FactorNotFoundError, match="cets_steel_2024"):
        inventory(ledger.books, **YEAR)


def test_a_wrong_dimension_names_the_units_and_whose(ledger):
    hold(ledger, record(1, "process", "limestone", 1.0, "kWh"))
    with pytest.raises(UnitError, match=r"kWh.*process limestone of a"):
        inventory(ledger.books, **YEAR)


def test_steel_has_no_oxidation_term_and_counts_raw_material(ledger):
    """CETS-AG-03.01 equation (1): E = FC x NCV x CC x 44/12; coke 28.435 GJ/t, 0.02942 tC/GJ."""
    steel = tuple(replace(one, guideline="steel") for one in ledger.registry.enterprises)
    raw = SourceStream("a", "r", "stationary_combustion", Use.RAW_MATERIAL, "原料", "raw material")
    coke = record(1, "stationary_combustion", "coke", 10.0, "t", source_stream="r")
    row = the_row(ledger, coke, enterprises=steel, source_streams=(raw,))
    assert row["method"] == "combustion_no_oxidation"
    assert row["co2e_t"] == pytest.approx(10 * 28.435 * 0.02942 * 44 / 12)
    assert row["use"] == "raw_material"


def test_fuel_that_goes_into_the_product_is_energy_and_not_burnt(ledger):
    raw = SourceStream("a", "r", "stationary_combustion", Use.RAW_MATERIAL, "原料", "raw material")
    gas = record(1, "stationary_combustion", "natural_gas", 1.0, "10^4 Nm3", source_stream="r")
    row = the_row(ledger, gas, source_streams=(raw,))
    assert (row["method"], row["co2e_t"]) == ("raw_material", 0.0)
    assert row["energy_gj"] == pytest.approx(389.31)


def test_measured_calorific_value_and_oxidation_replace_the_set_s(ledger):
    """30 GJ/t measured by a, 98 % by the park for all: 30 x 0.02749 x 0.98 x 44/12 t/t."""

    def own(parameter, value, unit, enterprise):
        return DeclaredFactor(
            enterprise, "anthracite", value, unit, date(2025, 1, 1), None, "report", parameter
        )

    declared = (
        own(Parameter.OXIDATION, 98.0, "%", None),
        own(Parameter.NCV, 30.0, "GJ/t", "a"),
        own(Parameter.NCV, 20.0, "GJ/t", None),
    )
    coal = record(1, "stationary_combustion", "anthracite", 1.0, "t")
    row = the_row(ledger, coal, declared_factors=declared)
    assert row["co2e_t"] == pytest.approx(30 * 0.02749 * 0.98 * 44 / 12)
    assert row["energy_gj"] == pytest.approx(30)
    assert row["factor_match"] == "declared"


def test_the_uncertainty_of_one_measured_parameter_goes_before_its_default(ledger):
    """NCV measured to 1.5 %; carbon of anthracite 98,300 (94,600 to 101,000) kg/TJ, IPCC 2006 table
    2.2: 3,700 / 98,300 = 3.764 %. Equation 3.1: 4.052 %, and not with the NCV's 20.6 % (26.7, up to
    32.2 GJ/t: table 1.2).
    """
    ncv = DeclaredFactor(
        "a", "anthracite", 30.0, "GJ/t", date(2025, 1, 1), None, "report", Parameter.NCV, 1.5
    )
    coal = record(1, "stationary_combustion", "anthracite", 1.0, "t")
    row = the_row(ledger, coal, declared_factors=(ncv,))
    assert row["uncertainty_factor_rel"] == pytest.approx(0.04052, abs=1e-5)
    row = the_row(ledger, coal, declared_factors=(replace(ncv, uncertainty_pct=None),))
    assert row["uncertainty_factor_rel"] == pytest.approx(
        ((5.5 / 26.7) ** 2 + (3700 / 98300) ** 2) ** 0.5
    )


def test_records_of_electricity_are_covered_by_certificates_like_meters(ledger):
    hold(
        ledger,
        record(1, "purchased_electricity", "electricity", 10.0, "MWh"),
        certificates=(
            Certificate("y", "a", CertificateKind.GEC, "wind", "2024-12", 4.0, "certificate"),
        ),
        certificate_uses=(CertificateUse("y", "a", "2025", 4.0),),
    )
    for every in ("day", "month", "year", "total"):
        found = inventory(ledger.books, every=every, **YEAR)
        sums = totals(found, [], basis="market")
        assert sums["co2e_t"].item() == pytest.approx(6 * 0.6096), every


def test_a_span_may_be_named_in_the_parks_time(ledger):
    ledger.write(1, day(2025, 3), day(2025, 4), 2.0)
    hold(ledger, record(1, "mobile_combustion", "diesel", 12.0, "t"))
    start, end = (at.astimezone(ledger.registry.zone) for at in (day(2025, 3), day(2025, 4)))
    for every in ("day", "month", "year", "total"):
        found = inventory(ledger.books, every=every, start=start, end=end)
        # 2 kWh in each of 744 hours; of 12 t diesel the 31 days of March
        diesel = 12 * 31 / 365 * 43.33 * 0.0202 * 0.98 * 44 / 12
        assert totals(found, [])["co2e_t"].item() == pytest.approx(diesel + 1.488 * 0.4671), every
