"""What was refused on its way in, and why; nothing refused is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import pyarrow as pa

from ledger.books import Books
from models.readings import Source

COLUMNS = [
    "rejection_id", "received", "source", "peer", "enterprise", "meter", "item",
    "reason", "detail", "payload_sha256", "payload_length", "batch",
]  # fmt: skip


@dataclass(frozen=True)
class Rejection:
    """One refused item: ``about`` has COLUMNS in one row, ``payload`` the original bytes.

    At most the first MiB of the bytes is kept; their hash and length are of the whole.
    """

    about: pd.DataFrame
    payload: bytes


def _decoded(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.select(COLUMNS).to_pandas()
    frame["source"] = frame["source"].map({int(s): s.name.lower() for s in Source})
    return frame


def rejections(
    books: Books,
    *,
    enterprise: str | None = None,
    reason: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before_id: int | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Rejections received in [start, end), newest first, with ids below ``before_id``.

    ``enterprise`` is the one addressed, which need not be registered.
    """
    return _decoded(
        books.store.rejections(
            enterprise=enterprise,
            reason=reason,
            start=start,
            end=end,
            before_id=before_id,
            limit=limit,
        )
    )


def rejection(books: Books, rejection_id: int) -> Rejection:
    """One rejection with its original bytes. Raises KeyError where there is none of that id."""
    table = books.store.rejection(rejection_id)
    if table.num_rows == 0:
        raise KeyError(rejection_id)
    return Rejection(_decoded(table), table["payload"][0].as_py() or b"")
