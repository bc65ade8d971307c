"""The registered stations of HJ 212 as a running service sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ingest.hj212_stations import RegisteredStations
from models.registry import Registry


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
