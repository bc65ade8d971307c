"""Which meters a ledger settles, where several ledgers divide the work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from store.hour_ranges import Ints, ints


@dataclass(frozen=True, slots=True)
class Share:
    """The meters whose key leaves ``part`` when divided by ``parts``; by default all of them.

    Usage of a meter is computed from its own readings, so shares need not know of each other.
    """

    part: int = 0
    parts: int = 1

    def holds(self, keys: Ints) -> npt.NDArray[np.bool_]:
        """Whether each meter is in the share."""
        held: npt.NDArray[np.bool_] = keys % self.parts == self.part
        return held

    def of(self, table: pa.Table) -> pa.Table:
        """Rows of the share's meters (column meter_key)."""
        return table.filter(pa.array(self.holds(ints(table["meter_key"]))))

    def rest(self, table: pa.Table) -> pa.Table:
        """Rows of all other meters."""
        return table.filter(pa.array(~self.holds(ints(table["meter_key"]))))


ALL = Share()
