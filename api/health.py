"""/health: whether every part works, and how much there is."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api.context import Context
from api.paging import no_query

router = APIRouter(tags=["health"])


class ParkState(BaseModel):
    """Whose service this is."""

    code: str = Field(examples=["demo-park"])
    name_zh: str = Field(examples=["示范园区"])
    name_en: str = Field(examples=["Demo Park"])
    province: str = Field(examples=["吉林"])
    time_zone: str = Field(examples=["Asia/Shanghai"])


class BrokerState(BaseModel):
    """The MQTT broker."""

    kind: str = Field(examples=["mosquitto"])
    connected: bool = Field(examples=[True])
    trouble: str | None = Field(description="why it is not connected", examples=[None])


class StoreState(BaseModel):
    """The store and its rows."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(examples=["duckdb"])
    readings: int | None = Field(examples=[1_204_311])
    rejections: int | None = Field(examples=[12])
    usage: int | None = Field(examples=[301_020])
    touched: int | None = Field(description="hours not settled yet", examples=[0])
    batches: int | None = Field(examples=[211])
    trouble: str | None = Field(description="why it does not answer", examples=[None])


COUNTS = ("readings", "rejections", "usage", "touched", "batches")


class IngestState(BaseModel):
    """What came in since the service started, by all its processes."""

    model_config = ConfigDict(extra="allow")

    accepted: int = Field(examples=[5_120])
    rejected: int = Field(examples=[3])
    duplicates: int = Field(examples=[40])
    messages: int = Field(examples=[5_163])
    queued: int = Field(
        description="messages taken in by MQTT and not stored and acknowledged", examples=[0]
    )


class LedgerState(BaseModel):
    """What was settled since the service started, by all its processes."""

    usage_rows_written: int = Field(examples=[820])
    last_settled: datetime | None = Field(examples=["2026-11-20T03:15:42Z"])


class ExpiryState(BaseModel):
    """The policy by which the bytes of rejections expire."""

    keep_days: int | None = Field(description="null: they are kept for ever", examples=[None])
    last: datetime | None = Field(description="when it was last applied", examples=[None])
    expired: int = Field(description="payloads dropped since the start", examples=[0])
    trouble: str | None = Field(description="why it failed last", examples=[None])


class ProcessState(BaseModel):
    """One process of the service, as it last told; counters since it started."""

    process: str = Field(examples=["ingest-1"])
    role: str = Field(description="all, ingest, ledger or api", examples=["ingest"])
    connected: bool = Field(description="to the broker", examples=[True])
    started: datetime | None = Field(examples=["2026-11-20T03:00:00Z"])
    ingest: dict[str, int] = Field(examples=[{"accepted": 5_120, "messages": 5_163}])
    usage_rows_written: int = Field(examples=[0])
    last_settled: datetime | None = Field(examples=[None])


class Health(BaseModel):
    """State of every part."""

    status: Literal["ok", "degraded"] = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])
    time: datetime = Field(
        description="the service's clock, UTC", examples=["2026-11-20T03:15:43Z"]
    )
    started: datetime = Field(examples=["2026-11-20T03:00:00Z"])
    park: ParkState
    broker: BrokerState
    store: StoreState
    ingest: IngestState
    ledger: LedgerState
    rejections_expiry: ExpiryState
    processes: list[ProcessState] = Field(
        description="of several processes those that the API heard of, else the one that answers"
    )


@router.get(
    "/health",
    response_model=Health,
    dependencies=[Depends(no_query)],
    summary="State of the service",
)
def get_health(context: Context) -> Response:
    """`degraded` says that the service answers but nothing can arrive from the broker, that the
    store does not answer, or that one of several processes is gone.
    """
    headers = {"Cache-Control": "no-store"}
    return Response(
        msgspec.json.encode(context.health()), headers=headers, media_type="application/json"
    )
