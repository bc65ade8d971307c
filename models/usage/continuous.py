"""Rates and levels: values at instants, straight lines between them, nothing across a gap."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from models.usage.eras import Eras
from models.usage.findings import gaps_filled
from models.usage.pieces import cut, usage_rows
from models.usage.profiles import NO_PROFILES, Profiles
from models.usage.series import Bools, Floats, Ints, Series


def _between(at: Ints, start: Ints, length: Ints, first: Floats, last: Floats) -> Floats:
    """Value on the straight line at an instant; exactly the line's own ends at its ends."""
    way = at - start
    line = first + (last - first) * way / np.maximum(length, 1)
    return np.where(way == length, last, line)


def _rescaled(eras: Eras, era: Ints) -> Bools:
    """Whether the reading after each one has another scale or offset."""
    if eras.single:
        return np.zeros(len(era), dtype=bool)
    following = np.roll(era, -1)
    other: Bools = eras.scale[following] != eras.scale[era]
    other |= eras.offset[following] != eras.offset[era]
    return other


def continuous_usage(
    eras: Eras, readings: Series, *, amounts: bool, profiles: Profiles = NO_PROFILES
) -> tuple[pa.Table, list[pa.Table]]:
    """NEW_USAGE of instants' values, and FINDINGS; ``amounts`` for rates (unit per hour).

    Trapezoids between neighbours, cut at full hours with the value interpolated there; a spacing
    over twice the expected interval is a gap. ``mean`` is weighted by time; ``min`` and ``max`` are
    of the readings in [hour, hour + 1 h] and of the values interpolated at its ends. A reading
    alone between two gaps gives minimum and maximum, but no mean. What lies next to an estimated
    or substituted reading counts as estimated. ``n`` counts readings in [hour, hour + 1 h).

    Where multiplier or unit change between two readings, each is worth what its own version says,
    and the straight line lies between these: what is measured does not jump when the meter does.

    In a gap of a rate the typical profile stands in where the policy at its beginning says so: as
    estimated, and not as covered.
    """
    era = eras.at(readings.meter, readings.ts)
    following = np.roll(readings.ts, -1)
    apart = following - readings.ts > 2 * eras.interval_us[era]
    last_one = readings.last_of_meter()
    filled = apart & ~last_one & eras.by_profile[era] if amounts else np.zeros_like(apart)
    apart |= last_one
    end = np.where(apart & ~filled, readings.ts, following)
    last = np.where(apart, readings.value, np.roll(readings.value, -1))
    length = end - readings.ts
    first, rescaled = readings.value, _rescaled(eras, era) & ~apart
    if rescaled.any():
        usual = readings.value * eras.scale[era] + eras.offset[era]
        first = np.where(rescaled, usual, first)
        last = np.where(rescaled, np.roll(usual, -1), last)

    pieces = cut(eras, readings.meter, readings.ts, end, era)
    of = pieces.stretch
    line = (readings.ts[of], length[of], first[of], last[of])
    scale, offset = eras.scale[pieces.era], eras.offset[pieces.era]
    if rescaled.any():
        scale, offset = np.where(rescaled[of], 1.0, scale), np.where(rescaled[of], 0.0, offset)
    at_start = _between(pieces.start, *line) * scale + offset
    at_end = _between(pieces.end, *line) * scale + offset
    fills = filled[of]
    # Of a filled gap only its first instant was measured.
    measured = np.where(fills, 0, pieces.end - pieces.start)
    integral = (at_start + at_end) / 2 * measured

    covered = pieces.sum(measured)
    nothing = np.full(len(covered), np.nan)
    whole = np.where(covered > 0, pieces.sum(integral), np.nan)
    amount = estimated = None
    noticed: list[pa.Table] = []
    if amounts:
        unsure = readings.estimated | np.roll(readings.estimated, -1)
        used = integral / HOUR_US
        if fills.any():
            used = np.where(fills, profiles.of(eras, pieces, fills), used)
            stands_in = pieces.sum_known(used, len(length))
            noticed.append(gaps_filled(eras, readings.meter, end, length, stands_in, filled=filled))
        known = (measured > 0) | (fills & ~np.isnan(used))
        used = np.where(known, used, 0.0)
        any_known = pieces.count(known) > 0
        amount = np.where(any_known, pieces.sum(used), np.nan)
        estimated = pieces.sum(np.where(unsure[of] | fills, used, 0.0))
        estimated = np.where(any_known, estimated, np.nan)
        at_start = np.where(fills & (pieces.start != readings.ts[of]), np.nan, at_start)
        at_end = np.where(fills, at_start, at_end)
    usage = usage_rows(
        eras,
        pieces,
        amount=amount,
        estimated=estimated,
        mean=np.divide(whole, covered, out=nothing, where=covered > 0),
        least=pieces.least(np.minimum(at_start, at_end)),
        greatest=pieces.greatest(np.maximum(at_start, at_end)),
        covered_us=covered,
        n=pieces.count(pieces.start == readings.ts[of]),
    )
    return usage, noticed
