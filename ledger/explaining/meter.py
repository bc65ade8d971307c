"""The amount of a meter: by months, days, hours, and an hour by its readings or its formula."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from ledger.as_of import usage_as_of, usage_hours_as_of
from ledger.explaining.expression import expression_node
from ledger.explaining.hour import Evidence, instant, part_nodes
from ledger.explaining.node import Node, constant
from ledger.explaining.noticed import Noticed
from models.periods import Every, label, next_start, period_start

FINER: dict[Every, Every] = {"total": "month", "year": "month", "month": "day", "day": "hour"}


def amount_node(
    evidence: Evidence, key: int, begin: datetime, end: datetime, amount: float | None
) -> Node:
    """The amount of a meter in [begin, end) UTC, unfolding to its months, days, hours, readings."""
    meter = evidence.registry.meter_by_key[key]
    version = evidence.version(key, begin)
    told: dict[str, Any] = {
        "enterprise": meter.enterprise,
        "meter": meter.code,
        "from": instant(begin),
        "to": instant(end),
        "kind": meter.kind.value,
        "direction": version.direction.value,
        "parent": version.parent,
        "expected_interval_s": version.interval_s,
        "gap_policy": version.gap_policy.value,
        "formula": version.formula,
    }
    names = f"meter {meter.code}", f"表计 {meter.code}"
    every = _length(evidence, begin, end)
    return Node(
        meter.code, *names, "sum", amount, meter.usage_unit, evidence=told,
        unfold=lambda: _periods(evidence, key, begin, end, FINER[every]),
    )  # fmt: skip


def _length(evidence: Evidence, begin: datetime, end: datetime) -> Every:
    """The length of the period that a span lies in."""
    lengths: tuple[Every, ...] = ("day", "month", "year")
    for every in lengths:
        start = period_start(begin, every, evidence.registry.zone)
        if end <= next_start(start, every, evidence.registry.zone):
            return every
    return "total"


def _periods(
    evidence: Evidence, key: int, begin: datetime, end: datetime, every: Every
) -> list[Node]:
    if every == "hour":
        return _hour_nodes(evidence, key, begin, end)
    rows = _usage(evidence, key, begin, end, every).to_pylist()
    noticed = Noticed(evidence, key, begin, end)
    if every == "month":
        return [_month(evidence, key, row, (begin, end), noticed) for row in rows]
    zone = evidence.registry.zone
    tables: dict[datetime, list[dict[str, Any]]] = {}
    for hour in _hours_of(evidence, key, begin, end).to_pylist():
        tables.setdefault(period_start(hour["hour"], "day", zone), []).append(hour)
    return [_day(evidence, key, row, tables.get(row["period"], []), noticed) for row in rows]


def _usage(evidence: Evidence, key: int, begin: datetime, end: datetime, every: Every) -> pa.Table:
    books, registry = evidence.books, evidence.registry
    if evidence.as_of is None:
        return evidence.together.of(
            key,
            ("usage", begin, end, every),
            lambda keys: books.store.usage(keys, begin, end, every=every, zone=registry.zone),
        )
    return usage_as_of(books, registry, [key], evidence.as_of, start=begin, end=end, every=every)


def _month(
    evidence: Evidence,
    key: int,
    row: dict[str, Any],
    within: tuple[datetime, datetime],
    noticed: Noticed,
) -> Node:
    zone = evidence.registry.zone
    start: datetime = row["period"]
    begin, end = max(start, within[0]), min(next_start(start, "month", zone), within[1])
    name = label(start, "month", zone)
    unit = evidence.registry.meter_by_key[key].usage_unit
    told = _told(row, begin, end) | noticed.within(begin, end)
    return Node(
        name, name, name, "sum", row["amount"], unit, evidence=told,
        unfold=lambda: _periods(evidence, key, begin, end, "day"),
    )  # fmt: skip


def _day(
    evidence: Evidence,
    key: int,
    row: dict[str, Any],
    hours: list[dict[str, Any]],
    noticed: Noticed,
) -> Node:
    """A day with its hours as a table; each unfolds by itself."""
    zone = evidence.registry.zone
    begin: datetime = row["period"]
    end = next_start(begin, "day", zone)
    name = label(begin, "day", zone)
    unit = evidence.registry.meter_by_key[key].usage_unit
    table = [
        (instant(one["hour"]), one["amount"], one["estimated"], one["coverage"]) for one in hours
    ]
    return Node(
        name, name, name, "sum", row["amount"], unit, hours=table,
        evidence=_told(row, begin, end) | noticed.within(begin, end),
        unfold=lambda: [hour_node(evidence, key, one, noticed) for one in hours],
    )  # fmt: skip


def _told(row: dict[str, Any], begin: datetime, end: datetime) -> dict[str, Any]:
    hours = (end - begin) / timedelta(hours=1)
    covered = min(row["covered_h"] / hours, 1.0) if hours > 0 else None
    return {"estimated": row["estimated"], "coverage": covered}


def _hours_of(evidence: Evidence, key: int, begin: datetime, end: datetime) -> pa.Table:
    return evidence.together.of(
        key, ("hours", begin, end), lambda keys: _hours(evidence, keys, begin, end)
    )


def _hours(evidence: Evidence, keys: Sequence[int], begin: datetime, end: datetime) -> pa.Table:
    books = evidence.books
    if evidence.as_of is None:
        return books.store.usage_hours(list(keys), begin, end)
    return usage_hours_as_of(books, evidence.registry, keys, evidence.as_of, start=begin, end=end)


def _hour_nodes(evidence: Evidence, key: int, begin: datetime, end: datetime) -> list[Node]:
    rows = _hours_of(evidence, key, begin, end).to_pylist()
    noticed = Noticed(evidence, key, begin, end)
    return [hour_node(evidence, key, row, noticed) for row in rows]


def hour_node(
    evidence: Evidence, key: int, row: dict[str, Any], noticed: Noticed | None = None
) -> Node:
    """An hour (a row of NEW_USAGE) of a meter, unfolding to what it was computed from."""
    hour: datetime = row["hour"]
    meter = evidence.registry.meter_by_key[key]
    zone = evidence.registry.zone
    name = label(hour, "hour", zone)
    told: dict[str, Any] = {
        "from": instant(hour),
        "to": instant(hour + timedelta(hours=1)),
        "estimated": row["estimated"],
        "coverage": row["coverage"],
        "readings": row["n"],
    }
    until = hour + timedelta(hours=1)
    told |= (noticed or Noticed(evidence, key, hour, until)).within(hour, until)
    version = evidence.version(key, hour)
    short = hour.astimezone(zone).strftime("%H")
    if version.formula is not None:
        return _virtual_hour(evidence, key, row, told)
    return Node(
        short, name, name, "sum", row["amount"], meter.usage_unit, evidence=told,
        hour=instant(hour), unfold=lambda: part_nodes(evidence, key, hour, row["amount"]),
    )  # fmt: skip


def _virtual_hour(evidence: Evidence, key: int, row: dict[str, Any], told: dict[str, Any]) -> Node:
    """By the formula where it only adds and multiplies; else the operands are shown beside it."""
    hour: datetime = row["hour"]
    version = evidence.version(key, hour)
    zone = evidence.registry.zone
    unit = evidence.registry.meter_by_key[key].usage_unit
    text = version.formula or ""
    codes = [
        node.value
        for node in ast.walk(ast.parse(text.strip(), mode="eval"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    keys = {code: evidence.registry.key_of[version.enterprise, code] for code in codes}
    until = hour + timedelta(hours=1)

    def operands() -> dict[str, Node]:
        table = _hours(evidence, list(keys.values()), hour, until)
        rows = {one["meter_key"]: one for one in table.to_pylist()}
        found = {}
        for code, operand in keys.items():
            if operand in rows:
                found[code] = _named(hour_node(evidence, operand, rows[operand]), code)
        return found

    def tree() -> Sequence[Node]:
        named = operands()
        node = expression_node(text, named.get, unit=unit, key="formula")
        if node is not None and _is(node.value, row["amount"]):
            return [node]
        # Functions (enthalpy, density) and conversions are the product's; its value stands.
        told_by = {"formula": text, "operands": list(named)}
        value = constant("formula", text, text, row["amount"], unit, evidence=told_by)
        return [value]

    short = hour.astimezone(zone).strftime("%H")
    name = label(hour, "hour", zone)
    return Node(
        short, name, name, "sum", row["amount"], unit, formula=text, evidence=told,
        hour=instant(hour), unfold=tree,
    )  # fmt: skip


def _is(one: float | None, other: float | None) -> bool:
    known = one is not None and other is not None
    return known and math.isclose(one or 0.0, other or 0.0, rel_tol=1e-9, abs_tol=1e-12)


def _named(node: Node, code: str) -> Node:
    """An operand's hour under its meter's code."""
    title = f"{code} {node.title}"
    return replace(node, key=code, title=title, title_zh=title)
