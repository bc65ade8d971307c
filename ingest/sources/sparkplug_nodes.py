"""What is known of each edge node of Sparkplug B: its births, whether it lives, its last number.

In memory it is as of the last message taken in, in the folder as of the last one that is durable:
so what the broker sends again after a stop or a kill is read by the births that it was sent under.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from ingest.decode.sparkplug import (
    AFTER_REBIRTH,
    Addressed,
    Births,
    Born,
    births_in,
    metric_value,
)

# Of one node so many births are remembered, and metrics in them: what is beyond is refused as of a
# device without a birth. All of a node is written anew for each of its births.
DEVICES = 10_000
METRICS = 100_000
NAME = 255  # bytes of a file's name that file systems take; a code of an enterprise is shorter
_SEQ_BYTES = 1 << 20  # of the file of numbers, before it is written anew


@dataclass
class Node:
    """One edge node; ``missing`` says why its births cannot be trusted, None where they can."""

    births: dict[str | None, Births] = field(default_factory=dict)
    bd_seq: int | None = None
    born_ms: int = 0  # timestamp of the node's birth, milliseconds since 1970 UTC
    seq: int | None = None
    online: bool = False
    missing: str | None = "no birth of this node is known"
    former: dict[str | None, Births] = field(default_factory=dict)  # before the node's last birth
    nbirths: int = 0  # births of the node itself so far

    def take(self, where: Addressed, payload: Any, *, again: bool) -> Addressed:
        """Take a message in, in the order of sending, and say how its metrics are to be read.

        ``again``: the broker may have sent it before.
        """
        if where.kind == "NDEATH":
            # A will of an earlier connection may come late: it names another birth.
            if self.bd_seq is None or metric_value(payload, "bdSeq") == self.bd_seq:
                self.online = False
                self.missing = "the node died, and no birth came since"
            return where
        if where.kind == "NBIRTH":
            known, self.former = self.births.get(None), {**self.former, **self.births}
            self.nbirths += 1
            self.births = {None: self._dated(births_in(payload), known)}
            self.bd_seq = metric_value(payload, "bdSeq")
            self.born_ms = payload.timestamp
            self.seq = payload.seq
            self.online, self.missing = True, None
            return where
        self._count(payload, again=again)
        if where.kind == "DBIRTH":
            known = self.births.pop(where.device, None) or self.former.pop(where.device, None)
            births = births_in(payload)
            if self._has_room(births):
                self.births[where.device] = self._dated(births, known)
            return where
        if where.kind == "DDEATH":
            gone = self.births.pop(where.device, None)
            if gone is not None and len(self.former) < DEVICES:
                self.former[where.device] = gone
            return where
        return self._read(where, payload)

    def copy(self) -> Node:
        """As it is now."""
        return replace(self, births=dict(self.births), former=dict(self.former))

    def _dated(self, births: Births, known: Births | None) -> Births:
        """With the time since which its aliases mean what they do: for ever, by a first birth."""
        if known is None:
            return births if self.nbirths == 1 else replace(births, since_ms=_now_ms())
        aliases, names = known.by_alias.items(), known.by_name.items()
        same = all(births.by_alias.get(alias, born) == born for alias, born in aliases)
        same = same and all(births.by_name.get(name, born) == born for name, born in names)
        return replace(births, since_ms=known.since_ms if same else _now_ms())

    def _has_room(self, births: Births) -> bool:
        metrics = sum(len(one.by_name) for one in self.births.values()) + len(births.by_name)
        return len(self.births) < DEVICES and metrics <= METRICS

    def _count(self, payload: Any, *, again: bool) -> None:
        if not payload.HasField("seq"):
            return
        expected = None if self.seq is None else (self.seq + 1) % 256
        if payload.seq != expected:
            if again:
                return
            if self.missing is None:
                self.missing = (
                    f"seq: {payload.seq} came where {expected} should, so a birth may be missing"
                )
        self.seq = payload.seq

    def _read(self, where: Addressed, payload: Any) -> Addressed:
        births, why = self.births.get(where.device), self.missing
        if why is None and births is None:
            why = f"no birth of the device {where.device} is known"
        elif why is None and payload.HasField("timestamp") and payload.timestamp < self.born_ms:
            why = "it was sent before the birth that is known"
        if why is not None:
            why = f"name: {why}; {AFTER_REBIRTH}"
        return Addressed(where.kind, where.device, births or Births(), why)


class Nodes:
    """All nodes, and the folder where they are remembered: a file a node, and one of numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers = folder / "numbers"
        self.nodes: dict[str, Node] = {
            unquote(file.stem): _node(json.loads(file.read_text("utf-8")))
            for file in sorted(folder.glob("*.json"))
        }
        if self._numbers.exists():
            for line in self._numbers.read_text("ascii", "replace").splitlines():
                name, _, seq = line.rpartition(" ")
                if (node := self.nodes.get(unquote(name))) is not None and seq.isdigit():
                    node.seq = int(seq)

    def remember(self, states: Iterable[tuple[str, int | None, Node | None]]) -> None:
        """Keep, of each node's messages in their order: its last number, and its state where given.

        A state is on the disk when this returns; a number survives the end of the process only:
        where one is lost with the machine, the gap leads to a rebirth.
        """
        numbers: dict[str, int] = {}
        written: dict[str, Node] = {}
        for name, seq, state in states:
            if seq is not None:
                numbers[name] = seq
            if state is not None:
                written[name] = state
        for name, state in written.items():
            _write(self._folder / f"{_quoted(name)}.json", _text(state))
        if numbers:
            lines = "".join(f"{_quoted(name)} {seq}\n" for name, seq in numbers.items())
            if self._numbers.exists() and self._numbers.stat().st_size > _SEQ_BYTES:
                self._shorten()
            with self._numbers.open("a", encoding="ascii") as file:
                file.write(lines)

    def _shorten(self) -> None:
        last = dict(
            line.rpartition(" ")[::2] for line in self._numbers.read_text("ascii").splitlines()
        )
        _write(self._numbers, "".join(f"{name} {seq}\n" for name, seq in last.items()))


def births_of(folder: Path, name: str, device: str | None) -> Births:
    """What is remembered in a folder of a node's device; nothing where it is not known, or where a
    birth may be missing.
    """
    file = folder / f"{_quoted(name)}.json"
    if len(file.name) > NAME or not file.exists():  # of the kept ones any name may come
        return Births()
    node = _node(json.loads(file.read_text("utf-8")))
    return Births() if node.missing else node.births.get(device, Births())


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _text(node: Node) -> str:
    """A node as its file has it."""
    return json.dumps(
        {
            "bd_seq": node.bd_seq,
            "born_ms": node.born_ms,
            "seq": node.seq,
            "online": node.online,
            "missing": node.missing,
            "nbirths": node.nbirths,
            "births": [
                [device, list(births.by_name.values()), _aliases(births), births.since_ms]
                for device, births in node.births.items()
            ],
        },
        ensure_ascii=False,
    )


def _aliases(births: Births) -> list[tuple[int, str]]:
    return [(alias, born.name) for alias, born in births.by_alias.items()]


def _node(state: dict[str, Any]) -> Node:
    births: dict[str | None, Births] = {}
    for device, metrics, aliases, since_ms in state.pop("births"):
        by_name = {name: Born(name, datatype, unit) for name, datatype, unit in metrics}
        by_alias = {alias: by_name[name] for alias, name in aliases}
        births[device] = Births(by_alias, by_name, since_ms)
    return Node(births, **state)


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _write(file: Path, text: str) -> None:
    fresh = file.with_suffix(".fresh")
    with fresh.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
