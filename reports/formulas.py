"""Spreadsheet formulas over cells of a document, named by table, row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: ``row`` counts from 0 in the table's rows."""

    table: str
    row: int
    column: str


Operand = Place | Sequence[Place]


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression in which ``{name}`` stands for a cell, or for a list of cells in a function.

    ``Formula("{amount}*{factor}/1000", {"amount": Place(...), "factor": Place(...)})``
    """

    expression: str
    operands: Mapping[str, Operand]

    def written(self, address: Callable[[Place], str]) -> str:
        """The formula with the cells' addresses; neighbours of a list become ranges."""

        def place(found: re.Match[str]) -> str:
            operand = self.operands[found.group(1)]
            if isinstance(operand, Place):
                return address(operand)
            return ",".join(_ranges(operand, address))

        return "=" + re.sub(r"\{(\w+)\}", place, self.expression)


def total(places: Sequence[Place]) -> Formula:
    """The sum of cells; zero cells sum to 0."""
    if not places:
        return Formula("0", {})
    return Formula("SUM({parts})", {"parts": tuple(places)})


def _ranges(places: Sequence[Place], address: Callable[[Place], str]) -> list[str]:
    """Addresses, cells below each other in one column joined to ``first:last``.

    A range is written without its sheet's name after the colon.
    """
    runs: list[list[Place]] = []
    for one in sorted(places, key=lambda place: (place.table, place.column, place.row)):
        last = runs[-1][-1] if runs else None
        if last and one == Place(last.table, last.row + 1, last.column):
            runs[-1].append(one)
        else:
            runs.append([one])
    return [
        address(run[0])
        if len(run) == 1
        else f"{address(run[0])}:{address(run[-1]).rpartition('!')[2]}"
        for run in runs
    ]
