"""Which meters a ledger settles, where several ledgers divide the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ledger.formulas import formulas_of
from models.registry import Registry
from store.hour_ranges import Ints, ints


@dataclass(frozen=True, slots=True)
class Share:
    """The meters whose key leaves ``part`` when divided by ``parts``; by default all of them.

    Usage of a meter is computed from its own readings, so shares need not know of each other; only
    meters that formulas join go together, by the smallest of their keys: an hour of a virtual meter
    must not be written by two ledgers that each know a half of it.
    """

    part: int = 0
    parts: int = 1

    def holds(self, keys: Ints, registry: Registry) -> npt.NDArray[np.bool_]:
        """Whether each meter is in the share."""
        held: npt.NDArray[np.bool_] = formulas_of(registry).groups(keys) % self.parts == self.part
        return held

    def of(self, table: pa.Table, registry: Registry) -> pa.Table:
        """Rows of the share's meters (column meter_key)."""
        if self.parts == 1:
            return table
        return table.filter(pa.array(self.holds(ints(table["meter_key"]), registry)))

    def rest(self, table: pa.Table, registry: Registry) -> pa.Table:
        """Rows of all other meters."""
        return table.filter(pa.array(~self.holds(ints(table["meter_key"]), registry)))


ALL = Share()
