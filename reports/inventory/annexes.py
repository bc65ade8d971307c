"""The annexes: every row of the inventory with the operands of its method, computed live.

A row's emission is its method's expression (models/reference/methods.csv) over the cells beside it,
with the sign of its category, times the warming potential of its gas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from ledger.totals import totals
from models.carbon.categories import category
from models.carbon.methods import Method, method
from reports.document import Block, Cell, Chapter, Column, Figure, Paragraph, Row, Table
from reports.formulas import Formula, Place, total
from reports.inventory.cells import (
    enterprise_column,
    factor_told,
    origin,
    source_name,
    worth,
    worth_columns,
)
from reports.inventory.facts import OPERANDS, TONNES, Facts, amount_decimals, lines, value

_DIRECT = ("stationary_combustion", "mobile_combustion")
_MEMO = ("biogenic_combustion", "sink", "self_generation")


@dataclass(frozen=True)
class _Annex:
    """``key`` names its title; ``takes`` which rows; ``always`` whether it is there without any."""

    key: str
    takes: Callable[[pd.DataFrame], pd.Series]
    always: bool = False
    mass: bool = False  # shows tonnes of the gas: nothing of it is in the total


_ANNEXES = (
    _Annex("combustion", lambda rows: rows["category"].isin(_DIRECT), always=True),
    _Annex(
        "process",
        lambda rows: (rows["scope"] == 1).fillna(value=False) & ~rows["category"].isin(_DIRECT),
        always=True,
    ),
    _Annex("purchased", lambda rows: rows["basis"] == "location", always=True),
    _Annex("market", lambda rows: rows["basis"] == "market"),
    _Annex("scope3", lambda rows: (rows["scope"] == 3).fillna(value=False)),
    _Annex("memo", lambda rows: rows["category"].isin(_MEMO), mass=True),
)


@dataclass(frozen=True)
class Annexes:
    """The annexes' chapters, and in which cell each row of the inventory has its emission."""

    chapters: list[Chapter]
    place_of: Mapping[int, Place] = field(default_factory=dict)

    def sum_of(self, rows: pd.Series) -> Formula:
        """The sum of the emissions of the rows for which the (indexed) mask holds."""
        return total([self.place_of[one] for one in rows.index[rows.to_numpy(dtype=bool)]])


def annexes(facts: Facts, first_number: int) -> Annexes:
    """All annexes, numbered from ``first_number``; every row is in one of them."""
    chapters, place_of = [], {}
    number = first_number
    for annex in _ANNEXES:
        rows = facts.found.rows[annex.takes(facts.found.rows).to_numpy(dtype=bool)]
        if rows.empty and not annex.always:
            continue
        name = facts.words("annex", number=number)
        number += 1
        tables = [_table(facts, annex, code, of) for code, of in _by_method(rows)]
        for table, of in tables:
            for place, index in enumerate(of):
                place_of[index] = Place(table.key, place, "emission")
        blocks: list[Block] = [table for table, _ in tables]
        if not blocks:
            blocks.append(Paragraph(facts.words("annex_none")))
        title = f"{name} {facts.words(f'annex_{annex.key}')}"
        chapters.append(Chapter(name, title, blocks, landscape=bool(tables)))
    return Annexes(chapters, place_of)


def _by_method(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows by method, in the order in which the methods first come."""
    for code in dict.fromkeys(rows["method"]):
        yield code, rows[rows["method"] == code]


def _table(facts: Facts, annex: _Annex, code: str, rows: pd.DataFrame) -> tuple[Table, list[int]]:
    """The table of one method, and the inventory's rows in the order of the table's."""
    words, of = facts.words, method(code)
    operands = facts.found.operands.loc[rows.index]
    # Not 1 somewhere: told by a column.
    scaled, warmed = (bool((operands[name].fillna(1.0) != 1.0).any()) for name in ("scale", "gwp"))
    warmed = warmed and not annex.mass
    sold = rows["counterpart"].notna().any()
    columns = [
        *enterprise_column(facts),
        Column("source", words("source"), 3.0),
        Column("activity", words("activity"), 2.4),
        Column("unit", words("unit"), 1.2),
        *([Column("scale", words("scale"), 1.5)] if scaled else []),
        *[_operand_column(of, name) for name in of.inputs if name != "amount"],
        *([Column("gwp", words("gwp"), 1.3)] if warmed else []),
        Column("emission", words("gas_mass" if annex.mass else "emission"), 2.4),
        *worth_columns(facts),
        Column("origin", words("origin"), 1.8),
        Column("factor_told", words("factor_source"), 5.5),
        *([Column("remark", words("remark"), 2.6)] if sold else []),
    ]
    key = f"{annex.key}_{code}"
    emitted = "gas_t" if annex.mass else "co2e_t"
    written = []
    for place, (index, row) in enumerate(lines(rows)):
        cells: dict[str, Cell] = {
            "enterprise": facts.enterprise_name(row["enterprise"]),
            "source": source_name(facts, row),
            "activity": Figure(
                value(row["activity_amount"]), amount_decimals(row["activity_unit"])
            ),
            "unit": row["activity_unit"],
            "origin": origin(facts, row),
            "factor_told": factor_told(facts, row),
            "remark": _remark(facts, row, counted=bool(facts.counted.loc[index])),
            **worth(row),
        }
        for name in ("scale", "gwp", *of.inputs):
            if name != "amount":
                cells[name] = Figure(value(operands.loc[index, name]), OPERANDS.get(name))
        formula = _formula(of, key, place, row["category"], scaled=scaled, warmed=warmed)
        cells["emission"] = Figure(value(row[emitted]), TONNES, formula=formula)
        written.append(Row(cells))
    if not annex.mass:
        written.append(_sum(facts, annex, key, rows))
    return Table(key, of.name_zh, columns, written, _note(facts, of)), list(rows.index)


def _operand_column(of: Method, name: str) -> Column:
    (one,) = (operand for operand in of.operands if operand.name == name)
    unit = "" if one.unit == "1" else f" ({one.unit})"
    return Column(name, f"{one.name_zh} {one.symbol}{unit}", 1.9)


def _formula(of: Method, key: str, place: int, code: str, *, scaled: bool, warmed: bool) -> Formula:
    """The method's expression over this row's cells."""
    cells = {name: Place(key, place, name) for name in of.inputs if name != "amount"}
    cells["activity"] = Place(key, place, "activity")
    amount = "{activity}"
    if scaled:
        cells["scale"] = Place(key, place, "scale")
        amount = "({activity}*{scale})"

    def cell(found: re.Match[str]) -> str:
        return amount if found.group() == "amount" else f"{{{found.group()}}}"

    written = re.sub(r"[a-z]\w*", cell, of.expression).replace(" ", "")
    if category(code).sign < 0:
        written = f"-({written})"
    if warmed:
        cells["gwp"] = Place(key, place, "gwp")
        written = f"({written})*{{gwp}}"
    return Formula(written, cells)


def _remark(facts: Facts, row: Mapping[str, Any], *, counted: bool) -> str:
    if row["counterpart"] is None or pd.isna(row["counterpart"]):
        return ""
    name = facts.enterprise_name(row["counterpart"])
    if not counted:
        return facts.words("annex_netted", name=name)
    sold = category(row["category"]).sign < 0
    return facts.words("annex_sold" if sold else "annex_bought", name=name)


def _sum(facts: Facts, annex: _Annex, key: str, rows: pd.DataFrame) -> Row:
    """The ledger's total of the table's rows that count."""
    counted = facts.counted.loc[rows.index].to_numpy()
    places = [Place(key, place, "emission") for place in np.flatnonzero(counted).tolist()]
    of_rows = replace(facts.found, rows=rows, operands=facts.found.operands.loc[rows.index])
    found = totals(of_rows, [], "market" if annex.key == "market" else "location").iloc[0]
    name = "scope3_co2e_t" if annex.key == "scope3" else "co2e_t"
    figure = Figure(value(found[name]), TONNES, formula=total(places))
    return Row({"source": facts.words("annex_total"), "emission": figure}, total=True)


def _note(facts: Facts, of: Method) -> str:
    words = facts.words
    return words(
        "annex_formula",
        method=of.name_zh,
        formula=of.formula,
        source=words.source(of.source),
        clause=words.source(of.clause),
        status=words.code("status", of.status),
    )
