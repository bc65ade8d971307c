"""/meters: what is measured, and how."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_meter, require_quantity
from api.paging import Query
from ledger.books import select_meters

router = APIRouter(tags=["registry"])


class MetersQuery(Query):
    """Which meters."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    meter: str | None = Field(None, description="code of a meter", examples=["EL-01"])
    quantity: str | None = Field(None, description="code of a quantity", examples=["electricity"])


class MeterRow(BaseModel):
    """The latest version of one meter."""

    key: int = column("the meter's number in the store; in InfluxDB its tag `meter`", 17)
    enterprise: str = column("code of the enterprise", "axle-01")
    code: str = column("the meter's code", "EL-01")
    quantity: str = column("what it measures", "electricity")
    kind: str = column("counter, interval, rate, level or mean", "counter")
    unit: str = column("unit of its readings", "kWh")
    usage_unit: str = column("unit of its usage", "kWh")
    interval_s: int = column("how often a reading is expected", 900, "s")
    name_zh: str = column("name", "总进线")
    name_en: str = column("name in English", "main feeder")
    multiplier: float = column("transformer ratio, applied in usage", 40.0, "1")
    register_max: float | None = column(
        "value at which the register returns to zero", 1_000_000.0, "{unit}"
    )
    range_low: float | None = column("least plausible value; of a counter per hour", 0.0, "{unit}")
    range_high: float | None = column(
        "greatest plausible value; of a counter per hour", 50.0, "{unit}"
    )
    direction: str = column("import, export, generation or internal_transfer", "import")
    parent: str | None = column("meter upstream; null for a main meter", None)
    source_stream: str | None = column("source stream of the monitoring plan", None)
    valid_from: datetime | None = column("valid from; null is unbounded", None)
    valid_to: datetime | None = column("valid until; null is unbounded", None)
    recorded_at: datetime | None = column("entered in the registry", "2026-11-20T02:58:10Z")


TIMES = ("valid_from", "valid_to", "recorded_at")


@router.get(
    "/meters", response_model=Items[MeterRow], responses=DOCUMENTED, summary="Registered meters"
)
def get_meters(
    query: Annotated[MetersQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Meters by enterprise and code, each in its latest version."""
    registry = context.books.registry()
    require_meter(registry, query.enterprise, query.meter)
    require_quantity(query.quantity)
    names = list(MeterRow.model_fields)
    meters = select_meters(
        registry, enterprise=query.enterprise, meter=query.meter, quantity=query.quantity
    )
    rows = [[getattr(one, name) for name in names] for one in meters]
    frame = pd.DataFrame(rows, columns=names).sort_values(["enterprise", "code"])
    for name in TIMES:
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return answer.items(frame, MeterRow)
