"""Main meters against their sub-meters: what is lost, or used without a sub-meter, between them.

A nested tree gives a row for each main meter and its own sub-meters. Losses are summed over the
hours in which the main meter and every sub-meter of the time are wholly known: a sub-meter of which
nothing is known makes an hour's loss unknown, never its amount zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pandas as pd

from ledger.balancing.meter_tree import tree
from ledger.balancing.sums import Span, balance_sums
from ledger.books import Books, select_meters
from ledger.usage import usage
from models.periods import Every, label

COLUMNS = [
    "enterprise", "meter", "quantity", "period", "start", "unit", "amount", "coverage",
    "estimated_share", "parts", "parts_amount", "parts_coverage", "parts_estimated_share",
    "unknown", "loss", "loss_share", "balanced",
]  # fmt: skip

HOURS_AT_ONCE = 2_000_000  # rows of usage held at a time; with what is made of them about 0.5 GB


def balance(
    books: Books,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    quantity: str | None = None,
    every: Every = "month",
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """Balance of every main meter that fits, in [start, end) up to now: COLUMNS, in ``unit``.

    One row a main meter and period in which it or a sub-meter has usage. ``amount`` is the main
    meter's usage (as ledger.usage tells it), ``parts_amount`` the sum of its ``parts`` sub-meters
    (signs: ledger.balancing.meter_tree), null where one of them (its code in ``unknown``) has no
    known hour. ``loss`` is what came to the point where they meet less what went away, summed over
    the balanced hours (see ledger.balancing.hours), ``loss_share`` its share of what came; both are
    null where no hour is balanced. ``balanced`` is the share of the period's hours that they are
    known of.
    """
    registry = books.registry()
    end = min(end, books.now())
    asked = {"enterprise": enterprise, "meter": meter, "quantity": quantity}
    chosen = select_meters(registry, **asked)
    edges = tree(registry, {one.enterprise for one in chosen})
    edges = edges[edges["main_key"].isin([one.key for one in chosen])]
    if edges.empty or start >= end:
        return pd.DataFrame(columns=COLUMNS)
    span = Span(every, registry.zone, start, end)
    sums = pd.concat([balance_sums(books, some, span) for some in _batches(edges, span.hours)])
    if sums.empty:
        return pd.DataFrame(columns=COLUMNS)
    by_key = registry.meter_by_key
    for name, of in (("enterprise", "enterprise"), ("meter", "code"), ("quantity", "quantity"),
                     ("unit", "usage_unit")):  # fmt: skip
        sums[name] = [getattr(by_key[key], of) for key in sums["main_key"]]
    sums["start"] = pd.to_datetime(sums["begin"], unit="us", utc=True).astype("datetime64[us, UTC]")
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in sums["start"].unique()}
    sums["period"] = sums["start"].map(names)
    mains = usage(
        books, enterprise=enterprise, meter=meter, quantity=quantity, every=every,
        start=start, end=end,
    )  # fmt: skip
    share = (mains["estimated"] / mains["amount"]).where(mains["amount"] != 0, 0.0)
    mains = mains.assign(estimated_share=share)[
        ["enterprise", "meter", "start", "amount", "coverage", "estimated_share"]
    ]
    rows = sums.merge(mains, how="left", on=["enterprise", "meter", "start"])
    rows["coverage"] = rows["coverage"].fillna(0.0)
    return rows[COLUMNS].reset_index(drop=True)


def _batches(edges: pd.DataFrame, span_h: float) -> Iterator[pd.DataFrame]:
    """Edges of successive main meters, about HOURS_AT_ONCE hours of meters together."""
    of_main = edges.groupby("main_key").ngroup().to_numpy()
    size = np.arange(1, len(edges) + 1) + of_main  # meters so far: sub-meters and main meters
    batch = (size * span_h // HOURS_AT_ONCE).astype(np.int64)
    first = batch[np.searchsorted(of_main, of_main)]  # a main meter is never divided
    for number in np.unique(first):
        yield edges[first == number]
