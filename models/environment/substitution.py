"""What stands in for hours without valid data: HJ 75-2017 (flue gas), HJ 356-2019 (waste water).

Flue gas (tables 5 and 6; from memory, and seen with these numbers in public code): the **amount**
of SO2, NOx and dust of an hour is replaced by the greatest of the valid hours before;
concentrations and flue gas parameters are not replaced. Waste water (seen in public code only): a
missing value is the mean, for pH the median, of as many valid hours before the gap as the gap has.
The numbers are in ``models/reference/substitution_rules.csv``.

Shapes as of ``models.environment.arrays``: [..., hours], which must reach back far enough for the
valid hours that are looked for (ask for 2,160 more than are wanted, and cut them off afterwards).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Flags, Indices, Numbers, Values, numbers
from models.environment.stretches import Stretches, greatest_of, middle_of, ranged

# The pollutants of HJ 75-2017's title: SO2, NOx, particulate matter (HJ 212-2017 codes).
FLUE_GAS_POLLUTANTS = frozenset({"a21026", "a21002", "a34013"})
LOOK_BACK_HOURS = 2160  # of valid hours; calendar hours may be more


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of table 5 (``out_of_control``) or 6 (``invalid``); None is without bound.

    It holds from ``capture_from`` (inclusive) to ``capture_below`` (exclusive) of the quarter's
    capture rate, for up to ``hours_up_to`` hours lost in a row.
    """

    table: str
    capture_from: float
    capture_below: float | None
    hours_up_to: float | None
    previous_valid_hours: int
    before: str
    standard: str
    clause: str
    status: str


@cache
def rules() -> tuple[Rule, ...]:
    """Both tables; where several rows of a table fit, the first holds."""
    text = (files("models") / "reference" / "substitution_rules.csv").read_text(encoding="utf-8")
    return tuple(
        Rule(
            table=row["table"],
            capture_from=float(row["capture_from"]),
            capture_below=float(row["capture_below"]) if row["capture_below"] else None,
            hours_up_to=float(row["hours_up_to"]) if row["hours_up_to"] else None,
            previous_valid_hours=int(row["previous_valid_hours"]),
            before=row["before"],
            standard=row["standard"],
            clause=row["clause"],
            status=row["status"],
        )
        for row in csv.DictReader(text.splitlines())
    )


@dataclass(frozen=True, slots=True)
class Substituted:
    """``values`` [..., hours] with what stands in, NaN where nothing may; ``there`` marks these
    hours, ``rule`` is the place in ``rules()`` that gave them, -1 elsewhere (and for water).
    """

    values: Numbers
    there: Flags
    rule: Indices


def substituted_flue_gas(
    mass_kg: Values,
    valid: npt.ArrayLike,
    capture_rate: Values,
    *,
    owed: npt.ArrayLike = True,
    out_of_control: npt.ArrayLike = False,
    calibrated: npt.ArrayLike = False,
) -> Substituted:
    """Hourly masses of a pollutant, kg, with HJ 75-2017's tables 5 and 6 in the hours lost.

    All [..., hours], or what broadcasts to ``mass_kg``'s shape:
    ``valid`` the hour's mass counts (45 valid minutes of what it is made of);
    ``owed`` the facility ran, so that data are owed: a stopped hour is neither valid nor lost;
    ``capture_rate`` of the hour's quarter, 0 to 1, from ``models.environment.rates``;
    ``out_of_control`` a calibration was overdue or failed (table 5; else table 6);
    ``calibrated`` hours in which the instrument was calibrated; where none is known before an hour
    lost, the hours before the stretch stand in for those before the last calibration.

    "Hours lost in a row" counts the lost hours of a stretch, whichever the table: it ends at the
    next valid hour only, so that neither a stop nor a change of mark begins it anew. Where fewer
    valid hours are known than the row asks for, those there are stand in. Below a capture rate of
    75 % there is no rule (the quarter is invalid; manual monitoring decides), and where no valid
    hour is known before there is nothing to stand in: such hours are NaN.
    """
    mass = numbers(mass_kg)
    shape = mass.shape
    counted = np.broadcast_to(np.asarray(valid, dtype=bool), shape) & ~np.isnan(mass)
    lost = ~counted & np.broadcast_to(np.asarray(owed, dtype=bool), shape)
    runs = Stretches.of(counted, lost)
    rate = np.broadcast_to(numbers(capture_rate), shape)[lost]
    first_table = np.broadcast_to(np.asarray(out_of_control, dtype=bool), shape)[lost]

    end = np.where(first_table, runs.valid_before_last(calibrated), runs.valid_before)
    rule = np.full(len(rate), -1, dtype=np.intp)
    length = np.zeros(len(rate), dtype=np.intp)
    for place, one in reversed(list(enumerate(rules()))):
        fits = (first_table == (one.table == "out_of_control")) & (rate >= one.capture_from)
        fits &= rate < (one.capture_below if one.capture_below is not None else np.inf)
        fits &= runs.length <= (one.hours_up_to if one.hours_up_to is not None else np.inf)
        rule[fits], length[fits] = place, one.previous_valid_hours
    start = np.maximum(end - length, runs.first_valid)
    return _placed(mass, counted, lost, greatest_of(mass[counted], start, end), rule)


def substituted_water(
    values: Values,
    valid: npt.ArrayLike,
    *,
    owed: npt.ArrayLike = True,
    median: npt.ArrayLike = False,
) -> Substituted:
    """Hourly concentrations, pH or flows of waste water with HJ 356-2019's values in the gaps.

    ``values``, ``valid`` and ``owed`` as of ``substituted_flue_gas``, of any unit. A gap of n hours
    takes the arithmetic mean of the n valid hours before it; where ``median`` (pH; broadcasts, such
    as [outlets, 1]) their median. Where fewer are known, of those; where none is, NaN.
    """
    value = numbers(values)
    shape = value.shape
    counted = np.broadcast_to(np.asarray(valid, dtype=bool), shape) & ~np.isnan(value)
    lost = ~counted & np.broadcast_to(np.asarray(owed, dtype=bool), shape)
    runs = Stretches.of(counted, lost)
    by_median = np.broadcast_to(np.asarray(median, dtype=bool), shape)[lost]

    # One answer a gap, not one an hour.
    gap, of_gap = np.unique(runs.number, return_index=True)
    end = runs.valid_before[of_gap]
    start = np.maximum(end - runs.length[of_gap], runs.first_valid[of_gap])
    known = value[counted]
    middle = np.where(
        by_median[of_gap], middle_of(known, start, end), ranged(np.add, known, start, end)
    )
    middle /= np.where(by_median[of_gap], 1, np.maximum(end - start, 1))
    stands_in = middle[np.searchsorted(gap, runs.number)]
    nothing = np.full(len(stands_in), -1, dtype=np.intp)
    return _placed(value, counted, lost, stands_in, nothing)


def _placed(
    values: Numbers, counted: Flags, lost: Flags, stands_in: Numbers, rule: Indices
) -> Substituted:
    filled = np.where(counted, values, np.nan)
    filled[lost] = stands_in
    there = np.zeros(values.shape, dtype=bool)
    there[lost] = ~np.isnan(stands_in)
    which = np.full(values.shape, -1, dtype=np.intp)
    which[lost] = np.where(np.isnan(stands_in), -1, rule)
    return Substituted(filled, there, which)
