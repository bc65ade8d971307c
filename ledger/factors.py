"""The factor library as a table: every published factor with its source and status."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from ledger.books import Books
from models.carbon.factor_files import FILES, rows_of

COLUMNS = [
    "id", "file", "category", "set", "carrier", "name_zh", "name_en", "region", "level", "basis",
    "gas", "value", "unit", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct",
    "derived_tco2_per_unit", "method", "operands", "derivation", "year", "valid_from", "valid_to",
    "published", "source", "clause", "status", "uncertainty_pct", "note",
]  # fmt: skip

_NUMBERS = (
    "value", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct", "derived_tco2_per_unit",
    "uncertainty_pct",
)  # fmt: skip
_SEARCHED = [
    "id", "set", "carrier", "name_zh", "name_en", "region", "gas", "source", "clause", "note",
]  # fmt: skip

# Of a comparison: the rows that answer to one code, with what each would give per unit.
COMPARED = [
    "id", "set", "region", "level", "basis", "category", "year", "valid_from", "valid_to", "value",
    "unit", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct", "per_unit", "difference_pct",
    "change_pct", "status", "source", "clause", "note",
]  # fmt: skip


@cache
def _library() -> pd.DataFrame:
    """COLUMNS of every factor in the order of the files; built once, never changed."""
    rows = [{**row, "file": name} for name in FILES for row in rows_of(name)]
    frame = pd.DataFrame(rows).rename(columns={"code": "carrier", "data_year": "year"})
    # A potential is of one assessment report, a blend's row of one of its gases.
    frame["basis"] = frame["basis"].fillna(frame["assessment"])
    frame["gas"] = frame["gas"].fillna(frame["component"])
    frame = frame[COLUMNS].mask(lambda cells: cells == "")
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name])
    frame["year"] = pd.to_numeric(frame["year"]).astype("Int64")
    return frame


def factors(
    books: Books,  # noqa: ARG001 (every question is asked of the books)
    *,
    set: str | None = None,
    category: str | None = None,
    carrier: str | None = None,
    region: str | None = None,
    year: int | None = None,
    status: str | None = None,
    search: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of every factor that fits each given filter, in the order of the files.

    ``year`` is the year of the data. ``search`` has words that all occur in id, names, region,
    source, clause or note. Fuels have no ``value`` but NCV, carbon content and oxidation per
    ``unit``. Where a cell was published as a range it is null and the note tells it.
    """
    frame = _library()
    wanted = {
        "set": set, "category": category, "carrier": carrier, "region": region, "year": year,
        "status": status,
    }  # fmt: skip
    for name, value in wanted.items():
        if value is not None:
            frame = frame[(frame[name] == value).fillna(value=False)]
    if search is not None:
        text = frame[_SEARCHED].fillna("").agg(" ".join, axis="columns").str.lower()
        for word in search.lower().split():
            frame = frame[text.loc[frame.index].str.contains(word, regex=False)]
    return frame.reset_index(drop=True)


def comparison(
    books: Books,
    carrier: str,
    *,
    region: str | None = None,
    basis: str | None = None,
    reference: str | None = None,
) -> pd.DataFrame:
    """COMPARED: every row of a code beside each other, set by set and year by year.

    ``per_unit`` is what is compared: the value, of fuels the CO2 by their set's own formula.
    ``difference_pct`` is that against the row with the id ``reference`` (else the first),
    ``change_pct`` that against the row of the same set, region and basis of the year before; null
    where units differ or nothing stands there. Empty for a code or reference that is not there.
    """
    frame = factors(books, carrier=carrier, region=region)
    if basis is not None:
        frame = frame[(frame["basis"] == basis).fillna(value=False)]
    frame = frame.assign(per_unit=frame["value"].fillna(frame["derived_tco2_per_unit"]))
    references = frame if reference is None else frame[frame["id"] == reference]
    if references.empty:
        return frame.iloc[:0].reindex(columns=COMPARED)
    against = references.iloc[0]
    alike = (frame["unit"] == against["unit"]) & (frame["file"] == against["file"])
    base = float(against["per_unit"]) or np.nan
    frame["difference_pct"] = (frame["per_unit"] / base * 100 - 100).where(alike)
    ordered = frame.sort_values("year", kind="stable")
    same = ["file", "set", "category", "region", "level", "basis", "unit"]
    groups = ordered.groupby(same, dropna=False, sort=False)
    before, year_before = groups["per_unit"].shift(), groups["year"].shift()
    following = (ordered["year"] - year_before == 1).fillna(value=False).astype(bool)
    change = (ordered["per_unit"] / before - 1) * 100
    frame["change_pct"] = change.where(following).reindex(frame.index)
    return frame[COMPARED].reset_index(drop=True)
