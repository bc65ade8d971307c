"""The factor files: every row is dated, sourced, and computes to the digits that were printed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from models.carbon.factor_files import FILES, rows_of
from models.units import conversion

STATUSES = {"verified", "verified-secondary", "from memory"}
DATE = re.compile(r"(\d{4}(-\d{2}(-\d{2})?)?)?")
EVERY_ROW = [pytest.param(row, id=row["id"]) for name in FILES for row in rows_of(name)]
VALUES = ("value", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct", "uncertainty_pct")


def test_ids_are_unique_over_all_files():
    ids = [row["id"] for name in FILES for row in rows_of(name)]
    assert len(ids) == len(set(ids))


def test_a_file_that_is_none_of_them_is_refused():
    with pytest.raises(KeyError):
        rows_of("gases")


@pytest.mark.parametrize("row", EVERY_ROW)
def test_every_row_is_whole(row):
    assert row["id"].startswith(row["set"] + "/")
    assert row["source"]
    assert row["status"] in STATUSES
    assert row["unit"]
    for name in ("published", "valid_from", "valid_to"):
        assert DATE.fullmatch(row.get(name, ""))
    if row.get("data_year"):
        assert 1990 <= int(row["data_year"]) <= 2030
    for name in VALUES:
        if row.get(name):
            assert float(row[name]) > 0
    if not any(row.get(name) for name in ("value", "ncv_gj_per_unit", "oxidation_pct")):
        assert "range" in row["note"]


FUELS = [row for row in rows_of("fuels") if row["derived_tco2_per_unit"]]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in FUELS])
def test_a_fuel_computes_to_its_printed_co2(row):
    """NCV x CC x OF x 44/12 rounds to the derived value in as many digits as are printed."""
    printed = Decimal(row["derived_tco2_per_unit"])
    ncv, carbon = Decimal(row["ncv_gj_per_unit"]), Decimal(row["carbon_tc_per_gj"])
    exact = ncv * carbon * Decimal(row["oxidation_pct"]) / 100 * 44 / 12
    # Half a unit of the last printed digit; trailing zeros are not printed, so four at most.
    assert abs(exact - printed) <= Decimal("0.00051")


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in FUELS])
def test_a_fuel_unit_holds_what_its_meters_measure(row):
    assert conversion("t" if row["unit"] == "t" else "Nm3", row["unit"])[0] in (1.0, 1e-4)


def electricity(year, region, basis="average"):
    (row,) = [
        row
        for row in rows_of("electricity")
        if (row["data_year"], row["region"], row["basis"]) == (str(year), region, basis)
        and row["set"] == "mee_nbs"
    ]
    return float(row["value"])


def test_carbon_product_of_coal_tar():
    """CETS-AG-03.01 table A.2 note *4 prints 33.453 x 0.02200 x 44/12 = 2.699 tCO2/t."""
    for row in FUELS:
        if row["code"] == "coal_tar":
            assert (row["ncv_gj_per_unit"], float(row["carbon_tc_per_gj"])) == ("33.453", 0.022)
            product = 33.453 * 0.022 * 44 / 12
            assert product == pytest.approx(2.699, abs=0.0006)


@pytest.mark.parametrize(
    ("region", "basis", "before", "after", "published_pct"),
    [
        ("全国", "average", 2022, 2023, -1.1),
        ("全国", "excluding_market_non_fossil", 2022, 2023, 4.1),
        ("华北", "average", 2022, 2023, -6.1),
        ("东北", "average", 2022, 2023, -8.0),
        ("华东", "average", 2022, 2023, -2.1),
        ("华中", "average", 2022, 2023, -2.3),
        ("西北", "average", 2022, 2023, -5.4),
        ("全国", "average", 2021, 2022, -3.6),
        ("全国", "fossil_only", 2021, 2022, -1.2),
    ],
)
def test_changes_of_the_grid_factors_as_the_ministry_tells_them(
    region, basis, before, after, published_pct
):
    """Explanations of the notices of 2022 and 2023; the rates come from unrounded factors."""
    change = electricity(after, region, basis) / electricity(before, region, basis) - 1
    assert change * 100 == pytest.approx(published_pct, abs=0.1)


@pytest.mark.parametrize(
    ("code", "kcal", "k"),
    [
        ("raw_coal", 5000, 0.7143),
        ("washed_coal", 6300, 0.9000),
        ("coke", 6800, 0.9714),
        ("crude_oil", 10000, 1.4286),
        ("gasoline", 10300, 1.4714),
        ("diesel", 10200, 1.4571),
        ("lpg", 12000, 1.7143),
        ("refinery_gas", 11000, 1.5714),
        ("blast_furnace_gas", 900, 1.286),  # tce per 10^4 m3: ten times kgce/m3
        ("electricity", 860, 0.1229),
    ],
)
def test_standard_coal_is_kcal_over_7000(code, kcal, k):
    """1 kgce = 7000 kcal = 29307.6 kJ (CETS-AG-03.01 note *1); GB/T 2589 prints k."""
    (row,) = [row for row in rows_of("standard_coal") if row["code"] == code]
    assert (float(row["value"]), float(row["kcal_per_kg_m3_or_kwh"])) == (k, kcal)
    per_unit = 10 if row["unit"] == "tce/10^4 m3" else 1
    assert kcal / 7000 * per_unit == pytest.approx(k, abs=0.00005 * per_unit)


def test_standard_coal_of_heat():
    (row,) = [row for row in rows_of("standard_coal") if row["code"] == "heat"]
    assert float(row["value"]) == 0.03412
    per_gj = 1 / 29.3076
    assert per_gj == pytest.approx(0.03412, abs=0.000005)
