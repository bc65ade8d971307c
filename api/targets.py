"""/targets: what is allowed, what was used, what is left; broken down, and by lead unit."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.target_breakdown
import ledger.targets
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_cluster, require_enterprise
from api.paging import Query
from api.problems import invalid
from api.tenant import Tenant, of_the_park, own
from api.times import FIRST_YEAR, LAST_YEAR
from models.registry import Registry

router = APIRouter(tags=["progress"])

ScopeWord = Literal["park", "cluster", "enterprise"]


class YearQuery(Query):
    """Which year."""

    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, examples=[2026],
        description="of the park's time; by default the current one",
    )  # fmt: skip


class WhoseQuery(Query):
    """Whose."""

    scope: ScopeWord | None = Field(None, description="only the park's, clusters' or enterprises'")
    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])
    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])


class TargetsQuery(WhoseQuery, YearQuery):
    """Whose targets, of which year."""


class TargetRow(BaseModel):
    """One target held against one year (or its month); amounts are in the row's ``unit``."""

    scope: str = column("`park`, `cluster` or `enterprise`", "enterprise")
    code: str = column("its code", "axle-01")
    name_zh: str = column("its name", "一号车桥厂")
    name_en: str = column("its name in English", "Axle works 1")
    subject: str = column(
        "`energy_total`, `energy_intensity`, `co2_total`, `co2_intensity`", "co2_total"
    )
    basis: str | None = column("value of energy: `equivalent`, `calorific`", None)
    period: str = column("the target's period: a year, a month, years", "2026-2030")
    document: str = column("document that sets it", "notice 2026 no. 4")
    clause: str = column("place in it", "annex 1")
    lead_unit: str | None = column("office that answers for it", "经济发展局")
    unit: str = column("unit of its amounts", "t")
    asked_period: str = column("what it is held against: the year, or the month", "2026")
    year: int = column("the year", 2026)
    base_year: int | None = column("base year of a reduction", 2025)
    base_value: float | None = column("figure of the base year", 52_000.0, "{unit}")
    reduction: float | None = column("to be reached by the period's end", 0.1, "1")
    even_share: float | None = column("of it a year: 1 - (1 - r)^(1/n)", 0.0209, "1")
    end_value: float | None = column("value at the period's end", 46_800.0, "{unit}")
    allowed: float | None = column("what is allowed in the year or month", 50_900.0, "{unit}")
    gross: float | None = column("amount before anything is left out", 45_000.0)
    raw_material: float | None = column("left out of it: raw material", 0.0, "tce")
    renewable: float | None = column("left out: renewables by certificate", 0.0, "tce")
    actual: float | None = column("what counts, of an intensity per output", 45_000.0, "{unit}")
    output_1e4_yuan: float | None = column("output of an intensity", None, "1e4_yuan")
    price_basis: str | None = column("prices that the target is at", None)
    origin: str | None = column("`metered`, `running` or `imported`", "running")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    months: int | None = column("months that the actual figure is of", 11)
    used_share: float | None = column("actual / allowed, of a total", 0.8841, "1")
    left: float | None = column("left of a total that runs; negative: beyond", 5_900.0, "{unit}")
    days_left: float | None = column("days to the end of the year or month", 35.3, "d")
    even_rate_per_day: float | None = column("a day that would meet it", 167.1, "{unit}/d")
    rate_per_day: float | None = column("a day of the last 30", 142.0, "{unit}/d")
    expected: float | None = column("of the whole at that rate", 50_000.0, "{unit}")
    expected_course: float | None = column("of the whole by last year's course", 50_400.0, "{unit}")
    expected_by: str | None = column("`course`, `rate` or `months`: what it is judged by", "course")
    reached: float | None = column("reduction reached against the base year", None, "1")
    state: str = column("`met`, `on_track`, `behind`, `missed`, `unknown`", "on_track")
    reason: str | None = column("code of why it is unknown", None)
    notes: str | None = column("what of the deductions is not known, joined by |", None)
    overlaps: str | None = column("other targets for the same thing in the same time", None)
    statement_zh: str = column("all of it in a sentence", "一号车桥厂2026二氧化碳排放总量：…")
    statement_en: str = column("the same in English", "Axle works 1, 2026, total CO2 …")


class BreakdownRow(BaseModel):
    """A total of the park or of a cluster beside the sum of its parts."""

    year: int = column("the year", 2026)
    scope: str = column("`park` or `cluster`", "park")
    code: str = column("its code", "demo-park")
    name_zh: str = column("its name", "示范园区")
    name_en: str = column("its name in English", "Demo park")
    subject: str = column("`energy_total` or `co2_total`", "co2_total")
    basis: str | None = column("value of energy", None)
    unit: str = column("unit of its amounts", "t")
    allowed: float | None = column("what the whole may use", 1_960_000.0, "{unit}")
    actual: float | None = column("what it used so far", 1_700_000.0, "{unit}")
    parts: int = column("clusters of the park, or enterprises of the cluster", 5)
    parts_with_target: int = column("of them with a target", 5)
    parts_allowed: float | None = column("what these may use together", 1_950_000.0, "{unit}")
    difference: float | None = column("allowed - parts_allowed", 10_000.0, "{unit}")
    without_target: str | None = column("codes of parts without a target, joined by |", None)
    verdict: str = column("`holds`, `exceeds`, `incomplete`, `no_target`", "holds")
    statement_zh: str = column("all of it in a sentence", "示范园区2026年…")
    statement_en: str = column("the same in English", "Demo park, 2026, …")


class LeadUnitRow(BaseModel):
    """One target that a lead unit answers for."""

    lead_unit: str = column("the office", "经济发展局")
    scope: str = column("`park`, `cluster` or `enterprise`", "park")
    code: str = column("its code", "demo-park")
    name_zh: str = column("its name", "示范园区")
    name_en: str = column("its name in English", "Demo park")
    subject: str = column("what is targeted", "co2_intensity")
    basis: str | None = column("value of energy", None)
    period: str = column("the target's period", "2026-2030")
    document: str = column("document that sets it", "15th plan")
    year: int = column("the year", 2026)
    state: str = column("state of the year", "behind")
    reason: str | None = column("code of why it is unknown", None)
    mid_year: int | None = column("middle of a period of several years", 2028)
    mid_allowed: float | None = column("what its path allows then", 0.9, "{unit}")
    mid_actual: float | None = column("what it was then", None, "{unit}")
    mid_state: str | None = column("state of that year; null before it begins", None)
    mid_reason: str | None = column("code of why there is none", "not_begun")
    unit: str = column("unit of its amounts", "t/(10^4 yuan)")
    statement_zh: str = column("all of it in a sentence", "示范园区2026…")
    statement_en: str = column("the same in English", "Demo park, 2026, …")


def whose(
    query: WhoseQuery, registry: Registry, tenant: str | None
) -> tuple[str | None, str | None]:
    """Scope and code that are asked for; an enterprise's key sees its own.

    Raises ProblemError: an unknown code, several of them, or another's.
    """
    require_enterprise(registry, query.enterprise)
    require_cluster(registry, query.cluster)
    if query.cluster is not None and query.enterprise is not None:
        raise invalid("cluster", "is one way to say whose, enterprise the other; not both")
    code = query.cluster or query.enterprise
    scope = "cluster" if query.cluster else "enterprise" if query.enterprise else query.scope
    if query.scope not in (None, scope):
        raise invalid("scope", f"{query.scope!r} does not go with {scope}={code!r}")
    if tenant is not None:
        if scope not in (None, "enterprise"):
            of_the_park(tenant, "scope" if query.cluster is None else "cluster")
        return "enterprise", own(tenant, code)
    return scope, code


@router.get(
    "/targets", response_model=Items[TargetRow], responses=DOCUMENTED, summary="Targets and budgets"
)
def get_targets(
    query: Annotated[TargetsQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Every target that has a part of the year: allowed, used, left, the daily rate that would meet
    it, what is expected, and the state with its reason.
    """
    scope, code = whose(query, context.books.registry(), tenant)
    frame = ledger.targets.targets(context.books, year=query.year, scope=scope, code=code)
    return answer.items(frame, TargetRow)


@router.get(
    "/targets/path",
    response_model=Items[TargetRow],
    responses=DOCUMENTED,
    summary="Yearly paths of targets of several years",
)
def get_target_paths(
    query: Annotated[WhoseQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """One row a target and year of its period, years to come among them (`not_begun`)."""
    scope, code = whose(query, context.books.registry(), tenant)
    frame = ledger.targets.target_paths(context.books, scope=scope, code=code)
    return answer.items(frame, TargetRow)


@router.get(
    "/targets/breakdown",
    response_model=Items[BreakdownRow],
    responses=DOCUMENTED,
    summary="Totals broken down to clusters and enterprises",
)
def get_breakdown(
    query: Annotated[YearQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """The park's totals beside its clusters', theirs beside their enterprises'."""
    of_the_park(tenant)
    return answer.items(
        ledger.target_breakdown.breakdown(context.books, year=query.year), BreakdownRow
    )


@router.get(
    "/targets/lead-units",
    response_model=Items[LeadUnitRow],
    responses=DOCUMENTED,
    summary="Targets by lead unit",
)
def get_lead_units(
    query: Annotated[YearQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """What each lead unit answers for, with the state in the middle of the period."""
    of_the_park(tenant)
    frame = ledger.target_breakdown.lead_units(context.books, year=query.year)
    return answer.items(frame, LeadUnitRow)
