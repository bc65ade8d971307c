"""/rejections: replays after repair, counts, and what one rejection means."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.rejections
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import ApiContext, Context
from api.paging import Int64, no_query, read_cursor, write_cursor
from api.problems import ProblemError, unknown
from api.rejections import (
    RejectionId,
    RejectionRow,
    RejectionsFilter,
    State,
    payload_text,
    which_of,
)
from ledger.rejection_explained import explained
from ledger.replaying import Again, replay_page

router = APIRouter(tags=["data quality"])

MAX_REPLAYED = 1_000
Outcome = Literal["accepted", "superseded", "partly", "refused", "impossible"]


class CountRow(BaseModel):
    """How many rejections of one enterprise, reason and state there are."""

    enterprise: str | None = column("as addressed; null where none was", "axle-01")
    reason: str = column("one of the closed list of reasons", "unknown_meter")
    state: State = column("open, replayed or expired", "open")
    n: int = column("rejections", 312, "1")
    newest: datetime = column("receipt of the newest", "2026-11-20T03:12:09.412Z")


class ReplayRequest(RejectionsFilter):
    """Which rejections to replay: by their ids, or all open ones that fit. Times are of receipt."""

    ids: list[Annotated[int, Field(ge=0, le=2**63 - 1)]] | None = Field(
        None, max_length=MAX_REPLAYED, description="only these", examples=[[18, 19]]
    )
    dry_run: bool = Field(False, description="say what would happen, store nothing")
    by: str = Field("API", max_length=200, description="who replays, for the record")
    limit: int = Field(500, ge=1, le=MAX_REPLAYED, description="rejections at most in this call")
    cursor: str | None = Field(None, description="`next` of the answer before")


class ReplayRow(BaseModel):
    """What became of one rejection."""

    rejection_id: int = Field(examples=[18])
    outcome: Outcome = Field(examples=["accepted"])
    accepted: int = Field(description="readings stored, or to be stored", examples=[1])
    duplicates: int = Field(description="readings that were stored before", examples=[0])
    superseded: int = Field(
        description="readings left out: something newer of their meter and time holds", examples=[0]
    )
    refused: int = Field(description="items that are refused still", examples=[0])
    batch: int | None = Field(description="batch that holds the readings", examples=[8_813])
    reason: str | None = Field(description="of the first item refused still", examples=[None])
    detail: str | None = Field(description="of it, or why nothing can be done", examples=[None])
    replayed_at: datetime | None = Field(description="null where only tried")
    replayed_by: str | None = Field(examples=["officer"])


class ReplayAnswer(BaseModel):
    """What became of these rejections; call again with ``next`` as ``cursor`` until it is null."""

    dry_run: bool = Field(examples=[False])
    outcomes: dict[Outcome, int] = Field(
        description="rejections by outcome", examples=[{"accepted": 311, "refused": 1}]
    )
    accepted: int = Field(description="readings stored, or to be stored", examples=[311])
    duplicates: int = Field(examples=[0])
    superseded: int = Field(examples=[0])
    items: list[ReplayRow]
    next: str | None = Field(description="cursor of what is left; null at the end")


class Both(BaseModel):
    """A text in Chinese and English."""

    zh: str
    en: str


class Explanation(BaseModel):
    """What a rejection means and what can be done."""

    rejection: RejectionRow
    meaning: Both = Field(description="what its reason means")
    todo: Both = Field(description="what the sender or the officer has to do")
    payload_text: str | None = Field(description="the item's bytes, where they are text")
    registry: str = Field(
        description="what is registered now",
        examples=["meter axle-01/EL-07 is registered: electricity in kWh, valid from ever on"],
    )
    now: ReplayRow = Field(description="what a replay would do now; nothing was stored")
    verdict: Both


@router.get(
    "/rejections/counts",
    response_model=Items[CountRow],
    responses=DOCUMENTED,
    summary="Refused data by enterprise and reason",
)
def get_rejection_counts(
    query: Annotated[RejectionsFilter, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The most frequent first."""
    rows = ledger.rejections.counts(context.books, which_of(query, context.books))
    return answer.items(rows, CountRow)


@router.post(
    "/rejections/replay",
    dependencies=[Depends(no_query)],
    summary="Replay refused data after its cause was mended",
)
def post_rejections_replay(wanted: ReplayRequest, context: Context) -> ReplayAnswer:
    """The kept bytes go the way of new data and come in as received now, so they are late. What is
    settled already stays as it is: calling twice changes nothing.
    """
    before = None if wanted.cursor is None else read_cursor(wanted.cursor, tuple[Int64])[0]
    which = which_of(wanted, context.books, ids=wanted.ids)
    page = replay_page(
        context.books,
        _again(context),
        which,
        by=wanted.by,
        dry_run=wanted.dry_run,
        before_id=before,
        limit=wanted.limit,
    )
    return ReplayAnswer.model_validate(
        {
            "dry_run": wanted.dry_run,
            "outcomes": page.outcomes,
            "accepted": page.accepted,
            "duplicates": page.duplicates,
            "superseded": page.superseded,
            "items": [msgspec.to_builtins(one, builtin_types=[datetime]) for one in page.replays],
            "next": None if page.before_id is None else write_cursor([page.before_id]),
        }
    )


@router.get(
    "/rejections/{rejection_id}/explanation",
    response_model=Explanation,
    dependencies=[Depends(no_query)],
    summary="What a rejection means, and whether a replay would accept it now",
)
def get_rejection_explanation(rejection_id: RejectionId, context: Context) -> Response:
    """The kept bytes are decoded and checked anew, by the registry of now; nothing is stored."""
    try:
        found = explained(context.books, _again(context), rejection_id)
    except KeyError as error:
        raise unknown("rejection_id", rejection_id, "the number of a rejection") from error
    body = {
        "rejection": records(found.rejection.about, list(RejectionRow.model_fields))[0],
        "meaning": {"zh": found.advice.meaning_zh, "en": found.advice.meaning_en},
        "todo": {"zh": found.advice.todo_zh, "en": found.advice.todo_en},
        "payload_text": payload_text(found.rejection.payload),
        "registry": found.registry,
        "now": found.now,
        "verdict": {"zh": found.verdict_zh, "en": found.verdict_en},
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


def _again(context: ApiContext) -> Again:
    if context.again is None:
        raise ProblemError(
            409, "nothing-taken-in-here", "this process takes no data in, so it cannot replay any"
        )
    return context.again
