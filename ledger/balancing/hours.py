"""The hours of main meters and their sub-meters laid beside each other, and summed by period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.periods import HOUR_US
from store.hour_ranges import fold

Ints = npt.NDArray[np.int64]

AT = ["main_key", "period"]


def losses(edges: pd.DataFrame, hours: pd.DataFrame) -> pd.DataFrame:
    """Sums of the balanced hours by AT: balanced_h (how many), came, loss.

    ``edges`` are those of the meter tree; ``hours`` usage by meter and hour: meter_key, hour and
    period (µs), amount, and ``whole``, whether all of the hour's amount is known. An hour is
    balanced where the main meter and every sub-meter of that hour are whole.
    """
    parts = under(edges, hours)
    parts = parts[parts["whole"]]
    ofs = parts.groupby(["main_key", "hour"], as_index=False)[["flow", "fed", "whole"]].sum()
    outward = parts.groupby(["main_key", "hour"], as_index=False)["outward"].first()["outward"]
    mains = hours.loc[hours["whole"], ["meter_key", "hour", "period", "amount"]]
    both = mains.merge(
        ofs.assign(outward=outward),
        left_on=["meter_key", "hour"],
        right_on=["main_key", "hour"],
    )
    both = both[both["whole"] == _expected(edges, both)]
    away = both["outward"].to_numpy(dtype=bool)
    amount, flow = both["amount"].to_numpy(), both["flow"].to_numpy()
    both = both.assign(
        balanced_h=1.0,
        came=np.where(away, 0.0, amount) + both["fed"],
        loss=np.where(away, flow - amount, amount - flow),
    )
    sums: pd.DataFrame = both.groupby(AT)[["balanced_h", "came", "loss"]].sum()
    return sums


def under(edges: pd.DataFrame, hours: pd.DataFrame) -> pd.DataFrame:
    """The hours that lie wholly in an edge, as often as a main meter stands over them.

    ``hours`` (ordered by meter_key and hour) with main_key, outward, flow (the signed amount) and
    fed (the amount where it comes to the point).
    """
    place = fold(_array(hours, "meter_key"), _array(hours, "hour") // HOUR_US)
    part = _array(edges, "part_key")
    low = np.searchsorted(place, fold(part, -(-_array(edges, "begin") // HOUR_US)))
    high = np.searchsorted(place, fold(part, _array(edges, "end") // HOUR_US))
    counts = np.maximum(high - low, 0)
    edge = np.repeat(np.arange(len(edges)), counts)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + low[edge]
    found = hours.iloc[row].reset_index(drop=True)
    its = edges.iloc[edge].reset_index(drop=True)
    rows: pd.DataFrame = found.assign(
        main_key=its["main_key"],
        outward=its["outward"],
        flow=found["amount"] * its["sign"],
        fed=found["amount"].where(its["feeds"], 0.0),
    )
    return rows


def _expected(edges: pd.DataFrame, hours: pd.DataFrame) -> Ints:
    """How many sub-meters the main meter had in each (main_key, hour), or in a part of it."""
    main = _array(edges, "main_key")
    begun = np.sort(fold(main, _array(edges, "begin") // HOUR_US))
    ended = np.sort(fold(main, -(-_array(edges, "end") // HOUR_US)))
    at = fold(_array(hours, "main_key"), _array(hours, "hour") // HOUR_US)
    # Edges of main meters with smaller keys have begun and ended; they cancel out.
    count: Ints = np.searchsorted(begun, at, side="right") - np.searchsorted(
        ended, at, side="right"
    )
    return count


def _array(frame: pd.DataFrame, name: str) -> Ints:
    return frame[name].to_numpy(dtype=np.int64)
