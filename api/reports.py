"""/reports: the accounts as documents to be handed in."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

from api.context import Context
from api.names import require_enterprise
from api.problems import invalid, unknown
from api.tenant import Tenant, own
from ledger.books import Books
from ledger.frozen import frozen_list
from reports.inventory import ReportError, inventory_report
from reports.render import MEDIA_TYPES, Format, render
from reports.texts import Language

router = APIRouter(tags=["accounts"])


class ReportQuery(BaseModel):
    """Which report, as what."""

    model_config = ConfigDict(extra="forbid")

    enterprise: str | None = Field(
        None, description="code of an enterprise; the park without one", examples=["axle-01"]
    )
    year: int | None = Field(
        None, ge=1990, le=9998, description="of the park's time; not needed with `frozen`",
        examples=[2025],
    )  # fmt: skip
    format: Format = Field("pdf", description="xlsx has live formulas")
    frozen: int | None = Field(
        None, ge=1, le=2**31 - 1,
        description="number of the frozen inventory to report, instead of today's figures",
    )  # fmt: skip
    lang: Language = Field("zh", description="language of the report")


_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {
            media: {"schema": {"type": "string", "format": "binary"}}
            for media in MEDIA_TYPES.values()
        },
    }
}


@router.get(
    "/reports/inventory",
    response_class=Response,
    responses=_FILE,
    summary="The inventory as a report",
)
def get_inventory_report(
    query: Annotated[ReportQuery, QueryParameters()], context: Context, tenant: Tenant
) -> Response:
    """The year's inventory in the chapters of the sector guideline, every figure with its source.

    A draft, and marked as one on every page, unless it is of a frozen inventory.
    """
    enterprise = own(tenant, query.enterprise)
    require_enterprise(context.books.registry(), enterprise)
    if tenant is not None and query.frozen is not None:
        _require_own(context.books, tenant, query.frozen)
    try:
        document = inventory_report(
            context.books,
            version=context.version,
            enterprise=enterprise,
            year=query.year,
            frozen=query.frozen,
        )
    except ReportError as error:
        raise invalid(error.field, error.detail) from error
    name = f"inventory-{document.name}.{query.format}"
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-cache",
    }
    body = render(document, query.format)
    return Response(body, headers=headers, media_type=MEDIA_TYPES[query.format])


def _require_own(books: Books, tenant: str, number: int) -> None:
    # A number tells a stranger nothing: another's is answered as if there were none.
    own_ones = {
        one.id for one in frozen_list(books) if (one.boundary, one.code) == ("enterprise", tenant)
    }
    if number not in own_ones:
        raise unknown("frozen", number, "the number of a frozen inventory")
