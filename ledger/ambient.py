"""What stations say of the surroundings: air quality index, noise by day and night, water class."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.discharging.bounds import limits, version_on
from ledger.discharging.judged import Means, period_means
from ledger.discharging.layout_channels import concentration_unit
from ledger.discharging.outlet_hours import OutletHours
from ledger.discharging.station_hours import stations_hours
from ledger.discharging.station_means import SOUND
from ledger.instants import instants
from models.environment.air_quality import (
    air_quality_index,
    index_class,
    individual_index,
    primary_pollutants,
)
from models.environment.aqi_tables import aqi_tables
from models.environment.arrays import Numbers
from models.environment.limits import Bound, limits_of
from models.periods import Every, from_us, label, next_start, period_start
from models.registry import Registry
from models.registry.points import Medium, Point
from models.units import conversion

AIR_COLUMNS = [
    "period", "start", "enterprise", "point", "aqi", "aqi_class", "primary", "pollutants",
    "standard",
]  # fmt: skip
NOISE_COLUMNS = [
    "period", "start", "until", "enterprise", "point", "part", "level_db", "limit_db", "zone",
    "beyond_db", "standard", "clause",
]  # fmt: skip
WATER_COLUMNS = [
    "period", "start", "enterprise", "point", "water_class", "worst", "pollutants",
    "required_class", "met",
]  # fmt: skip

LEQ = "Leq"
# GB 3838-2002 for rivers; V is the last class, what is worse has none (劣Ⅴ类).
WATER_CLASSES = ("I", "II", "III", "IV", "V")
WORSE = "worse than V"
# They judge lakes only, or are not of the section's class (MEE's method of 2011, from memory).
NOT_OF_THE_CLASS = frozenset({"w21001", "w01010", "w02003"})


def air_quality(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
) -> pd.DataFrame:
    """AIR_COLUMNS of ambient air by ``hour`` or ``day`` (HJ 633; the edition in force that day), of
    the whole periods that meet [start, end).

    ``pollutants`` are those that have an index, ``primary`` the leading ones where it is over 50;
    ``aqi_class`` from 1 excellent to 6 severe. Of a day: daily means, of ozone the greatest 8-hour
    mean; of an hour the means that the edition has for hours. Null where no pollutant is known.
    """
    rows: list[dict[str, object]] = []
    begin, stop = _whole(books, every, start, end)
    for asked, _, hours in stations_hours(
        books, start=begin, end=stop, enterprise=enterprise, point=point,
        media={Medium.AMBIENT_AIR},
    ):  # fmt: skip
        lengths = (every, "max_8_hours") if every == "day" else (every,)
        means = {name: period_means(asked.registry, hours, name) for name in lengths}
        for one, numbers in _of_points(hours):
            row_of = {hours.pollutants[row]: row for row in numbers}
            rows += _air(asked.registry, one, row_of, means, every)
    return _in_time(rows, AIR_COLUMNS)


def _air(
    registry: Registry, one: Point, row_of: dict[str, int], means: dict[str, Means], every: Every
) -> Iterator[dict[str, object]]:
    """One station's periods; ``row_of`` its pollutants in the means."""
    starts = means[every].start
    days = [from_us(int(at)).astimezone(registry.zone).date() for at in starts]
    for edition, numbers in groupby(range(len(starts)), key=lambda at: _edition(days[at])):
        of = list(numbers)
        tables = [table for table in aqi_tables(days[of[0]])
                  if table.pollutant in row_of and table.averaging.value in means]  # fmt: skip
        index = np.full((len(tables), len(of)), np.nan)
        for number, table in enumerate(tables):
            mean = means[table.averaging.value].measured[row_of[table.pollutant]]
            scale, offset = conversion(concentration_unit(table.pollutant), table.unit)
            index[number] = individual_index(
                mean[of] * scale + offset, np.array(table.breakpoints), capped=table.capped
            )
        total, primary = air_quality_index(index), primary_pollutants(index)
        classes = index_class(total)
        for place, at in enumerate(of):
            named = [table.pollutant for table, known in zip(tables, ~np.isnan(index[:, place]),
                                                             strict=True) if known]  # fmt: skip
            first = [table.pollutant for table, leads in zip(tables, primary[:, place],
                                                             strict=True) if leads]  # fmt: skip
            yield {
                "period": label(from_us(int(starts[at])), every, registry.zone),
                "start": from_us(int(starts[at])), "enterprise": one.enterprise,
                "point": one.code, "aqi": total[place], "aqi_class": int(classes[place]) or None,
                "primary": "|".join(dict.fromkeys(first)) or None,
                "pollutants": "|".join(dict.fromkeys(named)) or None, "standard": edition,
            }  # fmt: skip


def _edition(day: date) -> str | None:
    return next((table.standard for table in aqi_tables(day)), None)


def noise(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
) -> pd.DataFrame:
    """NOISE_COLUMNS of the days (06:00 to 22:00) and nights of noise stations that begin in
    [start, end): equivalent levels, means of energy of the logger's hours (GB 12348, GB 3096),
    null where fewer than 75 % of the hours are known. ``beyond_db`` is the level less the limit.
    """
    first, until = _whole(books, "day", start, end)
    rows: list[dict[str, object]] = []
    for asked, _, hours in stations_hours(
        books, start=first - timedelta(hours=2), end=until + timedelta(hours=6),
        enterprise=enterprise, point=point, pollutant=LEQ, media={Medium.NOISE},
    ):  # fmt: skip
        for part in SOUND:
            found = period_means(asked.registry, hours, part)
            for row, one in enumerate(hours.points):
                rows += [
                    _sound(asked.registry, one, part, at, float(found.measured[row, number]))
                    for number, at in enumerate(
                        zip(instants(found.start), instants(found.end), strict=True)
                    )
                    if _is_part(asked.registry, at[0], part) and start <= at[0] < end
                    and at[1] <= books.now()
                ]  # fmt: skip
    return _in_time(rows, NOISE_COLUMNS)


def _is_part(registry: Registry, at: pd.Timestamp, part: str) -> bool:
    begins = {"daytime": 6, "nighttime": 22}[part]
    return bool(at.tz_convert(registry.zone).hour == begins)


def _sound(
    registry: Registry, one: Point, part: str, at: tuple[pd.Timestamp, pd.Timestamp], level: float
) -> dict[str, object]:
    day = at[0].tz_convert(registry.zone).date()
    known = limits(registry, one, LEQ)
    holding = [limit for limit in known
               if limit.averaging == part and limit.since <= day < limit.until]  # fmt: skip
    limit = min(holding, key=lambda each: each.value, default=None)
    row: dict[str, object] = {
        "period": label(at[0].to_pydatetime(), "hour", registry.zone), "start": at[0],
        "until": at[1], "enterprise": one.enterprise, "point": one.code, "part": part,
        "level_db": level,
        "zone": version_on(registry, (one.enterprise, one.code), day).zone,
    }  # fmt: skip
    if limit is not None:
        row |= {"limit_db": limit.value, "beyond_db": level - limit.value,
                "standard": limit.standard, "clause": limit.clause}  # fmt: skip
    return row


def surface_water(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
) -> pd.DataFrame:
    """WATER_COLUMNS of sections by whole periods that meet [start, end): the class of GB 3838-2002
    by its worst pollutant.

    ``worst`` are the pollutants of that class where it is worse than I; ``met`` whether it is as
    good as ``required_class`` (the section's). Judged are ``pollutants`` with a limit, but total
    nitrogen, temperature and coliforms, which are not of a river's class.
    """
    rows: list[dict[str, object]] = []
    begin, stop = _whole(books, every, start, end)
    for asked, _, hours in stations_hours(
        books, start=begin, end=stop, enterprise=enterprise, point=point,
        media={Medium.SURFACE_WATER},
    ):  # fmt: skip
        found = period_means(asked.registry, hours, every)
        for one, numbers in _of_points(hours):
            classes = {
                hours.pollutants[row]: _water_classes(hours.pollutants[row], found.measured[row])
                for row in numbers
                if hours.pollutants[row] not in NOT_OF_THE_CLASS
            }
            for at, begin in enumerate(instants(found.start)):
                known = {code: of[at] for code, of in classes.items() if of is not None and of[at]}
                rows.append(_water(asked.registry, one, begin, every, known))
    return _in_time(rows, WATER_COLUMNS)


def _water(
    registry: Registry, one: Point, begin: pd.Timestamp, every: Every, known: dict[str, int]
) -> dict[str, object]:
    """One section's period; ``known`` the class of each pollutant, 1 to 6."""
    worst = max(known.values(), default=0)
    names = [*WATER_CLASSES, WORSE]
    day = begin.tz_convert(registry.zone).date()
    zone = version_on(registry, (one.enterprise, one.code), day).zone
    required = WATER_CLASSES.index(zone) + 1 if zone in WATER_CLASSES else None
    return {
        "period": label(begin.to_pydatetime(), every, registry.zone), "start": begin,
        "enterprise": one.enterprise, "point": one.code,
        "water_class": names[worst - 1] if worst else None,
        "worst": "|".join(code for code, of in known.items() if of == worst > 1) or None,
        "pollutants": "|".join(known) or None,
        "required_class": zone,
        "met": None if not worst or required is None else worst <= required,
    }  # fmt: skip


def _water_classes(code: str, values: Numbers) -> list[int] | None:
    """Class of each mean: 1 for I to 5 for V, 6 for worse, 0 unknown; None without any limit."""
    found = np.where(np.isnan(values), 0, len(WATER_CLASSES) + 1)
    judged = False
    for number in range(len(WATER_CLASSES), 0, -1):
        bounds = limits_of(f"GB3838-2002/{WATER_CLASSES[number - 1]}", code)
        if not bounds:
            continue
        judged = True
        fits = ~np.isnan(values)
        for bound in bounds:
            scale, offset = conversion(concentration_unit(code), bound.unit)
            value = values * scale + offset
            fits &= value <= bound.value if bound.bound is Bound.MAX else value >= bound.value
        found = np.where(fits, number, found)
    return found.tolist() if judged else None


def _whole(books: Books, every: Every, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The whole periods that meet [start, end)."""
    zone = books.registry().zone
    last = period_start(max(end - timedelta(microseconds=1), start), every, zone)
    return period_start(start, every, zone), next_start(last, every, zone)


def _of_points(hours: OutletHours) -> Iterator[tuple[Point, list[int]]]:
    """Each point with its rows."""
    for _, numbers in groupby(range(len(hours.points)), key=lambda row: hours.keys[row][:2]):
        of = list(numbers)
        yield hours.points[of[0]], of


def _in_time(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=columns)
    for name in ("start", "until"):
        if name in columns:
            table[name] = pd.to_datetime(table[name], utc=True).astype("datetime64[us, UTC]")
    return table.sort_values(["start", "enterprise", "point"], kind="stable", ignore_index=True)
