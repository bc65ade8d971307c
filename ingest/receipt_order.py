"""Times of receipt never go back, though the clock may: the newest receipt says which value holds.

For one (meter, ts) the row received last holds. Were a time of receipt simply what the clock says,
a clock set back would let an old value hold over the one that came after it. So no reading is
received before the one that came before it, here or, at the start, in the store.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

import numpy as np
import numpy.typing as npt

from models.periods import HOUR_US, from_us, to_us

log = logging.getLogger(__name__)

# A clock in the wrong zone is up to 14 hours off, and a day covers that. One that is further off
# was wrong in the year or month, and all receipts would stand still until the clock gets there: so
# beyond this the clock is believed, and what was received under the false one holds on until a
# correction.
FAR_US = 24 * HOUR_US

Ints = npt.NDArray[np.int64]


class ReceiptOrder:
    """Puts times of receipt (µs since 1970 UTC) into order; from any thread.

    ``newest`` is asked once, at the first use: the newest receipt that is stored, None if nothing
    is. Where it fails, the next use asks again.
    """

    def __init__(self, newest: Callable[[], datetime | None] | None) -> None:
        self._ask = newest
        self._newest_us: int | None = None
        self._lock = threading.Lock()

    def ordered(self, received_us: Ints) -> Ints:
        """The times, none earlier than the one before it or than any of an earlier call."""
        if len(received_us) == 0:
            return received_us
        with self._lock:
            self._ask_store()
            newest = self._newest_us
            back_us = 0 if newest is None else newest - int(received_us[-1])
            if newest is not None and back_us > FAR_US:
                log.error(
                    "the clock says %s, but readings were received until %s: the clock is believed",
                    from_us(int(received_us[-1])).isoformat(),
                    from_us(newest).isoformat(),
                )
                newest = None
            ordered = np.maximum.accumulate(received_us)
            if newest is not None and received_us[0] < newest:
                ordered = np.maximum(ordered, newest)
            self._newest_us = int(ordered[-1])
        return ordered

    def _ask_store(self) -> None:
        if self._ask is None:
            return
        try:
            newest = self._ask()
        except Exception as error:  # noqa: BLE001 - a store that is away must not stop what comes
            log.warning("the newest receipt is not known yet: %s", error)
            return
        self._ask = None
        if newest is not None:
            self._newest_us = max(to_us(newest), self._newest_us or 0)
