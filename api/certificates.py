"""/certificates: green electricity certificates and contracts, and what of them is left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.tenant import Tenant, own
from api.times import instant
from ledger.as_of import registry_as_of
from ledger.certificates import certificates
from models.registry import CertificateKind

router = APIRouter(tags=["accounts"])


class CertificatesQuery(Query):
    """Which certificates."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])
    as_of: str | None = Field(
        None,
        description="as they were recorded then: an instant or a word as in `end`",
        examples=["2026-03"],
    )


class CertificateRow(BaseModel):
    """One certificate, or one month's delivery of a contract."""

    id: str = column("number that it was issued with", "GEC-2026-000118")
    enterprise: str = column("code of the enterprise that holds it", "axle-01")
    kind: CertificateKind = column("kind of proof", "gec")
    technology: str = column("source of the electricity", "wind")
    generated: str = column("local month in which it was generated", "2026-03")
    valid_to: str = column("last local month in which it may be used", "2028-02")
    amount_mwh: float = column("electricity that it proves", 120.0, "MWh")
    used_mwh: float = column("used by its enterprise", 80.0, "MWh")
    left_mwh: float = column("not used yet", 40.0, "MWh")
    used_in: str = column("periods and amounts of its uses", "2026-05 80")
    cancelled_on: date | None = column("day on which it was cancelled; it counts nowhere", None)
    evidence: str = column("what proves that it is held", "trading account, extract 7")
    recorded_at: datetime = column("when this was recorded", "2026-04-02T02:00:00Z")


@router.get(
    "/certificates",
    response_model=Items[CertificateRow],
    responses=DOCUMENTED,
    summary="Green certificates and contracts with what is used and left",
)
def get_certificates(
    query: Annotated[CertificatesQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise and number; a cancelled one has nothing used and nothing left."""
    books = context.books
    enterprise = own(tenant, query.enterprise)
    require_enterprise(books.registry(), enterprise)
    registry = books.registry()
    if query.as_of is not None:
        at = instant("as_of", query.as_of, registry.zone, books.now(), ending=True)
        registry = registry_as_of(books, at)
    return answer.items(certificates(registry, enterprise), CertificateRow)
