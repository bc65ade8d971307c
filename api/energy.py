"""/energy: comprehensive consumption in tce, and where energy comes from and goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field, field_validator

import ledger.energy
import ledger.energy_flow
import ledger.inventory
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import ApiContext, Context
from api.extent import require_extent
from api.whose import AccountsQuery, Asked, asked
from ledger.inventory import Inventory
from models.periods import Every

router = APIRouter(tags=["accounts"])

GROUPS = ("period", "enterprise", "cluster", "carrier")


class EnergyQuery(AccountsQuery):
    """Whose consumption, by which periods, summed by what."""

    every: Every = Field("year", description="length of the periods, in the park's time")
    by: str = Field(
        "period,enterprise",
        description=f"Sums by these, separated by commas, of {', '.join(GROUPS)}",
        examples=["period,enterprise"],
    )

    @field_validator("by")
    @classmethod
    def _known_groups(cls, value: str) -> str:
        for name in value.split(","):
            if name not in GROUPS:
                raise ValueError(f"{name!r} is none of {', '.join(GROUPS)}")
        return value


class EnergyFigures(BaseModel):
    """Consumption and what is told of it apart."""

    energy_gj: float | None = column("consumption, own renewables left out", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    raw_material_tce_calorific: float | None = column("of it raw material", None, "tce")
    raw_material_tce_equivalent: float | None = column("of it raw material", None, "tce")
    without_raw_material_tce_calorific: float | None = column("without it", 639.1, "tce")
    without_raw_material_tce_equivalent: float | None = column("without it", 1_570.0, "tce")
    renewable_tce_calorific: float | None = column("own renewables used, beside it", None, "tce")
    sold_tce_calorific: float | None = column("sold and deducted", None, "tce")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")


class EnergyRow(EnergyFigures):
    """Sums; only the columns of `by` are there (`start` goes with `period`)."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    cluster: str | None = column("code of the cluster", "equipment")
    carrier: str = column("energy carrier", "electricity")


class EnergyAnswer(Items[EnergyRow]):
    """Comprehensive consumption."""

    totals: EnergyFigures = Field(description="of the whole; what is sold inside is left out")


class FlowRow(BaseModel):
    """One link of the flow."""

    source: str = column("bought, renewable, conversion, or a carrier", "bought")
    target: str = column("a carrier, conversion, raw_material, sold, loss or use", "electricity")
    carrier: str = column("what flows", "electricity")
    energy_gj: float | None = column("null is unknown", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("the same, by 29.3076 GJ/tce", 638.7, "tce")
    inferred: bool = column("no meter tells it: made because it was sold", example=False)


SUMS = list(EnergyFigures.model_fields)


def _found(query: AccountsQuery, what: Asked, context: ApiContext, every: Every) -> Inventory:
    return ledger.inventory.inventory(
        context.books, every=every, start=what.start, end=what.end,
        enterprises=what.enterprises, building=what.building, as_of=what.as_of,
        gwp=query.gwp, factor_level=query.factor_level,
    )  # fmt: skip


@router.get(
    "/energy", response_model=EnergyAnswer, responses=DOCUMENTED, summary="Consumption in tce"
)
def get_energy(
    query: Annotated[EnergyQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Comprehensive energy consumption (GB/T 2589) of the current year unless another is named."""
    what = asked(query, context)
    meters = len(what.registry.meter_by_key)
    stored = context.books.store.counts()["usage"]
    require_extent(meters, query.every, what.start, what.end, stored)
    found = _found(query, what, context, query.every)
    names = query.by.split(",")
    if "period" in names:
        names.insert(names.index("period") + 1, "start")
    whole = records(ledger.energy.energy(found, []), SUMS)[0]
    if "cluster" in names:
        found = found.with_clusters(what.registry)
    sums = ledger.energy.energy(found, names)
    return answer.items(sums, EnergyRow, columns=[*names, *SUMS], more={"totals": whole})


@router.get(
    "/energy/flow",
    response_model=Items[FlowRow],
    responses=DOCUMENTED,
    summary="Source, conversion, use, loss",
)
def get_energy_flow(
    query: Annotated[AccountsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Links from where energy comes to where it goes, over the whole span; every carrier balances.

    Losses between main meters and sub-meters are told of what is known now, not `as_of`.
    """
    what = asked(query, context)
    found = _found(query, what, context, "total")
    flow = ledger.energy_flow.energy_flow(
        context.books, found, start=what.start, end=what.end, as_of=what.as_of
    )
    return answer.items(flow, FlowRow)
