"""The registered stations of HJ 212 as a running service sees them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from ingest.hj212_stations import RegisteredStations
from models.registry import Registry

LOOK_S = 1.0


class StationsView:
    """Who may send, as the registry says it now; made anew for each snapshot only.

    ``keys`` are SM4 keys by MN.
    """

    def __init__(self, registry: Callable[[], Registry], keys: Mapping[str, bytes]) -> None:
        self._registry = registry
        self._keys = keys
        self._stations = RegisteredStations(registry(), keys)

    def __call__(self) -> RegisteredStations:
        """The stations of the present snapshot."""
        registry = self._registry()
        if registry is not self._stations.registry:
            self._stations = RegisteredStations(registry, self._keys)
        return self._stations


class StationsWatch:
    """The same for an event loop, which must not wait for a database that does not answer: a thread
    looks every LOOK_S, and what it saw last holds.
    """

    def __init__(self, view: Callable[[], RegisteredStations]) -> None:
        self._view = view
        self._seen = view()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stations-view", daemon=True)
        self._thread.start()

    def __call__(self) -> RegisteredStations:
        """The stations, as seen last."""
        return self._seen

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            self._seen = self._view()
