"""The factor files: every row is dated, sourced, and computes to the digits that were printed."""

from __future__ import annotations

import globalwarmingpotentials
import pytest

from models.carbon.factor_checks import check
from models.carbon.factor_files import FILES, rows_of
from models.carbon.factor_tables import read_tables
from models.reference_tables import package_folder
from models.units import conversion

FUELS = [row for row in rows_of("fuels") if row["derived_tco2_per_unit"]]


def test_a_file_that_is_none_of_them_is_refused():
    with pytest.raises(KeyError):
        rows_of("ghosts")


def test_every_file_is_sound():
    assert check() == []


def test_every_row_of_every_file_is_in_the_checked_tables():
    """The check reads the same files as the library, to the last row."""
    tables, _ = read_tables(package_folder())
    for name in FILES:
        assert [line["id"] for line in tables[name]] == [row["id"] for row in rows_of(name)]
        assert tables[name]


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
    """CETS-AG-03.01 table A.2 note *4 prints 33.453 x 0.02200 x 44/12 = 2.699 tCO2/t: without an
    oxidation term, which the same fuel has in the other sets (98 %: 2.6446).
    """
    derived = {}
    for row in FUELS:
        if row["code"] == "coal_tar":
            assert (row["ncv_gj_per_unit"], float(row["carbon_tc_per_gj"])) == ("33.453", 0.022)
            derived[row["set"]] = float(row["derived_tco2_per_unit"])
    assert derived == {
        "cets_steel_2024": 2.6985,
        "ndrc_sector": 2.6446,
        "gbt32151_22_2024": 2.6446,
    }
    (sold,) = [row for row in rows_of("process") if row["id"].endswith("in_products/coal_tar")]
    assert sold["value"] == "2.699"


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


# Names of the gases in the package where they are not ours without hyphens.
OF_PACKAGE = {"c-C4F8": "cC4F8"}


def test_warming_potentials_are_those_of_another_publication():
    """globalwarmingpotentials (CC0) transcribes the IPCC's tables independently of us."""
    compared = 0
    for row in rows_of("gwp"):
        values = globalwarmingpotentials.data[f"{row['assessment']}GWP100"]
        name = OF_PACKAGE.get(row["code"], row["code"].replace("-", ""))
        if name in values:
            assert float(row["value"]) == values[name], row["id"]
            compared += 1
    # All but CO2 itself (3 reports) and methane by origin (AR5, AR6: 2 each).
    assert compared == len(rows_of("gwp")) - 7


def test_methane_by_origin():
    """GHG Protocol, Global Warming Potential Values (2024); AR5 table 8.A.1, AR6 table 7.15."""
    found = {row["id"]: float(row["value"]) for row in rows_of("gwp")}
    assert found["ipcc_ar5/gwp/CH4_fossil"] == 30
    assert found["ipcc_ar6/gwp/CH4_fossil"] == 29.8
    assert found["ipcc_ar6/gwp/CH4_biogenic"] == 27


@pytest.mark.parametrize(
    ("code", "value"),
    [
        # annex A, table A.2 of CETS-AG-03.01-V01-2024
        ("limestone", 0.44),
        ("dolomite", 0.476),
        ("electrode", 3.663),
        ("pig_iron", 0.172),
        ("direct_reduced_iron", 0.073),
        ("scrap", 0.037),
        ("crude_steel", 0.037),
        ("crude_benzene", 3.382),
    ],
)
def test_process_factors_of_steel(code, value):
    (row,) = [
        row for row in rows_of("process") if (row["set"], row["code"]) == ("cets_steel_2024", code)
    ]
    assert (float(row["value"]), row["unit"], row["status"]) == (value, "tCO2/t", "verified")


def test_fresh_water_changed_threefold_with_the_edition_of_2020():
    """GB/T 2589: 0.0857 kgce/t (2008) and 0.2571 kgce/t (2020, in force 2021-04-01)."""
    rows = [row for row in rows_of("standard_coal") if row["code"] == "water_fresh"]
    assert {(row["valid_from"], row["valid_to"], float(row["value"])) for row in rows} == {
        ("", "2021-04-01", 8.57e-5),
        ("2021-04-01", "", 2.571e-4),
    }
