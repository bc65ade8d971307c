"""How a row stands: which of its values are bad news, and which are to be watched."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.boards import Field
from dashboards.console import numbers
from dashboards.console.rows import Row, read

# Fields that judge; the others' codes (a sender's state, a month's) have colours of their own.
JUDGING = {"state", "verdict", "mid_state", "finding"}
PROBABILITY = "probability"  # that a target holds
BAD = {"missed", "not_met", "exceeds", "short", "overdue", "overdrawn", "listed"}
WATCHED = {
    "behind", "expected_short", "incomplete", "at_maximum", "rising_again", "watched",
    "amount_differs", "use_differs", "not_moved", "not_recorded", "carried_apart", "one_sided",
}  # fmt: skip
# Neither good nor bad: nothing is known, nothing was asked, or there is nothing to judge it by.
UNJUDGED = {
    "unknown", "no_verdict", "no_target", "open", "not_asked", "not_enough_years", "not_defined",
}  # fmt: skip


def standing(field: Field, row: Row) -> str:
    """The class of a value by its bounds, or of a judging code: "bad", "doubted", "unjudged", or
    none.
    """
    value = read(row, field.name)
    if numbers.known(value) and (field.ceiling or field.limit):
        return _within(field, value)
    if field.name not in JUDGING or field.codes is None:
        return ""
    if value is None or value in UNJUDGED:
        return "unjudged"
    return "bad" if value in BAD else "doubted" if value in WATCHED else ""


def _within(field: Field, value: float) -> str:
    if field.ceiling is not None:
        bad, doubted = value > field.ceiling.bad_above, value >= field.ceiling.doubted_from
    else:
        assert field.limit is not None
        bad, doubted = value < field.limit.bad_below, value < field.limit.doubted_below
    return "bad" if bad else "doubted" if doubted else ""


def row_standing(fields: Iterable[Field], row: Row) -> str:
    """The worst class of what judges in a row; "unjudged" only where nothing of it does."""
    found = [standing(field, row) for field in fields if _judges(field, row)]
    return next((one for one in ("bad", "doubted", "", "unjudged") if one in found), "")


def _judges(field: Field, row: Row) -> bool:
    if field.codes is not None:
        return field.name in JUDGING
    return field.name == PROBABILITY and numbers.known(read(row, field.name))
