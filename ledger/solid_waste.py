"""Solid waste of each enterprise: generated, reused, disposed of, put into storage, by kind.

The balance is that of the statistics of the National Bureau (一般工业固体废物产生量): generated =
(reused - of it from earlier storage) + stored + (disposed of - of it from earlier storage), here
without what is dumped, which the law forbids. Reuse rate = reused / (generated + reused from
earlier storage), of the same statistics. Both are quoted in public pages (verified-secondary).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pandas as pd

from ledger.activity import Span
from ledger.books import Books
from ledger.material_flows import material_flows
from ledger.water_balance import joined
from models.environment.balance_codes import WASTE, balance_codes, categories_of
from models.periods import Every, label

By = Literal["waste", "class"]
FLOWS = ("generated", "reused", "reused_stock", "disposed", "disposed_stock", "stored")
COLUMNS = [
    "period", "start", "enterprise", "waste", "name_zh", "name_en", "hazardous",
    *(f"{flow}_t" for flow in FLOWS), "stored_change_t", "difference_t", "reuse_rate", "unstated",
    "coverage", "estimated_share", "origins",
]  # fmt: skip
_ALL_OF = {True: ("hazardous", "危险废物", "hazardous waste"),
           False: ("general", "一般工业固体废物", "general industrial solid waste")}  # fmt: skip


def solid_waste(
    books: Books,
    *,
    every: Every = "year",
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    by: By = "waste",
) -> pd.DataFrame:
    """COLUMNS in t, one row a period, enterprise and kind of waste of which anything is stated.

    ``by`` class: one row of all hazardous and one of all general waste. ``stored_change_t`` is
    stored less what was reused or disposed of from earlier storage, ``difference_t`` = generated -
    reused - disposed - stored_change: what the ledger does not tell the whereabouts of (negative:
    more left than arose). What is not stated is null; it counts as none in the sums, which are null
    where generated, or everything else, is; ``unstated`` names it. ``coverage`` and
    ``estimated_share`` as of ledger.water_balance.
    """
    registry = books.registry()
    span = Span(registry, every, start, min(end, books.now()))
    rows = material_flows(books, span, WASTE, enterprise).rows
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    hazardous = {one.code: one.hazardous for one in balance_codes().values()}
    rows["hazardous"] = rows["code"].map(hazardous).astype(bool)
    rows["waste"] = (
        rows["code"] if by == "waste" else rows["hazardous"].map(lambda one: _ALL_OF[one][0])
    )
    rows["flow"] = rows["category"].map(dict(zip(categories_of(WASTE), FLOWS, strict=True)))
    keys = ["start", "enterprise", "hazardous", "waste"]
    flows = {
        flow: rows[rows["flow"] == flow].groupby(keys)["amount"].sum(min_count=1) for flow in FLOWS
    }
    amounts = pd.DataFrame(flows)
    found = amounts.rename(columns={flow: f"{flow}_t" for flow in FLOWS})
    stated = amounts.fillna(0.0)
    change = stated["stored"] - stated["reused_stock"] - stated["disposed_stock"]
    known = amounts[["reused", "disposed", "stored"]].notna().any(axis=1)
    found["stored_change_t"] = change.where(
        amounts[["stored", "reused_stock", "disposed_stock"]].notna().any(axis=1)
    )
    left = amounts["generated"] - stated["reused"] - stated["disposed"] - change
    found["difference_t"] = left.where(known)
    whole = amounts["generated"] + stated["reused_stock"]
    found["reuse_rate"] = amounts["reused"] / whole.where(whole > 0)
    lacking = amounts[["generated", "reused", "disposed", "stored"]].isna()
    told = ["|".join(lacking.columns[row]) or None for row in lacking.to_numpy()]
    found["unstated"] = pd.Series(told, index=found.index, dtype=object)
    sums = rows.groupby(keys)[["amount", "estimated", "covered_h", "hours_h"]].sum()
    found["coverage"] = (sums["covered_h"] / sums["hours_h"].where(sums["hours_h"] > 0)).clip(
        upper=1.0
    )
    found["estimated_share"] = sums["estimated"] / sums["amount"].where(sums["amount"] > 0)
    found["origins"] = rows.groupby(keys)["origins"].agg(joined)
    found = found.reset_index()
    named = {one.code: (one.name_zh, one.name_en) for one in balance_codes().values()}
    named |= {code: (zh, en) for code, zh, en in _ALL_OF.values()}
    for place, name in enumerate(("name_zh", "name_en")):
        found[name] = found["waste"].map(lambda code, place=place: named[code][place])
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in found["start"].unique()}
    found["period"] = found["start"].map(names)
    order = {"start": True, "enterprise": True, "hazardous": False, "waste": True}
    found = found.sort_values(list(order), ascending=list(order.values()))
    return found[COLUMNS].reset_index(drop=True)
