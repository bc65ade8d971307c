"""Rejections and findings out of the store, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from store.duckdb_store.conditions import condition
from store.interface import FINDINGS, REJECTIONS
from store.rules.selection import Selection


def rejections(
    cursor: duckdb.DuckDBPyConnection,
    conditions: dict[str, Any],
    *,
    ids: Sequence[int] | None = None,
    limit: int | None = None,
    with_payload: bool,
) -> pa.Table:
    """REJECTIONS under conditions like ``{"enterprise = ?": code}``; those of None do not apply."""
    columns = ", ".join(
        "null::blob as payload" if name == "payload" and not with_payload else name
        for name in REJECTIONS.names
    )
    applying = {text: value for text, value in conditions.items() if value is not None}
    if ids is not None:
        applying["rejection_id in (select unnest(?::bigint[]))"] = list(ids)
    query = (
        f"select {columns} from rejections where {' and '.join(['true', *applying])}"
        f" order by rejection_id desc{_limited(limit)}"
    )
    return cursor.sql(query, params=list(applying.values())).to_arrow_table()


def expire(cursor: duckdb.DuckDBPyConnection, before: datetime, now: datetime) -> int:
    """Drop the payloads of rejections received before, and mark them; how many."""
    row = cursor.execute(
        "update rejections set payload = null, expired = ? where received < ? and expired is null",
        [now, before],
    ).fetchone()
    return 0 if row is None else int(row[0])


def findings(
    cursor: duckdb.DuckDBPyConnection, selection: Selection, limit: int | None
) -> pa.Table:
    """FINDINGS of the selection."""
    return cursor.sql(
        f"select {', '.join(FINDINGS.names)} from findings where {condition(selection, 'ts')}"
        f" order by ts desc, meter_key, kind{_limited(limit)}"
    ).to_arrow_table()


def _limited(limit: int | None) -> str:
    return "" if limit is None else f" limit {int(limit)}"
