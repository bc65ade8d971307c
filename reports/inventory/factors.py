"""Chapter 4: the factors, methods and warming potentials, with source, clause, status and rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models.carbon.methods import Method, method
from reports.document import Block, Cell, Chapter, Column, Figure, Paragraph, Row, Table
from reports.inventory.facts import Facts, lines, share, value


def factors(facts: Facts) -> Chapter:
    """Chapter 4."""
    words = facts.words
    blocks: list[Block] = [
        Paragraph(words("factors_text")),
        _factors(facts),
        _potentials(facts),
        _methods(facts),
    ]
    return Chapter(words("factors_name"), words("factors_title"), blocks, landscape=True)


def _factors(facts: Facts) -> Table:
    words = facts.words
    written = []
    for index, row in lines(facts.choices):
        source, clause = facts.document_of[row["factor_id"]]
        cells: dict[str, Cell] = {
            "number": facts.factor_number[row["factor_id"], row["factor_match"]],
            "factor": facts.carrier(row["carrier"]),
            "value": _value(facts, row, index),
            "year": "" if pd.isna(row["factor_year"]) else str(int(row["factor_year"])),
            "source": source,
            "clause": clause,
            "status": words.code("status", row["factor_status"]),
            "match": words.code("match", row["factor_match"]),
            "uncertainty": share(row["uncertainty_factor_rel"]),
            "id": row["factor_id"],
        }
        written.append(Row(cells))
    columns = [
        Column("number", words("number"), 1.1),
        Column("factor", words("factor"), 2.2),
        Column("value", words("factor_value"), 4.4),
        Column("year", words("factor_year"), 1.3),
        Column("source", words("factor_source"), 5.6),
        Column("clause", words("clause"), 2.0),
        Column("status", words("status"), 2.0),
        Column("match", words("match"), 2.2),
        Column("uncertainty", words("factor_uncertainty"), 1.6),
        Column("id", words("factor_id"), 5.4),
    ]
    return Table("factors", words("factors_table"), columns, written)


def _value(facts: Facts, row: Mapping[str, Any], index: int) -> str:
    """The operands of the method, which the annexes have one by one, in a line."""
    of = method(row["method"])
    told = []
    for one in of.operands:
        number = None if one.name in ("amount", "gwp") else value(
            facts.found.operands.loc[index, one.name]
        )  # fmt: skip
        if number is not None and one.name != "covered":
            per = one.unit
            if per == "GJ per unit of amount":
                gas = str(facts.found.rows.loc[index, "activity_unit"]).endswith("Nm3")
                per = "GJ per unit of gas" if gas else "GJ per unit of mass"
            unit = "" if per == "1" else f" {facts.words.unit(per)}"
            told.append(f"{one.name_zh} {number:.10g}{unit}")
    return facts.words("semicolon").join(told)


def _potentials(facts: Facts) -> Table:
    words = facts.words
    written = []
    for one in facts.potentials:
        cells: dict[str, Cell] = {
            "gas": one.gas,
            "gwp": Figure(one.value, None),
            "source": words.source(one.source),
            "clause": words.source(one.clause),
            "status": words.code("status", one.status),
        }
        written.append(Row(cells))
    columns = [
        Column("gas", words("gas"), 3),
        Column("gwp", words("gwp"), 3),
        Column("source", words("factor_source"), 11),
        Column("clause", words("clause"), 3),
        Column("status", words("status"), 3),
    ]
    return Table("gwp", words("gwp_table"), columns, written)


def _methods(facts: Facts) -> Table:
    words = facts.words
    there = dict.fromkeys(facts.found.rows["method"])
    columns = [
        Column("method", words("method"), 5),
        Column("formula", words("formula"), 6),
        Column("operands", words("operands"), 6),
        Column("source", words("formula_source"), 6),
        Column("clause", words("clause"), 3),
        Column("status", words("status"), 2.4),
    ]
    written = [Row(_method(facts, method(code))) for code in there]
    return Table("methods", words("methods_table"), columns, written)


def _method(facts: Facts, of: Method) -> dict[str, Cell]:
    words = facts.words
    operands = words("semicolon").join(f"{one.symbol} {one.name_zh}" for one in of.operands)
    return {
        "method": of.name_zh,
        "formula": of.formula,
        "operands": operands,
        "source": words.source(of.source),
        "clause": words.source(of.clause),
        "status": words.code("status", of.status),
    }
