"""Annual amounts: what a permit allows an outlet in a year, what is used, until when it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.discharges import discharges
from models.periods import local_start
from models.registry import Registry
from models.registry.points import Permit, PermitKind
from models.units import conversion

COLUMNS = [
    "year", "enterprise", "point", "pollutant", "permitted_kg", "mass_kg", "substituted_kg",
    "share", "left_kg", "known_share", "rate_kg_per_day", "runs_out_on", "expected_kg",
    "seasonal_runs_out_on", "seasonal_expected_kg", "even_rate_kg_per_day", "standard", "clause",
]  # fmt: skip

_EPOCH = date(1970, 1, 1).toordinal()  # days are counted as date.toordinal does
KEYS = ["enterprise", "point", "pollutant"]
RATE_DAYS = 30
# Last year's course is a measure where so much of it is known, and of this year's last 30 days.
SEASON_KNOWN = 0.75


def budgets(books: Books, *, year: int, enterprise: str | None = None) -> pd.DataFrame:
    """COLUMNS of every annual amount permitted in the year, by enterprise, point and pollutant.

    ``mass_kg`` up to now with ``substituted_kg`` of it, ``share`` of what is permitted,
    ``known_share`` the part of the hours so far that is known. ``rate_kg_per_day`` is that of the
    last 30 days: at it, ``expected_kg`` at the year's end, and the day ``runs_out_on`` on which
    what is left is used up (or was); null where it lasts. The ``seasonal`` ones follow last year's
    course instead, scaled by the last 30 days of both years, null where last year is not known
    well enough. ``even_rate_kg_per_day`` is what lasts to the year's end.
    """
    registry = books.registry()
    begin, after = (local_start(date(one, 1, 1), registry.zone) for one in (year - 1, year + 1))
    until = min(after, books.now())
    today = (until - timedelta(microseconds=1)).astimezone(registry.zone).date()
    permits = list(_permits(registry, year, today, enterprise))
    if not permits:
        return pd.DataFrame(columns=COLUMNS)
    days = discharges(
        books, every="day", start=begin, end=until,
        places={(one.enterprise, one.point) for one in permits},
    )  # fmt: skip
    local = days["start"].dt.tz_convert(registry.zone).dt.tz_localize(None)
    days["day"] = local.to_numpy().astype("datetime64[D]").astype(np.int64) + _EPOCH
    days["known_days"] = days["known_hours"] / 24
    days["owed_days"] = days["hours"] / 24
    needed = [*KEYS, "day", "mass_kg", "substituted_kg", "known_days", "owed_days"]
    by = dict(iter(days[needed].groupby(KEYS)))
    nothing = days[needed].iloc[:0]
    rows = [
        _row(
            one, by.get((one.enterprise, one.point, one.pollutant), nothing), year, today,
            under_way=until < after, closed_on=_closed_on(registry, one),
        )
        for one in permits
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _permits(
    registry: Registry, year: int, today: date, enterprise: str | None
) -> Iterator[Permit]:
    """Annual amounts that hold on a day of the year; of several of a pollutant the last that has
    begun by ``today``, and where none has the first.
    """
    last: dict[tuple[str, str, str], Permit] = {}
    in_time = sorted(registry.permits, key=lambda one: one.valid_from)
    begun = [one for one in in_time if one.valid_from <= today]
    for one in [*reversed(in_time[len(begun) :]), *begun]:
        holds = one.valid_from < date(year + 1, 1, 1) and (
            one.valid_to is None or one.valid_to > date(year, 1, 1)
        )
        if one.kind is PermitKind.ANNUAL_AMOUNT and holds and enterprise in (None, one.enterprise):
            last[one.enterprise, one.point, one.pollutant] = one
    yield from (last[key] for key in sorted(last))


def _row(
    permit: Permit,
    days: pd.DataFrame,
    year: int,
    today: date,
    *,
    under_way: bool,
    closed_on: date,
) -> dict[str, object]:
    """One permit by the outlet's days of this year and the last; ``today`` is the last one, of
    which something is still to come where the year is ``under_way``. From ``closed_on`` on nothing
    is.
    """
    permitted = permit.value * conversion(permit.unit, "kg")[0]
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    mine = days[days["day"] >= first.toordinal()]
    mass = _known(mine["mass_kg"])
    last = today.toordinal()
    lately = days[(days["day"] > last - RATE_DAYS) & (days["day"] <= last)]
    rate = _rate(lately)
    left_days = (end - today).days - 1
    row: dict[str, object] = {
        "year": year, "enterprise": permit.enterprise, "point": permit.point,
        "pollutant": permit.pollutant, "permitted_kg": permitted, "mass_kg": mass,
        "substituted_kg": _known(mine["substituted_kg"]), "standard": permit.standard,
        "clause": permit.clause, "rate_kg_per_day": rate,
        "known_share": _share(mine["known_days"].sum(), mine["owed_days"].sum()),
    }  # fmt: skip
    if mass is None:
        return row
    left = permitted - mass
    row |= {"share": _share(mass, permitted), "left_kg": left}
    if left_days > 0:
        row["even_rate_kg_per_day"] = max(left, 0.0) / left_days
    used = _day_used_up(mine, permitted)
    ahead = [today + timedelta(days=number + 1) for number in range(left_days)]
    # In the first hour of a day none of it is over yet.
    over = float(mine.loc[mine["day"] == last, "owed_days"].sum()) if under_way else 1.0
    courses = {"": None if rate is None else np.full(left_days, rate),
               "seasonal_": _seasonal(days, lately, ahead)}  # fmt: skip
    for name, course in courses.items():
        if course is None:
            continue
        to_come = np.array([(1.0 - over) * (rate or 0.0), *course])
        to_come[max((closed_on - today).days, 0) :] = 0.0
        sums = mass + np.cumsum(to_come)
        beyond = np.flatnonzero(sums > permitted)
        row[f"{name}expected_kg"] = float(sums[-1])
        row[f"{name}runs_out_on"] = used or ([today, *ahead][beyond[0]] if len(beyond) else None)
    return row


def _closed_on(registry: Registry, permit: Permit) -> date:
    """The local day from which on the outlet is no more; far away where none is known."""
    versions = registry.point_versions.get((permit.enterprise, permit.point), ())
    end = versions[-1].valid_to if versions else None
    return date.max if end is None else end.astimezone(registry.zone).date()


def _seasonal(days: pd.DataFrame, lately: pd.DataFrame, ahead: list[date]) -> np.ndarray | None:
    """What last year's days, scaled by the last 30, let expect of each day ahead."""
    before = days.set_index("day")
    then_days = [_year_before(date.fromordinal(one)) for one in lately["day"].tolist()]
    same = before.reindex([one.toordinal() for one in then_days])
    rest = before.reindex([_year_before(one).toordinal() for one in ahead])
    well_known = all(
        len(one) and np.nan_to_num(one["known_days"].to_numpy()).sum() >= SEASON_KNOWN * len(one)
        for one in (lately, same, rest)
    )
    now, then = _rate(lately), _rate(same)
    if not well_known or now is None or not then:
        return None
    course = rest["mass_kg"] / rest["known_days"].where(rest["known_days"] > 0)
    filled = course.interpolate(limit_direction="both").to_numpy(dtype=np.float64)
    scaled: np.ndarray = filled * (now / then)
    return scaled


def _year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def _day_used_up(days: pd.DataFrame, permitted: float) -> date | None:
    sums = days["mass_kg"].fillna(0.0).cumsum()
    beyond = days.loc[sums > permitted, "day"]
    return None if beyond.empty else date.fromordinal(int(beyond.iloc[0]))


def _rate(days: pd.DataFrame) -> float | None:
    """Kilograms a day of what is known of the days."""
    known = days["known_days"].sum()
    return float(days["mass_kg"].sum() / known) if known > 0 else None


def _known(values: pd.Series) -> float | None:
    return float(values.sum()) if values.notna().any() else None


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None
