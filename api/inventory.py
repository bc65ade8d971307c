"""/inventory: emissions and energy of the park's enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import Field, field_validator

import ledger.inventory
from api.answers import DOCUMENTED, Answer, records
from api.context import ApiContext, Context
from api.extent import require_extent
from api.inventory_rows import (
    SUMS,
    InventoryAnswer,
    InventoryRow,
    InventorySum,
    LeftOut,
    Netted,
)
from api.names import require_carrier
from api.whose import AccountsQuery, Asked, asked
from ledger.boundaries import netted
from ledger.totals import Basis, totals
from models.carbon.methods import methods
from models.periods import Every

router = APIRouter(tags=["accounts"])

GROUPS = ("period", "enterprise", "cluster", "scope", "category", "carrier")


class InventoryQuery(AccountsQuery):
    """Whose inventory, by which periods, summed by what."""

    every: Every = Field("year", description="length of the periods, in the park's time")
    basis: Basis = Field(
        "location", description="which scope 2 the rows show and co2e_t of sums counts"
    )
    scope: Literal["1", "2", "3"] | None = Field(None, description="only this scope")
    carrier: str | None = Field(
        None, description="only this energy carrier or code", examples=["electricity"]
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


@router.get(
    "/inventory",
    response_model=InventoryAnswer,
    responses=DOCUMENTED,
    summary="Emissions and energy",
)
def get_inventory(
    query: Annotated[InventoryQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """All scopes of the current year unless another span is named; scope 2 by location or market.

    Whole, never in pages. Every row names its factor and the rule that chose it; with `by`, sums.
    What enterprises of the boundary sell each other is in no total (`netted`), unless sums are by
    enterprise.
    """
    what = asked(query, context)
    require_carrier(what.registry, query.carrier)
    _require_extent(context, query, what)
    found = ledger.inventory.inventory(
        context.books, every=query.every, start=what.start, end=what.end,
        enterprises=what.enterprises, building=what.building, as_of=what.as_of,
        gwp=query.gwp, factor_level=query.factor_level,
    )  # fmt: skip
    if query.scope is not None:
        found = found.part(scope=int(query.scope))
    if query.carrier is not None:
        found = found.part(carrier=query.carrier)
    groups = [] if query.by is None else _groups(query.by)
    inside = found.boundary.inside(found.rows, groups)
    more = {
        "totals": records(totals(found, [], query.basis), SUMS)[0],
        "sets": found.sets,
        "left_out": records(found.left_out, list(LeftOut.model_fields)),
        "netted": records(netted(found.rows, inside), list(Netted.model_fields)),
        "basis": query.basis,
        "start": what.start,
        "end": what.end,
    }
    if query.by is None:
        rows = found.of_basis(query.basis).rows
        formula = rows["method"].map({code: one.formula for code, one in methods().items()})
        return answer.items(rows.assign(formula=formula), InventoryRow, more=more)
    if "cluster" in groups:
        found = found.with_clusters(what.registry)
    sums = totals(found, groups, query.basis)
    return answer.items(sums, InventorySum, columns=[*groups, *SUMS], more=more)


def _require_extent(context: ApiContext, query: InventoryQuery, what: Asked) -> None:
    registry, stored = what.registry, context.books.store.counts()["usage"]
    whose = what.enterprises
    meters = sum(
        whose is None or one.enterprise in whose
        for one in registry.meter_by_key.values()
        if one.parent is None
    )
    require_extent(meters, query.every, what.start, what.end, stored)
    entered = sum(whose is None or one.enterprise in whose for one in registry.activity_records)
    hours = (what.end - what.start).total_seconds() / 3600
    require_extent(entered, query.every, what.start, what.end, int(entered * hours))


def _groups(by: str) -> Sequence[str]:
    """Columns to group by; the start goes with its period."""
    names = by.split(",")
    if "period" in names:
        names.insert(names.index("period") + 1, "start")
    return names
