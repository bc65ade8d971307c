"""The registry as a running service sees it: one snapshot, renewed when the database changed."""

from __future__ import annotations

import threading
import time

from models.registry import Registry
from store.registry_db import RegistryDatabase

LOOK_S = 1.0  # how long a change made by another process may stay unseen


class RegistryView:
    """Call it for the current snapshot; asking costs nothing between looks at the version."""

    def __init__(self, database: RegistryDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._snapshot = database.snapshot()
        self._looked = time.monotonic()

    def __call__(self) -> Registry:
        """The snapshot, at most LOOK_S behind the database."""
        if time.monotonic() - self._looked < LOOK_S:
            return self._snapshot
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_S:
                if self._database.version() != self._snapshot.version:
                    self._snapshot = self._database.snapshot()
                self._looked = time.monotonic()
        return self._snapshot

    def renew(self) -> None:
        """Look now, whenever the last look was."""
        with self._lock:
            self._looked = float("-inf")
