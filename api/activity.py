"""/activity: amounts that are entered rather than metered, decided by a second person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters

from api.activity_forms import (
    ActivityAnswer,
    ActivityQuery,
    ActivityRequest,
    ActivityRow,
    CodeRow,
    CodesQuery,
    RecordAnswer,
    StateRow,
    StepRequest,
)
from api.answers import DOCUMENTED, Answer, Items, records
from api.context import ApiContext, Context
from api.names import require_enterprise
from api.paging import Int64, no_query, read_cursor, write_cursor
from api.problems import ProblemError, invalid, unknown
from api.tenant import Tenant, own
from ledger.activity_records import frame_of
from models.activity_entry import ActivityEntry, EntryCheck
from models.activity_states import (
    ActivityAction,
    ActivityError,
    ActivityFaultsError,
    last_overdue,
    normal_name,
)
from models.carbon.activity_codes import codes_of
from models.carbon.categories import categories
from models.registry import ActivityRecord
from store.registry_db import Activity

router = APIRouter(tags=["activity"])


@router.post(
    "/activity", dependencies=[Depends(no_query)], summary="Enter activity records, all or none"
)
def post_activity(wanted: ActivityRequest, context: Context, tenant: Tenant) -> ActivityAnswer:
    """Every fault of every record is named; `records.3.unit` is a field of the fourth."""
    if not normal_name(wanted.by):
        raise invalid("by", "is empty: who enters them?")
    check = EntryCheck(context.books.registry(), _today(context))
    entries = [ActivityEntry(**given.model_dump()) for given in wanted.records]
    for row, entry in enumerate(entries):
        own(tenant, entry.enterprise, f"records.{row}.enterprise")
    faults = [
        (f"records.{row}.{field}", reason)
        for row, entry in enumerate(entries)
        for field, reason in check.faults(entry)
    ]
    if faults:
        raise _refused(faults)
    try:
        made = _records(context).enter(
            entries, wanted.by.strip(), context.books.now(),
            submit=wanted.submit, dry_run=wanted.dry_run,
        )  # fmt: skip
    except ActivityFaultsError as error:
        raise _refused(
            [(f"records.{one.row}.{one.field}", one.detail) for one in error.faults]
        ) from error
    return ActivityAnswer(dry_run=wanted.dry_run, records=_rows(context, made))


@router.get(
    "/activity",
    response_model=Items[ActivityRow],
    responses=DOCUMENTED,
    summary="Activity records, newest first",
)
def get_activity(
    query: Annotated[ActivityQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """The present revisions; a page of `limit` records may have more rows than that."""
    enterprise = own(tenant, query.enterprise)
    require_enterprise(context.books.registry(), enterprise)
    if query.category is not None and query.category not in categories():
        raise unknown("category", query.category, "a category")
    days = context.activity_deadline_days
    found = _records(context).select(
        enterprise=enterprise,
        category=query.category,
        state=query.state,
        period=query.period,
        overdue=last_overdue(_today(context), days) if query.overdue else None,
        before_id=None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])[0],
        limit=query.limit + 1,
    )
    numbers = list(dict.fromkeys(one.id for one in found))
    following = None
    if len(numbers) > query.limit:
        found = [one for one in found if one.id != numbers[-1]]
        following = write_cursor([numbers[-2]])
    return answer.items(frame_of(found, _today(context), days), ActivityRow, following=following)


@router.get(
    "/activity/codes",
    response_model=Items[CodeRow],
    responses=DOCUMENTED,
    summary="What an enterprise may enter",
)
def get_codes(
    query: Annotated[CodesQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """Categories, codes and units by its guideline, and its own declared ones."""
    enterprise = own(tenant, query.enterprise)
    registry = context.books.registry()
    require_enterprise(registry, enterprise)
    assert enterprise is not None
    rows = [
        {
            "category_name_zh": categories()[one.category].name_zh,
            "category_name_en": categories()[one.category].name_en,
            **{name: getattr(one, name) for name in one.__dataclass_fields__},
        }
        for one in codes_of(registry, enterprise, query.year)
    ]
    return answer.items(pd.DataFrame(rows, columns=list(CodeRow.model_fields)), CodeRow)


Number = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[17], description="number of the record")]


@router.get(
    "/activity/{activity_id}",
    dependencies=[Depends(no_query)],
    summary="One activity record with every state it was in",
)
def get_record(activity_id: Number, context: Context, tenant: Tenant) -> RecordAnswer:
    """What counted at a time is what was approved and not yet superseded then."""
    history = _own_history(context, tenant, activity_id)
    present = [one for one, end in history if end is None]
    record = max(present, key=lambda one: (one.is_open or one.counts, one.revision))
    return RecordAnswer(
        record=_rows(context, [record])[0],
        history=[
            StateRow(**row.model_dump(), superseded_at=end)
            for row, (_, end) in zip(
                _rows(context, [one for one, _ in history]), history, strict=True
            )
        ],
    )


@router.post(
    "/activity/{activity_id}/{action}",
    dependencies=[Depends(no_query)],
    summary="Submit, approve, refuse or withdraw it",
)
def post_step(
    activity_id: Number,
    action: Annotated[ActivityAction, Path(examples=["approve"], description="what is done")],
    step: StepRequest,
    context: Context,
    tenant: Tenant,
) -> ActivityRow:
    """Who entered a record cannot approve it, nor withdraw it once it is approved."""
    _own_history(context, tenant, activity_id)
    try:
        moved = _records(context).move(
            activity_id, action, step.by.strip(), context.books.now(), step.note.strip()
        )
    except ActivityError as error:
        if error.field == "state":
            raise ProblemError(409, "activity-in-another-state", str(error)) from error
        raise _refused([(error.field, error.detail)]) from error
    return _rows(context, [moved])[0]


def _own_history(
    context: ApiContext, tenant: str | None, number: int
) -> list[tuple[ActivityRecord, datetime | None]]:
    """The states of a record; 404 also for one of another tenant: its number tells nothing."""
    history = _records(context).history(number)
    if not history or tenant not in (None, history[0][0].enterprise):
        raise unknown("activity_id", number, "the number of an activity record")
    return history


def _records(context: ApiContext) -> Activity:
    if context.activity is None:
        raise ProblemError(409, "no-record-here", "this process has no activity records")
    return context.activity


def _today(context: ApiContext) -> date:
    return context.books.now().astimezone(context.books.registry().zone).date()


def _refused(faults: list[tuple[str, str]]) -> ProblemError:
    detail = "; ".join(f"{field}: {reason}" for field, reason in faults[:20])
    more = f"; {len(faults) - 20} more" if len(faults) > 20 else ""
    return ProblemError(422, "activity-refused", detail + more, faults)


def _rows(context: ApiContext, found: list[ActivityRecord]) -> list[ActivityRow]:
    frame = frame_of(found, _today(context), context.activity_deadline_days)
    rows: list[dict[str, Any]] = records(frame, list(ActivityRow.model_fields))
    return [ActivityRow.model_validate(row) for row in rows]
