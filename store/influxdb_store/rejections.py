"""Rejections in InfluxDB: measurement ``rejection``, tag ``writer``, time = the rejection's id.

The payload is a measurement of its own, ``payload`` (tags ``writer``, ``part``), in base64, cut
into pieces that InfluxDB takes; ``parts`` says how many there are.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from models.periods import to_us
from models.readings import TIMESTAMP
from store.influxdb_store import voids
from store.influxdb_store.lines import lines, quoted
from store.influxdb_store.packing import parts
from store.influxdb_store.server import InfluxDB
from store.interface import NEW_REJECTIONS, REJECTIONS

PLAIN = [name for name in NEW_REJECTIONS.names if name != "payload"]
FIELDS = ",".join([*PLAIN, "parts", "batch"])
PAYLOADS_AT_ONCE = 200  # a payload has up to 1 MiB


def written(refused: pa.Table, ids: Sequence[int], writer: str, batch: int) -> list[pa.Array]:
    """NEW_REJECTIONS as lines: payloads first, so that no rejection is seen without its own."""
    pieces = [
        None if payload is None else parts(base64.b64encode(payload).decode())
        for payload in refused["payload"].to_pylist()
    ]
    ns = np.array(ids, dtype=np.int64) * 1_000
    fields: dict[str, pa.Array] = {name: _plain(refused[name].combine_chunks()) for name in PLAIN}
    fields["parts"] = pa.array([None if some is None else len(some) for some in pieces], pa.int64())
    fields["batch"] = pa.array(np.full(refused.num_rows, batch))
    flat = [
        (time, number, text)
        for time, some in zip(ns.tolist(), pieces, strict=True)
        for number, text in enumerate(some or [])
    ]
    payloads = lines(
        "payload",
        {"writer": writer, "part": pa.array([number for _, number, _ in flat], pa.int64())},
        {"base64": pa.array([text for *_, text in flat], pa.string())},
        np.array([time for time, *_ in flat], dtype=np.int64),
    )
    return [payloads, lines("rejection", {"writer": writer}, fields, ns)]


def _plain(array: pa.Array) -> pa.Array:
    return array.cast(pa.int64()) if pa.types.is_timestamp(array.type) else array


def select(
    server: InfluxDB,
    *,
    enterprise: str | None = None,
    reason: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    rejection_id: int | None = None,
    before_id: int | None = None,
    batches: tuple[int, int] | None = None,
    limit: int | None = None,
    with_payload: bool = False,
) -> pa.Table:
    """REJECTIONS, newest first; see ``Store.rejections``. ``batches`` are the first and last."""
    conditions = {
        "enterprise = {}": None if enterprise is None else quoted(enterprise),
        "reason = {}": None if reason is None else quoted(reason),
        "received >= {}": None if start is None else to_us(start),
        "received < {}": None if end is None else to_us(end),
        "time = {}": None if rejection_id is None else rejection_id * 1_000,
        "time < {}": None if before_id is None else before_id * 1_000,
        "batch >= {}": None if batches is None else batches[0],
        "batch <= {}": None if batches is None else batches[1],
    }
    applying = [text.format(value) for text, value in conditions.items() if value is not None]
    applying += voids.conditions(server)
    where = f" WHERE {' AND '.join(applying)}" if applying else ""
    limited = "" if limit is None else f" LIMIT {int(limit)}"
    found = list(
        server.rows([f"SELECT writer,{FIELDS} FROM rejection{where} ORDER BY time DESC{limited}"])
    )
    payloads = _payloads(server, found) if with_payload else {}
    for row in found:
        row["rejection_id"] = row["time"] // 1_000
        row["payload"] = payloads.get((row["writer"], row["time"]))
    return _table(found)


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {}
    for field in REJECTIONS:
        values = [row[field.name] for row in rows]
        columns[field.name] = (
            pa.array(values, pa.int64()).cast(TIMESTAMP)
            if field.type == TIMESTAMP
            else pa.array(values, field.type)
        )
    return pa.table(columns, schema=REJECTIONS)


def _payloads(server: InfluxDB, found: Sequence[dict[str, Any]]) -> dict[tuple[str, int], bytes]:
    wanted = [row for row in found if row["parts"] is not None]
    texts: dict[tuple[str, int], dict[int, str]] = {}
    for begin in range(0, len(wanted), PAYLOADS_AT_ONCE):
        for row in _parts_of(server, wanted[begin : begin + PAYLOADS_AT_ONCE]):
            texts.setdefault((row["writer"], row["time"]), {})[int(row["part"])] = row["base64"]
    return {
        key: base64.b64decode("".join(text for _, text in sorted(pieces.items())))
        for key, pieces in texts.items()
    }


def _parts_of(server: InfluxDB, rows: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    return server.rows(
        [
            f"SELECT writer,part,base64 FROM payload WHERE writer={quoted(row['writer'])}"
            f" AND time = {row['time']}"
            for row in rows
        ]
    )
