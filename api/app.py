"""The HTTP API as one FastAPI app; the service mounts its way in and its console onto it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api import (
    activity,
    alarms,
    allowances,
    ambient,
    appeals,
    assessment,
    audit,
    balance,
    bodies,
    budgets,
    certificates,
    corrections,
    discharge_explained,
    discharges,
    dual_control,
    energy,
    enterprises,
    exceedances,
    explain,
    factors,
    findings,
    health,
    indicators,
    intensity,
    inventories,
    inventory,
    keys,
    latest,
    limits,
    meters,
    monitoring,
    monitoring_rates,
    movements,
    neutrality,
    peak,
    peak_changes,
    peak_nowcast,
    peak_peers,
    permits,
    plausibility,
    points,
    problems,
    readings,
    receipts,
    reduction,
    rejections,
    replays,
    reports,
    rights,
    roadmap,
    side_by_side,
    solid_waste,
    stations,
    targets,
    titles,
    usage,
    water_balance,
)
from api.context import ApiContext
from api.keys import Keys

__all__ = ["PREFIX", "ApiContext", "Keys", "create_app"]

PREFIX = "/api/v1"

ROUTERS = (
    health.router,
    enterprises.router,
    meters.router,
    readings.router,
    latest.router,
    usage.router,
    balance.router,
    inventory.router,
    energy.router,
    reports.router,
    explain.router,
    inventories.router,
    intensity.router,
    factors.router,
    points.router,
    discharges.router,
    discharge_explained.router,
    exceedances.router,
    budgets.router,
    monitoring_rates.router,
    reduction.router,
    ambient.router,
    side_by_side.router,
    limits.router,
    permits.router,
    monitoring.router,
    water_balance.router,
    solid_waste.router,
    replays.router,
    rejections.router,
    alarms.router,
    corrections.router,
    activity.router,
    certificates.router,
    indicators.router,
    titles.router,
    targets.router,
    dual_control.router,
    allowances.router,
    movements.router,
    rights.router,
    roadmap.router,
    assessment.router,
    appeals.router,
    receipts.router,
    stations.router,
    plausibility.router,
    findings.router,
    peak.router,
    peak_changes.router,
    peak_nowcast.router,
    peak_peers.router,
    neutrality.router,
    audit.router,
)

TAGS = [
    {"name": "health", "description": "服务状态 · State of the service"},
    {"name": "registry", "description": "企业与表计 · Enterprises and meters"},
    {"name": "readings", "description": "读数 · Readings as they arrived"},
    {"name": "accounts", "description": "用量、排放与强度 · Usage, emissions and intensity"},
    {"name": "activity", "description": "活动数据记录 · Activity that is entered, and approved"},
    {"name": "factors", "description": "排放因子 · Emission factors and their sources"},
    {"name": "environment", "description": "排放口、限值与环境 · Outlets, limits, environment"},
    {"name": "progress", "description": "目标、达峰与配额 · Targets, peak, assessment, allowances"},
    {"name": "alarms", "description": "报警与处理 · What needs attention, and who saw to it"},
    {"name": "data quality", "description": "拒收与发现 · What was refused or noticed"},
]

DESCRIPTION = """
园区碳排放与能耗数据接口。Carbon and energy of an industrial park.

* A list answers `{"items": [...], "next": cursor, "units": {...}}`, or CSV with the same columns
  for `Accept: text/csv`; a following page is `?cursor=<next>`, also in the `Link` header.
* Figures of the accounts come whole, never in pages, with their `coverage` and `estimated_share`.
  Unknown is `null` (an empty cell), never zero.
* Instants are RFC 3339 in UTC. `period` is a period's name in the park's time: `2026`, `2026-03`,
  `2026-03-05`, `2026-03-05T14:00+08:00`. `start` and `end` take instants with an offset, or such
  names of a year, month or day; `end=2026-06` includes June.
* `units` names the unit of each column; `{unit}` there means the row's own column `unit`.
* Every error is a problem (RFC 9457) with `errors` naming field and reason. Parameters that an
  address does not know are refused.
* Every list has an `ETag`; `If-None-Match` saves the transfer of what has not changed.
* Where the service has API keys, send one: `Authorization: Bearer KEY`. Only `/health` needs none.
"""


def _operation_id(route: APIRoute) -> str:
    return route.name


def create_app(
    context: ApiContext, known: Keys | None = None, routers: Sequence[APIRouter] = ROUTERS
) -> FastAPI:
    """The API on the context's books. Routes may be added to it before it answers.

    ``known`` keys guard everything under PREFIX, later routes too.
    """
    app = FastAPI(
        title=context.title,
        version=context.version,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.api = context
    problems.handle(app)
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    app.add_middleware(bodies.BodyLimit)
    if known is not None and known.any:  # outside the limit: a stranger's body is not read
        app.add_middleware(keys.KeyCheck, keys=known, prefix=PREFIX)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                tags=app.openapi_tags,
                routes=app.routes,
            )
            problems.document(document)
            if known is not None and known.any:
                keys.document(document, PREFIX)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app
