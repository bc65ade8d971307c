"""The activity of a row: meters and records that it is the sum of, and what certificates cover."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from ledger.explaining.hour import Evidence, instant
from ledger.explaining.meter import amount_node
from ledger.explaining.node import Node, constant
from ledger.inventory import Inventory
from models.periods import parse_period


def activity_node(evidence: Evidence, found: Inventory, index: int) -> Node:
    """The activity amount of a row, unfolding to its meters and records."""
    row: Any = found.rows.loc[index]
    value: float | None = _known(row["activity_amount"])

    def unfolded() -> list[Node]:
        nodes: list[Node] = []
        parts: Any = _parts(found, index).to_dict("records")
        for part in parts:
            if pd.isna(part["amount"]):
                continue
            node = _part(evidence, part, row["activity_unit"])
            taken = {one.key for one in nodes}
            if node.key in taken:  # a meter whose part of the period was cut in two
                node = replace(node, key=f"{node.key}@{part['begin']:%Y-%m-%dT%H%M}")
            nodes.append(node)
        return nodes

    told = {"coverage": _known(row["coverage"]), "estimated_share": _known(row["estimated_share"]),
            "uncertainty_rel": _known(row["uncertainty_activity_rel"])}  # fmt: skip
    return Node("activity", "activity data", "活动数据", "sum", value, row["activity_unit"],
                evidence=told, unfold=unfolded)  # fmt: skip


def certificates_node(
    evidence: Evidence, found: Inventory, index: int, value: float | None
) -> Node:
    """What certificates cover of a market-based row, kWh; zero where there are none."""
    parts = found.parts[(found.parts["row"] == index) & found.parts["certificate"].notna()]
    if parts.empty:
        return constant("covered", "covered by certificates", "绿证与合同覆盖", value, "kWh")

    def nodes() -> list[Node]:
        rows: Any = parts.to_dict("records")
        return [_certificate(evidence, row) for row in rows]

    return Node("covered", "covered by certificates and contracts", "绿证与合同覆盖", "sum",
                value, "kWh", unfold=nodes)  # fmt: skip


def _parts(found: Inventory, index: int) -> pd.DataFrame:
    return found.parts[(found.parts["row"] == index) & found.parts["certificate"].isna()]


def _part(evidence: Evidence, part: dict[str, Any], unit: str) -> Node:
    amount = float(part["amount"])
    if not pd.isna(part["record"]):
        return _record(evidence, part, amount, unit)
    begin, end = (part[name].to_pydatetime() for name in ("begin", "end"))
    return amount_node(evidence, int(part["meter_key"]), begin, end, amount)


def _record(evidence: Evidence, part: dict[str, Any], amount: float, unit: str) -> Node:
    number = int(part["record"])
    record = next(one for one in evidence.registry.activity_records if one.id == number)
    told = {
        "record": number,
        "revision": record.revision,
        "category": record.category,
        "code": record.code,
        "period": record.period,
        "origin": record.origin.value,
        "evidence": record.evidence,
        "evidence_sha256": record.evidence_sha256,
        "entered_by": record.entered_by,
        "entered_at": instant(record.entered_at),
        "approved_by": record.decided_by,
        "approved_at": instant(record.decided_at),
        "note": record.note,
    }
    key, titles = f"record-{number}", (f"activity record {number}", f"活动数据记录 {number}")
    begin, end = parse_period(record.period, evidence.registry.zone)
    since, until = part["begin"].to_pydatetime(), part["end"].to_pydatetime()
    if (since, until) == (begin, end):
        return constant(key, *titles, amount, unit, evidence=told)
    hours = [
        constant(
            "inside", "hours of it in the period", "其在本期内小时数", _hours(since, until), "h"
        ),
        constant("whole", "hours of the record's period", "记录期小时数", _hours(begin, end), "h"),
    ]
    share = Node("share", "part of the record's period", "时间占比", "quotient",
                 (until - since) / (end - begin), "1", unfold=lambda: hours)  # fmt: skip
    operands = [constant("entered", *titles, record.amount, unit, evidence=told), share]
    return Node(key, *titles, "product", amount, unit,
                evidence={"spread": "evenly over time, and marked estimated"},
                unfold=lambda: operands)  # fmt: skip


def _certificate(evidence: Evidence, part: dict[str, Any]) -> Node:
    number = str(part["certificate"])
    one = evidence.registry.certificate_by_id[number]
    uses = [use for use in evidence.registry.certificate_uses if use.certificate == number]
    told = {
        "certificate": number,
        "kind": one.kind.value,
        "technology": one.technology,
        "generated": one.generated,
        "amount_mwh": one.amount_mwh,
        "evidence": one.evidence,
        "used": [
            {"period": use.period, "amount_mwh": use.amount_mwh,
             "recorded_at": instant(use.recorded_at)} for use in uses
        ],
    }  # fmt: skip
    return constant(number.replace("/", "_"), f"certificate {number}", f"绿证 {number}",
                    float(part["amount"]), "kWh", evidence=told)  # fmt: skip


def _hours(begin: datetime, end: datetime) -> float:
    return (end - begin) / timedelta(hours=1)


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
