"""Formulas name cells; neighbours become ranges."""

from __future__ import annotations

from reports.formulas import Formula, Place, total


def address(place: Place) -> str:
    """Table ``t`` stands on the formula's own sheet, others on one named for them."""
    cell = f"{place.column}{place.row + 1}"
    return cell if place.table == "t" else f"'{place.table}'!{cell}"


def test_operands_become_addresses() -> None:
    formula = Formula("-({a}-{b})*44/12", {"a": Place("t", 0, "B"), "b": Place("u", 2, "C")})
    assert formula.written(address) == "=-(B1-'u'!C3)*44/12"


def test_neighbours_of_a_sum_become_ranges() -> None:
    rows = [5, 0, 1, 2]
    places = [Place("u", row, "B") for row in rows]
    assert total(places).written(address) == "=SUM('u'!B1:B3,'u'!B6)"
    assert total([Place("t", 1, "B"), Place("t", 2, "C")]).written(address) == "=SUM(B2,C3)"


def test_a_sum_of_nothing_is_zero() -> None:
    assert total([]).written(address) == "=0"
