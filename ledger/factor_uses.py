"""What a row of the factor library is chosen for: by which guideline, years and rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ledger.books import Books
from ledger.factors import factors
from models.carbon.factors import FactorLibrary
from models.carbon.guidelines import Guideline, guidelines
from models.carbon.methods import method
from models.errors import FactorNotFoundError

COLUMNS = [
    "guideline", "name_zh", "name_en", "year_from", "year_to", "category", "method", "formula",
    "clause", "rule",
]  # fmt: skip

# Formulas of what no method of an emission has: warming, and energy in standard coal (GB/T 2589).
_WARMING = "E = m × GWP"
_COAL_RATE = "tce = kWh × gce/kWh / 10^6"
_STANDARD_COAL = {"electricity": "tce = kWh × kgce/kWh / 1000", "heat": "tce = GJ × tce/GJ"}
_FUEL_USES = ("stationary_combustion", "mobile_combustion")
_ELECTRICITY = {
    "average": "purchased_electricity",
    "excluding_market_non_fossil": "purchased_electricity_market",
}


def factor_uses(books: Books, factor_id: str) -> pd.DataFrame:
    """COLUMNS of each use of the factor with this id; empty where no inventory chooses it.

    ``year_from`` and ``year_to`` bound the accounting years, null where open. ``rule`` is what the
    inventory's ``factor_match`` says then (of later years: the ``_earlier`` one).
    """
    frame = factors(books)
    found = frame[frame["id"] == factor_id]
    rows = [] if found.empty else list(_uses(books.factors, frame, found.iloc[0]))
    uses = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("year_from", "year_to"):
        uses[name] = pd.to_numeric(uses[name]).astype("Int64")
    return uses


def _uses(library: FactorLibrary, frame: pd.DataFrame, row: pd.Series) -> Iterator[dict[str, Any]]:
    file = row["file"]
    if file == "electricity" and row["basis"] in _ELECTRICITY:
        yield from _electricity(library, frame, row)
    elif file == "heat" and row["set"] in library.sets["heat"]:
        yield _use("purchased_heat", "purchased_heat", rule="set_default")
    elif file == "fuels":
        for edition in guidelines():
            yield from _fuel(library, edition, row)
    elif file == "gwp":
        yield dict.fromkeys(COLUMNS) | {"formula": _WARMING, "rule": f"gwp={row['basis']}"}
    elif file == "coal_rate":
        yield from _coal_rate(frame, row)
    elif file == "standard_coal" and row["carrier"] in _STANDARD_COAL:
        yield dict.fromkeys(COLUMNS) | {"formula": _STANDARD_COAL[row["carrier"]]}
    elif pd.notna(row["category"]) and file != "combustion_gases":
        for edition in guidelines():
            if _chosen_material(library, edition, row):
                yield _use(row["category"], row["method"], edition, rule="set_default")


def _use(
    category: str,
    code: str,
    edition: Guideline | None = None,
    *,
    rule: str,
    years: tuple[int | None, int | None] = (None, None),
) -> dict[str, Any]:
    how = method(code)
    about: dict[str, Any] = dict.fromkeys(("guideline", "name_zh", "name_en"))
    if edition is not None:
        years = (edition.year_from, edition.year_to)
        about = {
            "guideline": edition.code,
            "name_zh": edition.name_zh,
            "name_en": edition.name_en,
        }
    return about | {
        "year_from": years[0],
        "year_to": years[1],
        "category": category,
        "method": code,
        "formula": how.formula,
        "clause": f"{how.source}, {how.clause}",
        "rule": rule,
    }


def _electricity(
    library: FactorLibrary, frame: pd.DataFrame, row: pd.Series
) -> Iterator[dict[str, Any]]:
    """The year itself, and the later ones until this set or one asked before it has another."""
    order = library.sets["electricity"]
    if row["set"] not in order:
        return
    asked = frame["set"].isin(order[: order.index(row["set"]) + 1])
    alike = asked & (frame["basis"] == row["basis"]) & (frame["file"] == row["file"])
    code, year = _ELECTRICITY[row["basis"]], int(row["year"])
    level = row["level"]
    yield _use("purchased_electricity", code, rule=f"{level}_exact", years=(year, year))
    until = _until(frame[alike], year)
    if until is None or until > year:
        years = (year + 1, until)
        yield _use("purchased_electricity", code, rule=f"{level}_earlier", years=years)


def _coal_rate(frame: pd.DataFrame, row: pd.Series) -> Iterator[dict[str, Any]]:
    year = int(row["year"])
    years = {"year_from": year, "year_to": _until(frame[frame["file"] == "coal_rate"], year)}
    yield dict.fromkeys(COLUMNS) | {"formula": _COAL_RATE} | years


def _until(rows: pd.DataFrame, year: int) -> int | None:
    """The last year before the rows have a later one than ``year``; None where they have none."""
    later = rows.loc[(rows["year"] > year).fillna(value=False), "year"]
    return None if later.empty else int(later.min()) - 1


def _fuel(library: FactorLibrary, edition: Guideline, row: pd.Series) -> Iterator[dict[str, Any]]:
    try:
        chosen = library.fuel(row["carrier"], edition.code, _year_of(edition))
    except FactorNotFoundError:
        return
    if chosen.factor_id == row["id"]:
        uses = ("biogenic_combustion",) if row["basis"] == "biomass" else _FUEL_USES
        for category in uses:
            yield _use(category, chosen.method, edition, rule="set_default")


def _chosen_material(library: FactorLibrary, edition: Guideline, row: pd.Series) -> bool:
    try:
        chosen = library.material(row["category"], row["carrier"], edition.code, _year_of(edition))
    except FactorNotFoundError:
        return False
    return bool(chosen.factor_id == row["id"])


def _year_of(edition: Guideline) -> int | None:
    """An accounting year of the edition; None where it has no bound."""
    return edition.year_to or edition.year_from
