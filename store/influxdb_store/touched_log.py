"""The hours still to settle: what appends touched, less what ledgers struck off.

InfluxDB has no transactions, so this is two logs. Measurement ``touched`` (tags ``writer``,
``part``; time = batch number) is written before a batch's rows: which hours it will touch. Its
hours count as seen only once the batch is recorded, when all its rows are there. Measurement
``struck`` (tag ``part``) is written after usage: windows, and the newest batch seen of each writer.
What is struck off altogether is deleted from both, oldest first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from store.hour_ranges import HourRanges, Ints, Mask, fold
from store.influxdb_store import batches, voids
from store.influxdb_store.lines import lines, quoted
from store.influxdb_store.packing import packed, parts, unpacked
from store.influxdb_store.server import InfluxDB
from store.interface import Touched
from store.rules.usage_changes import hours_table

# Deleting costs milliseconds: not for every settled batch.
PURGE_ENTRIES = 100
PURGE_HOURS = 10_000


@dataclass(frozen=True)
class _Entry:
    """The hours that one batch touched."""

    writer: str
    batch: int
    hours: HourRanges


@dataclass(frozen=True)
class _Strike:
    """Windows struck off for the batches up to ``seen``."""

    time: int
    seen: Mapping[str, int]
    windows: HourRanges


def touched_lines(writer: str, batch: int, hours: HourRanges) -> pa.Array:
    """The intent of a batch: also with no hours, so that a torn batch can be told."""
    pieces = parts(packed(hours))
    return lines(
        "touched",
        {"writer": writer, "part": pa.array(range(len(pieces)))},
        {"hours": pa.array(pieces)},
        np.full(len(pieces), batch * 1_000),
    )


def intents(server: InfluxDB, writer: str, after: int) -> list[int]:
    """Batches of the writer beyond ``after`` that were begun, ascending."""
    where = f"writer={quoted(writer)} AND time > {after * 1_000}"
    return [one.batch for one in _entries(server, where)]


def read(server: InfluxDB, *, purge: bool) -> tuple[Touched, int]:
    """Touched, and the (hour, batch) pairs it stands for; ``purge`` removes what is done with."""
    seen = {writer: last.batch for writer, last in batches.newest(server).items()}
    for writer, batch in voids.every(server):
        seen[writer] = max(seen.get(writer, 0), batch)
    entries = _entries(server)
    strikes = _strikes(server)
    if not entries:
        return Touched(hours_table(np.zeros(0, dtype=np.int64)), seen), 0
    keys = [_keys(entry.hours) for entry in entries]
    of_entry = np.repeat(np.arange(len(entries)), [len(key) for key in keys])
    key = np.concatenate(keys)
    open_ = np.ones(len(key), dtype=bool)
    for strike in strikes:
        known = np.array([entry.batch <= strike.seen.get(entry.writer, -1) for entry in entries])
        inside = strike.windows.locate(key >> 32, _hour(key)) >= 0
        open_ &= ~(inside & known[of_entry])
    if purge:
        _purge(
            server,
            entries,
            np.bincount(of_entry[open_], minlength=len(entries)) == 0,
            strikes,
            seen,
        )
    hours = hours_table(np.unique(key[open_]))
    return Touched(hours, seen), int(open_.sum())


def strike_lines(windows: HourRanges, settled: Touched, time: int) -> pa.Array:
    """Windows struck off; ``time`` (ns) is of the writing and tells strikes apart."""
    pieces = parts(packed(windows))
    seen = json.dumps(dict(settled.seen), separators=(",", ":"))
    return lines(
        "struck",
        {"part": pa.array(range(len(pieces)))},
        {"seen": pa.repeat(seen, len(pieces)), "windows": pa.array(pieces)},
        np.full(len(pieces), time),
    )


def _keys(hours: HourRanges) -> Ints:
    """Folded (meter, hour) of every hour in the ranges."""
    length = hours.end - hours.start
    index = np.repeat(np.arange(len(hours)), length)
    hour = np.arange(len(index)) - np.repeat(np.cumsum(length) - length, length)
    return fold(hours.meter[index], hour + hours.start[index])


def _hour(key: Ints) -> Ints:
    return key.astype(np.int32).astype(np.int64)


def _entries(server: InfluxDB, where: str = "") -> list[_Entry]:
    """In order of their batches."""
    condition = f" WHERE {where}" if where else ""
    texts: dict[tuple[int, str], dict[int, str]] = {}
    for row in server.rows([f"SELECT writer,part,hours FROM touched{condition}"]):
        texts.setdefault((row["time"] // 1_000, row["writer"]), {})[int(row["part"])] = row["hours"]
    return [
        _Entry(writer, batch, unpacked("".join(text for _, text in sorted(pieces.items()))))
        for (batch, writer), pieces in sorted(texts.items())
    ]


def _strikes(server: InfluxDB) -> list[_Strike]:
    """In order of their times."""
    found: dict[int, tuple[str, dict[int, str]]] = {}
    for row in server.rows(["SELECT part,seen,windows FROM struck"]):
        pieces = found.setdefault(row["time"], (row["seen"], {}))[1]
        pieces[int(row["part"])] = row["windows"]
    return [
        _Strike(
            time, json.loads(seen), unpacked("".join(text for _, text in sorted(pieces.items())))
        )
        for time, (seen, pieces) in sorted(found.items())
    ]


def _purge(
    server: InfluxDB,
    entries: list[_Entry],
    done: Mask,
    strikes: list[_Strike],
    seen: Mapping[str, int],
) -> None:
    """Delete each writer's oldest entries that are struck off whole, and strikes they needed.

    An entry of a batch that is not recorded stays: by it the writer finds its torn batch again.
    """
    through: dict[str, int] = {}
    left: dict[str, int] = {}
    removed = hours = 0
    for entry, is_done in zip(entries, done.tolist(), strict=True):
        if is_done and entry.writer not in left and entry.batch <= seen.get(entry.writer, -1):
            through[entry.writer] = entry.batch
            removed += 1
            hours += int((entry.hours.end - entry.hours.start).sum())
        else:
            left.setdefault(entry.writer, entry.batch)
    if removed < PURGE_ENTRIES and hours < PURGE_HOURS:
        return
    statements = [
        f"DELETE FROM touched WHERE writer={quoted(writer)} AND time <= {batch * 1_000}"
        for writer, batch in through.items()
    ]
    needless = None
    for strike in strikes:
        if any(batch <= strike.seen.get(writer, -1) for writer, batch in left.items()):
            break
        needless = strike.time
    if needless is not None:
        statements.append(f"DELETE FROM struck WHERE time <= {needless}")
    server.run(statements)
