"""What a look makes of occurrences, case by case. Hours of 2026-11-26, UTC; kinds as in the file:
exceedance needs handling and is over 2 h after its last hour, early_warning lasts and is over after
5 minutes; both reopen within a day and an hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alarms.kinds import kinds
from alarms.life_cycle import stepped
from alarms.looking import Look, looked
from alarms.occurrences import Occurrence
from models.alarms import AlarmAction, Cause, Told

DAY = datetime(2026, 11, 26, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EXCEEDED = Cause("exceedance", "steel", "DA001", "a21026/hour")
WARNED = Cause("early_warning", "steel", "DA001", "a21026/hour")
ALL = DAY - 2 * 24 * HOUR


def at(hour: float) -> datetime:
    return DAY + hour * HOUR


def hour(begin: int, value: float) -> Occurrence:
    """An hour whose mean was over 80."""
    return Occurrence(EXCEEDED, at(begin), at(begin + 1), Told("超", "over", {"period_s": 3600}),
                      value, value / 80, "mg/m3", 80.0)  # fmt: skip


def running(value: float) -> Occurrence:
    return Occurrence(WARNED, at(9), None, Told("预警", "near"), value, value / 80, "mg/m3", 80.0)


class Desk:
    """One cause, its alarms, and the clock."""

    def __init__(self, cause: Cause) -> None:
        self.cause, self.alarms, self.actions = cause, [], []

    def look(self, now: datetime, *found: Occurrence, since: datetime = ALL) -> list[str]:
        look = Look(kinds()[self.cause.kind], now, since, 4 * HOUR)
        steps = looked(self.cause, found, self.alarms, look)
        for step in steps:
            self._keep(step)
        return [step.event.action.value for step in steps]

    def act(self, action: str, now: datetime) -> None:
        one = next(one for one in self.alarms if one.is_open)
        self._keep(stepped(one, AlarmAction(action), at=now, by="Wang", note="seen to"))

    def _keep(self, step) -> None:
        number = step.alarm.id or len(self.alarms) + 1
        if step.event.action is not AlarmAction.RAISE and step.alarm.id == 0:
            number = len(self.alarms)  # the second step of a new one
        kept = type(step.alarm)(
            **{n: getattr(step.alarm, n) for n in step.alarm.__slots__} | {"id": number}
        )
        self.alarms = [one for one in self.alarms if one.id != number] + [kept]
        self.last = kept


def test_hours_in_a_row_are_one_alarm_with_count_and_worst():
    desk = Desk(EXCEEDED)
    assert desk.look(at(10), hour(9, 95)) == ["raise"]
    assert desk.look(at(10.5), hour(9, 95)) == []
    assert desk.look(at(11), hour(9, 95), hour(10, 120)) == ["change"]
    assert desk.look(at(12), hour(9, 95), hour(10, 120), hour(11, 81)) == ["change"]
    (one,) = desk.alarms
    assert (one.extent.begin, one.extent.until, one.extent.count) == (at(9), at(12), 3)
    assert (one.extent.worst, one.extent.worst_at) == (120, at(10))


def test_it_is_resolved_two_hours_after_but_only_once_handled():
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    assert desk.look(at(13), hour(9, 95)) == []  # nobody has handled it
    desk.act("handle", at(13))
    assert desk.look(at(13), hour(9, 95)) == ["clear"]
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    desk.act("handle", at(10.5))
    assert desk.look(at(11.9), hour(9, 95)) == []  # gone for 1.9 h only
    assert desk.look(at(12), hour(9, 95)) == ["clear"]


def test_what_is_handled_and_exceeds_again_is_reopened():
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    desk.act("handle", at(10.2))
    # The hour from 10:00 had begun before it was handled at 10:12.
    assert desk.look(at(11), hour(9, 95), hour(10, 90)) == ["change"]
    assert desk.look(at(12), hour(9, 95), hour(10, 90), hour(11, 90)) == ["reopen"]
    assert desk.last.extent.count == 3


def test_a_correction_takes_it_back_with_the_reason():
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    assert desk.look(at(10.1)) == ["withdraw"]
    assert (desk.last.state.value, desk.last.ended) == ("resolved", AlarmAction.WITHDRAW)
    assert desk.look(at(10.2)) == []
    assert desk.look(at(10.3), hour(9, 96)) == ["reopen"]  # and it was right after all


def test_a_part_of_the_time_takes_nothing_back():
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    assert desk.look(at(14), since=at(13)) == []


def test_the_next_day_is_a_new_alarm_and_before_that_the_old_one():
    desk = Desk(EXCEEDED)
    desk.look(at(10), hour(9, 95))
    desk.act("handle", at(11))
    desk.look(at(12), hour(9, 95))
    assert desk.look(at(20), hour(9, 95), hour(19, 130)) == ["reopen"]
    assert (desk.last.id, desk.last.extent.count, desk.last.extent.worst) == (1, 2, 130)
    assert desk.look(at(20), hour(9, 95), hour(19, 130)) == []
    desk.act("handle", at(20))
    desk.look(at(22), hour(9, 95), hour(19, 130))
    assert desk.look(at(46), hour(9, 95), hour(19, 130), hour(45, 99)) == ["raise"]
    assert (desk.last.id, desk.last.extent.count) == (2, 1)


def test_a_late_reading_raises_it_with_the_past_time_said():
    desk = Desk(EXCEEDED)
    look = Look(kinds()["exceedance"], at(30), at(-48), 4 * HOUR)
    (step,) = looked(EXCEEDED, [hour(9, 95)], [], look)
    assert step.event.note == "found late: of 2026-11-26T09:00+00:00 to 2026-11-26T10:00+00:00"
    assert desk.look(at(30), hour(9, 95)) == ["raise"]
    assert desk.last.extent.begin == at(9)


def test_late_data_within_a_resolved_alarm_open_it_again():
    desk = Desk(EXCEEDED)
    desk.look(at(12), hour(9, 95), hour(11, 85))
    desk.act("handle", at(13))
    desk.look(at(14), hour(9, 95), hour(11, 85))
    assert desk.look(at(15), hour(9, 95), hour(11, 85)) == []
    assert desk.look(at(15), hour(9, 95), hour(10, 99), hour(11, 85)) == ["reopen"]
    assert (desk.last.extent.count, desk.last.extent.worst) == (3, 99)


def test_a_lasting_one_ceases_returns_and_is_cleared_after_its_time():
    desk = Desk(WARNED)
    assert desk.look(at(9.5), running(70)) == ["raise"]
    assert desk.look(at(9.51), running(70.5)) == []  # not 1 % of the limit more
    assert desk.look(at(9.52), running(78)) == ["change"]
    assert desk.look(at(9.6)) == ["cease"]
    assert desk.look(at(9.6) + 4 * MINUTE) == []
    assert desk.look(at(9.6) + 4 * MINUTE, running(66)) == ["return"]
    assert desk.look(at(9.7)) == ["cease"]
    assert desk.look(at(9.7) + 5 * MINUTE) == ["clear"]
    assert desk.last.extent.worst == 78
    assert desk.look(at(9.9), running(69)) == ["reopen"]  # within the hour
    desk.look(at(10))
    desk.look(at(10.2))
    assert desk.look(at(12), Occurrence(WARNED, at(11.5), None, Told("", ""), 70, 0.9)) == ["raise"]
    assert len(desk.alarms) == 2


def test_what_a_person_resolves_stays_so_until_it_is_gone_and_back():
    desk = Desk(WARNED)
    desk.look(at(9.5), running(70))
    desk.act("resolve", at(9.6))
    assert desk.look(at(9.7), running(75)) == []
    assert desk.look(at(9.8)) == ["cease"]
    assert desk.look(at(9.9), running(75)) == ["reopen"]


def test_of_a_least_value_the_lowest_is_the_worst():
    """pH must not be below 6: 4.0 is worse than 5.5, also where the days are looked at apart."""
    desk = Desk(Cause("exceedance", "steel", "DW001", "w01001/day"))

    def day(begin: int, value: float) -> Occurrence:
        told = Told("低于", "below", {"period_s": 86_400})
        return Occurrence(desk.cause, at(begin), at(begin + 24), told, value, 6 - value, "1", 6.0)

    desk.look(at(24), day(0, 4.0))
    assert desk.look(at(96), day(72, 5.5), since=at(48)) == ["change"]
    assert (desk.last.extent.worst, desk.last.extent.worst_at) == (4.0, at(0))
    desk.act("handle", at(97))
    assert desk.look(at(144), day(72, 5.5), since=at(48)) == ["clear"]
    assert desk.look(at(145), day(120, 5.8), since=at(120)) == ["reopen"]
    assert desk.last.extent.worst == 4.0


def test_a_running_mean_that_falls_to_a_least_value_gets_worse():
    """pH near 6: 6.1 after 6.4 is told, 6.4 after 6.1 is not."""
    desk = Desk(Cause("early_warning", "steel", "DW001", "w01001/day"))

    def ph(value: float) -> Occurrence:
        told = Told("预警", "near", {"least": True})
        return Occurrence(desk.cause, at(0), None, told, value, 6 - value, "1", 6.0)

    desk.look(at(9), ph(6.4))
    assert desk.look(at(10), ph(6.1)) == ["change"]
    assert desk.last.extent.worst == 6.1
    assert desk.look(at(11), ph(6.4)) == []


def test_what_is_resolved_within_another_alarm_reopens_neither():
    """Hours 5 to 7 are resolved; then hour 3 is found late, and 12 follows."""
    desk = Desk(EXCEEDED)
    first = [hour(5, 95), hour(6, 95), hour(7, 95)]
    desk.look(at(8), *first)
    desk.act("handle", at(9))
    assert desk.look(at(10), *first) == ["clear"]
    every = [hour(3, 90), *first, hour(12, 90)]
    assert desk.look(at(10.5), *every[:-1]) == ["raise"]
    assert desk.look(at(13), *every) == ["change"]
    assert (desk.last.extent.begin, desk.last.extent.until, desk.last.extent.count) == (
        at(3), at(13), 2,
    )  # fmt: skip
    desk.act("handle", at(14))
    assert desk.look(at(15), *every) == ["clear"]
    assert desk.look(at(15), *every) == []
    # What late data add is found as before, once.
    more = [*every, hour(10, 99)]
    assert desk.look(at(16), *more) == ["reopen"]
    desk.act("handle", at(17))
    assert desk.look(at(18), *more) == ["clear"]
    assert desk.look(at(18), *more) == []


def test_hours_that_follow_are_counted_although_the_first_are_not_looked_at_again():
    """Else the next whole look finds more than was resolved, and takes them for late data."""
    desk = Desk(EXCEEDED)
    desk.look(at(1), hour(0, 95))
    assert desk.look(at(41), hour(39, 90), hour(40, 90), since=at(15)) == ["change"]
    assert desk.look(at(41), hour(39, 90), hour(40, 90), since=at(15)) == []
    assert desk.last.extent.count == 3
    desk.act("resolve", at(42))
    assert desk.look(at(43), hour(0, 95), hour(39, 90), hour(40, 90)) == []
