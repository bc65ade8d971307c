"""Whose accounts are asked for: of the park, a cluster, a group, an enterprise or a building; and
by which state of knowledge and which rules of choosing factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from api.context import ApiContext
from api.names import require_cluster, require_enterprise
from api.problems import invalid, unknown
from api.times import AccountedSpan, accounted_span, instant
from ledger.as_of import registry_as_of
from models.carbon.factors import Level
from models.carbon.gwp import DEFAULT_ASSESSMENT, assessments
from models.registry import Registry


class AccountsQuery(AccountedSpan):
    """Whose accounts, when, as known when, by which factors."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])
    group: str | None = Field(None, description="code of a group", examples=["heat-users"])
    building: str | None = Field(
        None, description="code of a building of `enterprise`: the meters in it", examples=["H1"]
    )
    as_of: str | None = Field(
        None,
        description="As it was known then: readings, registry and records of then",
        examples=["2026-04-01T00:00:00+08:00"],
    )
    gwp: str = Field(
        DEFAULT_ASSESSMENT, description="assessment report of the warming potentials (IPCC)"
    )
    factor_level: Level = Field(
        "province",
        description="where the choice of electricity factors begins: the park's province, its "
        "grid region, or the nation (reports to the ministry)",
    )


@dataclass(frozen=True)
class Asked:
    """What a question means: codes are checked, words of time are instants."""

    registry: Registry
    enterprises: list[str] | None
    building: tuple[str, str] | None
    start: datetime
    end: datetime
    as_of: datetime | None


def asked(query: AccountsQuery, context: ApiContext) -> Asked:
    """The question's meaning; raises ProblemError that names what is not known."""
    books = context.books
    registry, as_of = books.registry(), None
    if query.as_of is not None:
        as_of = instant("as_of", query.as_of, registry.zone, books.now())
        registry = registry_as_of(books, as_of)
    if query.gwp not in assessments():
        raise invalid("gwp", f"{query.gwp!r} is none of {', '.join(assessments())}")
    start, end = accounted_span(query, registry.zone, books.now())
    return Asked(registry, _enterprises(registry, query), _building(registry, query),
                 start, min(end, as_of) if as_of else end, as_of)  # fmt: skip


def _enterprises(registry: Registry, query: AccountsQuery) -> list[str] | None:
    """Codes of the enterprises asked for, None for all."""
    require_enterprise(registry, query.enterprise)
    require_cluster(registry, query.cluster)
    if query.group is not None and query.group not in registry.group_by_code:
        raise unknown("group", query.group)
    if query.enterprise is None and query.cluster is None and query.group is None:
        return None
    group = None if query.group is None else registry.group_by_code[query.group].enterprises
    return [
        one.code
        for one in registry.enterprises
        if query.enterprise in (None, one.code)
        and query.cluster in (None, one.cluster)
        and (group is None or one.code in group)
    ]


def _building(registry: Registry, query: AccountsQuery) -> tuple[str, str] | None:
    if query.building is None:
        return None
    if query.enterprise is None:
        raise invalid("building", "is one of an enterprise: name it by `enterprise`")
    building = query.enterprise, query.building
    if building not in registry.building_by_code:
        raise unknown("building", query.building, f"registered at {query.enterprise!r}")
    return building
