"""The newest reading of every meter."""

from __future__ import annotations

import pandas as pd

from ledger.books import Books, select_meters
from ledger.readings import decoded
from models.quantities import quantities

COLUMNS = [
    "enterprise", "meter", "name_zh", "name_en", "quantity", "kind", "ts", "value", "unit",
    "quality", "source", "received",
]  # fmt: skip


def latest(
    books: Books, *, enterprise: str | None = None, quantity: str | None = None
) -> pd.DataFrame:
    """One row a meter that ever sent: its newest value in the meter's unit, newest received first.

    A meter without a name of its own carries its quantity's.
    """
    meters = select_meters(books.registry(), enterprise=enterprise, quantity=quantity)
    frame = decoded(books.store.latest([one.key for one in meters]))
    about = pd.DataFrame(
        {
            "meter_key": [one.key for one in meters],
            "enterprise": [one.enterprise for one in meters],
            "meter": [one.code for one in meters],
            "name_zh": [one.name_zh or quantities()[one.quantity].name_zh for one in meters],
            "name_en": [one.name_en or quantities()[one.quantity].name_en for one in meters],
            "quantity": [one.quantity for one in meters],
            "kind": [one.kind.value for one in meters],
            "unit": [one.unit for one in meters],
        }
    ).astype({"meter_key": "int32"})
    frame = frame.merge(about, on="meter_key", how="inner")
    ordered = frame.sort_values(["received", "ts", "meter_key"], ascending=[False, False, True])
    return ordered[COLUMNS].reset_index(drop=True)
