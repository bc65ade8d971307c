"""Counters: a register piecewise linear in time; an hour's amount is its rise within the hour.

The sum of the hours equals the register's rise, always: the amount of a gap is spread over its
hours and marked. Only after a reset, which no declared exchange explains, is usage unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from models.usage.eras import Eras
from models.usage.exchanges import Exchanges, placed
from models.usage.findings import findings, gaps_filled
from models.usage.pieces import Pieces, cut, share, usage_rows
from models.usage.profiles import Profiles
from models.usage.series import Bools, Floats, Ints, Series
from models.usage.steps import IMPLAUSIBLE, RESET, ROLLOVER, Steps, false_values, steps


@dataclass(frozen=True, slots=True)
class Register:
    """Accepted values of registers. An exchange stands as two values at its instant, the old
    register's last and the new one's first; ``joint`` marks the former (nothing lies between) and
    ``reading`` what really was read.
    """

    values: Series
    era: Ints
    joint: Bools
    reading: Bools


def accepted_register(
    eras: Eras, readings: Series, exchanges: Exchanges, noticed: list[pa.Table]
) -> Register:
    """The values that count of registers; findings of those that do not are added to ``noticed``.

    Left out is what contradicts both its neighbours; put in is what declared exchanges say.
    """
    exchanged = placed(exchanges, readings).added(len(readings.ts))
    era = eras.at(readings.meter, readings.ts)
    false = false_values(eras, readings, era, exchanged)
    if false.any():
        noticed.append(_false_findings(eras, readings, false))
        readings, era = readings.part(~false), era[~false]
    found = placed(exchanges, readings)
    if len(found.at) == 0:
        none = np.zeros(len(era), dtype=bool)
        return Register(readings, era, none, ~none)

    put = found.exchanges
    noticed.append(
        findings(
            eras, "exchange", put.meter, put.ts,
            "old register ended at ", put.final, ", new one began at ", put.initial,
        )
    )  # fmt: skip
    twice = np.repeat(found.at, 2)
    meter, ts = np.repeat(put.meter, 2), np.repeat(put.ts, 2)
    ends = np.stack([put.final, put.initial], axis=1).ravel()
    values = Series(
        np.insert(readings.meter, twice, meter),
        np.insert(readings.ts, twice, ts),
        np.insert(readings.value, twice, ends),
        np.insert(readings.estimated, twice, np.zeros(len(twice), dtype=bool)),
    )
    joint = np.insert(np.zeros(len(era), dtype=bool), twice, np.arange(len(twice)) % 2 == 0)
    reading = np.insert(np.ones(len(era), dtype=bool), twice, np.zeros(len(twice), dtype=bool))
    return Register(values, eras.at(values.meter, values.ts), joint, reading)


def _false_findings(eras: Eras, readings: Series, false: Bools) -> pa.Table:
    at = np.flatnonzero(false)
    value = readings.value
    return findings(
        eras, "false_value", readings.meter[at], readings.ts[at],
        value[at], " stands between ", value[at - 1], " and ", value[at + 1],
    )  # fmt: skip


def _step_findings(eras: Eras, register: Register, found: Steps, ends: Ints) -> list[pa.Table]:
    if not found.code.any():
        return []
    values = register.values

    def noted(kind: str, at: Ints, *words: str | Floats) -> pa.Table:
        before, after = values.value[at], values.value[at + 1]
        return findings(
            eras, kind, values.meter[at], ends[at], "from ", before, " to ", after, *words
        )

    resets, rollovers, steep = found.at(RESET), found.at(ROLLOVER), found.at(IMPLAUSIBLE)
    maximum = eras.register_max[register.era[rollovers]]
    hours = (ends[steep] - values.ts[steep]) / HOUR_US
    rate = np.divide(found.amount[steep], hours, out=np.full(len(steep), np.inf), where=hours > 0)
    return [
        noted("reset", resets, ": the register fell, what was used between is unknown"),
        noted("rollover", rollovers, " over the register's end at ", maximum),
        noted("implausible_rate", steep, ": ", rate, " an hour, counted"),
    ]


def counter_usage(
    eras: Eras, readings: Series, exchanges: Exchanges, profiles: Profiles
) -> tuple[pa.Table, list[pa.Table]]:
    """NEW_USAGE of registers, and tables of FINDINGS.

    An hour's ``estimated`` is what comes from a gap (spacing over twice the expected interval at
    its start) and from between values of which one was estimated or substituted. ``n`` counts
    accepted readings in [hour, hour + 1 h).

    A gap's rise is spread evenly, or in proportion to the typical profile, or left unknown, as the
    policy at its start says; after a reset the profile's own amounts stand in.
    """
    noticed: list[pa.Table] = []
    register = accepted_register(eras, readings, exchanges, noticed)
    values, era = register.values, register.era
    nothing_between = values.last_of_meter() | register.joint
    end, difference = np.roll(values.ts, -1), np.roll(values.value, -1) - values.value
    end[nothing_between], difference[nothing_between] = values.ts[nothing_between], 0.0
    length = end - values.ts
    found = steps(eras, era, length, difference)
    noticed.extend(_step_findings(eras, register, found, end))

    amount = found.amount.copy()
    amount[nothing_between] = np.nan
    gap = length > (2 * eras.interval_us)[era]
    by_profile = eras.by_profile[era]
    left_out = gap & eras.unbridged[era] & ~np.isnan(amount)
    if left_out.any():
        noticed.append(_left_out(eras, values, end, amount, left_out))
        amount[left_out] = np.nan
    unknown = np.isnan(amount)
    unsure = gap | values.estimated | np.roll(values.estimated, -1)
    filled = unknown & ~nothing_between & by_profile
    shaped = gap & ~unknown & by_profile
    stays = unknown & ~filled
    end[stays] = values.ts[stays]

    pieces = cut(eras, values.meter, values.ts, end, era)
    each = pieces.each
    part = pieces.end - pieces.start
    used = share(each(amount), part, each(length)) * eras.scale[pieces.era]
    if (filled | shaped).any():
        typical = profiles.of(eras, pieces, each(filled | shaped))
        used = np.where(each(shaped), _shaped(pieces, used, typical, part, length), used)
        used = np.where(each(filled), typical, used)
        stands_in = pieces.sum_known(used, len(length))
        noticed.append(gaps_filled(eras, values.meter, end, length, stands_in, filled=filled))
    known = ~np.isnan(used)
    used[~known] = 0.0
    unsure |= filled
    any_known = pieces.count(known) > 0
    usage = usage_rows(
        eras,
        pieces,
        amount=np.where(any_known, pieces.sum(used), np.nan),
        estimated=np.where(any_known, pieces.sum_where(each(unsure), used), np.nan),
        covered_us=pieces.sum_where(each(~(gap | unknown)) & known, part),
        n=pieces.count(each(register.reading) & (pieces.start == each(values.ts))),
    )
    return usage, noticed


def _shaped(pieces: Pieces, even: Floats, typical: Floats, part: Ints, length: Ints) -> Floats:
    """What is spread evenly over each stretch, in proportion to the typical amounts instead.

    Evenly still where the profile does not speak of all of a stretch, or says nothing but zero, and
    where a part of it lies outside every version's validity.
    """
    of, stretches = pieces.stretch, len(length)
    total = np.bincount(of, even, stretches)
    typical_total = np.bincount(of, typical, stretches)  # NaN where one is
    whole = np.bincount(of, part, stretches) == length
    fits = (whole & (typical_total > 0))[of]
    proportion = np.divide(typical, typical_total[of], out=np.zeros(len(of)), where=fits)
    return np.where(fits, total[of] * proportion, even)


def _left_out(eras: Eras, values: Series, end: Ints, amount: Floats, left_out: Bools) -> pa.Table:
    at = np.flatnonzero(left_out)
    hours = (end - values.ts)[at] / HOUR_US
    return findings(
        eras, "gap_unknown", values.meter[at], end[at],
        "the register rose by ", amount[at], " over a gap of ", hours, " h, which is left out",
    )  # fmt: skip
