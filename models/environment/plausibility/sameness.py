"""Values that are the same where they should not be: stuck, copied from a day before or elsewhere.

Arrays are [rows, hours] of hourly means, a row a series; NaN where an hour has no valid mean or
the facility stood still. Zero is never suspect by itself: below its limit of detection an
instrument may show it for days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.environment.arrays import Flags, Indices, Numbers
from models.environment.plausibility.rules import RULES
from models.environment.plausibility.runs import Runs, runs

CLOSE = 1e-9  # means of the same values differ in the last bits
DAY_HOURS = 24
_COMMON_AT_LEAST = 1e-3  # how rarely values agree by chance is not known more finely than this
_EQUAL_HOURS_MIN = 20  # fewer tell nothing about what follows an hour that agrees


def stuck(mean: Numbers, low: Numbers, high: Numbers) -> Runs:
    """Series that stood still for ``stuck_hours``, and over ``stuck_times`` as long as ever before.

    ``low`` and ``high`` are the least and greatest value of each hour. "Before" is what is given of
    the row before the run, other findings left out: a fault that returns is no habit.
    """
    flat = _close(high, low) & (mean != 0)
    still = np.zeros(mean.shape, dtype=bool)
    still[:, 1:] = flat[:, 1:] & flat[:, :-1] & _close(mean[:, 1:], mean[:, :-1])
    every = runs(still)
    every = Runs(every.row, every.start - 1, every.stop)  # with the hour that they are equal to
    found = np.zeros(len(every), dtype=bool)
    longest: dict[int, int] = {}
    for place in range(len(every)):
        row, hours = int(every.row[place]), int(every.hours[place])
        limit = max(RULES.stuck_hours, RULES.stuck_times * longest.get(row, 0) + 1)
        found[place] = hours >= limit
        if not found[place]:
            longest[row] = max(longest.get(row, 0), hours)
    return every.where(found)


@dataclass(frozen=True, slots=True)
class Copies:
    """Runs whose values are those of ``source`` (a row), ``lag`` hours earlier; ``chance`` is that
    of so many equal values among values as frequent as the row's.
    """

    runs: Runs
    source: Indices
    lag: Indices
    chance: Numbers


def copied_days(mean: Numbers) -> Copies:
    """Hours that repeat those of one of the ``copied_days_back`` days before, number for number."""
    free = np.ones(mean.shape, dtype=bool)  # not explained by a shorter lag already
    coincidences = Coincidences.none(len(mean))
    candidates: list[tuple[int, Runs]] = []
    for days in range(1, int(RULES.copied_days_back) + 1):
        lag = DAY_HOURS * days
        if lag >= mean.shape[1]:
            break
        equal = np.zeros(mean.shape, dtype=bool)
        equal[:, lag:] = _close(mean[:, lag:], mean[:, :-lag]) & (mean[:, lag:] != 0)
        found = runs(equal & free, RULES.copied_hours)
        candidate = found.within(mean.shape)
        free &= ~candidate
        coincidences += Coincidences.of(mean, equal & ~candidate)
        candidates.append((lag, found))
    chances = coincidences.chances(_agreement(mean))
    return _joined(
        [
            _improbable(mean, found, found.row, [of[found.row] for of in chances], lag)
            for lag, found in candidates
        ]
    )


def copied_series(mean: Numbers, alike: Indices) -> Copies:
    """Hours in which two series are the same, number for number; the later row is said to copy.

    ``alike`` [rows] tells what may be compared at all, such as a number for each unit.
    """
    pairs = _often_equal(mean, alike)
    if not len(pairs):
        return _joined([])
    first, second = pairs[:, 0], pairs[:, 1]
    equal = _close(mean[first], mean[second]) & (mean[first] != 0)
    found = runs(equal, RULES.copied_hours)
    common = _agreement(mean)
    coincidences = Coincidences.of(mean[second], equal & ~found.within(equal.shape))
    chances = coincidences.chances(np.minimum(common[first], common[second]))
    of_pair = found.row
    copying = Runs(second[of_pair], found.start, found.stop)
    return _improbable(mean, copying, first[of_pair], [of[of_pair] for of in chances], 0)


@dataclass(frozen=True, slots=True)
class Coincidences:
    """How often a row agreed by chance, outside of any run that is looked at: ``equal`` hours, and
    those ``again`` equal after another hour although the value had changed. Slow and coarse values
    that agreed agree again; numbers of many digits never do.
    """

    equal: Numbers
    again: Numbers

    @classmethod
    def none(cls, rows: int) -> Coincidences:
        """Of rows that never agreed."""
        return cls(np.zeros(rows), np.zeros(rows))

    @classmethod
    def of(cls, mean: Numbers, equal: Flags) -> Coincidences:
        """Of ``equal`` hours of the rows."""
        again = equal[:, 1:] & equal[:, :-1] & _changed(mean)[:, 1:]
        return cls(equal.sum(axis=1, dtype=np.float64), again.sum(axis=1, dtype=np.float64))

    def __add__(self, other: Coincidences) -> Coincidences:
        """Of both."""
        return Coincidences(self.equal + other.equal, self.again + other.again)

    def chances(self, agreement: Numbers) -> tuple[Numbers, Numbers]:
        """Of an hour to agree, and of one that changed to agree again after one that did."""
        again = self.again / np.maximum(self.equal, _EQUAL_HOURS_MIN)
        return agreement, np.maximum(agreement, again)


def _often_equal(mean: Numbers, alike: Indices) -> Indices:
    """Pairs of rows [n, 2] that agree in ``copied_hours`` hours or more, found by sorting.

    Of three or more that are equal the neighbours in order are paired, so that each has a partner.
    """
    row, hour = np.nonzero(~np.isnan(mean) & (mean != 0))
    value = mean[row, hour]
    digits = 9 - np.ceil(np.log10(np.abs(value)))
    rounded = np.round(value * 10.0**digits)
    order = np.lexsort((row, rounded, digits, alike[row], hour))
    keys = np.stack([hour, alike[row]])[:, order]
    numbers = np.stack([digits, rounded])[:, order]
    row = row[order]
    same = (keys[:, 1:] == keys[:, :-1]).all(axis=0) & (numbers[:, 1:] == numbers[:, :-1]).all(
        axis=0
    )
    pair, counts = np.unique(row[:-1][same] * len(mean) + row[1:][same], return_counts=True)
    often = pair[counts >= RULES.copied_hours]
    return np.stack(np.divmod(often, max(len(mean), 1)), axis=1)


def _agreement(mean: Numbers) -> Numbers:
    """Of each row the share of pairs of its hours that are equal: what chance alone makes agree."""
    answer = np.full(len(mean), 1.0)
    for place, values in enumerate(mean):
        known = values[~np.isnan(values)]
        if len(known) > 1:
            _, counts = np.unique(np.round(known, 9), return_counts=True)
            answer[place] = (counts * (counts - 1.0)).sum() / (len(known) * (len(known) - 1.0))
    floored: Numbers = np.maximum(answer, _COMMON_AT_LEAST)
    return floored


def _improbable(
    mean: Numbers, found: Runs, source: Indices, chances: Sequence[Numbers], lag: int
) -> Copies:
    """Those runs that change often enough for chance to be out of the question.

    What stays at one value agrees with itself: only a change is one more coincidence. ``chances``
    of each run: of its first hour, and of each change.
    """
    inner = Runs(found.row, found.start + 1, found.stop)
    changes = inner.counts(_changed(mean))
    chance = chances[0] * chances[1] ** changes
    keep: Flags = (changes >= RULES.copied_changes) & (chance <= RULES.copied_chance)
    lags = np.full(int(keep.sum()), lag, dtype=np.intp)
    return Copies(found.where(keep), source[keep], lags, chance[keep])


def _changed(mean: Numbers) -> Flags:
    """Hours that are not what the hour before was."""
    changed = np.zeros(mean.shape, dtype=bool)
    changed[:, 1:] = ~_close(mean[:, 1:], mean[:, :-1])
    return changed


def _joined(parts: list[Copies]) -> Copies:
    nothing = np.zeros(0, dtype=np.intp)
    parts = [Copies(Runs(nothing, nothing, nothing), nothing, nothing, np.zeros(0)), *parts]
    row, start, stop = (
        np.concatenate([getattr(one.runs, name) for one in parts])
        for name in ("row", "start", "stop")
    )
    return Copies(
        Runs(row, start, stop),
        np.concatenate([one.source for one in parts]),
        np.concatenate([one.lag for one in parts]),
        np.concatenate([one.chance for one in parts]),
    )


def _close(one: Numbers, other: Numbers) -> Flags:
    close: Flags = np.abs(one - other) <= CLOSE * np.abs(other)
    return close
