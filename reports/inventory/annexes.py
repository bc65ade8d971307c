"""The annexes: every row of the inventory with the operands of its method, computed live.

A row's emission is its method's expression (models/reference/methods.csv) over the cells beside it,
with the sign of its category, times the warming potential of its gas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ledger.totals import totals
from models.carbon.categories import category
from models.carbon.methods import Method, method
from reports.document import Cell, Chapter, Column, Figure, Row, Table
from reports.formulas import Formula, Place, total
from reports.inventory.cells import (
    enterprise_column,
    factor_short,
    factor_source,
    origin,
    period_column,
    source_name,
    trade_remark,
    worth,
    worth_columns,
)
from reports.inventory.facts import OPERANDS, TONNES, Facts, amount, lines, value

_DIRECT = ("stationary_combustion", "mobile_combustion")
_MEMO = ("biogenic_combustion", "sink", "self_generation")


@dataclass(frozen=True)
class _Annex:
    """``key`` names its title; ``takes`` which rows; ``usual`` whether a reader looks for it."""

    key: str
    takes: Callable[[pd.DataFrame], pd.Series]
    usual: bool = False
    mass: bool = False  # shows tonnes of the gas: nothing of it is in the total


_ANNEXES = (
    _Annex("combustion", lambda rows: rows["category"].isin(_DIRECT), usual=True),
    _Annex(
        "process",
        lambda rows: (rows["scope"] == 1).fillna(value=False) & ~rows["category"].isin(_DIRECT),
        usual=True,
    ),
    _Annex("purchased", lambda rows: rows["basis"] == "location", usual=True),
    _Annex("market", lambda rows: rows["basis"] == "market"),
    _Annex("scope3", lambda rows: (rows["scope"] == 3).fillna(value=False)),
    _Annex("memo", lambda rows: rows["category"].isin(_MEMO), mass=True),
)


@dataclass(frozen=True)
class Annexes:
    """The annexes' chapters, in which cell each row of the inventory has its emission, and titles
    of usual annexes that have nothing.
    """

    chapters: list[Chapter]
    place_of: Mapping[int, Place]
    absent: list[str]

    def sum_of(self, rows: pd.Series) -> Formula:
        """The sum of the emissions of the rows for which the (indexed) mask holds."""
        return total([self.place_of[one] for one in rows.index[rows.to_numpy(dtype=bool)]])


def annexes(facts: Facts, first_number: int) -> Annexes:
    """All annexes, numbered from ``first_number``; every row is in one of them."""
    chapters, place_of, absent = [], {}, []
    number = first_number
    for annex in _ANNEXES:
        rows = facts.found.rows[annex.takes(facts.found.rows).to_numpy(dtype=bool)]
        if rows.empty:
            if annex.usual:
                absent.append(facts.words(f"annex_{annex.key}"))
            continue
        name = facts.words("annex", number=number)
        number += 1
        tables = [_table(facts, annex, code, of) for code, of in _by_method(rows)]
        for table, of in tables:
            for place, index in enumerate(of):
                place_of[index] = Place(table.key, place, "emission")
        title = f"{name} {facts.words(f'annex_{annex.key}')}"
        chapters.append(Chapter(name, title, [table for table, _ in tables], landscape=True))
    return Annexes(chapters, place_of, absent)


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
        *period_column(facts),
        *enterprise_column(facts),
        Column("source", words("source"), 3.0),
        Column("activity", words("activity"), 2.4),
        Column("unit", words("unit"), 1.2),
        *([Column("scale", words("scale"), 1.5)] if scaled else []),
        *[_operand_column(facts, of, name) for name in of.inputs if name != "amount"],
        *([Column("gwp", words("gwp"), 1.3)] if warmed else []),
        Column("emission", words("gas_mass" if annex.mass else "emission"), 2.4),
        *worth_columns(facts),
        Column("origin", words("origin"), 1.8),
        Column("factor_short", words("factor"), 2.8),
        Column("factor_source", words("factor_source"), 6, detail=True),
        *([Column("remark", words("remark"), 2.6)] if sold else []),
    ]
    key = f"{annex.key}_{code}"
    emitted = "gas_t" if annex.mass else "co2e_t"
    written = []
    for place, (index, row) in enumerate(lines(rows)):
        cells: dict[str, Cell] = {
            "enterprise": facts.enterprise_name(row["enterprise"]),
            "source": source_name(facts, row),
            "activity": amount(row["activity_amount"], row["activity_unit"]),
            "unit": facts.words.unit(row["activity_unit"]),
            "origin": origin(facts, row),
            "period": row["period"],
            "factor_short": factor_short(facts, row),
            "factor_source": factor_source(facts, row),
            "remark": trade_remark(facts, index, row),
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
    title = of.name_zh
    if rows["category"].str.startswith("exported_").any():
        title = words("annex_with_sold", method=title)
    return Table(key, title, columns, written, _note(facts, of, rows)), list(rows.index)


def _operand_column(facts: Facts, of: Method, name: str) -> Column:
    (one,) = (operand for operand in of.operands if operand.name == name)
    unit = "" if one.unit == "1" else f" ({facts.words.unit(one.unit)})"
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


def _sum(facts: Facts, annex: _Annex, key: str, rows: pd.DataFrame) -> Row:
    """The ledger's total of the table's rows that count."""
    counted = facts.counted.loc[rows.index].to_numpy()
    places = [Place(key, place, "emission") for place in np.flatnonzero(counted).tolist()]
    of_rows = replace(facts.found, rows=rows, operands=facts.found.operands.loc[rows.index])
    found = totals(of_rows, [], "market" if annex.key == "market" else "location").iloc[0]
    name = "scope3_co2e_t" if annex.key == "scope3" else "co2e_t"
    figure = Figure(value(found[name]), TONNES, formula=total(places))
    return Row({"source": facts.words("annex_total"), "emission": figure}, total=True)


def _note(facts: Facts, of: Method, rows: pd.DataFrame) -> str:
    """The formula with its clause, and what the factors' numbers stand for."""
    words = facts.words
    formula = words(
        "annex_formula" if "GWP" in of.formula else "annex_formula_without_gwp",
        method=of.name_zh,
        formula=of.formula,
        source=words.source(of.source),
        clause=words.source(of.clause),
        status=words.code("status", of.status),
    )
    chosen = rows.drop_duplicates(["factor_id", "factor_match"])
    told = [
        f"{facts.factor_number[row['factor_id'], row['factor_match']]}：{factor_source(facts, row)}"
        for _, row in lines(chosen[chosen["factor_id"].notna()])
    ]
    return "。".join([formula, *told])
