"""One JSON line a message: what it would become, for gateway vendors; no server, no registry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from ingest.decode import senml
from ingest.decode.columns import Refused, Rows
from ingest.decode.forms import append_message
from ingest.decode.sparkplug import BIRTHS, Addressed, Births, addressed, births_in, read_payload
from ingest.message import Message
from models.errors import DecodeError
from models.periods import from_us
from models.readings import Quality, Source

_RECORDED = re.compile(rb"(?:(\S+)[ \t]+)?((?:[0-9A-Fa-f]{2})+)")  # [topic] payload in hex


def decode_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Each non-empty line as a message: its readings (ts in UTC), and what it refuses and why.

    Nothing is addressed, so a reading without "meter" is shown without one, as it would come on the
    topic of its meter.
    """
    for line in lines:
        payload = line.strip()
        if payload:
            yield _described(payload)


def decode_senml(content: bytes) -> Iterator[dict[str, Any]]:
    """A pack that fills the whole file, or else a pack a line; relative times are to now."""
    if senml.is_pack(content) and not _is_lines(content):
        yield _described(content)
    else:
        yield from decode_lines(content.splitlines())


def decode_sparkplug(content: bytes) -> Iterator[dict[str, Any]]:
    """Recorded messages, ``topic payload-in-hex`` a line, or the bytes of one payload.

    Births tell of the messages after them. Without topics every payload is of one node.
    """
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    recorded = [_RECORDED.fullmatch(line) for line in lines]
    births: dict[tuple[str, str | None], Births] = {}
    if not lines or None in recorded:
        yield _sparkplug("", content, births)
        return
    for one in recorded:
        if one is not None:
            topic = (one[1] or b"").decode("utf-8", "backslashreplace")
            yield _sparkplug(topic, bytes.fromhex(one[2].decode()), births)


def _is_lines(content: bytes) -> bool:
    lines = [line for line in content.splitlines() if line.strip()]
    return len(lines) > 1 and all(senml.is_pack(line) for line in lines)


def _sparkplug(
    topic: str, payload: bytes, births: dict[tuple[str, str | None], Births]
) -> dict[str, Any]:
    parts = addressed(topic)
    group, node, where = ("", "", Addressed("", None)) if parts is None else parts
    at = (f"{group}/{node}", where.device)
    try:
        told = births_in(read_payload(payload))
    except DecodeError:
        told = Births()
    if where.kind in BIRTHS or any(born.name == "bdSeq" for born in told.by_name.values()):
        births[at] = told
    where = Addressed(where.kind, where.device, births.get(at, Births()))
    described = _described(payload, None if parts is None else node, where)
    return {"topic": topic, **described} if topic else described


def _described(
    payload: bytes, enterprise: str | None = None, where: Addressed | None = None
) -> dict[str, Any]:
    rows, refused = Rows(), list[Refused]()
    now = datetime.now(UTC)
    message = Message(payload, enterprise, None, "", Source.MQTT, now, sparkplug=where)
    append_message(rows, refused, 0, message)
    columns = rows.columns(refused, unaddressed=True)
    fields = zip(
        columns.item.tolist(), columns.named.to_pylist(), columns.meter.to_pylist(),
        columns.ts_us.tolist(), columns.value.tolist(), columns.unit.to_pylist(),
        columns.quality.tolist(), strict=True,
    )  # fmt: skip
    readings = [
        {
            "item": item,
            **({} if enterprise is None else {"enterprise": enterprise}),
            **({} if meter is None else {"meter": meter}),
            "ts": from_us(ts_us).isoformat().replace("+00:00", "Z"),
            "value": value,
            "unit": unit,
            "quality": Quality(quality).name.lower(),
        }
        for item, enterprise, meter, ts_us, value, unit, quality in fields
    ]
    rejected = [
        {"item": one.item, "reason": one.reason.value, "detail": one.detail} for one in refused
    ]
    return {"ok": not rejected, "readings": readings, "rejected": rejected}
