"""How a row stands: which of its codes are bad news, and which are to be watched."""

from __future__ import annotations

from dashboards.boards import Field
from dashboards.console.rows import Row, read

# Fields that judge; the others' codes (a sender's state, a month's) have colours of their own.
JUDGING = {"state", "verdict", "mid_state", "finding"}
BAD = {"missed", "not_met", "exceeds", "short", "overdue", "overdrawn", "listed"}
WATCHED = {
    "behind", "expected_short", "incomplete", "at_maximum", "rising_again", "watched",
    "amount_differs", "use_differs", "not_moved", "not_recorded", "carried_apart", "one_sided",
}  # fmt: skip


def standing(field: Field, row: Row) -> str:
    """The class of a judging code: "bad", "doubted", or none."""
    if field.name not in JUDGING or field.codes is None:
        return ""
    code = str(read(row, field.name))
    return "bad" if code in BAD else "doubted" if code in WATCHED else ""
