"""/factors: emission factors with their sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.factors
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.paging import Query
from api.problems import unknown
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["factors"])


class FactorsQuery(Query):
    """Which factors."""

    set: str | None = Field(None, description="code of a factor set", examples=["ncsc"])
    carrier: str | None = Field(None, description="energy carrier", examples=["electricity"])
    region: str | None = Field(None, description="region of validity", examples=["东北"])
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR, description="year of the data", examples=[2012]
    )


class FactorRow(BaseModel):
    """One published factor. Fuels have NCV, carbon content and oxidation in place of a value."""

    id: str = column("what inventory rows name it by", "ncsc/electricity/average/2012/东北")
    set: str = column("factor set", "ncsc")
    carrier: str = column("energy carrier, or what else it is of", "electricity")
    region: str | None = column("region of validity", "东北")
    level: str | None = column("province, grid, nation or set", "grid")
    basis: str | None = column("what the value is of; only averages enter inventories", "average")
    gas: str | None = column("greenhouse gas", "CO2")
    value: float | None = column("the factor", 0.7769, "{unit}")
    unit: str = column("unit of value; of fuels, what a quantity is measured in", "kgCO2/kWh")
    ncv_gj_per_unit: float | None = column("net calorific value", None, "GJ/{unit}")
    carbon_tc_per_gj: float | None = column("carbon content", None, "tC/GJ")
    oxidation_pct: float | None = column("share of the carbon oxidized", None, "%")
    year: int | None = column("year of the data", 2012)
    valid_from: str | None = column("first day of validity", None)
    valid_to: str | None = column("day on which validity ends", None)
    published: str | None = column("day, month or year of publication", "2014")
    source: str = column("where it was published", "NCSC, regional grid averages")
    clause: str | None = column("clause or table there", None)
    status: str = column("whether the value was checked against its source", "verified-secondary")
    uncertainty_pct: float | None = column("relative uncertainty", None, "%")
    note: str | None = column("what else must be known of it", None)


@router.get(
    "/factors", response_model=Items[FactorRow], responses=DOCUMENTED, summary="Emission factors"
)
def get_factors(
    query: Annotated[FactorsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """All that the library holds, or those that fit every given filter."""
    whole = ledger.factors.factors(context.books)
    for name, value in (
        ("set", query.set),
        ("carrier", query.carrier),
        ("region", query.region),
    ):
        if value is not None and value not in set(whole[name].dropna()):
            raise unknown(name, value, "in the factor library")
    frame = ledger.factors.factors(
        context.books,
        set=query.set,
        carrier=query.carrier,
        region=query.region,
        year=query.year,
    )
    return answer.items(frame, FactorRow)
