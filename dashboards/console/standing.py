"""How a row stands: which of its codes are bad news, and which are to be watched."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.boards import Field
from dashboards.console.rows import Row, read

# Fields that judge; the others' codes (a sender's state, a month's) have colours of their own.
JUDGING = {"state", "verdict", "mid_state", "finding"}
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
    """The class of a judging code: "bad", "doubted", "unjudged", or none."""
    if not _judges(field):
        return ""
    code = read(row, field.name)
    if code is None or code in UNJUDGED:
        return "unjudged"
    return "bad" if code in BAD else "doubted" if code in WATCHED else ""


def row_standing(fields: Iterable[Field], row: Row) -> str:
    """The worst class of a row's judging codes; "unjudged" only where none of them judges."""
    found = [standing(field, row) for field in fields if _judges(field)]
    return next((one for one in ("bad", "doubted", "", "unjudged") if one in found), "")


def _judges(field: Field) -> bool:
    return field.name in JUDGING and field.codes is not None
