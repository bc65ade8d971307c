"""/corrections: what was recorded wrongly, put right with reason, evidence and author."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

import ledger.corrections
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import ApiContext, Context
from api.names import require_meter
from api.paging import Int64, Paged, no_query, read_cursor, write_cursor
from api.problems import ProblemError, unknown
from api.times import Span, instant, is_named, span
from models.corrections import (
    Before,
    Correction,
    CorrectionError,
    CorrectionKind,
    CorrectionReason,
    Wanted,
)
from store.registry_db.corrections import Corrections

router = APIRouter(tags=["data quality"])

TIMES = ("start", "end", "ts")


class GivenValue(BaseModel):
    """A value at an instant."""

    model_config = ConfigDict(extra="forbid")

    ts: str = Field(examples=["2026-03-05T08:00:00+08:00"])
    value: float = Field(examples=[10_482.5])


class CorrectionRequest(BaseModel):
    """A correction. ``replace`` and ``substitute`` take ``values``, ``void`` and ``restore`` a span
    [start, end), ``substitute`` also a span and an ``amount``, ``exchange`` ts and both registers.
    """

    model_config = ConfigDict(extra="forbid")

    kind: CorrectionKind = Field(examples=["replace"])
    enterprise: str = Field(examples=["axle-01"])
    meter: str = Field(examples=["EL-01"])
    reason: CorrectionReason = Field(examples=["wrong_entry"])
    note: str = Field(description="why, in words", examples=["digits swapped by hand"])
    evidence: str = Field(description="what proves it", examples=["photo 2026-03-06, file 118"])
    author: str = Field(description="who answers for it", examples=["Wang Fang"])
    values: list[GivenValue] = Field(default_factory=list, max_length=100_000)
    unit: str | None = Field(None, description="of what is given; the meter's by default")
    start: str | None = None
    end: str | None = None
    amount: float | None = Field(None, description="used in the span: multiplier applied")
    ts: str | None = None
    final_value: float | None = None
    initial_value: float | None = None
    dry_run: bool = Field(False, description="say what would change, change nothing")


class CorrectionRow(BaseModel):
    """One correction."""

    id: int = column("number of the correction; 0 of a dry run", 12)
    kind: CorrectionKind = column("what it does", "replace")
    enterprise: str = column("code of the enterprise", "axle-01")
    meter: str = column("code of the meter", "EL-01")
    start: datetime = column("first instant corrected", "2026-03-05T00:00:00Z")
    end: datetime = column("last instant corrected", "2026-03-05T00:00:00Z")
    values: int = column("instants corrected", 1)
    final_value: float | None = column("of an exchange", None)
    initial_value: float | None = column("of an exchange", None)
    reason: CorrectionReason = column("of a closed list", "wrong_entry")
    note: str = column("why, in words", "digits swapped by hand")
    evidence: str = column("what proves it", "photo 2026-03-06, file 118")
    author: str = column("who answers for it", "Wang Fang")
    state: str = column("pending until the store has it, then applied", "applied")
    recorded_at: datetime | None = column("when it was recorded", "2026-03-06T02:00:00Z")
    applied_at: datetime | None = column("when it was applied", "2026-03-06T02:00:00.2Z")
    batch: int | None = column("batch of its readings", 8_813)


class ValueRow(BaseModel):
    """What holds at an instant, and what held before where that is told."""

    ts: datetime
    value: float
    quality: str
    value_before: float | None = None
    quality_before: str | None = None


class CorrectionAnswer(BaseModel):
    """A correction with its values."""

    dry_run: bool
    correction: CorrectionRow
    values: list[ValueRow]


class CorrectionsQuery(Span, Paged):
    """Which corrections."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])


@router.post(
    "/corrections",
    dependencies=[Depends(no_query)],
    summary="Correct readings, or declare a meter exchange",
)
def post_correction(wanted: CorrectionRequest, context: Context) -> CorrectionAnswer:
    """Nothing stored is changed: rows of source `correction` hold over it, and usage follows."""
    if context.corrector is None:
        raise ProblemError(409, "nothing-taken-in-here", "this process takes no data in")
    zone, now = context.books.registry().zone, context.books.now()
    given: dict[str, Any] = wanted.model_dump(exclude={"dry_run", *TIMES}) | {
        name: instant(name, text, zone, now, ending=name == "end")
        for name in TIMES
        if (text := getattr(wanted, name)) is not None
    }
    named = {name for name in ("start", "end") if is_named(getattr(wanted, name))}
    given["periods"] = frozenset(named)
    given["values"] = [
        (instant(f"values.{place}.ts", one.ts, zone, now), one.value)
        for place, one in enumerate(wanted.values)
    ]
    try:
        made, before = context.corrector.correct(Wanted(**given), dry_run=wanted.dry_run)
    except CorrectionError as error:
        errors = [(error.field, error.detail)]
        raise ProblemError(422, "correction-refused", str(error), errors) from error
    return _answer(made, before, dry_run=wanted.dry_run)


@router.get(
    "/corrections",
    response_model=Items[CorrectionRow],
    responses=DOCUMENTED,
    summary="Corrections, newest first",
)
def get_corrections(
    query: Annotated[CorrectionsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Those whose instants lie in the span."""
    registry = context.books.registry()
    require_meter(registry, query.enterprise, query.meter)
    start, end = span(query, registry.zone, context.books.now())
    frame = ledger.corrections.corrections(
        _record(context),
        enterprise=query.enterprise,
        meter=query.meter,
        start=start,
        end=end,
        before_id=None if query.cursor is None else read_cursor(query.cursor, tuple[Int64])[0],
        limit=query.limit + 1,
    )
    rows = frame.iloc[: query.limit]
    more = len(frame) > query.limit
    following = write_cursor([int(rows["id"].iloc[-1])]) if more else None
    return answer.items(rows, CorrectionRow, following=following)


@router.get(
    "/corrections/{correction_id}",
    dependencies=[Depends(no_query)],
    summary="One correction with its values",
)
def get_correction(
    correction_id: Annotated[
        int, Path(ge=1, le=2**31 - 1, examples=[12], description="number of the correction")
    ],
    context: Context,
) -> CorrectionAnswer:
    """What it made hold; what held before is in `/readings` with `every_row`."""
    found = _record(context).one(correction_id)
    if found is None:
        raise unknown("correction_id", correction_id, "the number of a correction")
    return _answer(found, [], dry_run=False)


def _record(context: ApiContext) -> Corrections:
    if context.corrections is None:
        raise ProblemError(409, "no-record-here", "this process has no record of corrections")
    return context.corrections


def _answer(made: Correction, before: list[Before], *, dry_run: bool) -> CorrectionAnswer:
    row = records(ledger.corrections.frame_of([made]), list(CorrectionRow.model_fields))[0]
    told = before or [Before(None, None, None)] * len(made.values)
    values = [
        ValueRow(
            ts=one.ts,
            value=one.value,
            quality=one.quality.name.lower(),
            value_before=held.value,
            quality_before=None if held.quality is None else held.quality.name.lower(),
        )
        for one, held in zip(made.values, told, strict=True)
    ]
    return CorrectionAnswer(
        dry_run=dry_run, correction=CorrectionRow.model_validate(row), values=values
    )
