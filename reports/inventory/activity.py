"""Chapter 3: activity data, where each comes from and how far readings cover it."""

from __future__ import annotations

import pandas as pd

from reports.document import Block, Cell, Chapter, Column, Figure, Paragraph, Row, Table
from reports.inventory.cells import (
    enterprise_column,
    evidence,
    origin,
    period_column,
    source_name,
    trade_remark,
)
from reports.inventory.facts import HEAT, Facts, amount, lines, share, value

_ENERGY = ("energy_gj", "energy_tce_calorific", "energy_tce_equivalent")


def activity(facts: Facts) -> Chapter:
    """Chapter 3. Scope 2 once: both of its bases have the same activity."""
    words = facts.words
    rows = facts.found.of_basis("location").rows
    written = []
    for index, row in lines(rows):
        cells: dict[str, Cell] = {
            "enterprise": facts.enterprise_name(row["enterprise"]),
            "source": source_name(facts, row),
            "activity": amount(row["activity_amount"], row["activity_unit"]),
            "unit": facts.words.unit(row["activity_unit"]),
            "use": "" if pd.isna(row["energy_gj"]) else words.code("use", row["use"]),
            "origin": origin(facts, row),
            "evidence": evidence(facts, index),
            "period": row["period"],
            "remark": trade_remark(facts, index, row),
            "coverage": share(row["coverage"]),
            "estimated": share(row["estimated_share"]),
            "uncertainty": share(row["uncertainty_activity_rel"]),
        }
        cells |= {name: Figure(value(row[name]), HEAT) for name in _ENERGY}
        written.append(Row(cells))
    columns = [
        *period_column(facts),
        *enterprise_column(facts),
        Column("source", words("source"), 3.4),
        Column("activity", words("activity"), 2.6),
        Column("unit", words("unit"), 1.2),
        Column("use", words("use"), 2.1),
        Column("origin", words("origin"), 2.0),
        Column("evidence", words("evidence"), 3.2),
        Column("energy_gj", words("energy_gj"), 2.8),
        Column("energy_tce_calorific", words("tce"), 2.2),
        Column("energy_tce_equivalent", words("tce_equivalent"), 2.2),
        Column("coverage", words("coverage"), 1.5),
        Column("estimated", words("estimated"), 1.5),
        Column("uncertainty", words("activity_uncertainty"), 1.7),
        *([Column("remark", words("remark"), 2.8)] if rows["counterpart"].notna().any() else []),
    ]
    table = Table("activity", words("activity_table"), columns, written)
    blocks: list[Block] = [Paragraph(words("activity_text")), table]
    return Chapter(words("activity_name"), words("activity_title"), blocks, landscape=True)
