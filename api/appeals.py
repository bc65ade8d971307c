"""/assessment/appeals: objections of enterprises to their assessment, and the answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters

import ledger.assessment
from api.answers import DOCUMENTED, Answer, Items, records
from api.assessment import year_asked
from api.assessment_forms import AppealAnswerRequest, AppealRequest, AppealRow, AppealsQuery
from api.context import ApiContext, Context
from api.names import require_enterprise
from api.paging import Int64, no_query, read_cursor, write_cursor
from api.problems import ProblemError, unknown
from api.tenant import Tenant, own
from models.progress.assessment.appeals import Appeal, AppealError, AppealState
from models.progress.assessment.rules import scheme_of
from store.registry_db import Appeals

router = APIRouter(tags=["progress"])

COLUMNS = list(AppealRow.model_fields)


@router.get(
    "/assessment/appeals",
    response_model=Items[AppealRow],
    responses=DOCUMENTED,
    summary="Appeals against assessments, newest first",
)
def get_appeals(
    query: Annotated[AppealsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """An enterprise's key sees its own."""
    require_enterprise(context.books.registry(), query.enterprise)
    found = _record(context).select(
        enterprise=own(tenant, query.enterprise),
        year=query.year,
        state=query.state,
        before_id=None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])[0],
        limit=query.limit + 1,
    )
    following = None
    if len(found) > query.limit:
        found = found[: query.limit]
        following = write_cursor([found[-1].id])
    return answer.items(_frame(found), AppealRow, following=following)


@router.post("/assessment/appeals", dependencies=[Depends(no_query)], summary="File an appeal")
def post_appeal(wanted: AppealRequest, context: Context, tenant: Tenant) -> AppealRow:
    """It is kept with the score and the grade as they are now; the assessment does not change."""
    registry = context.books.registry()
    require_enterprise(registry, wanted.enterprise)
    own(tenant, wanted.enterprise)
    year = year_asked(context, wanted.year)
    if wanted.criterion is not None:
        known = {one.code for one in scheme_of(year).criteria}
        if wanted.criterion not in known:
            raise unknown("criterion", wanted.criterion, f"one of: {', '.join(sorted(known))}")
    frame = ledger.assessment.assessment(context.books, year=year, enterprise=wanted.enterprise)
    (row,) = records(frame, ["score", "grade"])
    appeal = Appeal(
        wanted.enterprise, year, wanted.criterion, wanted.note.strip(), wanted.evidence.strip(),
        wanted.by.strip(), context.books.now(), row["score"], row["grade"],
    )  # fmt: skip
    try:
        return _row(_record(context).file(appeal))
    except AppealError as error:
        raise _refused(error) from error


@router.post(
    "/assessment/appeals/{appeal_id}",
    dependencies=[Depends(no_query)],
    summary="Answer an appeal, or withdraw it",
)
def post_appeal_answer(
    appeal_id: Annotated[
        int, Path(ge=1, le=2**31 - 1, examples=[3], description="number of the appeal")
    ],
    given: AppealAnswerRequest,
    context: Context,
    tenant: Tenant,
) -> AppealRow:
    """An officer upholds or dismisses it; an enterprise's key may withdraw its own."""
    record, state = _record(context), AppealState(given.state)
    found = record.one(appeal_id)
    # A number tells a stranger nothing: another's appeal is answered as if there were none.
    if found is None or tenant not in (None, found.enterprise):
        raise unknown("appeal_id", appeal_id, "the number of an appeal")
    if tenant is not None and state is not AppealState.WITHDRAWN:
        reason = "an enterprise may withdraw its appeal; an officer answers it"
        raise ProblemError(
            403, "answer-of-an-officer", f"state: {reason}", [("state", reason)]
        )  # fmt: skip
    try:
        return _row(
            record.answer(
                appeal_id, state, note=given.note.strip(), by=given.by.strip(),
                now=context.books.now(),
            )
        )  # fmt: skip
    except AppealError as error:
        if error.field == "state":
            raise ProblemError(409, "appeal-in-another-state", str(error)) from error
        raise _refused(error) from error


def _record(context: ApiContext) -> Appeals:
    if context.appeals is None:
        raise ProblemError(409, "no-record-here", "this process has no record of appeals")
    return context.appeals


def _refused(error: AppealError) -> ProblemError:
    return ProblemError(422, "appeal-refused", str(error), [(error.field, error.detail)])


def _frame(found: list[Appeal]) -> pd.DataFrame:
    rows = [asdict(one) | {"state": one.state.value} for one in found]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("filed_at", "answered_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"score": "float64"})


def _row(one: Appeal) -> AppealRow:
    return AppealRow.model_validate(asdict(one))
