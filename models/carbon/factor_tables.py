"""The factor files as tables with line numbers, as they are checked: of the package or a folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from models.carbon.factor_files import FILES, MATERIAL_FILES
from models.errors import Fault

COMMON = ("id", "set", "code", "unit", "source", "status", "uncertainty_pct", "note")
_MATERIAL = (
    *COMMON, "category", "name_zh", "name_en", "method", "gas", "value", "derivation", "operands",
    "data_year", "valid_from", "valid_to", "published", "clause",
)  # fmt: skip
# What each file must have as columns; a file may have more.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "electricity": (*COMMON, "region", "level", "basis", "gas", "value", "data_year", "published"),
    "heat": (*COMMON, "region", "level", "basis", "gas", "value", "valid_from", "valid_to"),
    "fuels": (
        *COMMON, "name_zh", "name_en", "basis", "gas", "ncv_gj_per_unit", "carbon_tc_per_gj",
        "oxidation_pct", "derived_tco2_per_unit", "valid_from", "valid_to", "published",
    ),
    "standard_coal": (
        *COMMON, "name_zh", "basis", "value", "kcal_per_kg_m3_or_kwh", "valid_from", "valid_to",
    ),
    "coal_rate": (*COMMON, "region", "level", "basis", "value", "data_year"),
    "combustion_gases": _MATERIAL,
    "gwp": (*COMMON, "formula", "assessment", "value", "horizon_years", "published", "clause"),
    "blends": (*COMMON, "component", "value"),
    **dict.fromkeys(MATERIAL_FILES, _MATERIAL),
}  # fmt: skip
GUIDELINES = "guidelines"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file and the line on which it stands (the head is line 1)."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """A cell; empty where the file has no such column."""
        return self.cells.get(column, "")

    def fault(self, column: str, reason: str) -> Fault:
        """A fault of one of its cells."""
        return Fault(self.file, self.number, column, reason)


Tables = Mapping[str, list[Line]]


def package_folder() -> Traversable:
    """The folder of reference data that the library reads."""
    return files("models") / "reference"


def read_tables(folder: Traversable) -> tuple[Tables, list[Fault]]:
    """Every factor file and the guidelines below a folder of reference data, and what could not
    be read of them: a missing file or column, a line with more or fewer cells than the head.
    """
    tables: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for name in (*FILES, GUIDELINES):
        path = folder / f"{name}.csv" if name == GUIDELINES else folder / "factors" / f"{name}.csv"
        tables[name] = _lines(path, name, COLUMNS.get(name, ()), faults)
    return tables, faults


def _lines(
    path: Traversable, name: str, columns: tuple[str, ...], faults: list[Fault]
) -> list[Line]:
    file = f"{name}.csv"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(file, None, "file", f"cannot be read: {error}"))
        return []
    reader = csv.reader(io.StringIO(text))
    head = next(reader, [])
    faults.extend(
        Fault(file, 1, column, "the column is missing") for column in columns if column not in head
    )
    lines = []
    for cells in reader:
        if len(cells) != len(head):
            reason = f"{len(cells)} cells, the head has {len(head)}"
            faults.append(Fault(file, reader.line_num, "row", reason))
            continue
        lines.append(Line(file, reader.line_num, dict(zip(head, cells, strict=True))))
    return lines
