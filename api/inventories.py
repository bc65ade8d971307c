"""/inventories: freeze an inventory, read frozen ones as signed, see what changed since."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

import ledger.restate
from api.answers import DOCUMENTED, Answer, Items, column, records
from api.context import Context
from api.explain import of_boundary
from api.inventory_rows import InventoryRow, LeftOut
from api.paging import no_query
from api.problems import invalid, unknown
from api.written import Written
from ledger.explain import BoundaryKind
from ledger.explaining.hour import instant
from ledger.explaining.node import ExplainError
from ledger.frozen import FreezeError, Wanted, freeze, frozen_inventory, frozen_list, span_of
from ledger.restate import Restated, RowChange
from ledger.restating.meters import CAUSES_ZH, Cause
from models.carbon.factors import Level
from models.carbon.gwp import DEFAULT_ASSESSMENT
from models.carbon.methods import methods
from store.registry_db import Frozen

router = APIRouter(tags=["accounts"])

Number = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="number of the frozen inventory", examples=[1])
]


class FreezeRequest(BaseModel):
    """What to freeze, and who signs."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(description="2025 or 2025-03, of the park's time", examples=["2025"])
    author: Written = Field(description="who answers for it", examples=["Li Na"])
    reason: Written = Field(description="what for", examples=["annual report 2025"])
    boundary: BoundaryKind = Field("park", description="whose")
    code: str | None = Field(None, description="of the enterprise, cluster or group")
    every: Literal["month", "year"] = Field("year", description="length of the rows' periods")
    gwp: str = Field(DEFAULT_ASSESSMENT, description="assessment report of the potentials")
    factor_level: Level = Field("province", description="first level of electricity factors")


class FrozenRow(BaseModel):
    """A frozen inventory, without its rows."""

    id: int = column("its number", 1)
    boundary: str = column("park, cluster, group or enterprise", "enterprise")
    code: str = column("whose", "axle-01")
    period: str = column("of when, in the park's time", "2025")
    frozen_at: datetime = column("when it was frozen", "2026-03-02T01:12:00Z")
    author: str = column("who answers for it", "Li Na")
    reason: str = column("what for", "annual report 2025")
    co2e_t: float | None = column("scope 1 and 2, location-based", 4_039.9, "tCO2e")
    program: str = column("what froze it", "carbonpeak 0.1.0")
    sha256: str = column("hash of all of it, and of the one before it", "9f2c…")


class FrozenAnswer(Items[InventoryRow]):
    """A frozen inventory: its rows as they were kept, and what they were made from."""

    frozen: dict[str, Any] = Field(description="FrozenRow with totals and hashes of the inputs")
    left_out: list[LeftOut]
    sets: dict[str, list[str]]
    start: datetime
    end: datetime


class CauseRow(BaseModel):
    """What one cause adds to a figure."""

    figure: str = Field(examples=["co2e_t"])
    cause: Cause
    cause_zh: str = Field(examples=["迟到读数"])
    change: float = Field(description="in the figure's unit", examples=[0.2])


class RestatedRow(BaseModel):
    """A row that is another now."""

    row: dict[str, Any] = Field(description="period, enterprise, category, carrier, basis ...")
    inside: bool = Field(description="sold inside the boundary: in no total")
    then: dict[str, float | None]
    now: dict[str, float | None]
    causes: list[CauseRow]
    references: dict[str, list[dict[str, Any]]] = Field(description="what brought it about")


class RestateAnswer(BaseModel):
    """What changed since an inventory was frozen, by cause and row."""

    frozen: dict[str, Any]
    as_of: str = Field(description="when this was computed")
    totals: dict[str, dict[str, float | None]] = Field(description="then, now and change")
    changes: list[CauseRow] = Field(description="of the totals; they add up to the change")
    rows: list[RestatedRow]
    program: str = Field(description="what computed it")


def _row(one: Frozen) -> dict[str, Any]:
    head = one.head
    return {
        "id": one.id, "boundary": one.boundary, "code": one.code, "period": one.period,
        "frozen_at": instant(one.frozen_at), "author": one.author, "reason": one.reason,
        "co2e_t": head["totals"]["co2e_t"], "program": head["program"], "sha256": one.sha256,
    }  # fmt: skip


def _whole(one: Frozen) -> dict[str, Any]:
    names = ("every", "gwp", "factor_level", "totals", "chain_heads", "registry_version",
             "registry_sha256", "reference_sha256")  # fmt: skip
    return _row(one) | {name: one.head[name] for name in names} | {"previous": one.previous}


@router.post("/inventories", dependencies=[Depends(no_query)], summary="Freeze an inventory")
def post_inventory(body: FreezeRequest, context: Context) -> FrozenRow:
    """Keeps today's inventory as it is, signed: rows, operands, and the hashes of its inputs.

    It is never changed again; what changes afterwards `/inventories/{number}/restate` tells.
    """
    wanted = Wanted(**body.model_dump())
    if wanted.boundary == "park" and wanted.code not in (None, context.books.registry().park.code):
        # It would be signed, for ever, as the inventory of whoever has this code.
        raise invalid("code", f"{wanted.code!r} is not the park: say of which boundary it is")
    try:
        found = freeze(context.books, wanted, _program(context.title, context.version))
    except FreezeError as error:
        raise invalid(error.field, error.detail) from error
    except ExplainError as error:
        raise of_boundary(error) from error
    except ValueError as error:
        raise invalid("period", str(error).removeprefix("period: ")) from error
    return FrozenRow(**_row(found))


def _program(title: str, version: str) -> str:
    return f"{title} {version}"


@router.get(
    "/inventories", dependencies=[Depends(no_query)], response_model=Items[FrozenRow],
    responses={304: DOCUMENTED[304]}, summary="Frozen inventories, newest first",
)  # fmt: skip
def get_inventories(context: Context, answer: Answer) -> Response:
    """Whole, never in pages."""
    rows = [_row(one) for one in frozen_list(context.books)]
    return answer.one({"items": rows, "next": None, "units": {"co2e_t": "tCO2e"}})


@router.get(
    "/inventories/{number}", dependencies=[Depends(no_query)], response_model=FrozenAnswer,
    responses=DOCUMENTED, summary="A frozen inventory as it was signed",
)  # fmt: skip
def get_one(number: Number, context: Context, answer: Answer) -> Response:
    """The rows as they were kept, not computed again."""
    try:
        frozen, found = frozen_inventory(context.books, number)
    except KeyError:
        raise unknown("number", number, "a frozen inventory") from None
    start, end = span_of(frozen)
    formula = found.rows["method"].map({code: one.formula for code, one in methods().items()})
    rows = found.rows.assign(formula=formula).reindex(columns=list(InventoryRow.model_fields))
    more = {
        "frozen": _whole(frozen),
        "left_out": records(found.left_out, list(LeftOut.model_fields)),
        "sets": found.sets,
        "start": instant(start),
        "end": instant(end),
    }
    return answer.items(rows, InventoryRow, more=more)


@router.get(
    "/inventories/{number}/restate", dependencies=[Depends(no_query)],
    response_model=RestateAnswer, responses={304: DOCUMENTED[304]},
    summary="What changed since it was frozen, and why",
)  # fmt: skip
def get_restate(number: Number, context: Context, answer: Answer) -> Response:
    """Today's inventory against the frozen one: each difference split by cause, to the gram.

    The causes of a figure add up to its change; each names the readings, corrections, records or
    changes of the registry that brought it about.
    """
    try:
        found = ledger.restate.restate(context.books, number)
    except KeyError:
        raise unknown("number", number, "a frozen inventory") from None
    except ExplainError as error:
        raise of_boundary(error) from error
    return answer.one(_restated(found) | {"program": _program(context.title, context.version)})


def _restated(found: Restated) -> dict[str, Any]:
    return {
        "frozen": _whole(found.frozen),
        "as_of": instant(found.as_of),
        "totals": {
            name: {"then": then, "now": now, "change": _change(then, now)}
            for name, (then, now) in found.totals.items()
        },
        "changes": _causes(found.changes),
        "rows": [_restated_row(row) for row in found.rows],
    }


def _change(then: float | None, now: float | None) -> float | None:
    if then is None and now is None:
        return None
    return float(Fraction(now or 0.0) - Fraction(then or 0.0))


def _causes(changes: dict[str, dict[Cause, Fraction]]) -> list[dict[str, Any]]:
    return [
        {"figure": figure, "cause": cause, "cause_zh": CAUSES_ZH[cause], "change": float(amount)}
        for figure, causes in changes.items()
        for cause, amount in causes.items()
    ]


def _restated_row(row: RowChange) -> dict[str, Any]:
    return {
        "row": row.key | {"scope": row.scope},
        "inside": row.inside,
        "then": row.then,
        "now": row.now,
        "causes": _causes(row.causes),
        "references": {str(cause): told for cause, told in row.references.items()},
    }
