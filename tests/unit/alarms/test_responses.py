"""Response times of two alarms, reckoned by hand.

One is raised at 8:00, acknowledged at 8:10, handled at 10:00, resolved at 12:00, reopened at 20:00,
handled at 21:00. The other is raised at 9:00 and by 14:00 nobody has seen it. Both are due in 4 h.
A third was withdrawn.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alarms.life_cycle import raised, stepped
from alarms.responses import response_times
from models.alarms import AlarmAction, Cause, Extent, Severity, Told

DAY = datetime(2026, 11, 26, tzinfo=UTC)
FOUR = timedelta(hours=4)


def history(hour: float, *steps: tuple[str, float], kind: str = "exceedance"):
    at = DAY + timedelta(hours=hour)
    step = raised(Cause(kind, "steel", "DA001", ""), Severity.CRITICAL, Extent(at, at),
                  Told("", ""), at=at, within=FOUR, by="carbonpeak")  # fmt: skip
    events = [step.event]
    for action, when in steps:
        step = stepped(step.alarm, AlarmAction(action), at=DAY + timedelta(hours=when), by="Wang",
                       note="done")  # fmt: skip
        events.append(step.event)
    return replace(step.alarm, id=1), events


HISTORIES = [
    history(8, ("acknowledge", 8 + 1 / 6), ("handle", 10), ("clear", 12), ("reopen", 20),
            ("handle", 21)),
    history(9),
    history(9, ("withdraw", 9.5)),
]  # fmt: skip


def test_by_enterprise_and_kind():
    (row,) = response_times(HISTORIES, DAY + timedelta(hours=22)).to_dict("records")
    assert {name: row[name] for name in ("enterprise", "kind", "rounds", "open", "overdue")} == {
        "enterprise": "steel", "kind": "exceedance", "rounds": 3, "open": 2, "overdue": 1,
    }  # fmt: skip
    assert (row["acknowledged"], row["handled"], row["resolved"]) == (2, 2, 1)
    # Acknowledged after 10 min and (by handling) after 1 h; handled after 2 h and 1 h.
    assert (row["acknowledge_median_s"], row["acknowledge_max_s"]) == (2_100, 3_600)
    assert (row["handle_median_s"], row["handle_max_s"]) == (5_400, 7_200)
    assert row["resolve_max_s"] == 14_400
    assert row["in_time"] == pytest.approx(2 / 3)


def test_what_is_not_due_yet_is_neither_in_time_nor_late():
    (row,) = response_times([HISTORIES[1]], DAY + timedelta(hours=10)).to_dict("records")
    assert row["overdue"] == 0
    assert row["in_time"] != row["in_time"]  # unknown


def test_only_rounds_that_began_in_the_span():
    span = DAY + timedelta(hours=8.5), DAY + timedelta(hours=19)
    (row,) = response_times(HISTORIES, DAY + timedelta(hours=22), *span).to_dict("records")
    assert row["rounds"] == 1


def test_a_round_that_was_handled_and_occurred_again_is_not_open_for_ever():
    """Handled at 9:00, reopened at 10:00 without an end, handled and over at 13:00."""
    again = history(8, ("handle", 9), ("reopen", 10), ("handle", 11), ("clear", 13))
    (row,) = response_times([again], DAY + timedelta(hours=22)).to_dict("records")
    assert (row["rounds"], row["open"], row["overdue"]) == (2, 0, 0)
    assert (row["handled"], row["resolved"], row["in_time"]) == (2, 1, 1.0)
    under_way = history(8, ("handle", 9), ("reopen", 10))
    (row,) = response_times([under_way], DAY + timedelta(hours=11)).to_dict("records")
    assert (row["rounds"], row["open"]) == (2, 1)
