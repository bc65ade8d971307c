"""Stretches of time cut at version boundaries and full hours, and summed by hour.

Bit for bit repeatable: a piece is computed from its own stretch alone, and the pieces of an hour
are added in time order, so an hour never depends on what else is in the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from models.periods import HOUR_US
from models.readings import TIMESTAMP
from models.usage.eras import Eras
from models.usage.series import Bools, Floats, Ints
from models.usage.tables import NEW_USAGE

# More than lie between 1970 and any reading, so that meter and hour fold into one number.
HOURS = 1 << 32

Item = TypeVar("Item", np.int64, np.float64, np.bool_)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of stretches, each within one hour and one version, ordered by meter and hour.

    ``stretch`` is the index of the stretch it was cut from, ``era`` where it lies; ``start`` and
    ``end`` in microseconds. ``row`` is the (meter, hour) it belongs to; ``first`` the first piece
    of each row, ``meter`` and ``hour`` (microseconds) what the row is. ``uncut`` tells that the
    pieces are the very stretches.
    """

    stretch: Ints
    era: Ints
    start: Ints
    end: Ints
    row: Ints
    first: Ints
    meter: Ints
    hour: Ints
    uncut: bool

    def each(self, by_stretch: npt.NDArray[Item]) -> npt.NDArray[Item]:
        """Of each piece what its stretch has."""
        return by_stretch if self.uncut else by_stretch[self.stretch]

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

    def sum_where(self, mask: Bools, values: Floats | Ints) -> Floats:
        """Sum by row of the marked pieces."""
        return self.sum(np.where(mask, values, 0)) if mask.any() else np.zeros(len(self.first))

    def count(self, mask: Bools) -> Ints:
        """How many pieces of the row are marked; fast where most are."""
        unmarked = np.bincount(self.row[~mask], minlength=len(self.first))
        return np.diff(self.first, append=len(self.row)) - unmarked

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
    stretch = whole = np.arange(len(start))
    if not eras.single:
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
    if (end > (hour + 1) * HOUR_US).any():
        more = np.maximum(end - 1, start) // HOUR_US - hour
        parent, further = _repeated(more + 1)
        stretch, era, hour = stretch[parent], era[parent], hour[parent] + further
        start = np.maximum(start[parent], hour * HOUR_US)
        end = np.minimum(end[parent], (hour + 1) * HOUR_US)
    place = (meter if stretch is whole else meter[stretch]) * HOURS + hour
    if (place[1:] < place[:-1]).any():  # overlapping intervals
        order = np.argsort(place, kind="stable")
        stretch, era, start, end = stretch[order], era[order], start[order], end[order]
        hour, place = hour[order], place[order]
    opens = np.zeros(len(place), dtype=bool)
    np.not_equal(place[1:], place[:-1], out=opens[1:])
    first = np.concatenate([[0], np.flatnonzero(opens)]) if len(place) else stretch
    return Pieces(
        stretch=stretch,
        era=era,
        start=start,
        end=end,
        row=np.cumsum(opens),
        first=first,
        meter=meter[stretch[first]],
        hour=hour[first] * HOUR_US,
        uncut=stretch is whole,
    )


def share(whole: Floats, part_us: Ints, whole_us: Ints) -> Floats:
    """What a piece of ``part_us`` has of an amount spread evenly over ``whole_us``.

    The whole amount, to the bit, where the piece is the whole stretch.
    """
    divided = part_us != whole_us
    if not divided.any():
        return whole
    result = whole.copy()
    np.divide(whole * part_us, whole_us, out=result, where=divided)
    return result


def usage_rows(
    eras: Eras,
    pieces: Pieces,
    *,
    covered_us: Floats,
    n: Ints,
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
    kept = slice(None) if known.all() else np.flatnonzero(known)

    def column(values: Floats | None) -> pa.Array:
        if values is None:
            return pa.nulls(int(known.sum()), pa.float64())
        some = values[kept]
        return pa.array(some, pa.float64(), mask=np.isnan(some))

    return pa.table(
        {
            "meter_key": pa.array(eras.meter_key[pieces.meter[kept]].astype(np.int32)),
            "hour": pa.array(pieces.hour[kept]).cast(TIMESTAMP),
            "amount": column(amount),
            "estimated": column(estimated),
            "coverage": pa.array(np.minimum(covered_us[kept] / HOUR_US, 1.0)),
            "mean": column(mean),
            "min": column(least),
            "max": column(greatest),
            "n": pa.array(n[kept].astype(np.int32)),
        },
        schema=NEW_USAGE,
    )
