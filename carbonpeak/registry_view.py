"""The registry as a running service sees it: one snapshot, renewed when the database changed."""

from __future__ import annotations

import logging
import threading
import time

from models.registry import Registry
from store.registry_db import RegistryDatabase

log = logging.getLogger(__name__)

LOOK_S = 1.0  # how long a change made by another process may stay unseen


class RegistryView:
    """Call it for the current snapshot; asking costs nothing between looks at the version.

    While the database does not answer, the last snapshot holds: a server that is restarted must
    not turn readings away.
    """

    def __init__(self, database: RegistryDatabase) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._snapshot = database.snapshot()
        self._looked = time.monotonic()

    def __call__(self) -> Registry:
        """The snapshot, at most LOOK_S behind a database that answers."""
        if time.monotonic() - self._looked < LOOK_S:
            return self._snapshot
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_S:
                try:
                    if self._database.version() != self._snapshot.version:
                        self._snapshot = self._database.snapshot()
                except Exception as error:  # noqa: BLE001 - whatever a driver raises
                    log.warning("registry: no answer, what is known holds: %s", error)
                self._looked = time.monotonic()
        return self._snapshot

    def renew(self) -> None:
        """Look now, whenever the last look was."""
        with self._lock:
            self._looked = float("-inf")
