"""The registry as arrays: what validation looks up for every reading at once."""

from __future__ import annotations

import numpy as np

from models.errors import UnitError
from models.periods import to_us
from models.quantities import Kind, quantities
from models.registry import Direction, Meter, Registry
from models.units import conversion

_FOREVER = np.iinfo(np.int64).max


class Lookup:
    """Built once for each registry snapshot; rows of the arrays are meter versions in time."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.versions: list[Meter] = sorted(
            registry.meters, key=lambda meter: (meter.key, _start(meter))
        )
        self.key = np.array([meter.key for meter in self.versions], np.int64)
        self.valid_from = np.array([_start(meter) for meter in self.versions], np.int64)
        self.valid_to = np.array(
            [
                _FOREVER if meter.valid_to is None else to_us(meter.valid_to)
                for meter in self.versions
            ],
            np.int64,
        )
        # A reading of an interval or a mean lies at its end (µs by which it is of what was before).
        self.behind = np.array(
            [meter.kind in (Kind.INTERVAL, Kind.MEAN) for meter in self.versions], np.int64
        )
        self.virtual = np.array([meter.formula is not None for meter in self.versions], bool)
        # Beyond these a value is impossible ...
        limits = np.array([limits_of(meter) for meter in self.versions], np.float64).reshape(-1, 2)
        self.lowest, self.highest = limits[:, 0], limits[:, 1]
        # ... and beyond these it is suspect (a counter's range is of its rate: judged by usage).
        self.low = np.array([_low(meter) for meter in self.versions], np.float64)
        self.high = np.array(
            [
                np.inf
                if meter.range_high is None or meter.kind is Kind.COUNTER
                else meter.range_high
                for meter in self.versions
            ],
            np.float64,
        )
        # First row of each meter, and how many it has.
        self.first = np.flatnonzero(np.diff(self.key, prepend=np.int64(-1)) != 0)
        self.count = np.diff(np.append(self.first, len(self.key)))
        place_of = {int(key): place for place, key in enumerate(self.key[self.first])}
        self._place = {named: place_of[key] for named, key in registry.key_of.items()}
        self._units: dict[tuple[int, str], tuple[float, float] | UnitError] = {}

    def place(self, enterprise: str | None, meter: str | None) -> int:
        """The meter's place in ``first`` and ``count``; -1 where there is none."""
        return self._place.get((enterprise or "", meter or ""), -1)

    def unit(self, version: int, unit: str) -> tuple[float, float] | UnitError:
        """Scale and offset into the unit of a meter version; found once per (version, unit)."""
        known = self._units.get((version, unit))
        if known is None:
            try:
                known = conversion(unit, self.versions[version].unit)
            except UnitError as error:
                known = error
            if len(self._units) < 100_000:  # senders choose the texts: bound what is remembered
                self._units[version, unit] = known
        return known


def _start(meter: Meter) -> int:
    return -_FOREVER if meter.valid_from is None else to_us(meter.valid_from)


def limits_of(meter: Meter) -> tuple[float, float]:
    """The least and the greatest value that a meter can show at all, in its unit."""
    falls = meter.kind is not Kind.COUNTER or meter.direction is not Direction.IMPORT
    highest = np.inf if meter.register_max is None else meter.register_max
    return -np.inf if falls else 0.0, highest


def _low(meter: Meter) -> float:
    if meter.kind is Kind.COUNTER:
        return -np.inf
    if meter.range_low is not None:
        return meter.range_low
    lowest = quantities()[meter.quantity].low
    return -np.inf if lowest is None or meter.direction is not Direction.IMPORT else lowest
