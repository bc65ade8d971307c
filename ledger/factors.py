"""The factor library as a table: every published factor with its source and status."""

from __future__ import annotations

import pandas as pd

from ledger.books import Books
from models.carbon.factor_files import FILES, rows_of

COLUMNS = [
    "id", "set", "carrier", "region", "level", "basis", "gas", "value", "unit", "ncv_gj_per_unit",
    "carbon_tc_per_gj", "oxidation_pct", "year", "valid_from", "valid_to", "published", "source",
    "clause", "status", "uncertainty_pct", "note",
]  # fmt: skip

_NUMBERS = ("value", "ncv_gj_per_unit", "carbon_tc_per_gj", "oxidation_pct", "uncertainty_pct")


def factors(
    books: Books,  # noqa: ARG001 (every question is asked of the books)
    *,
    set: str | None = None,
    carrier: str | None = None,
    region: str | None = None,
    year: int | None = None,
) -> pd.DataFrame:
    """COLUMNS of every factor that fits each given filter, in the order of the files.

    ``year`` is the year of the data. Fuels have no ``value`` but NCV, carbon content and oxidation
    per ``unit``. Where a cell was published as a range it is null and the note tells it.
    """
    rows = [row for name in FILES for row in rows_of(name)]
    frame = pd.DataFrame(rows).rename(columns={"code": "carrier", "data_year": "year"})
    frame = frame[COLUMNS].mask(lambda cells: cells == "")
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name])
    frame["year"] = pd.to_numeric(frame["year"]).astype("Int64")
    wanted = {"set": set, "carrier": carrier, "region": region, "year": year}
    for name, value in wanted.items():
        if value is not None:
            frame = frame[(frame[name] == value).fillna(value=False)]
    return frame.reset_index(drop=True)
