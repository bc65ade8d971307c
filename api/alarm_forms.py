"""What /alarms is asked and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers import column
from api.paging import Paged
from api.times import Span
from api.written import Written
from models.alarms import AlarmAction, AlarmState, Severity

Way = Literal["mqtt", "webhook", "mail"]


class AlarmsQuery(Span, Paged):
    """Which alarms; start and end bound when they were raised or last reopened."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    point: str | None = Field(None, description="code of an outlet, a station or a meter")
    kind: str | None = Field(None, description="only of this kind", examples=["exceedance"])
    severity: Severity | None = Field(None, description="only of this severity")
    state: AlarmState | None = Field(None, description="only in this state")
    open: bool | None = Field(None, description="only those that are not resolved, or are")
    overdue: bool = Field(False, description="only those that should have been handled by now")
    assignee: Written | None = Field(None, description="only those of this person")


class ResponsesQuery(Span):
    """Of which alarms; start and end bound when they were raised or reopened."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    kind: str | None = Field(None, description="only of this kind", examples=["exceedance"])


class DeliveriesQuery(Paged):
    """Which deliveries."""

    way: Way | None = Field(None, description="only by this way")
    state: Literal["waiting", "sent", "failed"] | None = Field(None, description="only so far")


class AlarmRow(BaseModel):
    """One alarm as it stands."""

    id: int = column("number of the alarm", 17)
    kind: str = column("what it is about", "exceedance")
    kind_zh: str = column("the same in Chinese", "超标")
    kind_en: str = column("the same in English", "Exceedance")
    severity: Severity = column("critical, major or minor", "critical")
    state: AlarmState = column("where it stands", "raised")
    enterprise: str | None = column("code of the enterprise; null: the park's own", "axle-01")
    point: str | None = column("outlet, station or meter; null: the whole enterprise", "DA001")
    subject: str = column("what tells alarms of one kind and place apart", "a21002/hour")
    begin: datetime = column("since when the condition was met", "2026-03-05T01:00:00Z")
    until: datetime | None = column("until when; null: it is met now", "2026-03-05T04:00:00Z")
    count: int = column("how often it was met, or how many it is about", 3)
    worst: float | None = column("worst value", 96.4, "{unit}")
    worst_at: datetime | None = column("when that was", "2026-03-05T02:00:00Z")
    limit: float | None = column("what it is measured by", 80.0, "{unit}")
    unit: str | None = column("of worst and limit", "mg/m3")
    detail: str = column("what it is, in words", "NOx at DA001: hour mean 96.4 mg/m3, limit 80")
    detail_zh: str = column("the same in Chinese", "DA001 NOx 小时均值 96.4 mg/m3，限值 80")
    raised_at: datetime = column("when it was first raised", "2026-03-05T02:00:01Z")
    opened_at: datetime = column("when it was raised or last reopened", "2026-03-05T02:00:01Z")
    due_at: datetime = column("by when it is to be handled", "2026-03-05T06:00:01Z")
    overdue: bool = column("whether it should have been handled by now", False)
    acknowledged_at: datetime | None = column("of the present round", "2026-03-05T02:10:00Z")
    handled_at: datetime | None = column("of the present round", None)
    resolved_at: datetime | None = column("of the present round", None)
    ended: AlarmAction | None = column("clear, resolve (by hand) or withdraw", None)
    assignee: str | None = column("who looks after it", "Wang Fang")
    reopened: int = column("how often it was reopened", 0)


class EventRow(BaseModel):
    """One thing that happened to an alarm."""

    number: int
    action: AlarmAction
    at: datetime
    by: str
    note: str
    state: AlarmState = Field(description="of the alarm after it")
    count: int
    worst: float | None


class DeliveryRow(BaseModel):
    """One event on one way out."""

    id: int = column("number of the delivery", 41)
    alarm: int = column("number of the alarm", 17)
    number: int = column("of the alarm's event", 1)
    action: AlarmAction = column("what happened", "raise")
    at: datetime = column("when", "2026-03-05T02:00:01Z")
    way: Way = column("by which way", "webhook")
    state: Literal["waiting", "sent", "failed"] = column("failed: given up", "sent")
    held: bool = column("held back by quiet hours, told in a digest", False)
    attempts: int = column("that failed", 0)
    next_at: datetime | None = column("next attempt of what waits", None)
    sent_at: datetime | None = column("when it was taken at the other end", "2026-03-05T02:00:02Z")
    trouble: str | None = column("why the last attempt failed", None)


class ResponseRow(BaseModel):
    """Response times of an enterprise's alarms of a kind; seconds from raising or reopening."""

    enterprise: str | None = column("code of the enterprise; null: the park's own", "axle-01")
    kind: str = column("kind of alarm", "exceedance")
    rounds: int = column("times that alarms were raised or reopened", 12)
    open: int = column("of them not resolved", 1)
    overdue: int = column("of them neither handled nor resolved in time, so far", 0)
    acknowledged: int = column("of them acknowledged", 12)
    handled: int = column("of them handled", 11)
    resolved: int = column("of them resolved", 11)
    acknowledge_median_s: float | None = column("median time to acknowledge", 312.0, "s")
    acknowledge_max_s: float | None = column("longest time to acknowledge", 1_400.0, "s")
    handle_median_s: float | None = column("median time to handle", 5_400.0, "s")
    handle_max_s: float | None = column("longest time to handle", 14_300.0, "s")
    resolve_median_s: float | None = column("median time to resolve", 10_800.0, "s")
    resolve_max_s: float | None = column("longest time to resolve", 20_000.0, "s")
    in_time: float | None = column("share handled or resolved by the deadline", 1.0, "1")


class AlarmAnswer(BaseModel):
    """An alarm with its evidence and everything that happened to it."""

    alarm: AlarmRow
    evidence: dict[str, Any] = Field(description="what it rests on: standard, clause, meters ...")
    events: list[EventRow]
    deliveries: list[DeliveryRow]


class AlarmStep(BaseModel):
    """What a person does with an alarm."""

    model_config = ConfigDict(extra="forbid")

    by: Written = Field(description="who does it", examples=["Wang Fang"])
    note: Written = Field(
        "", description="what was done, or why; handle, note, resolve need it",
        examples=["burner set anew"],
    )  # fmt: skip
    assignee: Written | None = Field(
        None, description="of assign: who is to look after it", examples=["Li Lei"]
    )
