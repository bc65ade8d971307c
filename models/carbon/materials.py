"""Factors of materials, leaking gases, waste water, scope 3 activities and sinks.

Every row gives t of one gas per unit of activity, for one category of the inventory.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from models.carbon.chosen import ChosenFactor
from models.carbon.factor_files import MATERIAL_FILES, Row, number, optional_number, rows_of
from models.carbon.guidelines import DEFAULT_GUIDELINE, guideline
from models.errors import FactorNotFoundError

_T_PER = {"t": 1.0, "kg": 1e-3, "g": 1e-6}


@cache
def _rows() -> dict[tuple[str, str, str], list[Row]]:
    """Rows by (set, category, code)."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for name in MATERIAL_FILES:
        for row in rows_of(name):
            found.setdefault((row["set"], row["category"], row["code"]), []).append(row)
    return found


def materials(category: str | None = None) -> list[Row]:
    """Every row of a category, or of all, in the order of the files."""
    rows = [row for name in MATERIAL_FILES for row in rows_of(name)]
    return [row for row in rows if category in (None, row["category"])]


def material(
    category: str, code: str, guideline_code: str = DEFAULT_GUIDELINE, year: int | None = None
) -> ChosenFactor:
    """The published default of a material for a category of the inventory, t of gas per unit.

    The material sets of the guideline are asked in their order; of a set the row that holds in
    ``year`` (the latest one without a year). Raises FactorNotFoundError, which names the category,
    the code, the sets asked and where else the code stands.
    """
    sets = guideline(guideline_code, year).material_sets
    for name in sets:
        rows = [
            row
            for row in _rows().get((name, category, code), ())
            if year is None or _holds(row, year)
        ]
        if rows:
            return _choice(rows[-1])
    others = sorted(
        {f"{row['set']} as {row['category']}" for row in materials() if row["code"] == code}
    )
    elsewhere = f"; it stands in {', '.join(others)}" if others else ""
    raise FactorNotFoundError(
        f"{category} of {code}"
        f"{'' if year is None else f' in {year}'} (guideline {guideline_code}, "
        f"sets: {', '.join(sets)}{elsewhere})"
    )


def combustion_gases(category: str, code: str) -> list[ChosenFactor]:
    """CH4 and N2O of a burnt fuel in kg per TJ (IPCC 2006, volume 2), none where not published.

    ``category`` is stationary_combustion, mobile_combustion or biogenic_combustion. The guidelines
    of the sectors here count CO2 only; these are for inventories that go further.
    """
    return [
        _choice(row, scale=1.0)
        for row in rows_of("combustion_gases")
        if (row["category"], row["code"]) == (category, code)
    ]


def operands_of(row: Row) -> Mapping[str, float]:
    """The operands that a row prints beside its value (``b0=0.25|mcf=0.8``), by name.

    The names are those of the row's method in models/reference/methods.csv. Raises ValueError.
    """
    pairs = [text.partition("=") for text in row["operands"].split("|") if text]
    return MappingProxyType({name: float(value) for name, _, value in pairs})


def _holds(row: Row, year: int) -> bool:
    """Whether a row holds in some part of a year: its validity is [valid_from, valid_to)."""
    begins = not row["valid_from"] or int(row["valid_from"][:4]) <= year
    return begins and (not row["valid_to"] or f"{year}-01-01" < row["valid_to"])


def _choice(row: Row, scale: float | None = None) -> ChosenFactor:
    mass, _, activity = row["unit"].partition("/")
    unit = row["unit"]
    if scale is None:
        scale, unit = _T_PER[mass.removesuffix(row["gas"])], f"t{row['gas']}/{activity}"
    uncertainty = optional_number(row, "uncertainty_pct")
    return ChosenFactor(
        factor_id=row["id"],
        set=row["set"],
        carrier=row["code"],
        value=number(row, "value") * scale,
        unit=unit,
        match="set_default",
        status=row["status"],
        year=int(row["data_year"]) if row.get("data_year") else None,
        source=row["source"],
        uncertainty_rel=None if uncertainty is None else uncertainty / 100,
        gas=row["gas"],
        clause=row["clause"],
        method=row["method"],
        operands=operands_of(row),
    )
