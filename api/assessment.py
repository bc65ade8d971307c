"""/assessment: grades of enterprises, every point, the path to the next grade, land use."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters

import ledger.assessment
from api.answers import DOCUMENTED, Answer, Items
from api.assessment_forms import (
    AssessmentQuery,
    AssessmentRow,
    OfYear,
    PathRow,
    PointRow,
    WatchRow,
)
from api.context import ApiContext, Context
from api.names import require_cluster, require_enterprise
from api.problems import invalid
from api.tenant import Tenant, own
from models.progress.assessment.rules import RulesError, scheme_of

router = APIRouter(tags=["progress"])


def year_asked(context: ApiContext, year: int | None) -> int:
    """The year asked for, by default the last one that is over.

    Raises ProblemError (422) for one that is not over, or that no rules are for.
    """
    books = context.books
    this_year = books.now().astimezone(books.registry().zone).year
    asked = this_year - 1 if year is None else year
    if asked >= this_year:
        raise invalid("year", f"{asked} is not over; whole years are assessed")
    try:
        scheme_of(asked)
    except RulesError as error:
        raise invalid("year", str(error).removeprefix("year: ")) from error
    return asked


@router.get(
    "/assessment",
    response_model=Items[AssessmentRow],
    responses=DOCUMENTED,
    summary="Grades and places of enterprises",
)
def get_assessment(
    query: Annotated[AssessmentQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """By place in the park. An enterprise's key sees its own row; its place is among all."""
    registry = context.books.registry()
    require_enterprise(registry, query.enterprise)
    require_cluster(registry, query.cluster)
    frame = ledger.assessment.assessment(
        context.books,
        year=year_asked(context, query.year),
        enterprise=own(tenant, query.enterprise),
        cluster=query.cluster,
    )
    return answer.items(frame, AssessmentRow)


@router.get(
    "/assessment/points",
    response_model=Items[PointRow],
    responses=DOCUMENTED,
    summary="Every criterion's points, and why",
)
def get_points_of_assessment(
    query: Annotated[OfYear, QueryParameters()], context: Context, answer: Answer, tenant: Tenant
) -> Response:
    """Value, yardstick, weight by the rules and as it counts, source and rule of each."""
    require_enterprise(context.books.registry(), query.enterprise)
    frame = ledger.assessment.assessment_points(
        context.books,
        year=year_asked(context, query.year),
        enterprise=own(tenant, query.enterprise),
    )
    return answer.items(frame, PointRow)


@router.get(
    "/assessment/path",
    response_model=Items[PathRow],
    responses=DOCUMENTED,
    summary="The path of least effort to the next grade",
)
def get_grade_paths(
    query: Annotated[OfYear, QueryParameters()], context: Context, answer: Answer, tenant: Tenant
) -> Response:
    """Which criteria have to come where, with the yardsticks as they are."""
    require_enterprise(context.books.registry(), query.enterprise)
    frame = ledger.assessment.grade_paths(
        context.books,
        year=year_asked(context, query.year),
        enterprise=own(tenant, query.enterprise),
    )
    return answer.items(frame, PathRow)


@router.get(
    "/assessment/watch",
    response_model=Items[WatchRow],
    responses=DOCUMENTED,
    summary="The list of low-efficiency land use",
)
def get_land_watch(
    query: Annotated[OfYear, QueryParameters()], context: Context, answer: Answer, tenant: Tenant
) -> Response:
    """Those on the list first, then those that meet the condition in the year alone."""
    require_enterprise(context.books.registry(), query.enterprise)
    frame = ledger.assessment.land_watch(
        context.books,
        year=year_asked(context, query.year),
        enterprise=own(tenant, query.enterprise),
    )
    return answer.items(frame, WatchRow)
