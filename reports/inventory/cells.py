"""How rows of an inventory are told: sources, factors, meters, and what their figures are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ledger.explain_source import source_of
from models.carbon.categories import category
from reports.document import Cell, Column
from reports.inventory.facts import Facts, share

METERS_SHOWN = 4


def worth_columns(facts: Facts) -> list[Column]:
    """Coverage, estimated share and uncertainty: beside every figure."""
    words = facts.words
    return [
        Column("coverage", words("coverage"), 1.5),
        Column("estimated_share", words("estimated"), 1.5),
        Column("uncertainty_rel", words("uncertainty"), 1.6),
    ]


def worth(row: Mapping[str, Any]) -> dict[str, Cell]:
    """Cells of ``worth_columns``; unknown where a sum does not have them."""
    names = ("coverage", "estimated_share", "uncertainty_rel")
    return {name: share(row.get(name)) for name in names}


def enterprise_column(facts: Facts) -> list[Column]:
    """Whose a row is; of one enterprise it goes without saying."""
    return [Column("enterprise", facts.words("enterprise"), 3.2)] if facts.whole_park else []


def source_name(facts: Facts, row: Mapping[str, Any]) -> str:
    """Electricity and heat by which way they went; else the fuel or material, and its stream."""
    if row["scope"] == 2 or row["category"] == "self_generation":
        name = category(row["category"]).name_zh
    else:
        name = facts.carrier(row["carrier"])
    code = row["source_stream"]
    if code is None or pd.isna(code):
        return name
    stream = facts.registry.stream_by_code.get((row["enterprise"], code))
    return f"{name}（{code if stream is None else stream.name_zh}）"


def origin(facts: Facts, row: Mapping[str, Any]) -> str:
    """Where the activity comes from."""
    return facts.words.code("origin", row["activity_origin"])


def evidence(facts: Facts, row: int) -> str:
    """The meters and records that a row is the sum of."""
    parts = facts.found.parts
    of_row = parts[parts["row"] == row]
    words = facts.words
    meters = sorted(set(of_row["meter"].dropna()))
    told = words("list").join(meters[:METERS_SHOWN])
    if len(meters) > METERS_SHOWN:
        told = words("meters_more", codes=told, count=len(meters))
    records = sorted({str(one) for one in of_row["record"].dropna()})
    if records:
        told = words("semicolon").join(
            filter(None, [told, words("records", ids=words("list").join(records))])
        )
    return told


def document(facts: Facts, factor_id: str) -> tuple[str, str]:
    """Source and clause of a factor; of one made of several, each."""
    found = source_of(facts.registry, factor_id, None)
    words = facts.words
    parts = [] if found is None else found.get("parts", [found])
    sources = dict.fromkeys(words.source(one.get("document") or "") for one in parts)
    clauses = dict.fromkeys(words.source(one.get("clause") or "") for one in parts)
    joined = words("semicolon")
    return joined.join(filter(None, sources)), joined.join(filter(None, clauses))


def factor_told(facts: Facts, row: Mapping[str, Any]) -> str:
    """Source, clause, status, rule and id of a row's factor, in one cell beside the figure."""
    words = facts.words
    if row["factor_id"] is None or pd.isna(row["factor_id"]):
        return ""
    source, clause = document(facts, row["factor_id"])
    year = "" if pd.isna(row["factor_year"]) else f"{int(row['factor_year'])} 年数据"
    told = [
        source,
        clause,
        year,
        words.code("match", row["factor_match"]),
        words.code("status", row["factor_status"]),
        f"[{row['factor_id']}]",
    ]
    return words("semicolon").join(filter(None, told))
