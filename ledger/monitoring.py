"""What every monitoring point shows: the last whole hour of what it watches, beside its limit.

The hours are those that ``ledger.discharges`` and ``ledger.exceedances`` are made of. Where a
limit is of a longer mean (a day's), the hour stands beside it and is no exceedance of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.discharges import outlets_hours
from ledger.discharging.bounds import Limit, limits
from ledger.discharging.judged import limited_values, period_means
from ledger.discharging.layout_channels import concentration_unit
from ledger.discharging.marks import hour_marks
from ledger.discharging.outlet_hours import OutletHours
from ledger.discharging.states import STATES
from ledger.discharging.station_hours import STATION_MEDIA, stations_hours
from models.environment.hj212_codes import hj212_codes
from models.environment.limits import Bound
from models.environment.near_limits import has_share, near_from
from models.environment.noise import is_daytime
from models.periods import HOUR_US, from_us, to_us
from models.registry import Registry
from models.registry.points import OUTLET_MEDIA, Medium, PermitKind, Point

COLUMNS = [
    "hour", "enterprise", "point", "name_zh", "name_en", "medium", "pollutant",
    "pollutant_name_zh", "pollutant_name_en", "value", "unit", "limit", "bound", "averaging",
    "share", "standing", "standard", "clause", "basis", "mark", "state", "valid_minutes",
]  # fmt: skip


# Which mean an hour is best set beside; limits of months and years say little of an hour.
_BESIDE_AT_DAY = ("hour", "daytime", "day", "max_8_hours")
_BESIDE_AT_NIGHT = ("hour", "nighttime", "day", "max_8_hours")


def monitoring(
    books: Books,
    *,
    enterprise: str | None = None,
    point: str | None = None,
    medium: Medium | None = None,
) -> pd.DataFrame:
    """COLUMNS of what the points that fit watch, by enterprise, point and pollutant.

    ``hour`` is the start of the last hour that is over. ``value`` (dry gas at the limit's oxygen;
    null where the hour is not valid) and ``limit`` are in ``unit``; ``share`` is value / limit,
    null of a least value, of pH and of sound. ``standing``: beyond (an hour's limit), near
    (models.environment.near_limits; or beyond what a longer mean may be), within, no_limit,
    stopped, no_value. ``mark`` is a letter of HJ 212, ``state`` what was declared.
    """
    hour = to_us(books.now()) // HOUR_US - 1
    start, end = from_us(hour * HOUR_US), from_us((hour + 1) * HOUR_US)
    rows: list[dict[str, Any]] = []
    for media, hours_of in ((OUTLET_MEDIA, outlets_hours), (STATION_MEDIA, stations_hours)):
        if medium is None or medium in media:
            found = hours_of(books, start=start, end=end, enterprise=enterprise, point=point)
            for asked, _, hours in found:
                rows += _shown(asked.registry, hours)
    if medium is not None:
        rows = [row for row in rows if row["medium"] == medium.value]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["hour"] = pd.Series([start] * len(table), dtype="datetime64[us, UTC]")
    return table.sort_values(["enterprise", "point", "pollutant"], ignore_index=True)


def _shown(registry: Registry, hours: OutletHours) -> Iterator[dict[str, Any]]:
    means = period_means(registry, hours, "hour")
    marks = hour_marks(hours.valid, hours.stopped, hours.mark, hours.minutes)
    for row, (one, code) in enumerate(zip(hours.points, hours.pollutants, strict=True)):
        if not hours.inside[row, 0]:
            continue
        judged = [
            (limit, float(limited_values(row, limit, means)[0]))
            for limit in _holding(registry, one, code, hours.grid.first)
        ]
        state = int(hours.state[row, 0])
        yield _row(
            one,
            code,
            judged,
            plain=float(means.measured[row, 0]),
            mark=marks[row, 0],
            state=STATES[state].value if state >= 0 else None,
            stopped=bool(hours.stopped[row, 0]),
            minutes=float(hours.minutes[row, 0]),
        )


def _holding(registry: Registry, point: Point, code: str, hour: int) -> list[Limit]:
    """The limits of a concentration or level that hold in an hour, of the shortest mean of all."""
    local = from_us(hour * HOUR_US).astimezone(registry.zone)
    day, beside = local.date(), _BESIDE_AT_DAY if is_daytime(local.hour) else _BESIDE_AT_NIGHT
    now = [
        one
        for one in limits(registry, point, code)
        if one.kind is PermitKind.CONCENTRATION
        and one.since <= day < one.until
        and one.averaging in beside
    ]
    shortest = min((beside.index(one.averaging) for one in now), default=0)
    return [one for one in now if one.averaging == beside[shortest]]


def _row(
    point: Point,
    code: str,
    judged: list[tuple[Limit, float]],
    *,
    plain: float,
    mark: object,
    state: str | None,
    stopped: bool,
    minutes: float,
) -> dict[str, Any]:
    named = hj212_codes()[code]
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "enterprise": point.enterprise,
        "point": point.code,
        "name_zh": point.name_zh,
        "name_en": point.name_en,
        "medium": point.medium.value,
        "pollutant": code,
        "pollutant_name_zh": named.name_zh,
        "pollutant_name_en": named.name_en,
        "value": plain,
        "unit": concentration_unit(code),
        "mark": mark,
        "state": state,
        "valid_minutes": minutes,
        "standing": "stopped" if stopped else "no_value" if isnan(plain) else "no_limit",
    }
    if not judged:
        return row
    limit, value = max(judged, key=lambda pair: _severity(*pair))
    is_part = has_share(named.quantity) and not limit.lower and limit.value > 0
    return row | {
        "value": value,
        "unit": limit.unit,
        "limit": limit.value,
        "bound": (Bound.MIN if limit.lower else Bound.MAX).value,
        "averaging": limit.averaging,
        "share": value / limit.value if is_part and not isnan(value) else None,
        "standing": row["standing"] if isnan(value) else _standing(limit, value),
        "standard": limit.standard,
        "clause": limit.clause,
        "basis": limit.basis,
    }


def _severity(limit: Limit, value: float) -> tuple[float, bool]:
    """How far a value has gone from where it is near a limit to the limit: there it is 1.

    Of two that are as far a greatest value is shown.
    """
    if isnan(value):
        return -np.inf, not limit.lower
    quantity = hj212_codes()[limit.pollutant].quantity
    near = near_from(quantity, limit.value, lower=limit.lower)
    way = limit.value - near
    return ((value - near) / way if way else np.inf), not limit.lower


def _standing(limit: Limit, value: float) -> str:
    beyond = value < limit.value if limit.lower else value > limit.value
    if beyond:
        return "beyond" if limit.averaging == "hour" else "near"
    quantity = hj212_codes()[limit.pollutant].quantity
    near = near_from(quantity, limit.value, lower=limit.lower)
    is_near = value < near if limit.lower else value >= near
    return "near" if is_near else "within"
