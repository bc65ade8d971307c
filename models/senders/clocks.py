"""Clocks that are off or drift, seen from when readings came and when they say that they are from.

A clock that is behind makes every reading seem to come late; a gateway that keeps readings back
does so too, but not for the newest of what it sends: so a clock is behind by the *least* delay. A
clock ahead is so by the *median*: a single wrong time is none.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.senders.rules import RULES

COLUMNS = ["meter_key", "day", "kind", "offset_s", "grown_s", "days"]
BEHIND, AHEAD = "least_delay_s", "clock_offset_s"
FEW = 4  # live readings of a day below which it says nothing


def clock_findings(days: pd.DataFrame) -> pd.DataFrame:
    """Clocks at fault, from SENDER_DAYS of the last days as a frame; columns COLUMNS.

    ``kind`` is ``clock_off`` (beyond the limit on the meter's newest day) or else ``clock_drift``
    (grown day by day). ``offset_s`` is negative where ahead; ``day`` is the newest one; ``grown_s``
    is the change over ``days``, null where it does not grow.
    """
    some = days[days["live"] >= FEW].sort_values(["meter_key", "day"])
    if some.empty:
        return pd.DataFrame(columns=COLUMNS)
    newest = some.groupby("meter_key", sort=True).tail(1).set_index("meter_key")
    off = newest[BEHIND].where(newest[BEHIND] > 0, newest[AHEAD].clip(upper=0))
    is_off = (newest[BEHIND] > RULES.clock_off_s) | (newest[AHEAD] < -RULES.clock_off_s)
    span = int(RULES.clock_growth_days)
    behind, ahead = _grown(some, BEHIND, 1, span), _grown(some, AHEAD, -1, span)
    grown = behind.where(newest[BEHIND] > 0, ahead.where(newest[AHEAD] < 0))
    drifts = grown.abs() >= RULES.clock_growth_s
    found = pd.DataFrame(
        {
            "meter_key": newest.index,
            "day": newest["day"].to_numpy(),
            "kind": np.where(is_off, "clock_off", "clock_drift"),
            "offset_s": off.to_numpy(),
            "grown_s": grown.where(drifts).to_numpy(),
            "days": span,
        }
    )
    found["day"] = newest["day"].reset_index(drop=True)
    return found[(is_off | drifts).to_numpy()].reset_index(drop=True)[COLUMNS]


def _grown(days: pd.DataFrame, name: str, sign: int, span: int) -> pd.Series:
    """By how much the column changed over each meter's last ``span`` days, where it changed in the
    direction of ``sign`` from each day to the next; NaN elsewhere.
    """
    last = days.groupby("meter_key").tail(span)
    steps = last.groupby("meter_key")[name].diff()
    held = (steps * sign > 0) | steps.isna()
    of_meter = last["meter_key"]
    whole = held.groupby(of_meter).all() & (of_meter.groupby(of_meter).size() == span)
    change: pd.Series = steps.groupby(of_meter).sum()
    return change.where(whole)
