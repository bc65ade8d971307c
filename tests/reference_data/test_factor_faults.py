"""Each kind of fault of a factor file is found, with its line, column and reason."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.carbon.arithmetic import evaluate
from models.carbon.factor_checks import check
from models.reference_tables import package_folder

Spoil = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference data."""
    source = Path(str(package_folder()))
    shutil.copytree(source, tmp_path / "reference")
    return tmp_path / "reference"


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Writes cells of the row with an id (or, of the guidelines, code); tells its line."""

    def write(file: str, key: str, **cells: str) -> int:
        path = folder / ("" if file == "guidelines" else "factors") / f"{file}.csv"
        with path.open(encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        (number,) = [
            at for at, row in enumerate(rows) if key == (row.get("id") or f"{row['code']} {at}")
        ]
        rows[number] |= cells
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return number + 2

    return write


MEE = "mee_nbs/electricity/average/2023/吉林"
GAS = "ndrc_sector/natural_gas"
STEEL_COKE = "cets_steel_2024/coke"


@pytest.mark.parametrize(
    "case",
    [
        ("electricity", MEE, {"id": f"{MEE} "}, None, None),
        ("electricity", MEE, {"id": "mee_nbs/electricity/average/2022/吉林"}, "id", "already"),
        ("electricity", MEE, {"id": "吉林"}, "id", "does not begin with its set"),
        ("electricity", MEE, {"source": " "}, "source", "is empty"),
        ("electricity", MEE, {"status": "sure"}, "status", "'sure' is not one of: verified"),
        ("electricity", MEE, {"published": "31.12.2025"}, "published", "is not a date"),
        ("electricity", MEE, {"published": "2025-02-30"}, "published", "is not a date"),
        ("electricity", MEE, {"published": "2022-12-31"}, "published", "before the year of the"),
        ("electricity", MEE, {"data_year": "next"}, "data_year", "is not a year"),
        ("electricity", MEE, {"data_year": ""}, "data_year", "is empty"),
        ("electricity", MEE, {"unit": "tCO2/kg"}, "unit", "measure different things"),
        ("electricity", MEE, {"unit": "kgCO2/kWhh"}, "unit", "not known"),
        ("electricity", MEE, {"unit": "kgCH4/kWh"}, "unit", "is no mass of CO2 per unit"),
        ("electricity", MEE, {"value": "0,4671"}, "value", "is not a number"),
        ("electricity", MEE, {"value": "467.1"}, "value", "lies outside 0.02 to 1.4"),
        ("electricity", MEE, {"value": ""}, "value", "the note tells no published range"),
        ("electricity", MEE, {"uncertainty_pct": "-3"}, "uncertainty_pct", "lies outside"),
        ("electricity", MEE, {"region": "辽宁"}, "valid_from", "holds on days on which line"),
        ("heat", "ndrc_sector/heat", {"unit": "tCO2/kWh"}, "unit", "no plausible range"),
        ("heat", "ndrc_sector/heat", {"unit": "tCO2/t"}, "unit", "measure different things"),
        ("fuels", GAS, {"unit": "m3"}, "unit", "per t or 10^4 Nm3"),
        ("fuels", GAS, {"ncv_gj_per_unit": "398.31"}, "derived_tco2_per_unit", "gives 22.1217"),
        ("fuels", GAS, {"oxidation_pct": ""}, "oxidation_pct", "NCV x CC x OF x 44/12"),
        ("fuels", GAS, {"derived_tco2_per_unit": ""}, "derived_tco2_per_unit", "missing"),
        ("fuels", GAS, {"valid_from": "2024-05-01", "valid_to": "2024-05-01"}, "valid_to", "after"),
        # The steel guideline has no oxidation term: with it, 3.0367 would be printed.
        ("fuels", STEEL_COKE, {"derived_tco2_per_unit": "3.0367"}, "derived_tco2_per_unit",
         "3.0367 printed, NCV x CC x 44/12 gives 3.0674"),
        ("fuels", STEEL_COKE, {"oxidation_pct": "98"}, None, None),
        ("standard_coal", "gbt2589/diesel", {"value": "1.4714"}, "value", "gives 1.4571"),
        ("standard_coal", "gbt2589/heat", {"value": "0.03142"}, "value", "gives 0.03412"),
        ("process", "ndrc_sector/process/limestone", {"value": "0.4937"}, "value", "0.439713"),
        ("process", "ndrc_sector/process/limestone", {"derivation": "x()"}, "derivation", "cannot"),
        ("process", "ndrc_sector/process/limestone", {"method": "magic"}, "method", "not known"),
        ("process", "ndrc_sector/process/limestone", {"category": "magic"}, "category", "not kn"),
        ("process", "ndrc_sector/process/limestone", {"operands": "mcf=1"}, "operands", "'mcf' is"),
        ("wastewater", "ndrc_sector/wastewater/deep_lagoon", {"operands": "b0=0.25|mcf=0.2"},
         "value", "b0 * mcf gives 0.05"),
        ("wastewater", "ndrc_sector/wastewater/deep_lagoon", {"gas": "CO2", "unit": "tCO2/t"},
         "gas", "wastewater_ch4 gives CH4"),
        ("leakage", "ipcc_2006/fugitive/SF6", {"gas": "SF5", "unit": "tSF5/t"}, "gas", "no GWP"),
        ("blends", "ashrae34/blend/R-410A/HFC-125", {"value": "0.4"}, "value", "sum to 0.9"),
        ("blends", "ashrae34/blend/R-410A/HFC-32", {"component": "HFC"}, "component", "no GWP"),
        ("guidelines", "steel 2", {"fuel_sets": "cets"}, "fuel_sets", "in no factor file"),
        ("guidelines", "steel 2", {"combustion": "burn"}, "combustion", "is not known"),
        ("guidelines", "steel 2", {"combustion": "combustion"}, "derived_tco2_per_unit", "gives"),
        ("guidelines", "steel 2", {"year_from": "2025"}, "year_from", "before ends with 2023"),
        ("guidelines", "steel 2", {"heat_in_obligation": "no"}, "heat_in_obligation", "neither"),
    ],
)  # fmt: skip
def test_a_fault_is_found(folder, spoil, case):
    """The cells of one row are spoilt; ``column`` None: what was written is as good."""
    file, key, cells, column, reason = case
    line = spoil(file, key, **cells)
    faults = check(folder)
    if column is None:
        assert faults == []
        return
    named = [fault for fault in faults if fault.field == column and reason in fault.detail]
    assert named, [str(fault) for fault in faults]
    if column in cells:  # else it is told of another row: of a fuel, of the blend's last component
        assert any((fault.file, fault.row) == (f"{file}.csv", line) for fault in named)


def test_a_file_that_is_missing_and_a_column_that_is(folder):
    (folder / "factors" / "heat.csv").unlink()
    path = folder / "factors" / "gwp.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("assessment", "report", 1), "utf-8")
    found = {(fault.file, fault.row, fault.field) for fault in check(folder)}
    assert found == {("heat.csv", None, "file"), ("gwp.csv", 1, "assessment")}


def test_a_row_with_a_cell_too_many(folder):
    path = folder / "factors" / "heat.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + ",0.11\n", "utf-8")
    (fault,) = check(folder)
    assert (fault.file, fault.row, fault.field) == ("heat.csv", 2, "row")
    assert "cells, the head has" in fault.detail


@pytest.mark.parametrize(
    ("text", "value"), [("(1 - 0.1) * (1 - 0.8)", 0.18), ("-b0 / 2 + 1", 0.875), ("3", 3.0)]
)
def test_arithmetic(text, value):
    assert evaluate(text, {"b0": 0.25}) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["x", "2 ** 9", "f(1)", "1 +", "True", "'a'", "[1]", "1" * 301])
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises((ValueError, KeyError)):
        evaluate(text, {})
