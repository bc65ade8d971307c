"""From loads to amounts: the exact running total of every meter on the 15-minute grid.

Between grid points a load is constant, so a register is a straight line there. A ``rate`` meter is
the one exception: its load is the straight line between its values at the grid points.
"""

from __future__ import annotations

import numpy as np

from simulators.grid import STEP_H, Floats
from simulators.load import Window
from simulators.meters import Meter, behind, loss_behind, steady
from simulators.noise import stream, uniform
from simulators.park import Consumer
from simulators.supply import supplies

INDOOR_C, INDOOR_SWING = 22.0, 0.08  # a heated hall follows the weather a little


class Loads:
    """Power and amounts of meters over the steps first..last-1; consumers computed once."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.window = Window(first, last + 1)  # one step more, the end of a rate's last line
        self._enterprise = ""
        self._of_consumer: dict[str, Floats] = {}
        self._supplied: dict[tuple[str, str], Floats] = {}

    def _consumer(self, consumer: Consumer) -> Floats:
        if consumer.firm != self._enterprise:  # keeps one firm at a time
            self._enterprise, self._of_consumer = consumer.firm, {}
        if consumer.meter not in self._of_consumer:
            self._of_consumer[consumer.meter] = self.window.power(consumer)
        return self._of_consumer[consumer.meter]

    def power(self, enterprise: str, code: str) -> Floats:
        """Power at the steps first..last (both), usage units per hour."""
        if (enterprise, code) in supplies():
            return self._supply(enterprise, code)
        group = behind()[enterprise, code]
        if "-" in code:
            return self._consumer(group[0])
        total = self._consumer(group[0]).copy()
        for consumer in group[1:]:
            total += self._consumer(consumer)
        total *= loss_behind(group)
        return total

    def _supply(self, enterprise: str, code: str) -> Floats:
        """Power of a meter that carries shares of others; few, so all are kept."""
        if (enterprise, code) not in self._supplied:
            total = np.zeros(self.last - self.first + 1)
            for part, factor in supplies()[enterprise, code].parts:
                total += factor * self.power(*part)
            self._supplied[enterprise, code] = total
        return self._supplied[enterprise, code]

    def total(self, meter: Meter) -> Floats:
        """Amount used since step ``first`` at the grid points first..last, in the usage unit."""
        power = self.power(*meter.key)
        steps = 0.5 * (power[:-1] + power[1:]) if meter.kind == "rate" else power[:-1]
        result = np.empty(len(steps) + 1)
        result[0] = 0.0
        np.cumsum(steps * STEP_H, out=result[1:])
        return result

    def level(self, meter: Meter) -> Floats:
        """What a level or mean meter shows at the grid points first..last, in its own unit.

        A ``mean`` is the average over the meter's interval that ends at the point; the points in
        the first interval have no value (NaN).
        """
        if meter.shows.startswith("="):
            value, swing = steady(meter.shows)
            jitter = uniform(stream("level", *meter.key), self.window.steps)
            shown = value + swing * (2 * jitter - 1)
        elif meter.quantity == "temperature":
            shown = self.window.temperature
            if meter.shows == "indoor":
                shown = INDOOR_C + INDOOR_SWING * (shown - 5)
        else:
            shown = self.power(meter.enterprise, meter.shows) / meter.usage_per_unit
        if meter.kind == "level":
            return shown
        whole = np.concatenate([[0.0], np.cumsum(shown)])
        result = np.full(len(shown), np.nan)
        result[meter.stride :] = (
            whole[meter.stride : -1] - whole[: -meter.stride - 1]
        ) / meter.stride
        return result


def at(total: Floats, step: float) -> float:
    """Running total at a point between grid points (for loads constant between them)."""
    whole = min(int(step), len(total) - 2)
    return float(total[whole] + (step - whole) * (total[whole + 1] - total[whole]))
