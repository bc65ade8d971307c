"""Arrays of hours: what the environment's arithmetic takes and gives.

Everywhere the last axis is time, one place an hour (UTC start), without holes: an hour of which
nothing is known is NaN. Axes before it are whatever the caller has, such as outlets or outlets x
pollutants; arguments broadcast against each other. Unknown stays unknown (NaN), never zero.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Values = npt.ArrayLike  # numbers or arrays of them, NaN where unknown


def numbers(values: Values) -> Numbers:
    """The values as float64; None in an object array becomes NaN."""
    return np.asarray(values, dtype=np.float64)


def known_where(ok: npt.ArrayLike, values: Numbers) -> Numbers:
    """The values where ``ok``, elsewhere NaN; broadcast."""
    return np.where(np.asarray(ok, dtype=bool), values, np.nan)


def sums_by_period(values: Numbers, period: npt.ArrayLike) -> Numbers:
    """Sums of [..., hours] over the hours of each period: [..., periods].

    ``period`` [hours] numbers each hour's period from 0, ascending and without a hole (such as
    ``numpy.unique(local_days, return_inverse=True)[1]``). Raises ValueError where it does not.
    """
    place = np.asarray(period, dtype=np.intp)
    if not len(place):
        return np.zeros((*values.shape[:-1], 0))
    steps = np.diff(place)
    if place[0] != 0 or (steps < 0).any() or (steps > 1).any():
        raise ValueError("period: must begin at 0 and ascend without a hole")
    starts = np.concatenate([[0], np.flatnonzero(steps) + 1])
    summed: Numbers = np.add.reduceat(values, starts, axis=-1)
    return summed
