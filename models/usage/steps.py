"""Steps of a register from one value to the next: plain, implausible, rollover or reset.

The rules, with r the rate limits of the version in force at the step's start and t its length:

- a *drop* is a fall below ``lowest * t`` (zero unless the meter may export);
- a drop is a *rollover* where the register's maximum and the highest plausible rate are known and
  the implied amount ``register_max - before + after`` is at most ``highest * t``;
- any other drop is a *reset*: what was used between is unknown;
- a rise above ``highest * t`` is *implausible*, and counts all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.periods import HOUR_US
from models.usage.eras import Eras
from models.usage.series import Bools, Floats, Ints, Series

PLAIN, IMPLAUSIBLE, ROLLOVER, RESET = 0, 1, 2, 3

Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Steps:
    """``amount`` used (meter's unit; NaN after a reset) and ``code`` of each step."""

    amount: Floats
    code: Codes

    def at(self, code: int) -> Ints:
        """Steps of this code."""
        return np.flatnonzero(self.code == code)


def steps(eras: Eras, era: Ints, length_us: Ints, difference: Floats) -> Steps:
    """Judge register differences over ``length_us`` that began in ``era``."""
    hours = length_us / HOUR_US
    highest = eras.highest[era] * hours
    # A limit that is not known is NaN, and no comparison with it is true.
    drop = difference < 0
    if drop.any():
        drop &= difference < eras.lowest[era] * hours
    code = (difference > highest).astype(np.uint8)  # IMPLAUSIBLE
    amount = difference
    if drop.any():
        around = difference + eras.register_max[era]
        rollover = drop & (around >= 0) & (around <= highest)
        code[drop] = RESET
        code[rollover] = ROLLOVER
        amount = np.where(rollover, around, np.where(drop, np.nan, difference))
    return Steps(amount, code)


def false_values(eras: Eras, series: Series, era: Ints, exchanged: Floats) -> Bools:
    """Single readings that contradict both neighbours while these agree with each other.

    A reading is doubtful where the register drops into it or out of it (a reset; or a rollover on
    one side with an implausible rise on the other) and does not drop from its predecessor to its
    successor; or rolls over between these, and both steps at the reading are at fault. Where the
    step past it is an implausible rise, the reading is doubtful still: the rise after a reset would
    be steeper yet. Of doubtful neighbours only one is false: a dip between two others rather than
    the peak between two dips, and else the earlier. A register's newest reading is never doubtful:
    its successor decides.

    ``exchanged`` is what declared exchanges add to the step into each reading (final value less
    initial). Depends on three readings before and one after.
    """
    false = np.zeros(len(series.ts), dtype=bool)
    if len(false) < 3:
        return false
    rise = np.diff(series.value) + exchanged[1:]
    falls = np.flatnonzero(rise < 0)
    if not (series.meter[falls] == series.meter[falls + 1]).any():  # as most registers
        return false
    into = steps(eras, era[:-1], np.diff(series.ts), rise)
    code = np.full(len(false), PLAIN, dtype=np.uint8)
    code[1:] = np.where(series.meter[1:] == series.meter[:-1], into.code, PLAIN)

    odd = code >= ROLLOVER
    suspect = np.flatnonzero(odd[1:-1] | odd[2:]) + 1
    same = series.meter[suspect - 1] == series.meter[suspect + 1]
    suspect = suspect[same]
    past = steps(
        eras,
        era[suspect - 1],
        series.ts[suspect + 1] - series.ts[suspect - 1],
        series.value[suspect + 1]
        - series.value[suspect - 1]
        + exchanged[suspect]
        + exchanged[suspect + 1],
    )
    before, behind = code[suspect], code[suspect + 1]
    contradicted = (before == RESET) | (behind == RESET)
    contradicted |= (before == ROLLOVER) & (behind == IMPLAUSIBLE)
    contradicted |= (before == IMPLAUSIBLE) & (behind == ROLLOVER)
    both = (before != PLAIN) & (behind != PLAIN)
    consistent = (past.code <= IMPLAUSIBLE) | ((past.code == ROLLOVER) & both)
    doubtful = suspect[contradicted & consistent]

    dip, peak = false.copy(), false.copy()
    falls = odd[doubtful]
    dip[doubtful[falls]] = True
    peak[doubtful[~falls]] = True
    peak[1:] &= ~dip[:-1]
    false[1:] = dip[1:] & ~dip[:-1] & ~peak[:-1]
    result: Bools = false | peak
    return result
