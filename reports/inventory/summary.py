"""Annex 1: emissions by category, both ways of scope 2, and what stands beside the total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models.carbon.categories import Category, Counted
from reports.document import Cell, Column, Figure, Row, Table
from reports.formulas import Formula, Place, total
from reports.inventory.annexes import Annexes
from reports.inventory.cells import worth, worth_columns
from reports.inventory.facts import TONNES, Facts, lines, value

_KEY = "summary"


class _Summary:
    """The table's rows as they are added."""

    def __init__(self, facts: Facts, of_rows: Annexes) -> None:
        self.facts, self.of_rows, self.words = facts, of_rows, facts.words
        self.rows: list[Row] = []
        self._found = {row["category"]: row for _, row in lines(facts.sums(["category"]))}

    def line(
        self,
        name: str,
        number: object,
        formula: Formula,
        *,
        scope: str = "",
        told: Mapping[str, Any] | None = None,
        remark: str = "",
        is_total: bool = False,
    ) -> Place:
        """One row; returns where its emission stands."""
        cells: dict[str, Cell] = {
            "category": name,
            "scope": scope,
            "emission": Figure(value(number), TONNES, formula=formula),
            "remark": remark,
            **({} if told is None else worth(told)),
        }
        self.rows.append(Row(cells, total=is_total))
        return Place(_KEY, len(self.rows) - 1, "emission")

    def categories(self, scope: int, figure: str) -> list[Place]:
        """A row for each category of a scope."""
        places = []
        for one in self.facts.present(counted_in=Counted.EMISSIONS.value):
            if one.scope == scope:
                remark = self.words("by_location") if scope == 2 else one.guideline_term
                places.append(self.category(one, one.name_zh, figure, remark))
        return places

    def category(self, one: Category, name: str, figure: str, remark: str = "") -> Place:
        """A row of a category: what its rows sum to."""
        found = self._found[one.code]
        scope = self.words("scope_none" if one.scope is None else f"scope_{one.scope}")
        rows = self.facts.found.rows
        these = (rows["category"] == one.code) & (rows["basis"] != "market") & self.facts.counted
        formula = self.of_rows.sum_of(these)
        return self.line(name, found[figure], formula, scope=scope, told=found, remark=remark)

    def sum(self, name: str, number: object, parts: list[Place], **more: Any) -> Place:
        """A total of rows above."""
        return self.line(self.words(name), number, total(parts), is_total=True, **more)


def summary(facts: Facts, of_rows: Annexes) -> Table:
    """The table, its total scope 1 and 2; scope 3 and memo items stand after it."""
    words, whole = facts.words, facts.whole
    table = _Summary(facts, of_rows)
    direct = table.categories(1, "co2e_t")
    scope1 = table.sum("scope1_total", whole["scope1_co2e_t"], direct)
    bought = table.categories(2, "co2e_t")
    scope2 = table.sum("scope2_total", whole["scope2_co2e_t"], bought)
    table.sum("total", whole["co2e_t"], [scope1, scope2], told=whole)
    by_market: pd.Series = facts.found.rows["basis"] == "market"
    if by_market.any():
        market = table.line(
            words("scope2_market_total"),
            whole["scope2_market_co2e_t"],
            of_rows.sum_of(by_market & facts.counted),
            scope=words("scope_2"),
            remark=words("by_market"),
        )
        remark = words("by_market")
        table.sum("market_total", facts.market["co2e_t"], [scope1, market], told=facts.market,
                  remark=remark)  # fmt: skip
    declared = table.categories(3, "scope3_co2e_t")
    if declared:
        table.sum("scope3_total", whole["scope3_co2e_t"], declared)
    figures = {"biogenic_combustion": "biogenic_co2_t", "sink": "sink_co2_t"}
    for one in facts.present(counted_in=Counted.MEMO.value):
        name = words("biogenic" if one.code == "biogenic_combustion" else "sink")
        table.category(one, name, figures[one.code])
    columns = [
        Column("category", words("category"), 5.4),
        Column("scope", words("scope"), 1.4),
        Column("emission", words("emission"), 2.8),
        *worth_columns(facts),
        Column("remark", words("remark"), 3.2),
    ]
    return Table(_KEY, words("summary_table"), columns, table.rows, words("summary_note"))
