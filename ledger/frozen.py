"""Inventories as they were signed: frozen with what they were made of, and read again as such.

A frozen inventory keeps its rows, operands and parts, and the hashes of its inputs: the heads of
the chains of batches, the registry's content, the reference files, the program. It is never
changed; what changes afterwards is told by ``ledger.restate``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ledger.books import Books
from ledger.boundaries import Boundary
from ledger.explain import BoundaryKind, enterprises_within
from ledger.inventory import Inventory, inventory
from ledger.plain_frames import to_frame, to_plain
from ledger.settle import unsettled
from ledger.totals import totals
from models.carbon.factors import Level
from models.errors import CarbonpeakError
from models.periods import HOUR_US, Every, from_us, parse_period, to_us
from models.registry import Direction, Registry
from store.hour_ranges import ints
from store.registry_db import Frozen, FrozenFault, FrozenInventories, describe
from store.registry_db.frozen import json_bytes

_FRAMES = ("rows", "operands", "parts", "hours", "left_out")


class FreezeError(CarbonpeakError):
    """An inventory that cannot be frozen; nothing was kept. ``field`` is at fault."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


@dataclass(frozen=True)
class Wanted:
    """What to freeze: whose, of which period (2025 or 2025-03), by periods of length ``every``."""

    period: str
    author: str
    reason: str
    boundary: BoundaryKind = "park"
    code: str | None = None
    every: Every = "year"
    gwp: str = "AR5"
    factor_level: Level = "province"


def freeze(books: Books, wanted: Wanted, program: str) -> Frozen:
    """Freeze today's inventory; with its number. ``program`` names name and version of what did it.

    Raises FreezeError: without an author or a reason, for a period that has not begun or
    in which nothing is accounted, where there
    are hours of it that wait to be settled; ExplainError for a boundary that is not registered.
    """
    kept = _kept(books)
    for field, given in (("author", wanted.author), ("reason", wanted.reason)):
        if not given.strip():
            raise FreezeError(field, "is needed: somebody signs, and says what for")
    registry, frozen_at = books.registry(), books.now()
    whose = enterprises_within(registry, wanted.boundary, wanted.code)
    start, end = parse_period(wanted.period, registry.zone)
    if start >= frozen_at:
        raise FreezeError("period", f"{wanted.period} has not begun")
    end = min(end, frozen_at)
    _require_settled(books, registry, whose, start, end)
    found = inventory(
        books, every=wanted.every, start=start, end=end, enterprises=whose, gwp=wanted.gwp,
        factor_level=wanted.factor_level,
    )  # fmt: skip
    if found.rows.empty:
        raise FreezeError("period", f"nothing is accounted in {wanted.period}")
    head = {
        "every": wanted.every,
        "start_us": to_us(start),
        "end_us": to_us(end),
        "gwp": wanted.gwp,
        "factor_level": wanted.factor_level,
        "totals": _totals(found),
        "program": program,
        **inputs(books, registry),
    }
    return kept.add(
        Frozen(
            boundary=wanted.boundary,
            code=wanted.code or registry.park.code,
            period=wanted.period,
            author=wanted.author.strip(),
            reason=wanted.reason.strip(),
            frozen_at=frozen_at,
            head=head,
            content=_content(found),
        )
    )


def frozen_inventory(books: Books, number: int) -> tuple[Frozen, Inventory]:
    """A frozen inventory as it was kept, to the bit. KeyError where there is none of the number."""
    found = _kept(books).one(number)
    if found is None or found.content is None:
        raise KeyError(number)
    frames = {name: to_frame(found.content[name]) for name in _FRAMES}
    boundary = Boundary(frozenset(found.content["enterprises"]), dict(found.content["cluster_of"]))
    sets = {name: list(of) for name, of in found.content["sets"].items()}
    return found, Inventory(sets=sets, boundary=boundary, **frames)


def frozen_list(books: Books) -> list[Frozen]:
    """All of them, newest first, without their content."""
    return _kept(books).every()


def inputs(books: Books, registry: Registry) -> dict[str, Any]:
    """Hashes of all that an inventory follows from: of each writer's chain the newest batch, of
    the registry's content, of every reference file (the factors among them).
    """
    heads: dict[str, dict[str, Any]] = {}
    for row in books.store.batches().select(["writer", "batch", "sha256"]).to_pylist():
        heads[row["writer"]] = {"batch": row["batch"], "sha256": row["sha256"]}
    return {
        "chain_heads": heads,
        "registry_version": registry.version,
        "registry_sha256": registry_sha256(registry),
        "reference_sha256": reference_sha256(),
    }


def registry_sha256(registry: Registry) -> str:
    """Hash of everything registered, as it is printed."""
    return hashlib.sha256(json_bytes(describe(registry))).hexdigest()


def reference_sha256() -> dict[str, str]:
    """Hash of each file of reference data, by its name."""
    return dict(sorted(_hashed(files("models") / "reference", "")))


def _hashed(folder: Traversable, above: str) -> Iterable[tuple[str, str]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _hashed(item, f"{above}{item.name}/")
        elif item.name.endswith(".csv"):
            yield f"{above}{item.name}", hashlib.sha256(item.read_bytes()).hexdigest()


def frozen_faults(books: Books) -> tuple[int, list[FrozenFault]]:
    """How many inventories are frozen, and what is wrong with them.

    Each is to give its hash, and the batches that it was made from are to have theirs still.
    """
    if books.frozen is None:
        return 0, []
    count, faults = books.frozen.faults()
    batches = books.store.batches().select(["writer", "batch", "sha256"]).to_pylist()
    known = {(row["writer"], row["batch"]): row["sha256"] for row in batches}
    for one in books.frozen.every() if not faults else ():
        for writer, head in one.head["chain_heads"].items():
            if known.get((writer, head["batch"])) != head["sha256"]:
                detail = f"batch {head['batch']} of writer {writer} is no longer what it was"
                faults.append(FrozenFault(one.id, detail))
    return count, faults


def _kept(books: Books) -> FrozenInventories:
    if books.frozen is None:
        raise FreezeError("frozen", "these books keep no frozen inventories")
    return books.frozen


def _totals(found: Inventory) -> dict[str, float | None]:
    row = totals(found, []).iloc[0]
    return {str(name): None if pd.isna(value) else float(value) for name, value in row.items()}


def _content(found: Inventory) -> dict[str, Any]:
    frames = {name: to_plain(getattr(found, name)) for name in _FRAMES}
    return frames | {
        "sets": found.sets,
        "enterprises": sorted(found.boundary.enterprises),
        "cluster_of": dict(found.boundary.cluster_of),
    }


def _require_settled(
    books: Books, registry: Registry, whose: list[str] | None, start: datetime, end: datetime
) -> None:
    """Nothing that waits may change what counts in [start, end): a reading after it may end a gap
    that lies in it, and what is bought inside the park is counted by the seller's meter too.
    """
    keys = {
        meter.key
        for meter in registry.meters
        if whose is None or meter.enterprise in whose
        or (meter.direction is Direction.INTERNAL_TRANSFER and meter.counterpart in whose)
    }  # fmt: skip
    windows = unsettled(books, books.store.touched())
    concerned = windows.filter(pc.is_in(windows["meter_key"], pa.array(sorted(keys), pa.int32())))
    waiting = sum(
        max(0, min(until, to_us(end)) - max(since, to_us(start)))
        for since, until in zip(ints(concerned["start"]), ints(concerned["end"]), strict=True)
    )
    if waiting:
        hours = -(-waiting // HOUR_US)
        raise FreezeError("period", f"{hours} hours of it wait to be settled: try again")


def span_of(frozen: Frozen) -> tuple[datetime, datetime]:
    """UTC start and end of what was frozen."""
    return from_us(frozen.head["start_us"]), from_us(frozen.head["end_us"])
