"""/alarms: what needs somebody's attention, and what was done about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters

from alarms.kinds import kinds
from alarms.life_cycle import stepped
from alarms.responses import response_times
from alarms.rows import alarm_frame, alarm_values, delivery_frame
from api.alarm_forms import (
    AlarmAnswer,
    AlarmRow,
    AlarmsQuery,
    AlarmStep,
    DeliveriesQuery,
    DeliveryRow,
    EventRow,
    ResponseRow,
    ResponsesQuery,
)
from api.answers import DOCUMENTED, Answer, Items, records
from api.context import ApiContext, Context
from api.names import require_enterprise
from api.paging import Int64, no_query, read_cursor, write_cursor
from api.problems import ProblemError, unknown
from api.times import span
from models.alarms import AlarmAction, AlarmError
from models.registry import Registry
from store.registry_db import AlarmDeliveries, Alarms
from store.registry_db.alarms import WhichAlarms

router = APIRouter(tags=["alarms"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[17], description="number of the alarm")]
Action = Literal["acknowledge", "handle", "note", "assign", "resolve"]


@router.get(
    "/alarms",
    response_model=Items[AlarmRow],
    responses=DOCUMENTED,
    summary="Alarms, newest number first",
)
def get_alarms(
    query: Annotated[AlarmsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """As they stand; what happened to one is in /alarms/{alarm_id}."""
    registry, now = context.books.registry(), context.books.now()
    require_enterprise(registry, query.enterprise)
    _require_kind(query.kind)
    _require_point(registry, query.enterprise, query.point)
    start, end = span(query, registry.zone, now)
    which = WhichAlarms(
        query.enterprise, query.point, query.kind, query.severity, query.state, query.open,
        query.assignee, now if query.overdue else None, start, end,
    )  # fmt: skip
    before = None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])[0]
    found = _record(context).select(which, before_id=before, limit=query.limit + 1)
    following = None
    if len(found) > query.limit:
        found = found[: query.limit]
        following = write_cursor([found[-1].id])
    return answer.items(
        alarm_frame(found, now, list(AlarmRow.model_fields)), AlarmRow, following=following
    )


@router.get(
    "/alarms/responses",
    response_model=Items[ResponseRow],
    responses=DOCUMENTED,
    summary="Response times by enterprise and kind",
)
def get_responses(
    query: Annotated[ResponsesQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """How long alarms waited to be acknowledged, handled and resolved."""
    registry, now = context.books.registry(), context.books.now()
    require_enterprise(registry, query.enterprise)
    _require_kind(query.kind)
    start, end = span(query, registry.zone, now)
    which = WhichAlarms(enterprise=query.enterprise, kind=query.kind, start=start)
    frame = response_times(_record(context).histories(which), now, start, end)
    return answer.items(frame, ResponseRow)


@router.get(
    "/alarms/deliveries",
    response_model=Items[DeliveryRow],
    responses=DOCUMENTED,
    summary="What was told of alarms, and what still has to be",
)
def get_deliveries(
    query: Annotated[DeliveriesQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The newest first."""
    before = None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])[0]
    found = _deliveries(context).select(
        way=query.way, state=query.state, before_id=before, limit=query.limit + 1
    )
    following = None
    if len(found) > query.limit:
        found = found[: query.limit]
        following = write_cursor([found[-1].id])
    frame = delivery_frame(found, list(DeliveryRow.model_fields))
    return answer.items(frame, DeliveryRow, following=following)


@router.get(
    "/alarms/{alarm_id}",
    dependencies=[Depends(no_query)],
    summary="One alarm with everything that happened to it",
)
def get_alarm(alarm_id: Number, context: Context) -> AlarmAnswer:
    """Its evidence, its events, and how they were told."""
    alarms = _record(context)
    found = alarms.one(alarm_id)
    if found is None:
        raise unknown("alarm_id", alarm_id, "the number of an alarm")
    told = delivery_frame(
        _deliveries(context).select(alarm_id=alarm_id), list(DeliveryRow.model_fields)
    )
    return AlarmAnswer(
        alarm=AlarmRow.model_validate(alarm_values(found, context.books.now())),
        evidence=dict(found.told.evidence),
        events=[EventRow.model_validate(asdict(one)) for one in alarms.events(alarm_id)],
        deliveries=[
            DeliveryRow.model_validate(row) for row in records(told, list(DeliveryRow.model_fields))
        ],
    )


@router.post(
    "/alarms/{alarm_id}/{action}",
    dependencies=[Depends(no_query)],
    summary="Acknowledge, handle, note, assign, resolve",
)
def post_alarm_step(
    alarm_id: Number,
    action: Annotated[Action, Path(examples=["acknowledge"], description="what is done")],
    step: AlarmStep,
    context: Context,
) -> AlarmRow:
    """A step that is not possible in the alarm's state is refused (409)."""
    now = context.books.now()
    try:
        changed = _record(context).change(
            alarm_id,
            lambda alarm: stepped(
                alarm,
                AlarmAction(action),
                at=now,
                by=step.by.strip(),
                note=step.note.strip(),
                assignee=(step.assignee or "").strip() or None,
            ),
        )
    except KeyError:
        raise unknown("alarm_id", alarm_id, "the number of an alarm") from None
    except AlarmError as error:
        if error.field == "state":
            raise ProblemError(409, "alarm-in-another-state", str(error)) from error
        errors = [(error.field, error.detail)]
        raise ProblemError(422, "alarm-step-refused", str(error), errors) from error
    return AlarmRow.model_validate(alarm_values(changed, now))


def _require_kind(kind: str | None) -> None:
    if kind is not None and kind not in kinds():
        raise unknown("kind", kind, "a kind of alarm")


def _require_point(registry: Registry, enterprise: str | None, point: str | None) -> None:
    if point is None:
        return
    places = (*registry.point_by_code, *registry.key_of)
    if not any(point == code and enterprise in (None, whose) for whose, code in places):
        raise unknown("point", point)


def _record(context: ApiContext) -> Alarms:
    if context.alarms is None:
        raise ProblemError(409, "no-record-here", "this process has no record of alarms")
    return context.alarms


def _deliveries(context: ApiContext) -> AlarmDeliveries:
    if context.alarm_deliveries is None:
        raise ProblemError(409, "no-record-here", "this process has no record of alarms")
    return context.alarm_deliveries
