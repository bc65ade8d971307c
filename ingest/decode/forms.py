"""Messages of any form to columns: the one place that chooses the decoder."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.decode import hj212_frames, hj212_readings, json_readings, senml, sparkplug
from ingest.decode.columns import WHOLE, Columns, Refused, Refusing, Rows
from ingest.decode.refusals import Refusals
from ingest.message import Message
from ingest.rejected import KEPT_BYTES
from models.errors import DecodeError, Reason


def decode(messages: Sequence[Message]) -> tuple[Columns, Refusals]:
    """Readings of the messages, in their order, and what of them cannot be read."""
    rows, refused = Rows(), Refusals()
    for number, message in enumerate(messages):
        append_message(rows, refused, number, message)
    return rows.columns(refused), refused


def append_message(rows: Rows, refused: Refusing, number: int, message: Message) -> None:
    """Decode one message into rows, by its form; what it refuses goes to ``refused``."""
    payload, meter, enterprise = message.payload, message.meter, message.enterprise

    def refuse(item: int, named: str | None, reason: Reason, detail: str) -> None:
        refused.append(Refused(number, item, meter or named, reason, detail, enterprise))

    try:
        if len(payload) > KEPT_BYTES:
            detail = f"payload: {len(payload):,} bytes, at most {KEPT_BYTES:,} are read"
            raise DecodeError(Reason.TOO_LARGE, detail)
        if message.hj212 is not None:
            frame = message.frame or hj212_frames.parse(payload, message.hj212.key)
            station = hj212_readings.station_of(frame, message.hj212)
            enterprise = station.enterprise
            sent, items = hj212_readings.decode(frame, station, refuse)
        elif message.sparkplug is not None:
            sent, items = sparkplug.decode(payload, refuse, message.sparkplug)
        elif senml.is_pack(payload):
            sent, items = senml.decode(payload, refuse, message.received.timestamp())
        else:
            sent, items = json_readings.decode(payload, refuse)
    except DecodeError as error:
        refuse(WHOLE, None, error.reason, error.detail)
        return
    rows.add(number, sent, items, enterprise=enterprise, meter=meter)
