"""Stretches of lost hours, and what the valid hours before them say; vectorized over many rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Indices, Numbers


@dataclass(frozen=True, slots=True)
class Stretches:
    """One place a lost hour, in C order of [..., hours]; a stretch ends at the next valid hour.

    ``number`` of its stretch (ascending), ``length`` of that stretch in lost hours. The others are
    places among the valid hours of all rows, in C order: ``valid_before`` just behind the last one
    before the stretch, ``first_valid`` the first one of its row.
    """

    number: Indices
    length: Indices
    valid_before: Indices
    first_valid: Indices
    _counted: Flags
    _lost: Flags

    @classmethod
    def of(cls, counted: Flags, lost: Flags) -> Stretches:
        """Of ``counted`` and ``lost`` [..., hours], of which at most one holds."""
        hours = counted.shape[-1] if counted.ndim else 0
        running = np.cumsum(counted.ravel()).astype(np.intp)
        before = running[lost.ravel()] if running.size else np.zeros(0, dtype=np.intp)
        row = np.flatnonzero(lost.ravel()) // max(hours, 1)
        change = np.ones(len(row), dtype=bool)
        change[1:] = (row[1:] != row[:-1]) | (before[1:] != before[:-1])
        number = np.cumsum(change).astype(np.intp) - 1
        length = np.bincount(number)[number].astype(np.intp) if len(number) else number
        return cls(number, length, before, _valid_until(counted, row * hours), counted, lost)

    def valid_before_last(self, event: npt.ArrayLike) -> Indices:
        """``valid_before``, of the last hour at or before the stretch in which ``event`` held.

        Without one, of the stretch itself.
        """
        happened = np.broadcast_to(np.asarray(event, dtype=bool), self._counted.shape)
        if not happened.any() or not len(self.number):
            return self.valid_before
        hours = self._counted.shape[-1]
        places = np.flatnonzero(self._lost.ravel())
        starts = places[np.flatnonzero(np.diff(self.number, prepend=-1))][self.number]
        at = np.arange(happened.size)
        last = np.maximum.accumulate(np.where(happened.ravel(), at, -1))[starts]
        of_row = last >= starts // hours * hours  # not of the row before
        return np.where(of_row, _valid_until(self._counted, np.maximum(last, 0)), self.valid_before)


def _valid_until(counted: Flags, place: Indices) -> Indices:
    """How many valid hours lie before each place of the flat array."""
    running = np.concatenate([[0], np.cumsum(counted.ravel())]).astype(np.intp)
    return running[place]


def ranged(operation: np.ufunc, values: Numbers, start: Indices, end: Indices) -> Numbers:
    """operation.reduce of values[start:end] for each pair; NaN where the range is empty."""
    answer = np.full(len(start), np.nan)
    some = end > start
    if some.any():
        pairs = np.stack([start[some], end[some]], axis=1).ravel()
        answer[some] = operation.reduceat(np.append(values, 0.0), pairs)[::2]
    return answer


def middle_of(values: Numbers, start: Indices, end: Indices) -> Numbers:
    """Median of values[start:end] for each pair; NaN where the range is empty."""
    size = np.maximum(end - start, 0)
    answer = np.full(len(start), np.nan)
    if not size.sum():
        return answer
    which = np.repeat(np.arange(len(size)), size)
    begins = np.cumsum(size) - size
    members = values[np.arange(size.sum()) - begins[which] + start[which]]
    ordered = members[np.lexsort((members, which))]
    some = size > 0
    low, high = begins + (size - 1) // 2, begins + size // 2
    answer[some] = (ordered[low[some]] + ordered[high[some]]) / 2
    return answer


def greatest_of(values: Numbers, start: Indices, end: Indices) -> Numbers:
    """Greatest of values[start:end] for each pair; NaN where the range is empty.

    Ranges of thousands that overlap would be walked again and again: maxima over 1, 2, 4 ... values
    are made one after another, and two of them that overlap give any range.
    """
    size = end - start
    answer = np.full(len(start), np.nan)
    best, width = values.copy(), 1
    while (size >= width).any():
        now = (size >= width) & (size < 2 * width)
        answer[now] = np.maximum(best[start[now]], best[end[now] - width])
        if len(best) <= width:
            break
        best = np.maximum(best[:-width], best[width:])
        width *= 2
    return answer
