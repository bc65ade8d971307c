"""Stretches of time cut at version boundaries and full hours, and summed by hour.

Bit for bit repeatable: a piece is computed from its own stretch alone, and the pieces of an hour
are added in time order, so an hour never depends on what else is in the call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from models.readings import TIMESTAMP
from models.usage.eras import Eras
from models.usage.series import Bools, Floats, Ints
from models.usage.tables import NEW_USAGE


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of stretches, each within one hour and one version, ordered by meter and hour.

    ``stretch`` is the index of the stretch it was cut from, ``era`` where it lies; ``start`` and
    ``end`` in microseconds. ``row`` is the (meter, hour) it belongs to; ``first`` the first piece
    of each row, ``meter`` and ``hour`` (microseconds) what the row is.
    """

    stretch: Ints
    era: Ints
    start: Ints
    end: Ints
    row: Ints
    first: Ints
    meter: Ints
    hour: Ints

    def sum(self, values: Floats | Ints | Bools) -> Floats:
        """Sum by row, in the order of the pieces."""
        weights = np.asarray(values, dtype=np.float64)
        total: Floats = np.bincount(self.row, weights, len(self.first))  # type: ignore[assignment]
        return total

    def sum_known(self, values: Floats, stretches: int) -> Floats:
        """Sum by stretch of what is known (not NaN); NaN where nothing is."""
        known = ~np.isnan(values)
        total = np.bincount(self.stretch[known], values[known], stretches)
        any_known = np.bincount(self.stretch[known], minlength=stretches) > 0
        return np.where(any_known, total, np.nan)

    def any(self, mask: Bools) -> Bools:
        """Whether any piece of the row is marked."""
        if len(mask) == 0:
            return mask
        return np.logical_or.reduceat(mask, self.first)

    def least(self, values: Floats) -> Floats:
        """Smallest by row; NaN is passed over."""
        return np.fmin.reduceat(values, self.first) if len(values) else values

    def greatest(self, values: Floats) -> Floats:
        """Greatest by row; NaN is passed over."""
        return np.fmax.reduceat(values, self.first) if len(values) else values


def _repeated(counts: Ints) -> tuple[Ints, Ints]:
    """Each index as often as its count says, and how often it came before."""
    parent = np.repeat(np.arange(len(counts)), counts)
    return parent, np.arange(len(parent)) - (np.cumsum(counts) - counts)[parent]


def cut(eras: Eras, meter: Ints, start: Ints, end: Ints, era: Ints) -> Pieces:
    """Pieces of the stretches [start, end] of ``meter``; ``era`` is where each begins.

    A stretch without length gives one piece without length in the hour of its instant. What lies
    outside every version's validity is left out.
    """
    stretch = np.arange(len(start))
    crossed = eras.at(meter, np.maximum(end - 1, start)) - era
    if crossed.any():
        stretch, further = _repeated(crossed + 1)
        era = era[stretch] + further
        start = np.maximum(start[stretch], eras.start[era])
        end = np.minimum(end[stretch], eras.end[era])
    if not eras.valid.all():
        valid = eras.valid[era]
        stretch, era, start, end = stretch[valid], era[valid], start[valid], end[valid]
    hour = start // HOUR_US
    more = np.maximum(end - 1, start) // HOUR_US - hour
    if more.any():
        parent, further = _repeated(more + 1)
        stretch, era, hour = stretch[parent], era[parent], hour[parent] + further
        start = np.maximum(start[parent], hour * HOUR_US)
        end = np.minimum(end[parent], (hour + 1) * HOUR_US)
    place = _place(meter[stretch], hour)
    if (place[1:] < place[:-1]).any():  # overlapping intervals
        order = np.argsort(place, kind="stable")
        stretch, era, start, end = stretch[order], era[order], start[order], end[order]
        hour, place = hour[order], place[order]
    opens = np.ones(len(place), dtype=bool)
    opens[1:] = place[1:] != place[:-1]
    first = np.flatnonzero(opens)
    return Pieces(
        stretch=stretch,
        era=era,
        start=start,
        end=end,
        row=np.cumsum(opens) - 1,
        first=first,
        meter=meter[stretch[first]],
        hour=hour[first] * HOUR_US,
    )


def _place(meter: Ints, hour: Ints) -> Ints:
    """(meter, hour number) as one number that rises with both."""
    if len(hour) == 0:
        return hour
    lowest, highest = int(hour.min()), int(hour.max())
    return meter * (highest - lowest + 1) + (hour - lowest)


def share(whole: Floats, part_us: Ints, whole_us: Ints) -> Floats:
    """What a piece of ``part_us`` has of an amount spread evenly over ``whole_us``.

    The whole amount, to the bit, where the piece is the whole stretch.
    """
    divided = part_us != whole_us
    result = whole.copy()
    np.divide(whole * part_us, whole_us, out=result, where=divided)
    return result


def usage_rows(
    eras: Eras,
    pieces: Pieces,
    *,
    covered_us: Floats,
    n: Floats,
    amount: Floats | None = None,
    estimated: Floats | None = None,
    mean: Floats | None = None,
    least: Floats | None = None,
    greatest: Floats | None = None,
) -> pa.Table:
    """NEW_USAGE of the rows of ``pieces``; NaN and columns not given are null.

    A row of which nothing is known (no amount, no coverage, no reading) is left out.
    """
    known = (covered_us > 0) | (n > 0)
    if amount is not None:
        known |= ~np.isnan(amount)

    def column(values: Floats | None) -> pa.Array:
        if values is None:
            return pa.nulls(int(known.sum()), pa.float64())
        kept = values[known]
        return pa.array(kept, pa.float64(), mask=np.isnan(kept))

    return pa.table(
        {
            "meter_key": pa.array(eras.meter_key[pieces.meter[known]].astype(np.int32)),
            "hour": pa.array(pieces.hour[known]).cast(TIMESTAMP),
            "amount": column(amount),
            "estimated": column(estimated),
            "coverage": pa.array(np.minimum(covered_us[known] / HOUR_US, 1.0)),
            "mean": column(mean),
            "min": column(least),
            "max": column(greatest),
            "n": pa.array(n[known].astype(np.int32)),
        },
        schema=NEW_USAGE,
    )
