"""Meters of one enterprise are asked for together: a store reads many in the time of one.

An explanation unfolds meter by meter; each asks for the same span as its neighbours will.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from models.registry import Registry
from store.hour_ranges import ints

Ask = Callable[[Sequence[int]], pa.Table]
MOST = 200  # meters at once


@dataclass(frozen=True)
class Together:
    """Answers about ``meters`` (store keys), kept for as long as one figure is explained."""

    registry: Registry
    meters: frozenset[int] = frozenset()
    _known: dict[Hashable, Mapping[int, pa.Table]] = field(default_factory=dict)

    def of(self, key: int, question: Hashable, ask: Ask) -> pa.Table:
        """The rows of one meter in the answer to ``ask``, a table with ``meter_key``.

        ``question`` tells it from other questions; the order of the rows is the answer's.
        """
        mates = self._mates(key)
        known = self._known.get((question, mates))
        if known is None:
            known = self._known[question, mates] = _by_meter(ask(mates))
        found = known.get(key)
        return known[_NONE] if found is None else found

    def _mates(self, key: int) -> tuple[int, ...]:
        """The meters asked for together with this one: of its enterprise, among ``meters``."""
        if key not in self.meters:
            return (key,)
        enterprise = self.registry.meter_by_key[key].enterprise
        mates = [
            one
            for one in sorted(self.meters)
            if self.registry.meter_by_key[one].enterprise == enterprise
        ]
        first = mates.index(key) // MOST * MOST
        return tuple(mates[first : first + MOST])


_NONE = -1  # no meter's key: the answer without rows


def _by_meter(table: pa.Table) -> dict[int, pa.Table]:
    keys = ints(table["meter_key"])
    order = np.argsort(keys, kind="stable")
    ordered = table.take(pa.array(order))
    meters, starts = np.unique(keys[order], return_index=True)
    ends = np.append(starts, len(keys))[1:]
    found = {
        int(meter): ordered.slice(start, end - start)
        for meter, start, end in zip(meters, starts.tolist(), ends.tolist(), strict=True)
    }
    return found | {_NONE: table.slice(0, 0)}
