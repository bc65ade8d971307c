"""What was refused on its way in, and why; nothing refused is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd
import pyarrow as pa

from ledger.books import Books
from models.readings import Source
from store.registry_db import Replay, ReplayOutcome
from store.registry_db.replays import SETTLED

State = Literal["open", "replayed", "expired"]

KEPT_COLUMNS = [
    "rejection_id", "received", "source", "peer", "enterprise", "meter", "item",
    "reason", "detail", "payload_sha256", "payload_length", "batch", "expired",
]  # fmt: skip
COLUMNS = [*KEPT_COLUMNS, "state", "outcome", "replayed_at", "replayed_by"]
AT_ONCE = 10_000  # rows looked at together
# Passwords and keys in frames of HJ 212: with a station's own, anybody could send in its name.
_SECRETS = re.compile(rb"\b(PW|NewSK)=([^;,&]*)")
LOOKED_AT = 1_000  # at least, where some of them will be left out


@dataclass(frozen=True, slots=True)
class Which:
    """Which rejections are meant: those that fit all that is given.

    ``enterprise`` and ``meter`` are as addressed and need not be registered; ``start`` and ``end``
    (UTC, end excluded) bound the time of receipt. A rejection is *replayed* once a replay brought
    all of it in, *expired* where its bytes were dropped before, else *open*.
    """

    enterprise: str | None = None
    meter: str | None = None
    reason: str | None = None
    source: Source | None = None
    start: datetime | None = None
    end: datetime | None = None
    state: State | None = None
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Rejection:
    """One refused item: ``about`` has COLUMNS in one row, ``payload`` the original bytes.

    At most the first MiB of the bytes is kept; their hash and length are of the whole.
    ``payload`` is empty where they have expired. In a frame of HJ 212 password and key are
    asterisks; the store keeps them, since a replay needs them.
    """

    about: pd.DataFrame
    payload: bytes
    replay: Replay | None


def rejections(
    books: Books, which: Which, *, before_id: int | None = None, limit: int | None = None
) -> pd.DataFrame:
    """COLUMNS of the rejections that are meant, newest first, with ids below ``before_id``."""
    parts = []
    left = limit
    for part in _pages(books, which, before_id, limit):
        parts.append(part if left is None else part.iloc[:left])
        if left is not None:
            left -= len(parts[-1])
            if left == 0:
                break
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def counts(books: Books, which: Which) -> pd.DataFrame:
    """Enterprise, reason, state, n and the newest receipt of the rejections; most first.

    ``enterprise`` is null where none was addressed. Looks at all of them, some thousands at a time.
    """
    keys = ["enterprise", "reason", "state"]
    parts = [
        part.groupby(keys, dropna=False, as_index=False).agg(
            n=("rejection_id", "size"), newest=("received", "max")
        )
        for part in _pages(books, which, None, None)
    ]
    rows = pd.concat(parts, ignore_index=True)
    summed = rows.groupby(keys, dropna=False, as_index=False).agg(
        n=("n", "sum"), newest=("newest", "max")
    )
    return summed.sort_values(["n", *keys], ascending=[False, True, True, True], kind="stable")


def rejection(books: Books, rejection_id: int) -> Rejection:
    """One rejection with its original bytes. Raises KeyError where there is none of that id."""
    table = books.store.rejection(rejection_id)
    if table.num_rows == 0:
        raise KeyError(rejection_id)
    replay = _replays(books, [rejection_id]).get(rejection_id)
    payload = table["payload"][0].as_py() or b""
    if table["source"][0].as_py() == Source.HJ212:
        payload = _SECRETS.sub(lambda found: found[1] + b"=" + b"*" * len(found[2]), payload)
    return Rejection(_decoded(books, table), payload, replay)


def _pages(
    books: Books, which: Which, before_id: int | None, limit: int | None
) -> Iterator[pd.DataFrame]:
    """The rejections page by page, at least one page; a page may hold fewer than were looked at."""
    at_once = AT_ONCE if limit is None else min(limit, AT_ONCE)
    if which.state is not None:
        at_once = max(at_once, LOOKED_AT)
    while True:
        table = books.store.rejections(
            enterprise=which.enterprise,
            meter=which.meter,
            reason=which.reason,
            source=None if which.source is None else int(which.source),
            start=which.start,
            end=which.end,
            ids=which.ids,
            before_id=before_id,
            limit=at_once,
        )
        frame = _decoded(books, table)
        yield frame if which.state is None else frame[frame["state"] == which.state]
        if table.num_rows < at_once:
            return
        before_id = table["rejection_id"][-1].as_py()


def _decoded(books: Books, table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.select(KEPT_COLUMNS).to_pandas()
    frame["source"] = frame["source"].map({int(s): s.name.lower() for s in Source})
    replays = _replays(books, frame["rejection_id"].tolist())
    known = [replays.get(number) for number in frame["rejection_id"].tolist()]
    settled = pd.Series(
        [one is not None and one.outcome in SETTLED for one in known], index=frame.index, dtype=bool
    )
    state = pd.Series("open", index=frame.index, dtype=object)
    state = state.mask(frame["expired"].notna(), "expired").mask(settled, "replayed")
    frame["state"] = state
    frame["outcome"] = [None if one is None else str(one.outcome) for one in known]
    times = [None if one is None else one.replayed_at for one in known]
    frame["replayed_at"] = pd.Series(times, index=frame.index, dtype="datetime64[us, UTC]")
    frame["replayed_by"] = [None if one is None else one.replayed_by for one in known]
    return frame[COLUMNS]


def _replays(books: Books, ids: list[int]) -> dict[int, Replay]:
    return {} if books.replays is None else books.replays.of(ids)


__all__ = ["COLUMNS", "Rejection", "Replay", "ReplayOutcome", "State", "Which", "counts",
           "rejection", "rejections"]  # fmt: skip
