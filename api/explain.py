"""/explain: a figure down to its formula, operands, factors, meters, readings and batches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.explain
from api.answers import DOCUMENTED, Answer
from api.context import Context
from api.paging import Query
from api.problems import ProblemError, invalid
from api.times import instant
from ledger.explain import BoundaryKind, Question, What
from ledger.explaining.hour import instant as told
from ledger.explaining.node import DEEPEST, ExplainError, Op
from models.carbon.factors import Level
from models.carbon.gwp import DEFAULT_ASSESSMENT
from models.errors import FactorNotFoundError
from models.periods import from_us, label, parse_period, to_us

router = APIRouter(tags=["accounts"])

ROUNDING = (
    "values are binary doubles; recomputed from its leaves a figure is the same within 1e-9 of the "
    "greatest sum of magnitudes on the way"
)


class Whose(Query):
    """Whose figure; without any of these the park's."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])
    group: str | None = Field(None, description="code of a group", examples=["heat-users"])

    def boundary(self) -> tuple[BoundaryKind, str | None]:
        """Kind and code; refuses more than one."""
        kinds: tuple[BoundaryKind, ...] = ("enterprise", "cluster", "group")
        given = [(kind, code) for kind in kinds if (code := getattr(self, kind)) is not None]
        if len(given) > 1:
            raise invalid(given[1][0], f"is one boundary, {given[0][0]} another; not both")
        return given[0] if given else ("park", None)


class ExplainQuery(Whose):
    """Which figure, and how much of its tree."""

    period: str | None = Field(
        None, description="2025, 2025-03 or 2025-03-05; the current year by default",
        examples=["2025"],
    )  # fmt: skip
    what: What = Field("co2e", description="which figure")
    path: str = Field(
        "", description="id of the node to begin at; the whole by default",
        examples=["demo-park/axle-01"],
    )  # fmt: skip
    depth: int = Field(2, ge=0, le=DEEPEST, description="levels unfolded below it")
    hours: str | None = Field(
        None, description="hours to unfold to readings wherever they are met, by commas",
        examples=["2025-03-05T08:00:00+08:00"],
    )  # fmt: skip
    as_of: str | None = Field(
        None, description="by what was known then", examples=["2026-03-01T12:00:00+08:00"]
    )
    gwp: str = Field(DEFAULT_ASSESSMENT, description="assessment report of the potentials")
    factor_level: Level = Field("province", description="first level of electricity factors")


class ExplainNode(BaseModel):
    """A figure, and what it is made of. Its value is ``op`` of its operands' values."""

    id: str = Field(description="names it in this figure", examples=["demo-park/axle-01"])
    title: str
    title_zh: str
    op: Op = Field(description="how it follows from its operands; constant and reading: leaves")
    formula: str | None
    clause: str | None
    value: float | None
    unit: str
    source: dict[str, Any] | None = Field(description="factor: id, document, clause, status, match")
    evidence: dict[str, Any] = Field(description="what stands behind it")
    folded: bool = Field(description="it has operands that are not unfolded here")
    operands: list[ExplainNode]
    hour: str | None = Field(None, description="start of an hour of a table")
    hours: list[list[Any]] | None = Field(
        None, description="table of a day: [hour, amount, estimated, coverage]"
    )


class ExplainAnswer(BaseModel):
    """A figure's tree with what was asked."""

    figure: ExplainNode
    period: str
    what: str
    as_of: str | None
    rounding: str


@router.get(
    "/explain", response_model=ExplainAnswer, responses={304: DOCUMENTED[304]},
    summary="A figure down to its readings",
)  # fmt: skip
def get_explain(
    query: Annotated[ExplainQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """The tree of a figure, lazily: a part of it by `path`, so many levels by `depth`.

    Days have their hours as a table; hours named in `hours` unfold to the readings that bound them.
    """
    books = context.books
    zone, now = books.registry().zone, books.now()
    period = query.period or label(now, "year", zone)
    boundary, code = query.boundary()
    as_of = None if query.as_of is None else instant("as_of", query.as_of, zone, now)
    try:
        start, _ = parse_period(period, zone)
    except ValueError as error:
        raise invalid("period", str(error).removeprefix("period: ")) from error
    if start >= (as_of or now):
        raise invalid("period", f"{period} has not begun")
    try:
        books.factors.gwp("CO2", query.gwp)
    except FactorNotFoundError as error:
        raise invalid("gwp", str(error)) from error
    given = [] if query.hours is None else query.hours.split(",")
    hours = [_hour(instant("hours", one, zone, now)) for one in given]
    question = Question(period, boundary, code, query.what, as_of, query.gwp, query.factor_level)
    try:
        figure = ledger.explain.explain(
            books, question, path=query.path, depth=query.depth, hours=hours
        )
    except ExplainError as error:
        raise of_boundary(error) from error
    return answer.one({
        "figure": figure, "period": period, "what": query.what, "as_of": told(as_of),
        "rounding": ROUNDING,
    })  # fmt: skip


def of_boundary(error: ExplainError) -> ProblemError:
    """404 for what is not there, 422 for what is too much."""
    status, kind = (422, "invalid-parameter") if error.field == "depth" else (404, "unknown-name")
    return ProblemError(status, kind, str(error), [(error.field, error.detail)])


def _hour(at: Any) -> str:
    us = to_us(at)
    return told(from_us(us - us % 3_600_000_000)) or ""
