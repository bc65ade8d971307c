"""Refusals as the store keeps them: the original bytes, where they came from, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pyarrow as pa

from ingest.decode.columns import Refused
from ingest.message import Origin
from store.interface import NEW_REJECTIONS, PAYLOAD_LIMIT

# Of a larger payload the first MiB is kept, with hash and length of the whole.
KEPT_BYTES = PAYLOAD_LIMIT


def rejections(refused: Sequence[Refused], origins: Sequence[Origin]) -> pa.Table:
    """NEW_REJECTIONS of the refused items, in their order."""
    rows = []
    for one in refused:
        origin = origins[one.message]
        payload, peer = origin.item(one.item)
        rows.append(
            {
                "received": origin.received,
                "source": int(origin.source),
                "peer": peer[:1024],
                "enterprise": _short(one.enterprise or origin.enterprise),
                "meter": _short(one.meter or origin.meter),
                "item": one.item,
                "reason": one.reason.value,
                "detail": one.detail,
                "payload": payload[:KEPT_BYTES],
                "payload_sha256": hashlib.sha256(payload).hexdigest(),
                "payload_length": len(payload),
                "decoding": origin.decoding(one.item),
            }
        )
    return pa.Table.from_pylist(rows, schema=NEW_REJECTIONS)


def _short(text: str | None) -> str | None:
    return None if text is None else text[:64]
