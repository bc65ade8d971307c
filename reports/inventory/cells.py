"""How rows of an inventory are told: sources, factors, meters, and what their figures are worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

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
    return [Column("enterprise", facts.words("enterprise"), 4.0)] if facts.whole_park else []


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
    words = facts.words
    meters, records = facts.evidence_of.get(row, ([], []))
    told = words("list").join(meters[:METERS_SHOWN])
    if len(meters) > METERS_SHOWN:
        told = words("meters_more", codes=told, count=len(meters))
    if not records:
        return told
    named = words("records", ids=words("list").join(map(str, records)))
    return words("semicolon").join(filter(None, [told, named]))


def trade_remark(facts: Facts, index: int, row: Mapping[str, Any]) -> str:
    """With whom inside the park, and whether that is left out of the park's total."""
    if pd.isna(row["counterpart"]):
        return ""
    name = facts.enterprise_name(row["counterpart"])
    if not facts.counted.loc[index]:
        return facts.words("annex_netted", name=name)
    sold = category(row["category"]).sign < 0
    return facts.words("annex_sold" if sold else "annex_bought", name=name)


def factor_short(facts: Facts, row: Mapping[str, Any]) -> str:
    """Number, rule and status of a row's factor; what the number stands for is told below."""
    if pd.isna(row["factor_id"]):
        return ""
    words = facts.words
    number = facts.factor_number[row["factor_id"], row["factor_match"]]
    match = words.code("match", row["factor_match"])
    status = words.code("status", row["factor_status"])
    return f"{number} {words('semicolon').join(dict.fromkeys([match, status]))}"


def factor_source(facts: Facts, row: Mapping[str, Any]) -> str:
    """Source, clause, year and id of a row's factor."""
    if pd.isna(row["factor_id"]):
        return ""
    words = facts.words
    year = row["factor_year"]
    told = [
        *facts.document_of[row["factor_id"]],
        "" if pd.isna(year) else words("of_year", year=int(year)),
        row["factor_id"],
    ]
    return words("semicolon").join(filter(None, told))


def period_column(facts: Facts) -> list[Column]:
    """When a row is of; of one year it goes without saying."""
    return [Column("period", facts.words("month"), 1.6)] if facts.periods > 1 else []
