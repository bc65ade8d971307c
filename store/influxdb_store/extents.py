"""Between which hours each meter has readings, as far as this process knows."""

from __future__ import annotations

import threading

import numpy as np
import pyarrow as pa

from models.readings import READINGS
from store.hour_ranges import Ints, ints
from store.influxdb_store.readings import ends
from store.influxdb_store.server import InfluxDB
from store.rules.latest_rows import LatestRows


class Extents:
    """Asked of the server once, then widened by what comes: nothing does without touching hours."""

    def __init__(self, server: InfluxDB) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._known: LatestRows | None = None

    def of(self, meters: Ints) -> tuple[Ints, Ints]:
        """Hours [first, end) of each meter; first > end for none."""
        with self._lock:
            return self._load().extents(meters)

    def widen(self, hours: pa.Table) -> None:
        """Count hours that hold new readings (meter_key, hour) in."""
        if hours.num_rows:
            with self._lock:
                if self._known is not None:
                    self._known.widen(
                        {"meter_key": ints(hours["meter_key"]), "ts": ints(hours["hour"])}
                    )

    def forget(self) -> None:
        """Ask the server again when they are needed next."""
        with self._lock:
            self._known = None

    def _load(self) -> LatestRows:
        if self._known is None:
            self._known = LatestRows(READINGS.empty_table(), np.zeros(0, dtype=np.int64))
            found = ends(self._server)
            for side in (0, 1):
                self._known.widen(
                    {
                        "meter_key": np.array(list(found), dtype=np.int64),
                        "ts": np.array([one[side] for one in found.values()], dtype=np.int64),
                    }
                )
        return self._known
