"""Whose peak is asked for: the park, a cluster or an enterprise."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from pydantic import Field

from api.paging import Query
from api.problems import invalid, unknown
from api.tenant import of_the_park, own
from ledger.monthly import By
from models.registry import Registry


class WhoseQuery(Query):
    """Whose series."""

    by: Literal["park", "cluster", "enterprise"] = Field("park", description="whose")
    code: str | None = Field(
        None,
        description="only this enterprise, cluster or park; without it everyone that has yearly "
        "accounts",
        examples=["equipment"],
    )


def whose_code(query: WhoseQuery, registry: Registry, tenant: str | None) -> str | None:
    """The code asked for, checked; that of the enterprise whose key asks.

    Raises ProblemError: 404 for an unknown code, 403 where an enterprise asks for another one, for
    a cluster or for the park.
    """
    if query.by != "enterprise":
        of_the_park(tenant, "by")
    if query.by == "enterprise":
        if query.code is not None and query.code not in registry.enterprise_by_code:
            raise unknown("code", query.code)
        return own(tenant, query.code, "code")
    if query.by == "cluster":
        if query.code is not None and query.code not in registry.cluster_by_code:
            raise unknown("code", query.code)
    elif query.code not in (None, registry.park.code):
        raise unknown("code", str(query.code))
    return query.code


def one_code(query: WhoseQuery, registry: Registry, tenant: str | None) -> str:
    """The one code that is asked for; the park needs none.

    Raises ProblemError where none is named.
    """
    code = whose_code(query, registry, tenant)
    if code is None and query.by == "park":
        return registry.park.code
    if code is None:
        raise invalid("code", f"say which {query.by}")
    return code


def coded(frame: pd.DataFrame, by: By) -> pd.DataFrame:
    """A frame by enterprise, cluster or park as rows of ``scope`` and ``code``."""
    return frame.rename(columns={by: "code"}).assign(scope=by)
