"""Chapter 2: emissions by source, of the park also by enterprise, and the energy behind them."""

from __future__ import annotations

from reports.document import Block, Cell, Chapter, Column, Figure, Row, Table
from reports.formulas import Place, total
from reports.inventory.annexes import Annexes
from reports.inventory.cells import worth, worth_columns
from reports.inventory.facts import HEAT, Facts, lines, value
from reports.inventory.members import members, trade
from reports.inventory.summary import summary


def emissions(facts: Facts, of_rows: Annexes) -> Chapter:
    """Chapter 2."""
    words = facts.words
    blocks: list[Block] = [summary(facts, of_rows)]
    if facts.whole_park:
        blocks += [members(facts, of_rows), trade(facts)]
    blocks.append(_energy(facts))
    return Chapter(
        words("emissions_name"), words("emissions_title"), blocks, landscape=facts.whole_park
    )


def _energy(facts: Facts) -> Table:
    """Comprehensive consumption by carrier, both ways, own renewables apart."""
    words = facts.words
    names = ("energy_gj", "energy_tce_calorific", "energy_tce_equivalent")
    by_carrier = facts.sums(["carrier"])
    written = []
    for _, found in lines(by_carrier):
        if value(found["energy_gj"]) is None:
            continue
        cells: dict[str, Cell] = {"carrier": facts.carrier(found["carrier"]), **worth(found)}
        cells |= {name: Figure(value(found[name]), HEAT) for name in names}
        written.append(Row(cells))
    whole: dict[str, Cell] = {"carrier": words("energy_total"), **worth(facts.whole)}
    for name in names:
        places = [Place("energy", place, name) for place in range(len(written))]
        whole[name] = Figure(facts.whole[name], HEAT, formula=total(places))
    written.append(Row(whole, total=True))
    own = facts.whole["renewable_tce_calorific"]
    if own is not None:
        renewable = Figure(own, HEAT)
        written.append(
            Row({"carrier": words("energy_renewable"), "energy_tce_calorific": renewable})
        )
    columns = [
        Column("carrier", words("source"), 4.6),
        Column("energy_gj", words("energy_gj"), 2.8),
        Column("energy_tce_calorific", words("tce"), 2.8),
        Column("energy_tce_equivalent", words("tce_equivalent"), 2.8),
        *worth_columns(facts),
    ]
    return Table("energy", words("energy_table"), columns, written, words("energy_note"))
