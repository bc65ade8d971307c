"""/enterprises: who is in the park."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_cluster
from api.paging import Query

router = APIRouter(tags=["registry"])


class EnterprisesQuery(Query):
    """Which enterprises."""

    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])


class EnterpriseRow(BaseModel):
    """One enterprise."""

    code: str = column("the enterprise's code", "axle-01")
    name_zh: str = column("name", "示例车桥有限公司")
    name_en: str = column("name in English", "Example Axle Co., Ltd.")
    cluster: str = column("code of its cluster", "equipment")
    cluster_name_zh: str | None = column("name of its cluster", "高端装备制造")
    cluster_name_en: str | None = column("name of its cluster in English", "Advanced equipment")
    industry: str | None = column("industry by GB/T 4754", "C3670")
    uscc: str | None = column("unified social credit code", "91350100M000100Y43")
    land_area_mu: float | None = column("land", 120.5, "mu")
    ets_sector: str | None = column("sector of the national emissions trade", None)
    key_energy_user: bool = column("on the list of key energy users", True)
    meters: int = column("how many meters it has", 12)


@router.get(
    "/enterprises",
    response_model=Items[EnterpriseRow],
    responses=DOCUMENTED,
    summary="Enterprises of the park",
)
def get_enterprises(
    query: Annotated[EnterprisesQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Enterprises by code."""
    registry = context.books.registry()
    require_cluster(registry, query.cluster)
    meters = pd.Series([owner for owner, _ in registry.key_of], dtype="str").value_counts()
    rows = []
    for one in sorted(registry.enterprises, key=lambda enterprise: enterprise.code):
        if query.cluster in (None, one.cluster):
            cluster = registry.cluster_by_code.get(one.cluster)
            rows.append(
                {
                    "code": one.code,
                    "name_zh": one.name_zh,
                    "name_en": one.name_en,
                    "cluster": one.cluster,
                    "cluster_name_zh": cluster.name_zh if cluster else None,
                    "cluster_name_en": cluster.name_en if cluster else None,
                    "industry": one.industry,
                    "uscc": one.uscc,
                    "land_area_mu": one.land_area_mu,
                    "ets_sector": one.ets_sector,
                    "key_energy_user": one.key_energy_user,
                    "meters": int(meters.get(one.code, 0)),
                }
            )
    return answer.items(pd.DataFrame(rows, columns=list(EnterpriseRow.model_fields)), EnterpriseRow)
