"""What a counter shows: its running total through start value, exchanges, resets and rollovers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.energy import at
from simulators.faults import faults_of
from simulators.grid import Floats
from simulators.meters import Meter


@dataclass(frozen=True, slots=True)
class Era:
    """A register from ``step`` on: it showed ``initial`` when the total was ``total``."""

    step: float
    total: float
    initial: float
    declared: bool


class Register:
    """The register of a counter; ``total`` is its running total from step 0 on (usage units)."""

    def __init__(self, meter: Meter, total: Floats) -> None:
        if meter.register_max is None:
            raise ValueError(f"{meter.code}: a meter of kind {meter.kind} has no register")
        self.meter, self.maximum = meter, meter.register_max
        faults = [fault for fault in faults_of(*meter.key) if fault.at_step < len(total)]
        start = meter.register_start
        for fault in faults:
            if fault.kind == "rollover":
                start = self._rounded(self.maximum - at(total, fault.at_step) / meter.scale)
        self.eras = [Era(-1.0, 0.0, start, declared=True)] + [
            Era(
                fault.at_step,
                at(total, fault.at_step),
                float(fault.value),
                fault.kind == "exchange",
            )
            for fault in faults
            if fault.kind in ("exchange", "reset")
        ]

    def _rounded(self, value: float) -> float:
        return round(value, self.meter.decimals)

    def _of(self, era: Era, total: Floats) -> Floats:
        raw = era.initial + (total - era.total) / self.meter.scale
        shown = np.round(raw, self.meter.decimals) % self.maximum
        return np.asarray(np.round(shown, self.meter.decimals), dtype=np.float64)

    def shown(self, steps: Floats, total: Floats) -> Floats:
        """Values at ``steps`` (ascending, may lie between grid points) where the total is given."""
        result = self._of(self.eras[0], total)
        for era in self.eras[1:]:
            since = int(np.searchsorted(steps, era.step))
            result[since:] = self._of(era, total[since:])
        return result

    def exchanges(self) -> list[tuple[Era, float]]:
        """Declared exchanges, each with the old register's final value."""
        return [
            (era, float(self._of(before, np.array([era.total]))[0]))
            for before, era in zip(self.eras, self.eras[1:], strict=False)
            if era.declared
        ]
