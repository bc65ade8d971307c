"""Messages of any form to columns: the one place that chooses the decoder."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.decode.columns import WHOLE, Columns, Refused, Rows
from ingest.decode.json_readings import append_message
from ingest.decode.refusals import Refusals
from ingest.message import Message
from ingest.rejected import KEPT_BYTES
from models.errors import Reason


def decode(messages: Sequence[Message]) -> tuple[Columns, Refusals]:
    """Readings of the messages, in their order, and what of them cannot be read."""
    rows, refused = Rows(), Refusals()
    for number, message in enumerate(messages):
        if len(message.payload) > KEPT_BYTES:
            detail = f"payload: {len(message.payload):,} bytes, at most {KEPT_BYTES:,} are read"
            refused.append(Refused(number, WHOLE, message.meter, Reason.TOO_LARGE, detail))
            continue
        append_message(
            rows,
            refused,
            number,
            message.payload,
            enterprise=message.enterprise,
            meter=message.meter,
        )
    return rows.columns(refused), refused
