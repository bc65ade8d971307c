"""News published by MQTT: refusals to their senders, and events that wake the other processes.

All of it may be lost without harm: it can also be asked for, or is found in the store. Only
receipts wait for the broker.
"""

from __future__ import annotations

import logging
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.sources.mqtt_session import Session, safe_level
from models.readings import Source

log = logging.getLogger(__name__)

METERS_NAMED = 1_000  # in one event
CONFIRM_S = 10.0  # that the broker may take to confirm what must not be lost
_SENT_BACK = (Source.MQTT, Source.HJ212)  # senders by HTTP and of files are answered directly


def stored_topic(park: str) -> str:
    """Where it is told that readings were stored."""
    return f"park/{park}/event/stored"


def status_topic(park: str, process: str) -> str:
    """Where a process's state is kept; ``+`` for those of all processes."""
    return f"park/{park}/event/status/{process}"


class Notices:
    """What a session tells the park. No call but ``receipt`` waits for the broker."""

    def __init__(self, session: Session, park: str) -> None:
        self._session = session
        self._park = park

    def rejections(self, rejections: pa.Table, ids: tuple[int, ...]) -> None:
        """Tell senders by MQTT what was refused (NEW_REJECTIONS and their ids)."""
        told = rejections.drop_columns(["payload"]).append_column("id", pa.array(ids, pa.int64()))
        told = told.filter(pc.is_in(told["source"], pa.array(_SENT_BACK, pa.uint8())))
        dropped = 0
        for row in told.to_pylist():
            enterprise = row["enterprise"]
            if enterprise is None or not safe_level(enterprise):
                continue
            notice = {
                "id": row["id"],
                "enterprise": enterprise,
                "meter": row["meter"],
                "item": row["item"],
                "reason": row["reason"],
                "detail": row["detail"],
                "sha256": row["payload_sha256"],
                "received": row["received"].isoformat(),
            }
            dropped += not self._session.publish(f"park/{self._park}/{enterprise}/rejected", notice)
        if dropped:
            log.warning("%d rejections were not published; they are in the store", dropped)

    def receipt(self, enterprise: str, receipt: dict[str, Any]) -> bool:
        """Send an enterprise its receipt, to be kept by the broker; waits until it is there."""
        topic = f"park/{self._park}/{enterprise}/receipt"
        return self._session.publish_confirmed(topic, receipt, CONFIRM_S, retain=True)

    def usage(self, rows: pa.Table) -> None:
        """Tell that usage changed in ``rows`` (meter_key, hour).

        The event names the number of hours, their extent, and at most ``METERS_NAMED`` meter keys
        of ``meters_changed``.
        """
        if not rows.num_rows:
            return
        meters = pc.unique(rows["meter_key"]).sort()
        extent = pc.min_max(rows["hour"]).as_py()
        event = {
            "hours": rows.num_rows,
            "first_hour": extent["min"].isoformat(),
            "last_hour": extent["max"].isoformat(),
            "meters_changed": len(meters),
            "meters": meters[:METERS_NAMED].to_pylist(),
        }
        if not self._session.publish(f"park/{self._park}/event/usage", event):
            log.warning("a usage event over %d hours was not published", rows.num_rows)

    def stored(self, process: str) -> None:
        """Tell that ``process`` stored readings, so that a ledger settles them."""
        self._session.publish(stored_topic(self._park), {"process": process})

    def status(self, process: str, state: dict[str, Any]) -> None:
        """Tell, to be kept by the broker, how ``process`` is doing."""
        self._session.publish(status_topic(self._park, process), state, retain=True)
