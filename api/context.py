"""What the API is given: the open books, and how the service that runs it is doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from ledger.books import Books
from ledger.corrections import Corrects
from ledger.replaying import Again
from models.environment.hj212_commands import StationHost
from store.registry_db import Activity, AlarmDeliveries, Alarms, Appeals
from store.registry_db.corrections import Corrections


@dataclass(frozen=True)
class ApiContext:
    """``health`` gives the body of /api/v1/health; it is asked at every call."""

    books: Books
    health: Callable[[], dict[str, Any]]
    version: str = "0"
    title: str = "carbonpeak"
    again: Again | None = None  # replays rejections, where data is taken in
    corrections: Corrections | None = None  # the record of corrections
    corrector: Corrects | None = None  # makes them, where data is taken in
    activity: Activity | None = None  # the activity records
    station_host: StationHost | None = None  # gives commands to stations, where they are received
    activity_deadline_days: int = 40  # after the period's last day
    alarms: Alarms | None = None  # their record
    alarm_deliveries: AlarmDeliveries | None = None  # what is told of them
    appeals: Appeals | None = None  # against assessments


async def _context(request: Request) -> ApiContext:
    context: ApiContext = request.app.state.api
    return context


Context = Annotated[ApiContext, Depends(_context)]
