"""Any figure of the accounts as a tree, from the park's yearly total down to a reading.

The figures are those of ``ledger.inventory``: nothing is accounted here. Values are doubles as the
inventory has them; a recompute from the leaves agrees within 1e-9 of the greatest sum of magnitudes
on the way (``verify/recompute.py`` says how).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.boundaries import netted
from ledger.explaining.expression import result
from ledger.explaining.hour import Evidence
from ledger.explaining.node import ExplainError, Node, Op, at_path, plain
from ledger.explaining.row import UNITS, Rows, number, row_key
from ledger.explaining.together import Together
from ledger.inventory import Inventory, inventory
from models.carbon.factors import Level
from models.periods import Every, parse_period
from models.registry import Registry

BoundaryKind = Literal["park", "cluster", "group", "enterprise"]
What = Literal[
    "co2e", "co2e_market", "scope1", "scope2_location", "scope2_market", "scope3", "biogenic",
    "energy", "tce_calorific", "tce_equivalent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure that is a sum of a ``column`` of rows (ledger.totals): of these ``scopes``, with
    scope 2 by the ``basis``. One that is ``whole`` is unknown where it is unknown of any row.
    """

    column: str
    title: str
    title_zh: str
    scopes: tuple[int, ...] | None = None
    basis: str = "location"
    whole: bool = False

    def rows(self, found: Inventory) -> pd.DataFrame:
        """The rows it is the sum of, before what stays inside the boundary is left out."""
        rows = found.rows
        rows = rows[rows["basis"].isna() | (rows["basis"] == self.basis)]
        if self.scopes is not None:
            rows = rows[rows["scope"].isin(self.scopes)]
        elif self.column != "biogenic_co2_t":
            rows = rows[~rows["renewable"].astype(bool)]
        known = self.column
        if self.whole:
            known = "activity_amount" if self.column == "co2e_t" else "energy_gj"
        return rows[rows[known].notna()]

    @property
    def op(self) -> Op:
        return "total" if self.whole else "sum"

    def sum(self, rows: pd.DataFrame) -> float | None:
        return result(self.op, [number(value) for value in rows[self.column]])


_FIGURES: dict[What, _Figure] = {
    "co2e": _Figure("co2e_t", "greenhouse gas emissions", "温室气体排放总量", (1, 2)),
    "co2e_market": _Figure(
        "co2e_t", "greenhouse gas emissions, market-based", "温室气体排放总量（基于市场）",
        (1, 2), "market", whole=True,
    ),
    "scope1": _Figure("co2e_t", "direct emissions", "直接排放", (1,)),
    "scope2_location": _Figure("co2e_t", "scope 2, location-based", "范围二（基于位置）", (2,)),
    "scope2_market": _Figure(
        "co2e_t", "scope 2, market-based", "范围二（基于市场）", (2,), "market", whole=True
    ),
    "scope3": _Figure("co2e_t", "scope 3", "范围三", (3,)),
    "biogenic": _Figure("biogenic_co2_t", "biogenic CO2", "生物源 CO2"),
    "energy": _Figure("energy_gj", "energy", "能源"),
    "tce_calorific": _Figure(
        "energy_tce_calorific", "energy, calorific value", "能源消费量（当量值）"
    ),
    "tce_equivalent": _Figure(
        "energy_tce_equivalent", "energy, equivalent value", "能源消费量（等价值）", whole=True
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Which figure: ``what`` of whom (``boundary``, ``code``; of the park none) in ``period``
    (2025, 2025-03 or 2025-03-05), by what was known at ``as_of``.
    """

    period: str
    boundary: BoundaryKind = "park"
    code: str | None = None
    what: What = "co2e"
    as_of: datetime | None = None
    gwp: str = "AR5"
    factor_level: Level = "province"


def enterprises_within(
    registry: Registry, boundary: BoundaryKind, code: str | None
) -> list[str] | None:
    """Codes of the enterprises inside a boundary; None for the whole park.

    Raises ExplainError where there is no such boundary.
    """
    if boundary == "park":
        return None
    if boundary == "enterprise" and code in registry.enterprise_by_code:
        return [code]
    if boundary == "cluster" and code in registry.cluster_by_code:
        return [one.code for one in registry.enterprises if one.cluster == code]
    if boundary == "group" and code in registry.group_by_code:
        return list(registry.group_by_code[code].enterprises)
    raise ExplainError(boundary, f"{code!r} is not registered")


def explain(
    books: Books, question: Question, *, path: str = "", depth: int = 2, hours: Sequence[str] = ()
) -> dict[str, Any]:
    """The tree below a node (its id; default the whole) as plain values (ledger.explaining.node).

    ``depth`` levels are unfolded; of hours (UTC starts, RFC 3339) all, wherever they are met.
    Raises ExplainError, and what ``inventory`` raises.
    """
    node, above = at_path(figure(books, question), path)
    return plain(node, depth=depth, hours=hours, above=above)


def figure(books: Books, question: Question) -> Node:
    """The figure that a question asks for."""
    registry = registry_as_of(books, question.as_of)
    whose = enterprises_within(registry, question.boundary, question.code)
    start, end = parse_period(question.period, registry.zone)
    every: Every = {4: "year", 7: "month", 10: "day"}[len(question.period)]  # type: ignore[assignment]
    found = inventory(
        books, every=every, start=start, end=end, enterprises=whose, as_of=question.as_of,
        gwp=question.gwp, factor_level=question.factor_level,
    )  # fmt: skip
    meters = frozenset(found.parts["meter_key"].dropna().astype(int))
    together = Together(registry, meters)
    return tree(found, Evidence(books, registry, question.as_of, together), question)


def tree(found: Inventory, evidence: Evidence, question: Question) -> Node:
    """The figure of an inventory of one period."""
    asked, registry = _FIGURES[question.what], evidence.registry
    counted = asked.rows(found)
    inside = found.boundary.inside(counted, [])
    rows = counted[~inside]
    trees = Rows(found, evidence, asked.column)
    unit = UNITS[asked.column]
    code = question.code or registry.park.code

    def enterprise(name: str, some: pd.DataFrame) -> Node:
        titles = _name(registry, "enterprise", name)
        return Node(name, *titles, asked.op, asked.sum(some), unit,
                    unfold=lambda: _row_nodes(trees, some))  # fmt: skip

    def children() -> list[Node]:
        if question.boundary == "enterprise":
            return _row_nodes(trees, rows)
        return [enterprise(str(name), some) for name, some in rows.groupby("enterprise")]

    name, name_zh = _name(registry, question.boundary, code)
    told = _told(found, question, rows, netted(counted, inside))
    return Node(
        code, f"{name}: {asked.title}", f"{name_zh}：{asked.title_zh}", asked.op, asked.sum(rows),
        unit, evidence=told, unfold=children,
    )  # fmt: skip


def _row_nodes(trees: Rows, rows: pd.DataFrame) -> list[Node]:
    nodes: list[Node] = []
    keys: dict[str, int] = {}
    for index in rows.index:
        node = trees.node(index)
        key = row_key(rows.loc[index])
        keys[key] = keys.get(key, 0) + 1
        if keys[key] > 1:  # the same under another factor
            node = replace(node, key=f"{key}~{keys[key]}")
        nodes.append(node)
    return nodes


def _name(registry: Registry, boundary: BoundaryKind, code: str) -> tuple[str, str]:
    known: dict[str, Any] = {
        "park": {registry.park.code: registry.park},
        "cluster": registry.cluster_by_code,
        "group": registry.group_by_code,
        "enterprise": registry.enterprise_by_code,
    }
    one = known[boundary][code]
    return one.name_en, one.name_zh


def _told(
    found: Inventory, question: Question, rows: pd.DataFrame, inner: pd.DataFrame
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "period": question.period,
        "boundary": question.boundary,
        "what": question.what,
        "rows": len(rows),
        "factor_sets": found.sets,
        "gwp": question.gwp,
        "as_of": None if question.as_of is None else question.as_of.isoformat(),
        "left_out": found.left_out.to_dict("records"),
    }
    if len(inner):
        told["netted"] = inner.astype(object).where(inner.notna(), None).to_dict("records")
        told["netted_note"] = "sold inside the boundary: left out of the total on both sides"
    return told
