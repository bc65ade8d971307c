"""Replays of many rejections: some at a time, so that memory stays bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import pandas as pd
import pyarrow as pa

from ledger.books import Books
from ledger.rejections import Which, rejections
from store.registry_db import Replay, ReplayOutcome

ROWS_AT_ONCE = 1_000
BYTES_AT_ONCE = 16 << 20


class Again(Protocol):
    """What replays: given by the service, since decoding is the way in's."""

    def replay(self, kept: pa.Table, by: str) -> list[Replay]:
        """Bring in what REJECTIONS with payloads give now, and record it."""

    def attempt(self, kept: pa.Table) -> list[Replay]:
        """What a replay would do now; nothing is stored or recorded."""


@dataclass(frozen=True)
class Replayed:
    """One page of a replay, newest rejection first.

    ``outcomes`` counts rejections by outcome. ``before_id`` bounds the next page: None at the end.
    """

    replays: tuple[Replay, ...]
    outcomes: dict[str, int]
    accepted: int
    duplicates: int
    superseded: int
    before_id: int | None


def replay_page(
    books: Books,
    again: Again,
    which: Which,
    *,
    by: str,
    dry_run: bool,
    before_id: int | None,
    limit: int,
) -> Replayed:
    """Replay at most ``limit`` rejections with ids below ``before_id``.

    Without a state only open ones are replayed; those asked for by their ids are answered for
    whatever their state: what is settled is not replayed again but told as it stands.
    """
    if which.ids is None and which.state is None:
        which = replace(which, state="open")
    found = rejections(books, which, before_id=before_id, limit=limit + 1)
    page = found.iloc[:limit]
    done: list[Replay] = []
    settled = page[page["state"] == "replayed"]["rejection_id"].tolist()
    if books.replays is not None:
        done += books.replays.of(settled).values()
    for ids in _runs(page[page["state"] != "replayed"]):
        kept = books.store.rejections(ids=ids, with_payload=True)
        done += again.attempt(kept) if dry_run else again.replay(kept, by)
    done.sort(key=lambda one: one.rejection_id, reverse=True)
    now = [one for one in done if one.rejection_id not in set(settled)]
    return Replayed(
        tuple(done),
        dict(Counter(str(one.outcome) for one in done)),
        sum(one.accepted for one in now),
        sum(one.duplicates for one in now),
        sum(one.superseded for one in now),
        int(page["rejection_id"].iloc[-1]) if len(found) > limit else None,
    )


def attempt_one(books: Books, again: Again, rejection_id: int) -> Replay:
    """What a replay of one rejection would do now. Raises KeyError where there is none."""
    kept = books.store.rejection(rejection_id)
    if kept.num_rows == 0:
        raise KeyError(rejection_id)
    (tried,) = again.attempt(kept)
    return tried


def _runs(page: pd.DataFrame) -> Iterator[list[int]]:
    """Ids whose payloads are read together."""
    ids: list[int] = []
    size = 0
    lengths = page["payload_length"].fillna(0).clip(upper=1 << 20).astype(int)
    for number, length in zip(page["rejection_id"].tolist(), lengths.tolist(), strict=True):
        if ids and (len(ids) == ROWS_AT_ONCE or size + length > BYTES_AT_ONCE):
            yield ids
            ids, size = [], 0
        ids.append(number)
        size += length
    if ids:
        yield ids


__all__ = ["Again", "Replay", "ReplayOutcome", "Replayed", "attempt_one", "replay_page"]
