"""The factor files as tables with line numbers, as they are checked: of the package or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable

from models.carbon.factor_files import FILES, MATERIAL_FILES
from models.errors import Fault
from models.reference_tables import Line, lines_of

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


Tables = Mapping[str, list[Line]]


def read_tables(folder: Traversable) -> tuple[Tables, list[Fault]]:
    """Every factor file and the guidelines below a folder of reference data, and what could not
    be read of them: a missing file or column, a line with more or fewer cells than the head.
    """
    tables: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for name in (*FILES, GUIDELINES):
        path = folder / f"{name}.csv" if name == GUIDELINES else folder / "factors" / f"{name}.csv"
        tables[name] = lines_of(path, name, COLUMNS.get(name, ()), faults)
    return tables, faults
