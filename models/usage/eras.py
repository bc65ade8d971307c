"""A meter's versions over time: which scale, interval and limits hold at which instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.registry import GapPolicy
from models.usage.series import Bools, Floats, Ints, after, floats, integers

BEGINNING = np.iinfo(np.int64).min
END = np.iinfo(np.int64).max

# A rate counts as plausible up to this much above its limit: differences of large registers and
# lengths in hours are rounded.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Eras:
    """Each meter's time axis, cut wherever a version begins or ends.

    Eras of a meter stand together, the first from the beginning of time, and touch one another:
    era ``e`` is [start[e], end[e]) in microseconds. Arrays of one length (eras):

    ``valid``: whether a version is valid there; the other columns are of the version that began
    last (before the first one: of the first), so that a limit is known everywhere.
    ``scale``, ``offset``: from a value to the usage unit. ``interval_us``: expected spacing.
    ``register_max``: modulus of a counter, NaN where none. ``lowest``, ``highest``: plausible rate
    of a counter in its unit per hour, NaN where unbounded; a register falls only where the meter
    may export: then down to ``range_low``, or as fast as it may rise, or without bound. ``lowest``
    is never above zero.
    ``by_profile``, ``unbridged``: whether gaps that begin there are shaped by the typical profile,
    or stay unknown.

    ``meter_key`` and ``kind`` have one item a meter, ``first`` (the meter's first era) one more.
    """

    meter_key: Ints
    kind: np.ndarray[tuple[int], np.dtype[np.str_]]
    first: Ints
    start: Ints
    end: Ints
    valid: np.ndarray[tuple[int], np.dtype[np.bool_]]
    scale: Floats
    offset: Floats
    interval_us: Ints
    register_max: Floats
    lowest: Floats
    highest: Floats
    by_profile: Bools
    unbridged: Bools

    @property
    def single(self) -> bool:
        """Whether every meter has one version for ever, as most have."""
        return len(self.start) == len(self.meter_key)

    def at(self, meter: Ints, at: Ints) -> Ints:
        """The era of each (meter, instant)."""
        begin = self.first[meter]
        if self.single:
            return begin
        return after(self.start, begin + 1, self.first[meter + 1], at) - 1


def eras_of(specs: pa.Table) -> Eras:
    """Eras of METER_SPECS (ordered by meter_key and valid_from).

    Where versions overlap, the one that began last holds. Raises ValueError where the versions of a
    meter differ in kind: what a register showed has no meaning for a rate.
    """
    keys = integers(specs, "meter_key")
    since = integers(specs, "valid_from", BEGINNING)
    until = integers(specs, "valid_to", END)
    kinds = np.array(specs["kind"].to_pylist(), dtype=np.str_)
    meter_key, begin, versions = np.unique(keys, return_index=True, return_counts=True)
    stop = begin + versions
    for meter in np.flatnonzero(versions > 1):
        if len(set(kinds[begin[meter] : stop[meter]])) > 1:
            raise ValueError(f"kind: versions of meter {meter_key[meter]} differ in it")

    meters = np.arange(len(meter_key))
    of_version = np.repeat(meters, versions)
    cuts = np.stack(
        [
            np.concatenate([meters, of_version, of_version[until < END]]),
            np.concatenate([np.full(len(meters), BEGINNING), since, until[until < END]]),
        ],
        axis=1,
    )
    era_meter, start = np.unique(cuts, axis=0).T if len(cuts) else cuts.T
    end = np.full(len(start), END)
    end[:-1] = np.where(era_meter[1:] == era_meter[:-1], start[1:], END)
    version = after(since, begin[era_meter], stop[era_meter], start) - 1
    begun = np.maximum(version, begin[era_meter])
    may_export = np.asarray(specs["may_export"].to_pylist(), dtype=bool)
    policy = np.array(specs["gap_policy"].to_pylist(), dtype=np.str_)
    range_low, range_high = floats(specs, "range_low"), floats(specs, "range_high")
    falling = np.minimum(np.where(np.isnan(range_low), -range_high, range_low), 0.0)
    lowest = np.where(may_export, falling, 0.0) * (1 + TOLERANCE)
    return Eras(
        meter_key=meter_key,
        kind=kinds[begin],
        first=np.searchsorted(era_meter, np.arange(len(meter_key) + 1)),
        start=start,
        end=end,
        valid=(version >= begin[era_meter]) & (start < until[begun]),
        scale=floats(specs, "scale")[begun],
        offset=floats(specs, "offset")[begun],
        interval_us=integers(specs, "interval_s")[begun] * 1_000_000,
        register_max=floats(specs, "register_max")[begun],
        lowest=lowest[begun],
        highest=(range_high * (1 + TOLERANCE))[begun],
        by_profile=(policy == GapPolicy.PROFILE.value)[begun],
        unbridged=(policy == GapPolicy.NONE.value)[begun],
    )
