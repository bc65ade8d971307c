"""/dual-control: who passes the control of energy and of carbon, by the rules of the year."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, Field

import ledger.dual_control
from api.answers import DOCUMENTED, Answer, Items, column
from api.context import Context
from api.targets import TargetsQuery, whose
from api.tenant import Tenant
from models.progress.control.dual_control import Verdict

router = APIRouter(tags=["progress"])


class DualControlQuery(TargetsQuery):
    """Whose verdicts, of which year."""

    judged: bool = Field(
        False, description="only where the rule gives a verdict and there are targets for it"
    )


class DualControlRow(BaseModel):
    """One control of the park, a cluster or an enterprise in one year.

    ``total_*`` is in tce or t, ``intensity_*`` in tce or t per 10^4 yuan, after the deductions.
    """

    year: int = column("the year", 2026)
    scope: str = column("`park`, `cluster` or `enterprise`", "enterprise")
    code: str = column("its code", "axle-01")
    name_zh: str = column("its name", "一号车桥厂")
    name_en: str = column("its name in English", "Axle works 1")
    control: str = column("`energy` or `carbon`", "energy")
    verdict: str = column(
        "`met`, `on_track`, `behind`, `not_met`, `no_verdict`, `unknown`", "on_track"
    )
    reason: str | None = column("code of why there is no verdict", None)
    main: str | None = column("subject that the rule puts first", "energy_intensity")
    total_allowed: float | None = column("what is allowed", 12_000.0)
    total_actual: float | None = column("what counts", 10_400.0)
    total_expected: float | None = column("expected of the whole year", 11_600.0)
    total_state: str | None = column("state of its target", "on_track")
    total_reason: str | None = column("code of why it is unknown", None)
    total_period: str | None = column("period of its target", "2026")
    intensity_allowed: float | None = column("what is allowed per 10^4 yuan", 0.024)
    intensity_actual: float | None = column("what counts per 10^4 yuan", 0.023)
    intensity_expected: float | None = column("expected of the whole year", 0.0235)
    intensity_state: str | None = column("state of its target", "on_track")
    intensity_reason: str | None = column("code of why it is unknown", None)
    intensity_period: str | None = column("period of its target", "2026-2030")
    energy_tce_equivalent: float | None = column("等价值, nothing left out", 10_700.0, "tce")
    energy_tce_calorific: float | None = column("当量值, nothing left out", 4_900.0, "tce")
    raw_material_tce: float | None = column("left out of total energy", 0.0, "tce")
    renewable_tce: float | None = column("left out, by certificate", 300.0, "tce")
    secondary_missed: bool = column(
        "a subject that does not decide is missed, to be explained", example=False
    )
    notes: str | None = column("what of the deductions is not known, joined by |", None)
    origin: str | None = column("`metered`, `running` or `imported`", "running")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    price_basis: str | None = column("prices of the intensity's output", "constant 2020")
    rules: str | None = column("codes of the rules, joined by |", "energy_2026_intensity")
    rule_zh: str | None = column("text of the rules", "“十五五”…")
    rule_en: str | None = column("the same in English", "In the 15th five-year plan …")
    statement_zh: str = column("the verdict with its reasons", "一号车桥厂2026年能耗双控：…")
    statement_en: str = column("the same in English", "Axle works 1, 2026, …")


@router.get(
    "/dual-control",
    response_model=Items[DualControlRow],
    responses=DOCUMENTED,
    summary="Dual control of energy and of carbon",
)
def get_dual_control(
    query: Annotated[DualControlQuery, QueryParameters()],
    context: Context,
    answer: Answer,
    tenant: Tenant,
) -> Response:
    """Verdicts by models/reference/dual_control_rules.csv, with the rule's text and deductions."""
    scope, code = whose(query, context.books.registry(), tenant)
    frame = ledger.dual_control.dual_control(context.books, year=query.year, scope=scope, code=code)
    if query.judged:
        frame = frame[frame["verdict"] != Verdict.NO_VERDICT]
    return answer.items(frame, DualControlRow)
