"""Every meter running in real time: what its device shows at any instant from a start on.

The same registers as in the history: R(t) is a function of the time alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from simulators.energy import Loads, at
from simulators.grid import EPOCH, STEP, STEPS_PER_DAY, Floats, instant, step_at
from simulators.meters import Meter, meters
from simulators.register import Register

AHEAD = 2 * STEPS_PER_DAY  # steps computed at a time
_BEHIND = 8  # steps kept before the oldest instant that may be asked for


class Clockwork:
    """Values of all meters from ``since`` on; loads are computed two days at a time.

    Raises ValueError where ``since`` is before the demo's epoch.
    """

    def __init__(self, since: datetime) -> None:
        step = step_at(since)
        if step < 0:
            raise ValueError(f"since: {since.isoformat()} is before {EPOCH.isoformat()}")
        self._first = max(step - _BEHIND, 0)
        self._last = self._first + AHEAD
        self._registers: dict[Meter, Register] = {}
        self._totals: dict[Meter, Floats] = {}  # counters and intervals: running total at steps
        self._curves: dict[Meter, Floats] = {}  # all others: value at steps
        whole = Loads(0, self._last)
        for meter in meters():
            if meter.kind in ("counter", "interval"):
                total = whole.total(meter)
                if meter.kind == "counter":
                    # what a fault would do later has no part in a demo that began before it
                    self._registers[meter] = Register(meter, total[: step + 1])
                self._totals[meter] = total[self._first :].copy()
        self._draw(Loads(self._first, self._last))

    def _draw(self, loads: Loads) -> None:
        for meter in meters():
            if meter.kind == "rate":
                self._curves[meter] = loads.power(*meter.key) / meter.scale
            elif not meter.has_amounts:
                self._curves[meter] = loads.level(meter)

    def keep(self, oldest: datetime, newest: datetime) -> None:
        """Make the values from ``oldest`` to ``newest`` available; time only moves forward."""
        while step_at(newest) + 1 >= self._last:
            first = max(min(step_at(oldest) - _BEHIND, self._last), self._first)
            loads = Loads(first, max(self._last, first) + AHEAD)
            for meter, total in self._totals.items():
                self._totals[meter] = total[first - self._first] + loads.total(meter)
            self._draw(loads)
            self._first, self._last = first, loads.last

    def now(self, meter: Meter, when: datetime) -> float:
        """What a counter, rate or level meter shows at an instant."""
        position = (when - EPOCH) / STEP - self._first
        if meter.kind == "counter":
            total = np.array([at(self._totals[meter], position)])
            step = np.array([position + self._first])
            return float(self._registers[meter].shown(step, total)[0])
        curve = self._curves[meter]
        value = at(curve, position) if meter.kind == "rate" else float(curve[int(position)])
        return round(value, meter.decimals)

    def ended(
        self, meter: Meter, after: datetime, until: datetime
    ) -> Iterator[tuple[datetime, float]]:
        """End and value of each interval of an interval or mean meter that ended after ``after``
        and not later than ``until``.
        """
        for step in meter.reading_steps(step_at(after), step_at(until)).tolist():
            here = step - self._first
            if meter.kind == "interval":
                total = self._totals[meter]
                value = float(total[here] - total[here - meter.stride]) / meter.scale
            else:
                value = float(self._curves[meter][here])
            yield instant(step), round(value, meter.decimals)
