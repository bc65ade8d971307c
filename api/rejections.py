"""/rejections: what was refused on its way in, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.rejections
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import Context
from api.paging import Int64, Paged, no_query, read_cursor, write_cursor
from api.problems import unknown
from api.times import Span, span
from ledger.books import Books
from ledger.rejections import Which
from models.errors import Reason
from models.readings import Source

router = APIRouter(tags=["data quality"])

MAX_ID = 2**63 - 1
RejectionId = Annotated[int, Path(ge=0, le=MAX_ID, description="number of the rejection")]


State = Literal["open", "replayed", "expired"]
SourceName = Literal["mqtt", "http", "file", "hj212"]


class RejectionsFilter(Span):
    """Which rejections; the times are of receipt."""

    enterprise: str | None = Field(
        None, description="as addressed; it need not be registered", examples=["axle-01"]
    )
    meter: str | None = Field(None, description="as addressed", examples=["EL-01"])
    reason: Reason | None = Field(None, description="only of this reason")
    source: SourceName | None = Field(None, description="only of this way in")
    state: State | None = Field(
        None,
        description="open; replayed: all of it came in later; expired: its bytes were dropped",
    )


class RejectionsQuery(RejectionsFilter, Paged):
    """Which rejections, page by page."""


class RejectionRow(BaseModel):
    """One refused item."""

    rejection_id: int = column("number of the rejection", 12)
    received: datetime = column("when it came in", "2026-11-20T03:12:09.412Z")
    source: str = column("way in: mqtt, http, file or hj212", "mqtt")
    peer: str | None = column(
        "MQTT topic, HTTP client or file", "park/demo-park/axle-01/meter/EL-01"
    )
    enterprise: str | None = column("as addressed", "axle-01")
    meter: str | None = column("as addressed", "EL-01")
    item: int = column("position in a list or batch, -1 for a whole message", -1)
    reason: str = column("one of the closed list of reasons", "bad_value")
    detail: str = column("begins with the field at fault", "value: 'abc' is not a number")
    payload_sha256: str = column("hash of the original bytes", "9f86d081884c7d65…")
    payload_length: int = column("length of the original bytes", 57, "B")
    batch: int = column("batch of the store's hash chain", 8_812)
    expired: datetime | None = column("when its bytes were dropped by policy", None)
    state: State = column("open, replayed or expired", "open")
    outcome: str | None = column("of its last replay; null where none was", "refused")
    replayed_at: datetime | None = column("when that was", "2026-11-21T01:00:00Z")
    replayed_by: str | None = column("who did it", "officer")


class RejectionDetail(RejectionRow):
    """A rejection with its payload."""

    payload_kept: int = Field(
        description="bytes kept of the payload, at most the first MiB", examples=[57]
    )
    payload_text: str | None = Field(
        description="the kept payload where it is UTF-8; the bytes are at …/payload",
        examples=['{"ts":"2026-11-20T11:12:09+08:00","value":"abc","unit":"kWh"}'],
    )


@router.get(
    "/rejections",
    response_model=Items[RejectionRow],
    responses=DOCUMENTED,
    summary="Refused data",
)
def get_rejections(
    query: Annotated[RejectionsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The newest first."""
    books = context.books
    before_id = None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])
    frame = ledger.rejections.rejections(
        books,
        which_of(query, books),
        before_id=None if before_id is None else before_id[0],
        limit=query.limit + 1,
    )
    rows = frame.iloc[: query.limit]
    more = len(frame) > query.limit
    following = write_cursor([int(rows["rejection_id"].iloc[-1])]) if more else None
    return answer.items(rows, RejectionRow, following=following)


def which_of(query: RejectionsFilter, books: Books, ids: Sequence[int] | None = None) -> Which:
    """The filter as the ledger has it. Raises ProblemError (422)."""
    start, end = span(query, books.registry().zone, books.now())
    return Which(
        enterprise=query.enterprise,
        meter=query.meter,
        reason=query.reason,
        source=None if query.source is None else Source[query.source.upper()],
        start=start,
        end=end,
        state=query.state,
        ids=None if ids is None else tuple(ids),
    )


def payload_text(payload: bytes) -> str | None:
    """The bytes as text; None where they are not UTF-8."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return None


def _found(context: Context, rejection_id: int) -> ledger.rejections.Rejection:
    try:
        return ledger.rejections.rejection(context.books, rejection_id)
    except KeyError as error:
        raise unknown("rejection_id", rejection_id, "the number of a rejection") from error


@router.get(
    "/rejections/{rejection_id}",
    response_model=RejectionDetail,
    dependencies=[Depends(no_query)],
    summary="One rejection",
)
def get_rejection(rejection_id: RejectionId, context: Context) -> Response:
    """With its payload as text, where it is text."""
    found = _found(context, rejection_id)
    about = records(found.about, list(RejectionRow.model_fields))[0]
    body = about | {"payload_kept": len(found.payload), "payload_text": payload_text(found.payload)}
    return Response(msgspec.json.encode(body), media_type="application/json")


@router.get(
    "/rejections/{rejection_id}/payload",
    response_class=Response,
    dependencies=[Depends(no_query)],
    responses={200: {"content": {"application/octet-stream": {}}}},
    summary="Original bytes of a rejection",
)
def get_payload(rejection_id: RejectionId, context: Context) -> Response:
    """As they came, at most the first MiB."""
    found = _found(context, rejection_id)
    # What strangers sent is handed out as bytes to save, never as something to show or run.
    headers = {
        "Content-Disposition": f'attachment; filename="rejection-{rejection_id}.bin"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.payload, headers=headers, media_type="application/octet-stream")
