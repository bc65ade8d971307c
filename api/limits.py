"""/limits: what the standards allow, each value with its table, source and status."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.paging import Query
from api.problems import unknown
from ledger.limits import limit_table
from models.environment.limits import Averaging, Bound
from models.registry.points import Medium

router = APIRouter(tags=["environment"])


class LimitsQuery(Query):
    """Which limits."""

    limit_class: str | None = Field(
        None, description="code of a limit class", examples=["GB13271-2014/new/gas"]
    )
    medium: Medium | None = Field(None, description="what is watched", examples=["waste_gas"])
    pollutant: str | None = Field(None, description="code of HJ 212-2017", examples=["a21002"])
    standard: str | None = Field(
        None, description="number of a standard", examples=["GB 13271-2014"]
    )
    status: str | None = Field(
        None, description="how the value was checked", examples=["from memory"]
    )
    on: date | None = Field(
        None, description="only what is in force on this day", examples=["2026-03-01"]
    )


class LimitRow(BaseModel):
    """One limit of one pollutant in one class."""

    limit_class: str = column("what outlets and stations name it by", "GB13271-2014/new/gas")
    medium: str = column("media that it is of, joined by |", "waste_gas")
    name_zh: str = column("name of the class", "新建锅炉，燃气")
    name_en: str = column("name of the class in English", "new boilers, gas")
    pollutant: str = column("code of HJ 212-2017", "a21002")
    pollutant_name_zh: str = column("name of the pollutant", "氮氧化物")
    pollutant_name_en: str = column("name of the pollutant in English", "nitrogen oxides")
    bound: Bound = column("whether the limit is a highest or a lowest value", "max")
    value: float = column("the limit; it is itself allowed", 200.0, "{unit}")
    unit: str = column("unit of the limit", "mg/m3")
    averaging: Averaging = column("the mean that is compared with it", "hour")
    condition: str | None = column("when it counts, null: always", None)
    reference_oxygen_pct: float | None = column(
        "oxygen that concentrations are converted to, null: as measured", 3.5, "%"
    )
    standard: str = column("number of the standard", "GB 13271-2014")
    table: str | None = column("table of the standard", "table 2")
    clause: str | None = column("clause of the standard", "4")
    valid_from: str = column("first day of validity", "2014-07-01")
    valid_to: str | None = column("day on which validity ends", None)
    status: str = column("whether the value was checked against its source", "verified-secondary")
    source: str = column("where it was read", "https://upscalepup.com/biology_320177")
    note: str | None = column("what else must be known of it", None)
    class_status: str = column("the same of the class's dates and reference oxygen", "from memory")
    class_source: str = column("where those were read", "GB 13271-2014 as remembered")
    class_note: str | None = column("what else must be known of the class", None)


@router.get(
    "/limits", response_model=Items[LimitRow], responses=DOCUMENTED, summary="Limits of standards"
)
def get_limits(query: Annotated[LimitsQuery, QueryParameters()], answer: Answer) -> Response:
    """All that are known, or those that fit every given filter."""
    asked = query.model_dump(exclude_none=True)
    whole = limit_table()
    for name in ("limit_class", "pollutant", "standard", "status"):
        if name in asked and asked[name] not in set(whole[name]):
            raise unknown(name, asked[name], "among the limits")
    return answer.items(limit_table(**asked), LimitRow)
