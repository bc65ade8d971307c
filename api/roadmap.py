"""/roadmap: scenarios of the park's emissions to 2060, their measures and assumptions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import Field

import ledger.roadmap
import ledger.roadmap_assumptions
from api.answers import DOCUMENTED, Answer, Items
from api.context import ApiContext, Context
from api.names import require_enterprise
from api.paging import Query
from api.problems import invalid
from api.roadmap_rows import AssumptionRow, CourseRow, MeasureRow, ScenarioRow
from api.tenant import Tenant, own

router = APIRouter(tags=["progress"])

MOST_DRAWS = 20_000


class ScenarioQuery(Query):
    """Which scenario."""

    scenario: str | None = Field(
        None, description="code of one scenario; by default all", examples=["planned"]
    )


class DrawnQuery(ScenarioQuery):
    """Which scenario, and how its intervals are drawn."""

    draws: int = Field(
        ledger.roadmap.DRAWS, ge=100, le=MOST_DRAWS, description="how often it is drawn"
    )
    seed: int = Field(
        ledger.roadmap.SEED, ge=0, le=2**31 - 1,
        description="of the draws: the same seed draws the same",
    )  # fmt: skip


class MeasuresQuery(ScenarioQuery):
    """Which scenario's measures, and whose."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["EQ01"])
    counted: bool | None = Field(None, description="only those that count, or that do not")


def _known(context: ApiContext, scenario: str | None) -> None:
    """Raise a problem where no assumption and no measure names the scenario."""
    names = ledger.roadmap.scenario_names(context.books)
    if scenario is not None and scenario not in names:
        known = ", ".join(names) or "none"
        raise invalid("scenario", f"{scenario!r}: known are {known}")


@router.get(
    "/roadmap",
    response_model=Items[CourseRow],
    responses=DOCUMENTED,
    summary="Emissions by scenario to 2060, after the years that are known",
)
def get_roadmap(
    query: Annotated[DrawnQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """History first, then each scenario from the base year on; 90 % intervals of seeded draws."""
    _known(context, query.scenario)
    frame = ledger.roadmap.roadmap(
        context.books, scenario=query.scenario, draws=query.draws, seed=query.seed
    )
    return answer.items(frame, CourseRow)


@router.get(
    "/roadmap/scenarios",
    response_model=Items[ScenarioRow],
    responses=DOCUMENTED,
    summary="Peak year and level of each scenario, in words and figures",
)
def get_scenarios(
    query: Annotated[DrawnQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """With 2030, 2035 and 2060; a scenario that cannot be projected says why."""
    _known(context, query.scenario)
    frame = ledger.roadmap.scenarios(
        context.books, scenario=query.scenario, draws=query.draws, seed=query.seed
    )
    return answer.items(frame, ScenarioRow)


@router.get(
    "/roadmap/measures",
    response_model=Items[MeasureRow],
    responses=DOCUMENTED,
    summary="Measures by scenario: what they save and what a tonne costs",
)
def get_measures(
    query: Annotated[MeasuresQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """The cheapest tonne first; measures that do not count say why."""
    require_enterprise(context.books.registry(), query.enterprise)
    _known(context, query.scenario)
    frame = ledger.roadmap.measures(
        context.books, scenario=query.scenario, enterprise=own(tenant, query.enterprise)
    )
    if query.counted is not None:
        frame = frame[frame["counted"] == query.counted]
    return answer.items(frame, MeasureRow)


@router.get(
    "/roadmap/assumptions",
    response_model=Items[AssumptionRow],
    responses=DOCUMENTED,
    summary="What the scenarios assume, with sources",
)
def get_assumptions(
    query: Annotated[ScenarioQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Rates in % a year by parameter, cluster and year."""
    _known(context, query.scenario)
    frame = ledger.roadmap_assumptions.assumptions(context.books, scenario=query.scenario)
    return answer.items(frame, AssumptionRow)
