"""The hours still to settle: what appends touched, less what ledgers struck off.

InfluxDB has no transactions, so this is two logs. Measurement ``touched`` (tags ``writer``,
``minute``, ``part``; time = batch number) is written before a batch's rows: which hours it will
touch. Its hours count as seen only once the batch is recorded, when all its rows are there.
Measurement ``struck`` (tags ``ledger``, ``minute``, ``part``) is written after usage: windows, and
the newest batch seen of each writer.

What is struck off altogether is deleted from both, by whole minutes that their writer has left
behind: InfluxDB can lose a series that is emptied while somebody writes to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from store.hour_ranges import HourRanges, Mask
from store.influxdb_store import batches, voids
from store.influxdb_store.lines import lines
from store.influxdb_store.packing import packed, parts, unpacked, whole
from store.influxdb_store.server import InfluxDB, is_whole
from store.influxdb_store.statements import quoted, where
from store.influxdb_store.struck_off import Entry, still_open
from store.interface import Touched
from store.rules.usage_changes import hours_table

MINUTE_NS = 60 * 10**9
IDLE_MINUTES = 10  # more than the clocks of the processes differ


def touched_lines(writer: str, batch: int, hours: HourRanges, last_id: int = 0) -> pa.Array:
    """The intent of a batch: also with no hours, so that a torn batch can be told."""
    said: dict[str, str | int] = {"seen": "", "last_id": last_id}
    return _log_lines("touched", {"writer": writer}, batch * 1_000, hours, said)


def strike_lines(ledger: str, windows: HourRanges, settled: Touched, time: int) -> pa.Array:
    """Windows struck off; ``time`` (ns) is of the writing and rises for each ledger."""
    seen = json.dumps(dict(settled.seen), separators=(",", ":"))
    said: dict[str, str | int] = {"seen": seen, "last_id": 0}
    return _log_lines("struck", {"ledger": ledger}, time, windows, said)


def intents(server: InfluxDB, writer: str, after: int) -> list[Entry]:
    """Of the writer's batches beyond ``after`` that were begun, ascending."""
    which = where([f"writer={quoted(writer)}", f"time > {after * 1_000}"])
    return _entries(server, "touched", "writer", which)


def unrecorded(server: InfluxDB, numbers: Iterable[int]) -> set[int]:
    """Those of the batch numbers that are begun and not recorded (yet), nor void."""
    seen = _seen(server)
    begun = {one.batch for one in _entries(server, "touched", "writer")
             if one.batch > seen.get(one.author, -1)}  # fmt: skip
    return begun & set(numbers)


def read(server: InfluxDB, *, purge: bool) -> tuple[Touched, int]:
    """Touched, and the (hour, batch) pairs it stands for; ``purge`` removes what is done with."""
    seen = _seen(server)
    entries = [one for one in _entries(server, "touched", "writer") if one.ranges is not None]
    strikes = [one for one in _entries(server, "struck", "ledger") if one.ranges is not None]
    if not entries:
        return Touched(hours_table(np.zeros(0, dtype=np.int64)), seen), 0
    left = still_open(entries, strikes)
    if purge:
        done = np.bincount(left.of_entry, minlength=len(entries)) == 0
        _purge(server, entries, done, strikes, seen)
    return Touched(hours_table(np.unique(left.hours)), seen), len(left.hours)


def _seen(server: InfluxDB) -> dict[str, int]:
    """The newest batch of each writer that is recorded or void."""
    seen = {writer: head.batch for writer, head in batches.newest(server).items()}
    for writer, batch in voids.every(server):
        seen[writer] = max(seen.get(writer, 0), batch)
    return seen


def _log_lines(
    measurement: str,
    author: Mapping[str, str],
    time: int,
    ranges: HourRanges,
    said: Mapping[str, str | int],
) -> pa.Array:
    pieces = parts(packed(ranges))
    tags: dict[str, Any] = {**author, "minute": str(time // MINUTE_NS)}
    tags["part"] = pa.array(range(len(pieces)))
    fields = {
        "hours": pa.array(pieces),
        "parts": pa.array([len(pieces)] * len(pieces)),
        **{name: pa.array([value] * len(pieces)) for name, value in said.items()},
    }
    return lines(measurement, tags, fields, np.full(len(pieces), time))


def _entries(server: InfluxDB, measurement: str, author: str, which: str = "") -> list[Entry]:
    """In the order of their times."""
    pieces: dict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    about: dict[tuple[int, str], dict[str, Any]] = {}
    names = f"{author},part,parts,seen,last_id,hours"
    for row in server.rows([f"SELECT {names} FROM {measurement}{which}"]):
        if not is_whole(row):
            continue
        key = row["time"], row[author]
        pieces[key][int(row["part"])] = row["hours"]
        about[key] = row
    entries = []
    for key in sorted(pieces):
        row = about[key]
        text = whole(pieces[key], row["parts"])
        ranges = None if text is None else unpacked(text)
        seen = json.loads(row["seen"]) if row["seen"] else {}
        entries.append(Entry(key[1], key[0], ranges, seen, row["last_id"]))
    return entries


def _purge(
    server: InfluxDB,
    entries: Sequence[Entry],
    done: Mask,
    strikes: Sequence[Entry],
    seen: Mapping[str, int],
) -> None:
    """Delete minutes of writers that are struck off whole, and of ledgers that nothing needs.

    An entry of a batch that is not recorded stays: by it the writer finds its torn batch again.
    """
    keep = {
        (entry.author, _minute(entry))
        for entry, struck in zip(entries, done.tolist(), strict=True)
        if not struck or entry.batch > seen.get(entry.author, -1)
    }
    gone = _left_behind(entries) - keep
    left = [entry for entry in entries if (entry.author, _minute(entry)) not in gone]
    oldest = {}
    for entry in reversed(left):
        oldest[entry.author] = entry.batch
    needed = {
        (strike.author, _minute(strike))
        for strike in strikes
        if any(batch <= strike.seen.get(writer, -1) for writer, batch in oldest.items())
    }
    statements = [
        f"DELETE FROM {measurement} WHERE {author}={quoted(name)} AND minute='{minute}'"
        for measurement, author, minutes in (
            ("touched", "writer", gone),
            ("struck", "ledger", _left_behind(strikes) - needed),
        )
        for name, minute in sorted(minutes)
    ]
    server.run(statements)


def _minute(entry: Entry) -> int:
    """The part of the log that it lies in."""
    return entry.time // MINUTE_NS


def _left_behind(entries: Sequence[Entry]) -> set[tuple[str, int]]:
    """(author, minute) where nobody writes any more: older than what the author wrote last, or than
    what anybody did by far.
    """
    newest = {entry.author: _minute(entry) for entry in entries}
    latest = max(newest.values(), default=0)
    return {
        (one.author, _minute(one))
        for one in entries
        if _minute(one) < max(newest[one.author], latest - IDLE_MINUTES)
    }
