"""The tables of indicators and titles: sound, and each kind of fault is found; figures typed in."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.progress.indicators.checks import check
from models.progress.indicators.tables import (
    Origin,
    TargetFrom,
    indicator_rows,
    indicator_tables,
    origins_of,
)
from models.progress.indicators.titles import title_kinds
from models.reference_tables import package_folder

Spoil = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files below a folder of reference data."""
    reference = Path(str(package_folder()))
    shutil.copytree(reference / "indicators", tmp_path / "indicators")
    for name in ("titles.csv", "yearly_figures.csv"):
        shutil.copyfile(reference / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Writes cells of the row whose first cell is ``code`` in a file below the folder."""

    def write(file: str, code: str, /, **cells: str) -> None:
        path = folder / file
        with path.open(encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        (wanted,) = [row for row in rows if next(iter(row.values())) == code]
        wanted |= cells
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    return write


def test_every_file_is_sound() -> None:
    assert check() == []


def test_every_file_is_read() -> None:
    names = {path.name for path in (package_folder() / "indicators").iterdir()}
    tables = {f"{code}.csv" for code in indicator_tables()}
    assert names == tables | {"tables.csv", "figures.csv", "clean_carriers.csv"}


# The file, the row's code, what is written into it, and the field that the fault names.
@pytest.mark.parametrize(
    ("file", "code", "cells", "field"),
    [
        ("indicators/plan_14.csv", "green_cover", {"target": ""}, "target"),
        ("indicators/plan_14.csv", "energy_per_gdp", {"target": "14.5"}, "target"),
        ("indicators/plan_14.csv", "green_cover", {"baseline": "42 %"}, "baseline"),
        ("indicators/plan_14.csv", "co2_per_gdp", {"baseline": "3"}, "baseline"),
        ("indicators/plan_14.csv", "co2_per_gdp", {"unit": "t"}, "unit"),
        ("indicators/plan_14.csv", "co2_per_gdp", {"kind": "orientation"}, "kind"),
        ("indicators/plan_14.csv", "co2_per_gdp", {"how": "computed:nothing"}, "how"),
        ("indicators/plan_14.csv", "green_cover", {"how": "entered:nothing"}, "how"),
        ("indicators/plan_14.csv", "green_cover", {"how": "guessed:green"}, "how"),
        ("indicators/plan_14.csv", "green_cover", {"note_zh": "注"}, "note_en"),
        ("indicators/plan_14.csv", "green_cover", {"source": " "}, "source"),
        ("indicators/plan_14.csv", "green_cover", {"status": "sure"}, "status"),
        ("indicators/plan_14.csv", "green_cover", {"code": "clean_energy"}, "code"),
        ("indicators/peak_action_2030.csv", "co2_per_gdp", {"kind": "binding"}, "kind"),
        ("indicators/green_park.csv", "green_cover", {"measure": "reduction"}, "measure"),
        ("indicators/tables.csv", "plan_14", {"target_year": "2019"}, "target_year"),
        ("indicators/tables.csv", "plan_14", {"baseline_year": "last"}, "baseline_year"),
        ("indicators/tables.csv", "plan_14", {"judged": "yes"}, "judged"),
        ("indicators/figures.csv", "water_reuse", {"formula_en": ""}, "formula_en"),
        ("titles.csv", "green_park", {"levels": "national|world"}, "levels"),
        ("titles.csv", "green_park", {"scope": "cluster"}, "scope"),
    ],
)
def test_a_fault_is_found(
    folder: Path, spoil: Spoil, file: str, code: str, cells: dict[str, str], field: str
) -> None:
    spoil(file, code, **cells)
    assert [fault.field for fault in check(folder)] == [field]


def test_a_missing_column_is_told_once(folder: Path) -> None:
    path = folder / "titles.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("issuer_en", "issued_by", 1), "utf-8")
    assert [(fault.file, fault.field) for fault in check(folder)] == [("titles.csv", "issuer_en")]


def test_what_the_sources_say() -> None:
    """Typed from issue 7 (green cover), the zero-carbon notice's quotations and State Council
    2026 No. 22.
    """
    rows = indicator_rows()
    assert (rows["plan_14/green_cover"].baseline, rows["plan_14/green_cover"].target) == (42, 47)
    zero_carbon = {row.code: row.target for row in rows.values() if row.table == "zero_carbon_park"}
    assert zero_carbon == {
        "carbon_per_energy": 0.2, "carbon_per_energy_large": 0.3, "clean_energy": 90,
        "product_energy": 100, "waste_reuse": 80, "waste_heat": 50, "water_reuse": 80,
    }  # fmt: skip
    peak = {row.code: row.target for row in rows.values() if row.table == "peak_action_2030"}
    assert peak == {
        "co2_per_gdp": 17, "energy_per_gdp": 10, "co2_per_value_added": 17,
        "energy_per_value_added": 10, "non_fossil_share": 25,
    }  # fmt: skip


def test_three_rows_of_the_plan_wait_for_the_city() -> None:
    """Energy, CO2 and the main pollutants (of which there are four)."""
    of_city = [row.code for row in indicator_rows().values() if row.target_from is TargetFrom.CITY]
    assert of_city == [
        "energy_per_gdp", "co2_per_gdp", "pollutant_cod", "pollutant_nh3n", "pollutant_nox",
        "pollutant_vocs",
    ]  # fmt: skip


def test_the_size_of_the_park_chooses_the_row() -> None:
    """200,000 tce to below a million: 0.20; from a million: 0.30; below 200,000 neither."""
    small, large = (
        indicator_rows()[f"zero_carbon_park/{code}"]
        for code in ("carbon_per_energy", "carbon_per_energy_large")
    )
    wanted = {199_999.0: (False, False), 200_000.0: (True, False), 999_999.0: (True, False),
              1_000_000.0: (False, True), None: (None, None)}  # fmt: skip
    for energy, both in wanted.items():
        assert (small.asked_of(energy), large.asked_of(energy)) == both
    assert indicator_rows()["plan_14/green_cover"].asked_of(None) is True


def test_origins() -> None:
    assert origins_of("computed:a:cod|entered:b:cod") == (Origin("a", "cod"), Origin("b", "cod"))
    assert origins_of("entered:b") == (None, Origin("b"))


def test_titles_have_levels_and_holders() -> None:
    assert title_kinds()["green_factory"].scope == "enterprise"
    assert title_kinds()["zero_carbon_park"].levels == ("national", "provincial")
