"""A row of an inventory as a tree: its method's formula, operands with sources, activity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd

from ledger.explaining.activity import activity_node, certificates_node
from ledger.explaining.expression import expression_node, result
from ledger.explaining.hour import Evidence
from ledger.explaining.node import Node, constant
from ledger.explaining.source import source_of
from ledger.inventory import Inventory
from models.carbon.categories import categories
from models.carbon.factor_files import FILES, rows_of
from models.carbon.methods import method
from models.units import GJ_PER_TCE

# Columns of rows that a figure may be the sum of, with the arithmetic of energy by kind of carrier
# (models.energy; GB/T 2589-2020); emissions by the row's method.
UNITS = {
    "co2e_t": "tCO2e", "biogenic_co2_t": "tCO2", "energy_gj": "GJ", "energy_tce_calorific": "tce",
    "energy_tce_equivalent": "tce",
}  # fmt: skip
_ENERGY = {
    ("energy_gj", "electricity"): "amount * 0.0036",
    ("energy_gj", "heat"): "amount * 1",
    ("energy_gj", "fuel"): "amount * ncv",
    ("energy_tce_calorific", "electricity"): "amount * calorific / 1000",
    ("energy_tce_calorific", "heat"): "amount * calorific",
    ("energy_tce_calorific", "fuel"): f"amount * ncv / {GJ_PER_TCE}",
    ("energy_tce_equivalent", "electricity"): "amount * coal_rate / 1000000",
    ("energy_tce_equivalent", "heat"): "amount * calorific",
    ("energy_tce_equivalent", "fuel"): f"amount * ncv / {GJ_PER_TCE}",
}
_COEFFICIENTS = {
    "calorific": ("calorific coefficient", "当量折标系数"),
    "coal_rate": ("coal rate of power supply", "供电煤耗"),
    "ncv": ("net calorific value", "低位发热量"),
}


@dataclass(frozen=True)
class Rows:
    """An inventory that is unfolded, and where its evidence is looked up."""

    found: Inventory
    evidence: Evidence
    column: str  # of UNITS

    def node(self, index: int) -> Node:
        """One row by its index."""
        return _RowTree(self, index).node()


@dataclass(frozen=True)
class _RowTree:
    of: Rows
    index: int

    @property
    def row(self) -> Any:
        return self.of.found.rows.loc[self.index]

    def node(self) -> Node:
        row, unit = self.row, UNITS[self.of.column]
        heading = categories()[row["category"]]
        value = number(row[self.of.column])
        carrier = carrier_names(row["carrier"])
        names = f"{heading.name_en}: {carrier[0]}", f"{heading.name_zh}：{carrier[1]}"
        if row["carrier"] in ("electricity", "heat"):  # the heading says it
            names = heading.name_en, heading.name_zh
        if row["basis"] is not None and not pd.isna(row["basis"]):
            zh = {"location": "基于位置", "market": "基于市场"}[row["basis"]]
            names = f"{names[0]} ({row['basis']}-based)", f"{names[1]}（{zh}）"
        emitted = self.of.column in ("co2e_t", "biogenic_co2_t")
        by = method(row["method"]) if emitted else None
        node = Node(
            row_key(row), *names, "product", value, unit,
            formula=by.formula if by is not None else self._energy_text(),
            clause=f"{by.source}, {by.clause}" if by is not None else "GB/T 2589-2020",
            source=source_of(self.of.evidence.registry, text(row["factor_id"]),
                             text(row["factor_match"])),
            evidence=self._told(),
        )  # fmt: skip
        operands = self._emitted(by.expression) if by is not None else self._energy()
        # Fossil fuels have no biogenic CO2: a zero that nothing is computed from.
        none = self.of.column == "biogenic_co2_t" and row["category"] != "biogenic_combustion"
        if operands is None or value is None or none:
            return replace(node, op="constant")
        return replace(node, unfold=lambda: operands)

    def _told(self) -> dict[str, Any]:
        row = self.row
        names = ("period", "enterprise", "scope", "category", "source_stream", "use", "counterpart",
                 "carrier", "gas", "basis", "method", "factor_id", "factor_match", "factor_status",
                 "factor_year", "activity_origin", "coverage", "estimated_share",
                 "uncertainty_rel")  # fmt: skip
        told = {name: plain_cell(row[name]) for name in names}
        match, year = text(row["factor_match"]), plain_cell(row["factor_year"])
        if match is not None and match.endswith("_earlier"):
            told["fallback"] = (
                f"no factor of {str(row['period'])[:4]} is published: that of {year} stands in "
                f"({match})"
            )
        return told

    def _operand(self, name: str) -> float | None:
        return number(self.of.found.operands.loc[self.index, name])

    def _amount(self) -> Node:
        """The activity in the unit of the factor."""
        activity = activity_node(self.of.evidence, self.of.found, self.index)
        scale = self._operand("scale")
        if scale in (None, 1.0) or activity.value is None:
            return activity
        factor = constant("scale", "unit conversion", "单位换算", scale, "")
        operands = [activity, factor]
        names = "activity in the factor's unit", "活动数据（因子单位）"
        value = result("product", [activity.value, scale])
        return Node("amount", *names, "product", value, "", unfold=lambda: operands)

    def _leaf(self, name: str) -> Node | None:
        row = self.row
        if name == "amount":
            return self._amount()
        value = self._operand(name)
        if name == "covered":
            return certificates_node(self.of.evidence, self.of.found, self.index, value)
        known = {one.name: one for one in method(row["method"]).operands}
        operand = known.get(name)
        titles = _COEFFICIENTS.get(name, (name, name))
        titles = titles if operand is None else (operand.name_en, operand.name_zh)
        unit = "" if operand is None else operand.unit
        source = source_of(self.of.evidence.registry, text(row["factor_id"]),
                           text(row["factor_match"]))  # fmt: skip
        if name in ("calorific", "coal_rate"):
            source, unit = self._energy_source(name)
        return constant(name, *titles, value, unit, source=source)

    def _energy_source(self, name: str) -> tuple[dict[str, Any] | None, str]:
        library, row = self.of.evidence.books.factors, self.row
        if name == "coal_rate":
            rate = library.coal_rate(int(str(row["period"])[:4]))
            if rate is None:
                return None, "gce/kWh"
            match = "exact" if str(rate.year) == str(row["period"])[:4] else "earlier"
            return source_of(self.of.evidence.registry, rate.factor_id, match), "gce/kWh"
        kind = "electricity" if self._kind() == "electricity" else "heat"
        found = library.calorific_coefficient(kind)
        return source_of(self.of.evidence.registry, found.factor_id, None), found.unit

    def _emitted(self, expression: str) -> Sequence[Node] | None:
        row = self.row
        gas = expression_node(expression, self._leaf, unit=f"t{row['gas'] or ''}", key="gas")
        if gas is None:
            return None
        title, title_zh = f"mass of {row['gas']}", f"{row['gas']} 质量"
        operands = [replace(gas, title=title, title_zh=title_zh, formula=expression)]
        sign = categories()[row["category"]].sign
        if sign < 0:
            operands.append(constant("sign", "deducted", "扣减", -1.0, "1"))
        potential = self._operand("gwp")
        if self.of.column == "co2e_t" and potential is not None:
            gwp = self.of.evidence.books.factors.gwp(row["gas"], row["gwp"])
            source = {"id": gwp.factor_id, "document": gwp.source, "clause": gwp.clause,
                      "status": gwp.status, "assessment": gwp.assessment}  # fmt: skip
            operands.append(
                constant("gwp", "global warming potential, 100 years", "全球变暖潜势（100年）",
                         potential, "tCO2e/t", source=source)
            )  # fmt: skip
        return operands

    def _kind(self) -> str:
        category = self.row["category"]
        if category in ("purchased_electricity", "exported_electricity", "self_generation"):
            return "electricity"
        return "heat" if category in ("purchased_heat", "exported_heat") else "fuel"

    def _energy_text(self) -> str:
        return _ENERGY[self.of.column, self._kind()]

    def _energy(self) -> Sequence[Node] | None:
        heat = expression_node(
            self._energy_text(), self._leaf, unit=UNITS[self.of.column], key="energy"
        )
        if heat is None:
            return None
        if str(self.row["category"]).startswith("exported_"):
            return [heat, constant("sign", "deducted", "扣减", -1.0, "1")]
        return [heat]


@cache
def carrier_names(code: str) -> tuple[str, str]:
    """English and Chinese names of a fuel or material of the factor files; else its code."""
    for name in FILES:
        for row in rows_of(name):
            if row["code"] == code and row.get("name_zh"):
                return row.get("name_en") or code, row["name_zh"]
    return code, code


def row_key(row: Any) -> str:
    """What tells a row from others of its enterprise and period, but for its factor."""
    names = ("category", "carrier", "source_stream", "use", "counterpart", "basis")
    parts = [str(row[name]) for name in names if text(row[name]) not in (None, "use")]
    return ".".join(parts).replace("/", "_")


def number(value: Any) -> float | None:
    """A cell as a number; None where it is unknown."""
    return None if value is None or pd.isna(value) or not math.isfinite(value) else float(value)


def text(value: Any) -> str | None:
    """A cell as text; None where it is unknown."""
    return None if value is None or pd.isna(value) else str(value)


def plain_cell(value: Any) -> Any:
    """A cell as JSON knows it."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
