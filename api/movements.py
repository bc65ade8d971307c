"""/allowances/movements, balances, findings and certificates: the ledger of rights."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.certificates_moved
import ledger.movement_findings
import ledger.movements
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.problems import unknown
from api.tenant import Tenant, own
from models.progress.rights.instruments import instruments

router = APIRouter(tags=["progress"])


class EnterpriseQuery(Query):
    """Whose."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["heat-01"])


class CertificatesMovedQuery(EnterpriseQuery):
    """Whose, as of which day."""

    on: date | None = Field(
        None, description="as of the end of this day; by default after all that is recorded",
        examples=["2026-09-30"],
    )  # fmt: skip


class MovementsQuery(CertificatesMovedQuery):
    """Whose, of what, as of which day."""

    instrument: str | None = Field(
        None, description="only this kind of right, a code of instruments.csv",
        examples=["allowance"],
    )  # fmt: skip


class ThingRow(BaseModel):
    """What a row is of."""

    enterprise: str = column("code of the enterprise", "heat-01")
    instrument: str = column("kind of right", "allowance")
    instrument_zh: str = column("its name", "全国碳排放配额")
    instrument_en: str = column("its name in English", "Allowance of the national ETS")
    item: str | None = column("pollutant or certificate, where it has one", None)
    vintage: int | None = column("year it was issued for, where it has one", 2025)


class MovementRow(ThingRow):
    """One movement; amounts in ``unit``."""

    on: date = column("day", "2026-03-02")
    id: str = column("number of the movement", "CEA-0001")
    kind: str = column("kind of movement", "pre_allocation")
    kind_zh: str = column("its name", "预分配")
    kind_en: str = column("its name in English", "Pre-allocation")
    from_account: str = column("account that it leaves", "issuer")
    to_account: str = column("account that it enters", "held")
    amount: float = column("how much", 50_000.0, "{unit}")
    change: float | None = column("change of what is at its disposal", 50_000.0, "{unit}")
    held: float | None = column("at its disposal after it", 50_000.0, "{unit}")
    unit: str = column("unit of the amounts", "t")
    for_year: int | None = column("year that it is surrendered for", None)
    counterpart: str | None = column("with whom", None)
    price_yuan: float | None = column("price of one unit", None, "yuan/{unit}")
    value_1e4_yuan: float | None = column("amount x price", None, "10^4 yuan")
    document: str = column("what proves it", "registry statement 2026-03")
    recorded_at: datetime | None = column("when it was recorded", "2026-03-03T02:00:00Z")


class BalanceRow(ThingRow):
    """Balances of one right, in ``unit``; issued + bought + carried_in = the rest."""

    unit: str = column("unit of the amounts", "t")
    on: date | None = column("end of this day; null: after all", "2026-09-30")
    issued: float = column("came from the issuer, net", 98_000.0, "{unit}")
    bought: float = column("came from other holders, net", 4_000.0, "{unit}")
    carried_in: float = column("came from older vintages, net", 0.0, "{unit}")
    held: float = column("at its disposal", 500.0, "{unit}")
    frozen: float = column("pledged or frozen", 0.0, "{unit}")
    surrendered: float = column("surrendered or used", 101_500.0, "{unit}")
    cancelled: float = column("cancelled", 0.0, "{unit}")
    expired: float = column("expired", 0.0, "{unit}")
    sum: float = column("over all accounts; always zero", 0.0, "{unit}")


class MovementFindingRow(ThingRow):
    """What does not agree in the record."""

    finding: str = column("`overdrawn`, `carried_apart` or `one_sided`", "overdrawn")
    on: date | None = column("day", "2026-12-20")
    amount: float = column("by how much", 15.0, "{unit}")
    unit: str = column("unit of the amount", "t")
    statement_zh: str = column("in words", "2026-12-20日终……透支……")
    statement_en: str = column("in English", "At the end of 2026-12-20 ... was overdrawn ...")


class CertificateMovedRow(BaseModel):
    """One green certificate, as recorded and as moved."""

    certificate: str = column("number that it was issued with", "GEC-2026-000118")
    enterprise: str = column("code of the enterprise", "axle-01")
    kind: str | None = column("kind of proof; null: not recorded", "gec")
    recorded_mwh: float | None = column("recorded as held", 120.0, "MWh")
    moved_mwh: float | None = column("came in by movements, net", 120.0, "MWh")
    used_mwh: float | None = column("recorded as used", 80.0, "MWh")
    moved_used_mwh: float | None = column("used by movements", 80.0, "MWh")
    held_mwh: float | None = column("left by movements", 40.0, "MWh")
    state: str = column(
        "`agrees`, `not_moved`, `not_recorded`, `amount_differs` or `use_differs`", "agrees"
    )


def _require_instrument(instrument: str | None) -> None:
    if instrument is not None and instrument not in instruments():
        raise unknown("instrument", instrument, f"one of: {', '.join(instruments())}")


@router.get(
    "/allowances/movements",
    response_model=Items[MovementRow],
    responses=DOCUMENTED,
    summary="Movements of rights with their running balance",
)
def get_movements(
    query: Annotated[MovementsQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise, instrument, item, vintage and day."""
    registry = context.books.registry()
    enterprise = own(tenant, query.enterprise)
    require_enterprise(registry, enterprise)
    _require_instrument(query.instrument)
    frame = ledger.movements.movements(
        registry, enterprise=enterprise, instrument=query.instrument, on=query.on
    )
    return answer.items(frame, MovementRow)


@router.get(
    "/allowances/balances",
    response_model=Items[BalanceRow],
    responses=DOCUMENTED,
    summary="Balances of rights as of a day",
)
def get_balances(
    query: Annotated[MovementsQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise, instrument, item and vintage."""
    registry = context.books.registry()
    enterprise = own(tenant, query.enterprise)
    require_enterprise(registry, enterprise)
    _require_instrument(query.instrument)
    frame = ledger.movements.balance_sheet(
        registry, enterprise=enterprise, instrument=query.instrument, on=query.on
    )
    return answer.items(frame, BalanceRow)


@router.get(
    "/allowances/findings",
    response_model=Items[MovementFindingRow],
    responses=DOCUMENTED,
    summary="What does not agree in the record of movements",
)
def get_movement_findings(
    query: Annotated[EnterpriseQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise and day; empty where all agrees."""
    registry = context.books.registry()
    enterprise = own(tenant, query.enterprise)
    require_enterprise(registry, enterprise)
    frame = ledger.movement_findings.movement_findings(registry, enterprise)
    return answer.items(frame, MovementFindingRow)


@router.get(
    "/allowances/certificates",
    response_model=Items[CertificateMovedRow],
    responses=DOCUMENTED,
    summary="Green certificates against their movements",
)
def get_certificates_moved(
    query: Annotated[CertificatesMovedQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise and number."""
    registry = context.books.registry()
    enterprise = own(tenant, query.enterprise)
    require_enterprise(registry, enterprise)
    frame = ledger.certificates_moved.certificates_moved(registry, enterprise, query.on)
    return answer.items(frame, CertificateMovedRow)
