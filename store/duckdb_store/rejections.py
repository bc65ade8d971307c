"""Rejections and findings out of the store, newest first."""

from __future__ import annotations

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
    limit: int | None,
    with_payload: bool,
) -> pa.Table:
    """REJECTIONS under conditions like ``{"enterprise = ?": code}``; those of None do not apply."""
    columns = ", ".join(
        "null::blob as payload" if name == "payload" and not with_payload else name
        for name in REJECTIONS.names
    )
    applying = {text: value for text, value in conditions.items() if value is not None}
    query = (
        f"select {columns} from rejections where {' and '.join(['true', *applying])}"
        f" order by rejection_id desc{_limited(limit)}"
    )
    return cursor.sql(query, params=list(applying.values())).to_arrow_table()


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
