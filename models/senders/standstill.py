"""Meters that stand still longer than they ever did: stuck, unless nothing is used any more.

A register that does not move is zero usage, and a level may keep for a night: only a meter's own
past tells when a value should have moved. So a standstill is a finding where it is distinctly
longer than the longest of the weeks before, weekends and nights among them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.quantities import Kind
from models.senders.rules import RULES

CLOSE = 1e-9  # amounts of hours are rounded
HOUR = pd.Timedelta(hours=1)


def still_hours(usage: pd.DataFrame, kind: pd.Series) -> npt.NDArray[np.bool_]:
    """Whether the value stood still in each hour of usage (ordered by meter_key and hour).

    ``usage`` are rows of USAGE that readings cover (coverage over 0); ``kind`` is each row's
    meter's. A register stands where the amount is 0, amounts of intervals where the hour has as
    much as the one before, other values where least and greatest are those of the hour before.
    """
    same = (usage["meter_key"] == usage["meter_key"].shift()).to_numpy()
    amount, before = usage["amount"].to_numpy(), usage["amount"].shift().to_numpy()
    low, high = usage["min"].to_numpy(), usage["max"].to_numpy()
    register = (kind == Kind.COUNTER.value).to_numpy()
    intervals = (kind == Kind.INTERVAL.value).to_numpy()
    as_before = same & (np.abs(amount - before) <= CLOSE * np.abs(before))
    level = same & (low == high) & (usage["max"].shift().to_numpy() == low)
    still: npt.NDArray[np.bool_] = np.where(
        register, amount == 0, np.where(intervals, as_before, level)
    )
    return still


def stuck(usage: pd.DataFrame, kind: pd.Series, interval_s: pd.Series) -> pd.DataFrame:
    """Meters that are stuck at their newest hours; columns meter_key, since, hours, longest.

    Arguments as of ``still_hours``, over a long time; ``interval_s`` is each row's meter's. A
    standstill of ``hours`` known hours began at ``since``; the ``longest`` one before had so many.
    """
    frame = usage[["meter_key", "hour"]].reset_index(drop=True)
    still = still_hours(usage, kind)
    meter = frame["meter_key"].to_numpy()
    change = np.ones(len(frame), dtype=bool)
    change[1:] = (meter[1:] != meter[:-1]) | (still[1:] != still[:-1])
    frame["run"], frame["still"] = np.cumsum(change), still
    frame["interval_s"] = interval_s.to_numpy()
    runs = frame.groupby("run", as_index=False).agg(
        meter_key=("meter_key", "first"),
        since=("hour", "first"),
        until=("hour", "last"),
        hours=("hour", "size"),
        still=("still", "first"),
        interval_s=("interval_s", "first"),
    )
    least_h = np.maximum(RULES.still_intervals * runs["interval_s"] / 3600, RULES.still_min_h)
    newest = ~runs["meter_key"].duplicated(keep="last")
    wanted = runs[newest & runs["still"] & (runs["hours"] >= least_h)]
    both = wanted.merge(runs, on="meter_key", suffixes=("", "_before"))
    back = both["since"] - pd.Timedelta(days=RULES.still_history_days)
    both = both[(both["until_before"] < both["since"]) & (both["until_before"] >= back)]
    both["longest"] = both["hours_before"].where(both["still_before"], 0)
    history = both.groupby("meter_key", as_index=False).agg(
        known=("hours_before", "sum"), longest=("longest", "max")
    )
    judged = wanted.merge(history, on="meter_key")
    found = judged[
        (judged["known"] >= RULES.still_history_min_h)
        & (judged["hours"] > RULES.still_times * judged["longest"])
    ]
    return found[["meter_key", "since", "hours", "longest"]].reset_index(drop=True)
