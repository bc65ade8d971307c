"""What a device states against what follows from its own measurements.

Arrays are [rows, hours], NaN where unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.environment.arrays import Flags, Numbers, Values, known_where, numbers
from models.environment.flue_gas import OXYGEN_OF_AIR_PCT
from models.environment.plausibility.rules import RULES
from models.environment.plausibility.runs import Runs, runs


@dataclass(frozen=True, slots=True)
class Stated:
    """Runs with the mean of what the device ``stated`` and of what is ``computed`` from it."""

    runs: Runs
    stated: Numbers
    computed: Numbers


def converted_otherwise(stated: Numbers, computed: Numbers) -> Stated:
    """The device's converted concentration (ZsAvg) is not ours (``at_reference_oxygen``).

    Apart by more than ``converted_share`` and ``converted_floor`` for ``converted_hours``. The
    device converts its minutes and then averages, we the hour's means: while the oxygen moves, both
    are right and differ a little.
    """
    return _apart(
        stated, computed, RULES.converted_share, RULES.converted_floor, RULES.converted_hours
    )


def implied_reference_oxygen(stated: Numbers, measured: Numbers, oxygen_pct: Numbers) -> Numbers:
    """The reference oxygen (%) with which the stated value would be right: what was set wrongly."""
    known = known_where(measured > 0, measured)
    return OXYGEN_OF_AIR_PCT - stated * (OXYGEN_OF_AIR_PCT - oxygen_pct) / known


def amount_otherwise(stated: Numbers, computed: Numbers, floor: Values) -> Stated:
    """The device's amount of the hour (Cou) is not concentration x flow, or the flow's volume.

    Apart by more than ``amount_share`` and ``floor`` (of the amount's unit; broadcasts) for
    ``amount_hours``.
    """
    return _apart(stated, computed, RULES.amount_share, floor, RULES.amount_hours)


def _apart(stated: Numbers, computed: Numbers, share: float, floor: Values, hours: float) -> Stated:
    allowed = np.maximum(share * np.abs(computed), numbers(floor))
    apart: Flags = np.abs(stated - computed) > allowed
    found = runs(apart, hours)
    return Stated(found, found.means(stated), found.means(computed))
