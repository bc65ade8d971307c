"""/peak/peers: where the park stands among its peers."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.paging import no_query
from api.tenant import Tenant, of_the_park
from ledger.peer_rank import peer_rank

router = APIRouter(tags=["progress"])


class PeerRow(BaseModel):
    """One park, our own among them."""

    peer: str = column("code of the park", "songhua-park")
    own: bool = column("whether it is this park", False)
    name_zh: str = column("its name; a peer's code", "songhua-park")
    name_en: str = column("its name in English; a peer's code", "songhua-park")
    verdict: str = column("as in /peak, to the year judged_until", "peaked")
    verdict_zh: str = column("the verdict in words", "已达峰")
    verdict_en: str = column("the verdict in English", "peaked")
    first_year: int | None = column("first judged year", 2015)
    last_year: int | None = column("last judged year", 2025)
    judged_until: int | None = column("the park's own last whole year", 2025)
    peak_year: int | None = column("year of the maximum", 2017)
    peak_value_t: float | None = column("the maximum", 2_520_000.0, "tCO2e")
    last_value_t: float | None = column("the last year's emissions", 2_046_000.0, "tCO2e")
    below_peak: float | None = column("how far these are below the maximum", 0.188, "1")
    missing_years: str | None = column("years that are not known, joined by |", "2017")
    boundary_changes: str | None = column("first years of another boundary, joined by |", None)
    intensity_t_per_1e4_yuan: float | None = column(
        "emissions per output of the year judged_until", 0.231, "tCO2e/1e4_yuan"
    )
    price_basis: str | None = column("at which prices", "constant 2020")
    parks: int = column("parks that are compared", 4)
    rank: int | None = column("by the peak, the earliest first; null: not known", None)
    rank_best: int | None = column("the best that it can be", 1)
    rank_worst: int | None = column("the worst that it can be", 2)
    intensity_rank: int | None = column("by emissions per output, the lowest first", 2)
    intensity_rank_best: int | None = column("the best that it can be", 2)
    intensity_rank_worst: int | None = column("the worst that it can be", 2)
    reason: str | None = column(
        "why the rank is not known: no_own_series, no_peers, series_missing, not_enough_years, "
        "peers_unknown", "peers_unknown",
    )  # fmt: skip
    unknown_peers: str | None = column("the others whose rank is not known", "liaohe-park")
    statement_zh: str = column("all this in words", "songhua-park…：已达峰…")
    statement_en: str = column("the same in English", "songhua-park, judged to 2025: peaked …")


@router.get(
    "/peak/peers",
    dependencies=[Depends(no_query)],
    response_model=Items[PeerRow],
    responses=DOCUMENTED,
    summary="The park's rank among peers by peak and by emissions per output, or why unknown",
)
def get_peers(context: Context, answer: Answer, tenant: Tenant) -> Response:
    """Peers are parks whose yearly figures are entered (yearly_figures.csv, scope peer)."""
    of_the_park(tenant)
    return answer.items(peer_rank(context.books), PeerRow)
