"""The body of /api/v1/health: every part of this process, and the other processes it heard of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from carbonpeak import __version__
from carbonpeak.process_states import ProcessState, ingest_sums, last_settled
from carbonpeak.roles import Role
from models.registry import Park


def body(
    *,
    now: datetime,
    park: Park,
    broker: Mapping[str, Any],
    store: Mapping[str, Any],
    own: ProcessState,
    processes: Sequence[ProcessState],
    expiry: Mapping[str, Any],
) -> dict[str, Any]:
    """The answer; counters are of all ``processes``, the own one among them."""
    sparkplug = broker["sparkplug"]
    by_sparkplug = sparkplug is None or sparkplug["connected"]
    connected = (broker["connected"] and by_sparkplug) or broker["kind"] == "none"
    works = (
        connected and store["trouble"] is None and (own.role != Role.API or _is_whole(processes))
    )
    return {
        "status": "ok" if works else "degraded",
        "version": __version__,
        "time": now,
        "started": own.started,
        "park": {
            "code": park.code,
            "name_zh": park.name_zh,
            "name_en": park.name_en,
            "province": park.province,
            "time_zone": park.time_zone,
        },
        "broker": broker,
        "store": store,
        "ingest": ingest_sums(processes),
        "ledger": {
            "usage_rows_written": sum(state.usage_rows_written for state in processes),
            "last_settled": last_settled(processes),
        },
        "rejections_expiry": expiry,
        "processes": processes,
    }


def _is_whole(processes: Sequence[ProcessState]) -> bool:
    """Whether no known process is gone, and readings are both taken in and settled."""
    roles = {state.role for state in processes}
    return all(state.connected for state in processes) and {Role.INGEST, Role.LEDGER} <= roles
