"""How many hours an inventory was to cover, and how many of them readings cover.

Counted for every accounted meter and every period of its life within the span, whether the period
has usage or not: what was never received has no row, and is missing all the same.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.periods import Every, next_start, period_start, to_us
from models.registry import Registry

STREAM = ["enterprise", "scope", "category", "source_stream", "carrier"]
COLUMNS = ["start", *STREAM, "covered_h", "hours_h"]
_HOUR_NS = 3_600_000_000_000


def covered_hours(
    registry: Registry,
    meters: pd.DataFrame,
    used: pd.DataFrame,
    *,
    every: Every,
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """COLUMNS: meter hours by period (``start``, UTC) and stream of ``meters``, in [start, end).

    ``meters`` are ledger.accounted's lines, ``used`` the usage that ledger.activity gives of them.
    ``hours_h`` counts the hours of each meter's life, ``covered_h`` those that readings cover; a
    stream has no row of a period in which none of its meters lived.
    """
    starts = period_starts_of(registry, every, start, end)
    if meters.empty or not starts:
        return pd.DataFrame(columns=COLUMNS).astype({"covered_h": float, "hours_h": float})
    bounds = np.array([to_us(at) for at in (*starts, end)]) * 1_000
    begin, until = np.maximum(bounds[:-1], to_us(start) * 1_000), bounds[1:]
    since = _ns(meters["valid_from"], begin[0])[:, None]
    to = _ns(meters["valid_to"], until[-1])[:, None]
    lived = np.maximum(np.minimum(until, to) - np.maximum(begin, since), 0) / _HOUR_NS
    line = pd.Series(np.arange(len(meters)), index=meters["line"])
    period = pd.Series(np.arange(len(starts)), index=pd.DatetimeIndex(starts, tz=UTC))
    covered = np.zeros_like(lived)
    np.add.at(
        covered,
        (used["line"].map(line).to_numpy(), used["start"].map(period).to_numpy()),
        np.minimum(used["covered_h"].to_numpy(), used["hours_h"].to_numpy()),
    )
    stream, codes = _streams(meters)
    rows = stream.loc[stream.index.repeat(len(starts))].reset_index(drop=True)
    rows.insert(0, "start", np.tile(period.index.to_numpy("datetime64[us]"), len(stream)))
    rows["start"] = rows["start"].dt.tz_localize(UTC)
    for name, hours in (("covered_h", covered), ("hours_h", lived)):
        sums = np.zeros((len(stream), len(starts)))
        np.add.at(sums, codes, hours)
        rows[name] = sums.ravel()
    return rows[rows["hours_h"] > 0].reset_index(drop=True)


def coverage(hours: pd.DataFrame, by: list[str]) -> pd.Series:
    """Covered share of the hours of COLUMNS, summed by ``by`` (its index)."""
    sums = hours.groupby(by, dropna=False)[["covered_h", "hours_h"]].sum()
    share: pd.Series = sums["covered_h"] / sums["hours_h"].where(sums["hours_h"] > 0)
    return share


def period_starts_of(
    registry: Registry, every: Every, start: datetime, end: datetime
) -> list[datetime]:
    """UTC starts of the periods that [start, end) has a part of."""
    if start >= end:
        return []
    if every == "total":
        return [start.astimezone(UTC)]
    starts = []
    at = period_start(start, every, registry.zone)
    while at < end:
        starts.append(at)
        at = next_start(at, every, registry.zone)
    return starts


def _ns(instants: pd.Series, unbounded: int) -> npt.NDArray[np.int64]:
    values = instants.dt.as_unit("ns").astype("int64").to_numpy()
    return np.where(instants.isna(), unbounded, values)


def _streams(meters: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.int64]]:
    """The streams (STREAM), and the number of each meter's."""
    codes = np.asarray(meters.groupby(STREAM, dropna=False, sort=False).ngroup(), dtype=np.int64)
    first = np.unique(codes, return_index=True)[1]
    return meters[STREAM].iloc[first].reset_index(drop=True), codes
