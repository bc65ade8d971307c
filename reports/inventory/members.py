"""The park's enterprises side by side, and what they sell each other."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ledger.boundaries import netted
from models.carbon.categories import category
from reports.document import Cell, Column, Figure, Paragraph, Row, Table
from reports.formulas import Place, total
from reports.inventory.annexes import Annexes
from reports.inventory.cells import worth, worth_columns
from reports.inventory.facts import HEAT, TONNES, Facts, amount, lines, value

_KEY = "members"
_BOTH = ("scope1_co2e_t", "scope2_co2e_t")
_ENERGY = ("energy_tce_calorific", "energy_tce_equivalent")


def members(facts: Facts, of_rows: Annexes) -> Table:
    """Each enterprise with its trade inside the park, then the park's total, which is without."""
    words = facts.words
    own = facts.sums(["enterprise"])
    written = []
    for number, found in enumerate(row for _, row in lines(own)):
        of_one = facts.found.rows["enterprise"] == found["enterprise"]
        cells: dict[str, Cell] = {"enterprise": facts.enterprise_name(found["enterprise"])}
        written.append(Row({**cells, **_figures(facts, of_rows, found, of_one, number)}))
    figures = _figures(facts, of_rows, facts.whole, facts.counted, len(written))
    written.append(Row({"enterprise": words("park_total"), **figures}, total=True))
    columns = [
        Column("enterprise", words("enterprise"), 4.6),
        Column("scope1_co2e_t", words("scope1_short"), 2.5),
        Column("scope2_co2e_t", words("scope2_short"), 2.7),
        Column("co2e_t", words("total_short"), 2.7),
        Column("scope2_market_co2e_t", words("scope2_market_short"), 2.7),
        Column("energy_tce_calorific", words("tce"), 2.4),
        Column("energy_tce_equivalent", words("tce_equivalent"), 2.4),
        *worth_columns(facts),
    ]
    return Table(_KEY, words("members_table"), columns, written, words("members_note"))


def _figures(
    facts: Facts, of_rows: Annexes, found: Mapping[str, object], rows: pd.Series, line: int
) -> dict[str, Cell]:
    """Emissions as sums of the rows that the mask has, energy as it was found."""
    scope, basis = facts.found.rows["scope"], facts.found.rows["basis"]
    of_figure = {
        "scope1_co2e_t": (scope == 1).fillna(value=False),
        "scope2_co2e_t": basis == "location",
        "scope2_market_co2e_t": basis == "market",
    }
    cells: dict[str, Cell] = worth(found)
    for name, mask in of_figure.items():
        cells[name] = Figure(value(found[name]), TONNES, formula=of_rows.sum_of(mask & rows))
    both = [Place(_KEY, line, name) for name in _BOTH]
    cells["co2e_t"] = Figure(value(found["co2e_t"]), TONNES, formula=total(both))
    for name in _ENERGY:
        cells[name] = Figure(value(found[name]), HEAT)
    return cells


def trade(facts: Facts) -> Table | Paragraph:
    """What is left out of the park's total because it stays inside."""
    words = facts.words
    found = netted(facts.found.rows, ~facts.counted.to_numpy())
    if found.empty:
        return Paragraph(words("nothing_netted"))
    columns = [
        Column("enterprise", words("enterprise"), 4.2),
        Column("counterpart", words("counterpart"), 4.2),
        Column("category", words("category"), 2.6),
        Column("activity", words("activity"), 2.8),
        Column("unit", words("unit"), 1.4),
        Column("energy_tce_calorific", words("tce"), 2.6),
        Column("co2e_t", words("emission"), 2.8),
    ]
    written = []
    for _, row in lines(found):
        unit = row["activity_unit"]
        cells: dict[str, Cell] = {
            "enterprise": facts.enterprise_name(row["enterprise"]),
            "counterpart": facts.enterprise_name(row["counterpart"]),
            "category": category(row["category"]).name_zh,
            "activity": amount(row["activity_amount"], unit),
            "unit": facts.words.unit(unit),
            "energy_tce_calorific": Figure(value(row["energy_tce_calorific"]), HEAT),
            "co2e_t": Figure(value(row["co2e_t"]), TONNES),
        }
        written.append(Row(cells))
    return Table("netted", words("netted_table"), columns, written, words("netted_note"))
