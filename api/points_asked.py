"""Which outlets a question is about."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.names import require_point, require_pollutant
from api.tenant import own
from api.times import AccountedSpan
from models.registry import Registry


class OutletsQuery(AccountedSpan):
    """Which outlets and pollutants, and when; the current year by default."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])
    point: str | None = Field(None, description="code of an outlet", examples=["DA001"])
    pollutant: str | None = Field(
        None, description="code of a pollutant, HJ 212-2017", examples=["a21002"]
    )


def asked_of(query: OutletsQuery, registry: Registry, tenant: str | None) -> dict[str, Any]:
    """Enterprise, point and pollutant to ask for.

    Raises ProblemError: 404 for what is not registered, 403 for another enterprise's.
    """
    require_point(registry, query.enterprise, query.point)
    require_pollutant(query.pollutant)
    return {
        "enterprise": own(tenant, query.enterprise),
        "point": query.point,
        "pollutant": query.pollutant,
    }
