"""One JSON line a frame of HJ 212: what it would become, for vendors of loggers; no registry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from ingest.decode.hj212_frames import parse
from ingest.decode.hj212_readings import read_fields
from ingest.decode.hj212_stream import Garbage, Splitter
from ingest.hj212_stations import SERIES, Station
from models.environment.hj212_codes import hj212_codes
from models.errors import DecodeError, Reason
from models.periods import from_us
from models.registry.channel_fields import FIELDS


def decode_hj212(content: bytes, key: bytes | None = None) -> Iterator[dict[str, Any]]:
    """Every frame of recorded bytes, or one a line, and what is none between them.

    ``key`` is the SM4 key of encrypted ones, 16 bytes. ``ok``: the frame is valid; ``unsupported``
    are names that no code or field of the table is meant by.
    """
    splitter = Splitter()
    for piece in (*splitter.feed(content), *splitter.close()):
        yield _described(piece.data if isinstance(piece, Garbage) else piece, key)


def _described(frame: bytes, key: bytes | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "ok": False, "reason": None, "edition": None, "assumed_interval": False, "mn": None,
        "st": None, "cn": None, "readings": [], "unsupported": [],
    }  # fmt: skip
    rejected: list[dict[str, Any]] = []

    def refuse(item: int, _meter: str | None, reason: Reason, detail: str) -> None:
        rejected.append({"item": item, "reason": reason.value, "detail": detail})

    try:
        read = parse(frame, lambda _mn: key)
        described |= {"edition": read.edition, "mn": read.mn, "st": read.st, "cn": read.cn}
        sent, _, unsupported = read_fields(read, _station(), refuse)
    except DecodeError as error:
        return described | {"reason": error.reason.value, "detail": error.detail}
    readings = []
    for one in sent:
        _, code, field = str(one.meter).split(".")
        unit = hj212_codes()[code].amount_unit if FIELDS[field].is_amount else None
        readings.append(
            {
                "code": code,
                "field": field,
                "ts": from_us(int(one.ts) * 1000).isoformat().replace("+00:00", "Z"),
                "value": one.value,
                "unit": unit or hj212_codes()[code].unit,
                "quality": one.quality or "good",
            }
        )
    described |= {"ok": True, "readings": readings, "unsupported": unsupported}
    described["assumed_interval"] = bool(readings) and SERIES[str(read.cn)] == "minute"
    return described | ({"rejected": rejected} if rejected else {})


@cache
def _station() -> Station:
    """A station that may send everything there is."""
    return Station("", "", fields=dict.fromkeys(hj212_codes(), frozenset(FIELDS)))
