"""/rights: energy-use and discharge rights against what was used of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.rights
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.names import require_enterprise
from api.paging import Query
from api.problems import invalid
from api.tenant import Tenant, own
from api.times import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["progress"])


class RightsQuery(Query):
    """Whose rights, of which year."""

    year: int | None = Field(
        None, ge=FIRST_YEAR + 1, le=LAST_YEAR, examples=[2026],
        description="of the park's time; by default this one",
    )  # fmt: skip
    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])


class RightRow(BaseModel):
    """One right; amounts in ``unit``."""

    enterprise: str = column("code of the enterprise", "axle-01")
    year: int = column("the year", 2026)
    instrument: str = column("`energy_right` or `discharge_right`", "energy_right")
    instrument_zh: str = column("its name", "用能权指标")
    instrument_en: str = column("its name in English", "Energy-use right")
    item: str | None = column("pollutant, a code of HJ 212-2017", None)
    item_zh: str | None = column("its name", None)
    item_en: str | None = column("its name in English", None)
    unit: str = column("unit of the amounts", "tce")
    granted: float = column("what it has for the year", 12_000.0, "{unit}")
    frozen: float = column("part of it that is pledged or frozen", 0.0, "{unit}")
    used: float | None = column("used so far", 9_870.0, "{unit}")
    expected: float | None = column("expected of the whole running year", 11_200.0, "{unit}")
    left: float | None = column("granted - used; negative: beyond", 2_130.0, "{unit}")
    share: float | None = column("used / granted", 0.8225, "1")
    known_share: float | None = column("share of the hours that is known", 0.998, "1")
    permitted: float | None = column("annual amounts of its permits", None, "{unit}")
    state: str = column(
        "`within`, `short`, `expected_within`, `expected_short`, `running`, `unknown`",
        "expected_within",
    )
    reason: str | None = column("why it is unknown", None)
    statement_zh: str = column("all of it in words", "……预计全年不超出。")
    statement_en: str = column("the same in English", "... expected to stay within it.")


@router.get(
    "/rights",
    response_model=Items[RightRow],
    responses=DOCUMENTED,
    summary="Energy-use and discharge rights against what was used",
)
def get_rights(
    query: Annotated[RightsQuery, QueryParameters()],
    context: Context,
    tenant: Tenant,
    answer: Answer,
) -> Response:
    """By enterprise, instrument and item."""
    books = context.books
    registry = books.registry()
    enterprise = own(tenant, query.enterprise)
    require_enterprise(registry, enterprise)
    this_year = books.now().astimezone(registry.zone).year
    year = this_year if query.year is None else query.year
    if year > this_year:
        raise invalid("year", f"{year} has not begun")
    return answer.items(ledger.rights.rights(books, year=year, enterprise=enterprise), RightRow)
