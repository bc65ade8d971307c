"""Trouble of the system itself: store, broker, processes, as its health tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alarms.occurrences import Occurrence
from alarms.sources.source import Scope
from models.alarms import Cause, Told


class Machine:
    """``health`` gives the body of /api/v1/health."""

    kinds = ("store_trouble", "broker_trouble", "process_gone")
    begins_s = 10.0  # connections come up
    every_s = 10.0

    def __init__(self, health: Callable[[], Mapping[str, Any]]) -> None:
        self._health = health

    def found(self, scope: Scope) -> list[Occurrence]:
        """What is wrong now; of the park, not of an enterprise."""
        return [
            Occurrence(Cause(kind, None, "", subject), scope.now, None, told)
            for kind, subject, told in self._troubles()
        ]

    def _troubles(self) -> Iterator[tuple[str, str, Told]]:
        health = self._health()
        store, broker = health["store"]["trouble"], health["broker"]
        if store is not None:
            yield "store_trouble", "", Told(f"存储故障：{store}", f"the store: {store}")
        if broker["kind"] != "none" and not broker["connected"]:
            why = broker["trouble"] or "not connected"
            yield "broker_trouble", "", Told(f"消息代理未连接：{why}", f"the broker: {why}")
        for process in health["processes"]:
            if not process.connected and process.role != "all":
                name = process.process
                yield "process_gone", name, Told(f"进程 {name} 离线", f"process {name} is gone")
