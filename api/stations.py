"""/stations: devices of HJ 212, whether they are connected, and commands to them."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Path, Response
from fastapi import Query as QueryParameters
from pydantic import BaseModel, ConfigDict, Field

from api.answers import DOCUMENTED, Answer, Items, column
from api.context import ApiContext, Context
from api.names import require_enterprise
from api.paging import Query, no_query
from api.problems import ProblemError, invalid, unknown
from api.times import EXPECTED, instant
from models.environment.hj212_commands import (
    COMMANDS,
    HISTORY,
    CommandError,
    NotConnectedError,
    Order,
    Outcome,
    StationHost,
    order,
)

router = APIRouter(tags=["data quality"])

TIMES = ("time", "start", "end")
AT_ONCE = 8  # commands: each keeps one of the API's 40 threads for as long as its station takes
_turns = threading.BoundedSemaphore(AT_ONCE)


class ConnectionsQuery(Query):
    """Which devices."""

    enterprise: str | None = Field(None, description="code of an enterprise", examples=["axle-01"])


class ConnectionRow(BaseModel):
    """One registered device; what is not known since the receiver's start is null."""

    enterprise: str = column("code of the enterprise", "axle-01")
    point: str = column("code of its monitoring point", "DA001")
    mn: str = column("MN of the device", "880000000000000000000001")
    connected: bool = column("whether it is connected now", True)
    peer: str | None = column("address that it connected from", "hj212 10.1.2.3:49152")
    since: datetime | None = column("when it connected", "2026-11-26T01:57:10Z")
    heard: datetime | None = column("when its last frame came", "2026-11-26T02:14:00Z")
    edition: str = column("edition of HJ 212 that is registered", "2017")
    told: str | None = column("edition that the Flag of its last frame tells", "2025")
    clock_offset_s: float | None = column("its clock less ours, by its last 2011", -3.2, "s")
    frames: int = column("frames with a right CRC and password", 1_440)
    refused: int = column("frames that could not be read", 0)
    unanswered: int = column("commands to it without an answer", 0)
    replaced: int = column("how often a newer connection took its place", 0)


class CommandRequest(BaseModel):
    """A command; which of the other fields it needs and takes the reference says."""

    model_config = ConfigDict(extra="forbid")

    command: Literal[COMMANDS] = Field(examples=["fill"])  # type: ignore[valid-type]
    data: Literal[tuple(HISTORY)] | None = Field(  # type: ignore[valid-type]
        None, description="of fill: which history; minute by default", examples=["minute"]
    )
    start: str | None = Field(
        None, description=f"of fill: first interval, {EXPECTED}", examples=["2026-11-25"]
    )
    end: str | None = Field(
        None, description="of fill: until when; a word includes the period it names"
    )
    seconds: int | None = Field(None, description="of set_realtime_interval: 30 to 3600")
    minutes: int | None = Field(None, description="of set_minute_interval: divides the hour")
    over_time_s: int | None = Field(None, description="of set_timeout: seconds to an answer")
    resends: int | None = Field(None, description="of set_timeout: how often it sends again")
    time: str | None = Field(None, description="of set_time: the time to set; now by default")


class CommandAnswer(BaseModel):
    """What became of a command."""

    command: str = Field(examples=["fill"])
    qn: str = Field(description="its number, UTC+8", examples=["20261126101500123"])
    outcome: Outcome = Field(examples=["done"])
    detail: str = Field(description="in words", examples=["ExeRtn 1: 执行成功 done"])
    code: int | None = Field(description="QnRtn of a refusal, else ExeRtn; null without one")
    values: dict[str, str] = Field(description="what the device told", examples=[{}])
    frames: int = Field(description="of fill: frames that came and are stored", examples=[144])
    sent: int = Field(description="how often the command was sent", examples=[1])
    seconds: float = Field(description="how long it took", examples=[2.1])


@router.get(
    "/stations/connections",
    response_model=Items[ConnectionRow],
    responses=DOCUMENTED,
    summary="Devices of HJ 212 and their connections",
)
def get_connections(
    query: Annotated[ConnectionsQuery, QueryParameters()], context: Context, answer: Answer
) -> Response:
    """Every registered device; passwords are told nowhere."""
    registry = context.books.registry()
    require_enterprise(registry, query.enterprise)
    host = context.station_host
    links = {} if host is None else {link.mn: link for link in host.links()}
    names = list(ConnectionRow.model_fields)
    rows = []
    for mn, point in registry.point_by_mn.items():
        if query.enterprise not in (None, point.enterprise):
            continue
        link = links.get(mn)
        known: dict[str, Any] = {"connected": False, "edition": str(point.edition)}
        known |= dict.fromkeys(("frames", "refused", "unanswered", "replaced"), 0)
        if link is not None:
            known |= {name: getattr(link, name) for name in names if hasattr(link, name)}
        known |= {"enterprise": point.enterprise, "point": point.code, "mn": mn}
        rows.append([known.get(name) for name in names])
    frame = pd.DataFrame(rows, columns=names).sort_values(["enterprise", "point"])
    for name in ("since", "heard"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    frame["clock_offset_s"] = frame["clock_offset_s"].astype(float)
    return answer.items(frame, ConnectionRow)


@router.post(
    "/stations/{enterprise}/{point}/commands",
    dependencies=[Depends(no_query)],
    summary="Give a command to a device of HJ 212",
)
def post_command(
    enterprise: Annotated[str, Path(description="code of an enterprise", examples=["axle-01"])],
    point: Annotated[str, Path(description="code of a monitoring point", examples=["DA001"])],
    wanted: CommandRequest,
    context: Context,
) -> CommandAnswer:
    """It is answered when the command has ended: carried out, refused, or without an answer."""
    mn = _mn(context, enterprise, point)
    made = _order(wanted, context)
    host = _host(context)
    if not _turns.acquire(blocking=False):
        detail = f"{AT_ONCE} commands are under way, which is as many as are given at once"
        raise ProblemError(503, "too-many-commands", detail)
    try:
        result = host.command(mn, made)
    except NotConnectedError as error:
        raise ProblemError(409, "station-not-connected", str(error)) from error
    finally:
        _turns.release()
    names = CommandAnswer.model_fields
    return CommandAnswer(**{name: getattr(result, name) for name in names})


def _mn(context: ApiContext, enterprise: str, point: str) -> str:
    registry = context.books.registry()
    require_enterprise(registry, enterprise)
    found = registry.point_by_code.get((enterprise, point))
    if found is None:
        raise unknown("point", point, f"registered at {enterprise!r}")
    if found.mn is None:
        raise invalid("point", f"{point!r} has no MN: it is no device of HJ 212")
    return found.mn


def _order(wanted: CommandRequest, context: ApiContext) -> Order:
    zone, now = context.books.registry().zone, context.books.now()
    given: dict[str, Any] = wanted.model_dump(exclude_none=True) | {
        name: instant(name, text, zone, now, ending=name == "end")
        for name in TIMES
        if (text := getattr(wanted, name)) is not None
    }
    try:
        return order(**given)
    except CommandError as error:
        raise invalid(error.field, error.reason) from error


def _host(context: ApiContext) -> StationHost:
    if context.station_host is None:
        raise ProblemError(
            409, "no-receiver-here", "this process receives no stations of HJ 212 (setting hj212)"
        )
    return context.station_host
