"""Rejections in InfluxDB: measurement ``rejection``, tags ``writer`` and ``gen``, time = its id.

The payload is a measurement of its own, ``payload`` (tags ``writer``, ``gen``, ``part``), in
base64, cut into pieces that InfluxDB takes; ``parts`` says how many there are. A rejection whose
payload expired has the field ``expired``, written before its pieces are deleted.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from models.periods import to_us
from models.readings import TIMESTAMP
from store.influxdb_store import voids
from store.influxdb_store.lines import lines
from store.influxdb_store.packing import parts, whole
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import quoted, where
from store.interface import NEW_REJECTIONS, REJECTIONS

PLAIN = [name for name in NEW_REJECTIONS.names if name != "payload"]
FIELDS = ",".join([*PLAIN, "parts", "batch", "expired"])
ALWAYS = ("received", "batch")  # else it is just being written
PAYLOADS_AT_ONCE = 200  # a payload has up to 1 MiB


def written(
    refused: pa.Table, ids: Sequence[int], writer: str, batch: int, *, epoch: int = 0
) -> list[pa.Array]:
    """NEW_REJECTIONS as lines: payloads first, so that no rejection is seen without its own.

    Points of different epochs of a writer never meet.
    """
    author = {"writer": writer} | ({"gen": str(epoch)} if epoch else {})
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
        {**author, "part": pa.array([number for _, number, _ in flat], pa.int64())},
        {"base64": pa.array([text for *_, text in flat], pa.string())},
        np.array([time for time, *_ in flat], dtype=np.int64),
    )
    return [payloads, lines("rejection", author, fields, ns)]


def _plain(array: pa.Array) -> pa.Array:
    return array.cast(pa.int64()) if pa.types.is_timestamp(array.type) else array


def select(
    server: InfluxDB,
    *,
    enterprise: str | None = None,
    meter: str | None = None,
    reason: str | None = None,
    source: int | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    ids: Sequence[int] | None = None,
    before_id: int | None = None,
    batches: tuple[int, int] | None = None,
    limit: int | None = None,
    with_payload: bool = False,
) -> pa.Table:
    """REJECTIONS, newest first; see ``Store.rejections``. ``batches`` are the first and last."""
    exact = {"enterprise": enterprise, "meter": meter, "reason": reason}
    if ids is not None and not ids:
        return REJECTIONS.empty_table()
    only = None if ids is None else {int(one) * 1_000 for one in ids}
    conditions = {
        **{f"{name} = {{}}": _literal(text) for name, text in exact.items()},
        "received >= {}": None if start is None else to_us(start),
        "received < {}": None if end is None else to_us(end),
        "source = {}": source,
        "time >= {}": None if only is None else min(only),
        "time <= {}": None if only is None else max(only),
        "batch >= {}": None if batches is None else batches[0],
        "batch <= {}": None if batches is None else batches[1],
    }
    applying = [text.format(value) for text, value in conditions.items() if value is not None]
    # Some of those found may be void, or not be meant: read on until there are enough.
    found: list[dict[str, Any]] = []
    below = None if before_id is None else before_id * 1_000
    while True:
        rows = _page(server, [*applying, *([] if below is None else [f"time < {below}"])], limit)
        void = voids.numbers(server)
        found += [
            row
            for row in rows
            if all(row[name] is not None for name in ALWAYS)
            and row["batch"] not in void
            and (only is None or row["time"] in only)
            and all(text in (None, row[name]) for name, text in exact.items())
        ]
        if limit is None or len(rows) < limit or len(found) >= limit:
            break
        below = rows[-1]["time"]
    found = found if limit is None else found[:limit]
    payloads = _payloads(server, found) if with_payload else {}
    for row in found:
        row["rejection_id"] = row["time"] // 1_000
        row["payload"] = payloads.get(_key(row))
    return _table(found)


def _page(server: InfluxDB, conditions: Sequence[str], limit: int | None) -> list[dict[str, Any]]:
    limited = "" if limit is None else f" LIMIT {int(limit)}"
    query = (
        f"SELECT writer,gen,{FIELDS} FROM rejection{where(conditions)} ORDER BY time DESC{limited}"
    )
    return list(server.rows([query]))


def _literal(text: str | None) -> str | None:
    """As InfluxQL, None where it cannot be said there; the rows are looked at in any case."""
    return None if text is None or not text.isprintable() else quoted(text)


def _key(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["writer"], row["gen"] or "", row["time"]


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


def expire(server: InfluxDB, before: datetime, now: datetime) -> int:
    """Mark the rejections received before, then delete their payloads; how many were marked.

    Deletes are repeated by every call: one that a crash cut off is made good by the next.
    """
    rows = _page(server, [], None)
    bound = to_us(before)
    old = [row["received"] is not None and row["received"] < bound for row in rows]
    fresh = [row for row, is_old in zip(rows, old, strict=True) if is_old and not row["expired"]]
    for (writer, gen), some in _by_author(fresh).items():
        author = {"writer": writer} | ({"gen": gen} if gen else {})
        ns = np.array([row["time"] for row in some], dtype=np.int64)
        marks = pa.array(np.full(len(ns), to_us(now)))
        server.write(lines("rejection", author, {"expired": marks}, ns))
    server.run(
        [
            f"DELETE FROM payload WHERE time >= {min(run)} AND time <= {max(run)}"
            for run in _runs([row["time"] for row in rows], old)
        ]
    )
    return len(fresh)


def _by_author(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["writer"], row["gen"] or ""].append(row)
    return found


def _runs(times: Sequence[int], old: Sequence[bool]) -> list[list[int]]:
    """Old times that follow each other with no other rejection's between them."""
    keep = {time for time, is_old in zip(times, old, strict=True) if not is_old}
    runs: list[list[int]] = [[]]
    for time in sorted(set(times)):
        if time not in keep:
            runs[-1].append(time)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _payloads(
    server: InfluxDB, found: Sequence[dict[str, Any]]
) -> dict[tuple[str, str, int], bytes]:
    wanted = {
        _key(row): row["parts"]
        for row in found
        if row["parts"] is not None and row["expired"] is None
    }
    texts: dict[tuple[str, str, int], dict[int, str]] = defaultdict(dict)
    keys = list(wanted)
    for begin in range(0, len(keys), PAYLOADS_AT_ONCE):
        statements = [
            f"SELECT writer,gen,part,base64 FROM payload WHERE writer={quoted(writer)}"
            f" AND gen={quoted(gen)} AND time = {time}"
            for writer, gen, time in keys[begin : begin + PAYLOADS_AT_ONCE]
        ]
        for row in server.rows(statements):
            texts[_key(row)][int(row["part"])] = row["base64"]
    return {key: base64.b64decode(whole(texts[key], count) or "") for key, count in wanted.items()}
