"""Double entry of movements of rights: two postings each, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from models.progress.rights.instruments import MICRO, OUTSIDE, Account, movement_kinds
from models.registry.progress import Movement

# What is the same thing in different hands: sums over all accounts are zero within each.
THING = ["instrument", "item", "vintage"]
KEYS = ["enterprise", *THING, "account"]
POSTINGS = [
    "id", "on", "enterprise", "instrument", "item", "vintage", "kind", "account", "micro",
    "balance_micro", "for_year", "counterpart", "price_yuan", "document", "recorded_at",
]  # fmt: skip


def postings(movements: Iterable[Movement], on: date | None = None) -> pd.DataFrame:
    """POSTINGS of movements up to the end of day ``on`` (None: all), two of each: what leaves an
    account (negative) and what enters another, with the account's running balance.

    ``micro`` and ``balance_micro`` are whole millionths of the instrument's unit, exact integers.
    ``item`` is "" and ``vintage`` 0 where there is none. In the order of days; within a day what
    comes in to an enterprise is before what goes out, then by id: balances of a day are those of
    its end. Raises KeyError for a kind that is not in the table
    (models.progress.rights.instruments).
    """
    kinds = movement_kinds()
    rows = [
        (one.id, one.on, one.enterprise, one.instrument, one.item or "", one.vintage or 0,
         one.kind, round(one.amount * MICRO), one.for_year, one.counterpart, one.price_yuan,
         one.document, one.recorded_at)
        for one in movements
        if on is None or one.on <= on
    ]  # fmt: skip
    names = [name for name in POSTINGS if name not in ("account", "balance_micro")]
    once = pd.DataFrame(rows, columns=names)
    sides = []
    for sign, side in ((-1, "from_account"), (1, "to_account")):
        account = once["kind"].map({code: getattr(kind, side) for code, kind in kinds.items()})
        if account.isna().any():
            raise KeyError(str(once.loc[account.isna(), "kind"].iloc[0]))
        sides.append(once.assign(account=account.astype(object), micro=sign * once["micro"]))
    both = pd.concat(sides, ignore_index=True)
    both["micro"] = both["micro"].astype(np.int64)
    to_outside = once["kind"].map(
        {code: kind.to_account in OUTSIDE for code, kind in kinds.items()}
    )
    inside = once["kind"].map({code: kind.from_account in OUTSIDE for code, kind in kinds.items()})
    rank = np.where(inside, 0, np.where(to_outside, 2, 1))
    both["rank"] = np.concatenate([rank, rank])
    both["side"] = both["micro"] > 0
    both = both.sort_values(["on", "rank", "id", "side"], kind="stable", ignore_index=True)
    both["balance_micro"] = both.groupby(KEYS, sort=False)["micro"].cumsum().astype(np.int64)
    return both[POSTINGS]


def balances(movements: Iterable[Movement], on: date | None = None) -> pd.DataFrame:
    """KEYS and ``micro``: what stands on each account at the end of day ``on`` (None: after all).

    Zero over all accounts of each THING of each enterprise.
    """
    found = postings(movements, on).groupby(KEYS, sort=True)["micro"].sum()
    return found.reset_index()


def overdrawn(movements: Iterable[Movement]) -> pd.DataFrame:
    """KEYS, ``on`` and ``micro`` of every day at whose end an account that holds what is there
    (all but OUTSIDE) would hold less than nothing.
    """
    found = postings(movements)
    found = found[~found["account"].isin(OUTSIDE)]
    ends = found.groupby([*KEYS, "on"], sort=True)["balance_micro"].last().reset_index()
    return ends[ends["balance_micro"] < 0].rename(columns={"balance_micro": "micro"})


def carried_apart(movements: Iterable[Movement]) -> pd.DataFrame:
    """enterprise, instrument, item and ``micro`` where what was carried out of vintages is not
    what was carried into others.
    """
    found = balances(movements)
    found = found[found["account"] == Account.CARRIED]
    sums = found.groupby(["enterprise", "instrument", "item"])["micro"].sum().reset_index()
    return sums[sums["micro"] != 0]
