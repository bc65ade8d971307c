"""The registered stations of HJ 212 as a running service sees them."""

from __future__ import annotations

from collections.abc import Callable

from ingest.hj212_stations import RegisteredStations
from models.registry import Registry


class StationsView:
    """Who may send, as the registry says it now; made anew for each snapshot only."""

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry
        self._stations = RegisteredStations(registry())

    def __call__(self) -> RegisteredStations:
        """The stations of the present snapshot."""
        registry = self._registry()
        if registry is not self._stations.registry:
            self._stations = RegisteredStations(registry)
        return self._stations
