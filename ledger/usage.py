"""Usage by meter and period: the amounts that everything else is computed from."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from ledger.as_of import registry_as_of, usage_as_of
from ledger.books import Books, select_meters
from models.periods import Every, hours_within, label

COLUMNS = [
    "enterprise", "meter", "quantity", "period", "start", "amount", "unit",
    "estimated", "coverage", "mean", "min", "max", "n",
]  # fmt: skip


def usage(
    books: Books,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    quantity: str | None = None,
    every: Every = "day",
    start: datetime | None = None,
    end: datetime | None = None,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """Usage of every meter that fits, by period of the park's time, ordered by meter and time.

    ``amount`` and ``estimated`` are in ``unit`` (null where unknown, and for levels); ``coverage``
    is the share of the period's hours up to ``end`` or now, the earlier, that readings cover.
    With ``as_of`` all of it as it followed from the readings and the registry known then.
    """
    registry = registry_as_of(books, as_of)
    meters = select_meters(registry, enterprise=enterprise, meter=meter, quantity=quantity)
    keys_of = [one.key for one in meters]
    if as_of is None:
        table = books.store.usage(keys_of, start, end, every=every, zone=registry.zone)
    else:
        table = usage_as_of(books, registry, keys_of, as_of, start=start, end=end, every=every)
    frame: pd.DataFrame = table.to_pandas()
    by_key = {one.key: one for one in meters}
    keys = frame["meter_key"]
    frame["enterprise"] = keys.map({key: one.enterprise for key, one in by_key.items()})
    frame["meter"] = keys.map({key: one.code for key, one in by_key.items()})
    frame["quantity"] = keys.map({key: one.quantity for key, one in by_key.items()})
    frame["unit"] = keys.map({key: one.usage_unit for key, one in by_key.items()})
    frame["start"] = frame["period"]
    encoded = table["period"].combine_chunks().dictionary_encode()
    periods, place = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
    known = books.now() if as_of is None else min(as_of, books.now())
    until = min(end, known) if end is not None else known
    hours = hours_within(periods, every, registry.zone, start, until)
    frame["coverage"] = np.minimum(frame["covered_h"] / hours[place], 1.0)
    labels = np.array([label(one, every, registry.zone) for one in periods], dtype=object)
    frame["period"] = labels[place]
    return frame[COLUMNS]
