"""/inventory: emissions and energy of the park's enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field, field_validator

import ledger.inventory
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import Context
from api.extent import require_extent
from api.names import require_carrier, require_cluster, require_enterprise
from api.times import AccountedSpan, accounted_span
from ledger.totals import totals
from models.periods import Every
from models.registry import Registry

router = APIRouter(tags=["accounts"])

GROUPS = ("period", "enterprise", "cluster", "scope", "category", "carrier")


class InventoryQuery(AccountedSpan):
    """Whose inventory, by which periods, summed by what."""

    every: Every = Field("year", description="length of the periods, in the park's time")
    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    cluster: str | None = Field(None, description="code of a cluster", examples=["equipment"])
    scope: Literal["1", "2"] | None = Field(None, description="only this scope")
    carrier: str | None = Field(
        None, description="only this energy carrier", examples=["electricity"]
    )
    by: str | None = Field(
        None,
        description=f"Sums by these, separated by commas, of {', '.join(GROUPS)}; "
        "without it the single rows with their factors",
        examples=["enterprise,carrier"],
    )

    @field_validator("by")
    @classmethod
    def _known_groups(cls, value: str | None) -> str | None:
        names = [] if value is None else value.split(",")
        for name in names:
            if name not in GROUPS:
                raise ValueError(f"{name!r} is none of {', '.join(GROUPS)}")
        if len(set(names)) < len(names):
            raise ValueError(f"{value!r} names a group twice")
        return value


class Place(BaseModel):
    """When, whose and what: the columns to group by."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    scope: int = column("1 direct, 2 purchased electricity and heat", 2)
    category: str = column("category of the source", "purchased_electricity")
    carrier: str = column("energy carrier", "electricity")


class Figures(BaseModel):
    """What is summed, with what it is worth."""

    energy_gj: float | None = column("energy", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    co2e_t: float | None = column("emissions", 4_039.9, "tCO2e")
    scope1_co2e_t: float | None = column("emissions of scope 1", None, "tCO2e")
    scope2_co2e_t: float | None = column("emissions of scope 2", 4_039.9, "tCO2e")
    biogenic_co2_t: float | None = column("biogenic CO2, not in co2e_t", None, "tCO2")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")


class InventorySum(Figures, Place):
    """Sums; only the columns of `by` are there (`start` goes with `period`)."""

    cluster: str | None = column("code of the cluster", "equipment")


class InventoryRow(Place):
    """One activity of one enterprise in one period, for one gas, with the factor behind it."""

    source_stream: str | None = column("source stream of the monitoring plan", None)
    activity_amount: float | None = column("what was used", 5_200_000.0, "{activity_unit}")
    activity_unit: str | None = column("unit of activity_amount", "kWh")
    energy_gj: float | None = column("energy", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    gas: str | None = column("greenhouse gas", "CO2")
    gas_t: float | None = column("mass of the gas", 4_039.9, "t")
    co2e_t: float | None = column("emissions", 4_039.9, "tCO2e")
    biogenic_co2_t: float | None = column("biogenic CO2, not in co2e_t", None, "tCO2")
    basis: str | None = column("location or market, of scope 2", "location")
    method: str | None = column("how it was calculated", "activity × factor")
    factor_id: str | None = column("the factor used", "ncsc/electricity/average/2012/东北")
    factor_match: str | None = column("rule that chose the factor", "grid_earlier")
    factor_status: str | None = column("how far the factor was checked", "verified-secondary")
    factor_year: int | None = column("year of the factor", 2012)
    coal_rate_year: int | None = column("year of the coal rate in the equivalent value", 2023)
    activity_origin: str | None = column("where the activity comes from", "meters")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    uncertainty_rel: float | None = column("relative uncertainty", None, "1")


class LeftOut(BaseModel):
    """A meter that the inventory does not account, and why."""

    meter: str = Field(examples=["EL-02"])
    enterprise: str = Field(examples=["axle-01"])
    reason: str = Field(examples=["sub-meter of EL-01"])


class InventoryAnswer(Items[InventoryRow]):
    """An inventory; with `by`, items are sums (InventorySum)."""

    items: list[InventoryRow] | list[InventorySum]  # type: ignore[assignment]
    totals: Figures = Field(description="sums of the whole answer")
    sets: dict[str, list[str]] = Field(
        description="the factor sets chosen from, in their order",
        examples=[{"electricity": ["mee_nbs", "ncsc"]}],
    )
    left_out: list[LeftOut]
    start: datetime = Field(examples=["2025-12-31T16:00:00Z"])
    end: datetime = Field(description="cut at now", examples=["2026-11-20T03:15:43Z"])


SUMS = list(Figures.model_fields)


def _whose(registry: Registry, query: InventoryQuery) -> list[str] | None:
    """Codes of the enterprises asked for, None for all."""
    require_enterprise(registry, query.enterprise)
    require_cluster(registry, query.cluster)
    if query.enterprise is None and query.cluster is None:
        return None
    return [
        one.code
        for one in registry.enterprises
        if query.enterprise in (None, one.code) and query.cluster in (None, one.cluster)
    ]


@router.get(
    "/inventory",
    response_model=InventoryAnswer,
    responses=DOCUMENTED,
    summary="Emissions and energy",
)
def get_inventory(
    query: Annotated[InventoryQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Scopes 1 and 2, location-based, of the current year unless another span is named.

    Whole, never in pages. Every row names its factor and the rule that chose it; with `by`, sums.
    """
    books = context.books
    registry = books.registry()
    enterprises = _whose(registry, query)
    require_carrier(query.carrier)
    start, end = accounted_span(query, registry.zone, books.now())
    series = sum(
        enterprises is None or one.enterprise in enterprises
        for one in registry.meter_by_key.values()
        if one.parent is None
    )
    require_extent(series, query.every, start, end, books.store.counts()["usage"])
    found = ledger.inventory.inventory(
        books, every=query.every, start=start, end=end, enterprises=enterprises
    ).of_basis("location")
    if query.scope is not None:
        found = found.part(scope=int(query.scope))
    if query.carrier is not None:
        found = found.part(carrier=query.carrier)
    more = {
        "totals": records(totals(found, []), SUMS)[0],
        "sets": found.sets,
        "left_out": records(found.left_out, list(LeftOut.model_fields)),
        "start": start,
        "end": end,
    }
    if query.by is None:
        return answer.items(found.rows, InventoryRow, more=more)
    groups = _groups(query.by)
    if "cluster" in groups:
        found = found.with_clusters(registry)
    sums = totals(found, groups)
    return answer.items(sums, InventorySum, columns=[*groups, *SUMS], more=more)


def _groups(by: str) -> Sequence[str]:
    """Columns to group by; the start goes with its period."""
    names = by.split(",")
    if "period" in names:
        names.insert(names.index("period") + 1, "start")
    return names
