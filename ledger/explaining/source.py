"""Where an operand comes from: the factor's row with document, clause and status, or who declared.

Ids are those of the factor files, of own parameters (``declared/...``), or several joined by ``+``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from models.carbon.declared import declared_id
from models.carbon.factor_files import FILES, Row, rows_of
from models.registry import Registry


@cache
def _published() -> dict[str, Row]:
    return {row["id"]: row for name in FILES for row in rows_of(name)}


def source_of(
    registry: Registry, factor_id: str | None, match: str | None
) -> dict[str, Any] | None:
    """What is known of a factor: id, set, document, clause, status, published, match.

    None without an id. Of joined ids ``parts`` has each.
    """
    if not factor_id:
        return None
    parts = [_one(registry, name) for name in factor_id.split("+")]
    if len(parts) == 1:
        return parts[0] | {"match": match}
    return {"id": factor_id, "match": match, "parts": parts}


def _one(registry: Registry, factor_id: str) -> dict[str, Any]:
    row = _published().get(factor_id)
    if row is not None:
        names = ("set", "region", "level", "basis", "data_year", "published", "clause", "status")
        told = {name: row[name] for name in names if row.get(name)}
        return {"id": factor_id, "document": row["source"], **told, "note": row.get("note") or None}
    for factor in registry.declared_factors:
        if declared_id(factor) == factor_id:
            return {
                "id": factor_id,
                "set": "declared",
                "document": factor.evidence,
                "status": "declared",
                "value": factor.value,
                "unit": factor.unit,
                "valid_from": factor.valid_from.isoformat(),
                "valid_to": None if factor.valid_to is None else factor.valid_to.isoformat(),
            }
    return {"id": factor_id}
