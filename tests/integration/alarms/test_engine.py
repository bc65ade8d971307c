"""What a real outlet's data make of alarms, on a real store and a real registry database."""

from __future__ import annotations

from datetime import timedelta

from alarms.life_cycle import stepped
from alarms.occurrences import Occurrence
from alarms.sources.exceeded import Exceeded, Warned
from alarms.sources.permitted import Permits
from alarms.sources.source import Scope
from models.alarms import AlarmAction, AlarmState, Cause, Told
from models.readings import Source

from .conftest import DAY, Open, Works

OVER, UNDER = [90.0, 92, 95, 100, 101, 98], [60.0] * 6  # their means: 96 and 60


class PermitsAtOnce(Permits):
    """Looked at without a pause after the start."""

    begins_s = 0.0


def exceeded(open_works: Open) -> Works:
    return open_works(lambda books: [Exceeded(books)])


def test_the_frame_that_completes_an_hour_raises_it_with_limit_and_clause(open_works):
    works = exceeded(open_works)
    works.clock.at("11:00")
    works.look()  # the start, before anything was sent
    works.send(DAY, 10, OVER[:5])
    works.look()
    assert works.every() == []  # 50 minutes are no complete hour, whatever their mean
    works.send(DAY, 10, OVER)
    assert works.look() == 1
    (one,) = works.every()
    assert (one.cause.kind, one.cause.enterprise, one.cause.point, one.cause.subject) == (
        "exceedance", "works", "DA001", "a21002/hour",
    )  # fmt: skip
    assert (one.extent.worst, one.extent.limit, one.extent.unit) == (96.0, 80.0, "mg/m3")
    assert one.extent.begin == DAY + timedelta(hours=10)
    assert one.extent.until == DAY + timedelta(hours=11)
    assert one.due_at == one.raised_at + timedelta(hours=4)
    assert one.told.zh == (
        "DA001 氮氧化物 2026-03-05 10:00 小时均值 96 mg/m3，限值 80，超标 0.20 倍；"
        "GB 13271-2014 表 3"
    )
    assert one.told.evidence["standard"] == "GB 13271-2014"


def test_restarts_raise_nothing_twice_and_lose_nothing(open_works):
    works = exceeded(open_works)
    works.clock.at("11:00")
    works.send(DAY, 10, OVER)
    works.restart()  # killed between settling and the alarm: the new engine is told nothing
    assert works.look() == 1
    for _ in range(3):
        works.restart()
        assert works.look() == 0
    assert works.actions() == ["raise"]
    works.clock.at("12:00")
    works.send(DAY, 11, OVER)
    works.restart()
    works.look()
    assert works.actions() == ["raise", "change"]
    assert works.every()[0].extent.count == 2


def test_a_correction_withdraws_it_with_the_reason(open_works):
    works = exceeded(open_works)
    works.clock.at("11:00")
    works.send(DAY, 10, OVER)
    works.look()
    works.clock.at("11:30")
    works.send(DAY, 10, UNDER, source=Source.CORRECTION)
    assert works.look() == 1
    (one,) = works.every()
    assert (one.state, one.ended) == (AlarmState.RESOLVED, AlarmAction.WITHDRAW)
    assert works.alarms.events(1)[-1].note == "what is known now says that it never held"


def test_a_late_reading_raises_it_with_the_past_time_said(open_works):
    works = exceeded(open_works)
    works.clock.at("09:00", day=9)
    works.look()
    works.send(DAY, 10, OVER)  # four days later
    assert works.look() == 1
    (event,) = works.alarms.events(1)
    assert event.note == "found late: of 2026-03-05T02:00+00:00 to 2026-03-05T03:00+00:00"
    # Older than the kind looks back (31 days): it is in /exceedances, nobody is called.
    works.send(DAY - timedelta(days=40), 10, OVER)
    assert works.look() == 0


def test_what_an_officer_does_meanwhile_is_kept(open_works):
    works = exceeded(open_works)
    works.clock.at("11:00")
    works.send(DAY, 10, OVER)
    works.look()
    now = works.clock.at("11:20")
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.HANDLE, at=now, by="Wang",
                                               note="burner set anew"))  # fmt: skip
    works.clock.at("12:00")
    works.send(DAY, 11, UNDER)
    works.look()
    works.clock.at("13:00")
    works.send(DAY, 12, UNDER)
    works.restart()
    works.look()
    assert works.actions() == ["raise", "handle", "clear"]
    (one,) = works.every()
    assert one.handled_at == now


def test_silence_is_no_proof_that_it_is_over(open_works):
    works = exceeded(open_works)
    works.clock.at("11:00")
    works.send(DAY, 10, OVER)
    works.look()
    handled = works.clock.at("11:20")
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.HANDLE, at=handled, by="Wang",
                                               note="logger reset"))  # fmt: skip
    works.clock.at("15:00")
    works.restart()
    assert works.look() == 0  # nothing came since
    works.send(DAY, 14, UNDER)
    works.look()
    assert works.actions() == ["raise", "handle", "clear"]


def test_a_running_mean_near_the_limit_warns_before_the_hour_is_over(open_works):
    works = open_works(lambda books: [Warned(books)])
    works.clock.at("10:10")
    works.look()
    works.send(DAY, 10, [70])
    works.look()
    assert works.every() == []  # a sixth of the hour says little
    works.clock.at("10:30")
    works.send(DAY, 10, [70, 70, 70])
    assert works.look() == 1
    (one,) = works.every()
    assert (one.cause.kind, one.extent.worst, one.holds) == ("early_warning", 70.0, True)
    works.clock.at("10:50")
    works.send(DAY, 10, [70, 70, 70, 30, 30])  # the mean is 54
    works.restart()
    works.look()
    assert works.actions() == ["raise", "cease"]
    works.clock.at("10:56")
    works.restart()
    works.look()
    assert works.actions() == ["raise", "cease", "clear"]


def test_an_alarm_that_cannot_be_written_holds_up_no_other(open_works):
    class Two:
        """Of one of the two the evidence is no JSON."""

        kinds = ("permit_expiring",)
        begins_s, every_s = 0.0, 3_600.0

        def found(self, _: Scope) -> list[Occurrence]:
            return [
                Occurrence(Cause("permit_expiring", "works", "DA001", name), DAY, None,
                           Told("许可到期", "it ends", {"value": value}))
                for name, value in (("odd", float("nan")), ("sound", 1.0))
            ]  # fmt: skip

    works = open_works(lambda _: [Two()])
    works.look()
    assert [one.cause.subject for one in works.every()] == ["sound"]
    assert works.engine is not None
    assert "ValueError" in works.engine.trouble()["permit_expiring"]


def test_a_permit_that_ends_within_60_days(open_works):
    permits = Permits(open_works().books)
    # 65 and 57 days before the first of May, from when on it does not hold.
    before, after = DAY - timedelta(days=8), DAY
    assert permits.found(Scope(before, before)) == []
    (one,) = permits.found(Scope(after, after))
    assert (one.cause.point, one.cause.subject) == ("DA001", "a21002/annual_amount/year")
    assert one.told.evidence["last_day"] == "2026-04-30"


def test_what_a_person_resolved_is_not_raised_again_while_it_holds(open_works):
    """However long: the permit ends on 30 April, and its kind reopens within 30 days only."""
    works = open_works(lambda books: [PermitsAtOnce(books)])
    now = works.clock.at("10:00")
    works.look()
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.RESOLVE, at=now, by="Wang",
                                               note="the outlet closes in April"))  # fmt: skip
    works.clock.at("10:00", day=5 + 35)
    works.restart()
    assert works.look() == 0
    assert [one.state for one in works.every()] == [AlarmState.RESOLVED]


def test_a_month_of_31_days_is_not_too_old_when_it_is_complete(open_works):
    """Its kind looks back 31 days: from a period's end on, which begins as long before."""

    class Months:
        kinds = ("exceedance",)
        begins_s, every_s = 0.0, 3_600.0

        def found(self, _: Scope) -> list[Occurrence]:
            told = Told("月均值超标", "a month's mean", {"period_s": 31 * 86_400})
            march = DAY.replace(day=1)
            cause = Cause("exceedance", "works", "DA001", "a21002/month")
            return [Occurrence(cause, march, march.replace(month=4), told, 96.0, 0.2, "mg/m3", 80)]

    works = open_works(lambda _: [Months()])
    works.clock.at("00:10", day=32)  # of March: the first of April
    works.look()
    assert works.actions() == ["raise"]
    works.clock.at("00:10", day=33 + 31)  # 32 days after its end nobody is called
    works.alarms.change(1, lambda one: stepped(one, AlarmAction.RESOLVE, at=works.clock.now,
                                               by="Wang", note="seen to"))  # fmt: skip
    works.clock.at("00:10", day=33 + 31 + 32)
    works.restart()
    works.look()
    assert works.actions() == ["raise", "resolve"]
    assert len(works.every()) == 1
