"""What stands in for lost hours: HJ 75 (flue gas) and HJ 356 (waste water), quarter by quarter.

A quarter is answered from its own hours and those of the year before it, whatever span was asked
for: so that the same hour always has the same substitute. Hours lost in a row are counted up to the
quarter's end (or now).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from ledger.discharging.channel_hours import Asked, Grid
from ledger.discharging.layouts import Layout
from ledger.discharging.outlet_hours import OutletHours, outlet_hours
from ledger.discharging.states import STATES
from models.environment import water
from models.environment.arrays import Flags, Indices, Numbers
from models.environment.rates import CAPTURE_RATE_MIN, capture_rate
from models.environment.substitution import (
    FLUE_GAS_POLLUTANTS,
    rules,
    substituted_flue_gas,
    substituted_water,
)
from models.periods import HOUR_US, from_us, local_start, to_us
from models.readings import Quality
from models.registry.points import Medium, State

# HJ 356-2019 speaks of COD, NH3-N, total phosphorus and total nitrogen, which are weighed here.
WASTE_WATER_POLLUTANTS = frozenset({"w01018", "w21003", "w21011", "w21001"})
LOOK_BACK_QUARTERS = 4


def replaceable(hours: OutletHours) -> Flags:
    """Rows [rows] of pollutants whose lost hours have a rule."""
    return np.array(
        [
            code in (FLUE_GAS_POLLUTANTS if one.medium is Medium.WASTE_GAS
                     else WASTE_WATER_POLLUTANTS)
            for one, code in zip(hours.points, hours.pollutants, strict=True)
        ],
        dtype=bool,
    )  # fmt: skip


def stand_ins(
    asked: Asked, layouts: Sequence[Layout], hours: OutletHours, pollutant: str | None
) -> Numbers:
    """Kilograms that stand in for lost hours of ``hours``, which are those of the layouts as asked:
    [rows, hours], NaN where nothing does.
    """
    lost = hours.owed & np.isnan(hours.mass) & replaceable(hours)[:, None]
    spans = quarters(hours.grid, asked.registry.zone)
    found = np.full(hours.mass.shape, np.nan)
    # Mostly the quarters asked for hold all that is needed; the year before only where not.
    rows = np.flatnonzero(lost.any(axis=1))
    for back in (0, LOOK_BACK_QUARTERS):
        if not len(rows):
            break
        wide = _wide(asked, layouts, hours, rows, spans, pollutant=pollutant, back=back)
        row_of = {key: row for row, key in enumerate(wide.keys)}
        there = [row_of[hours.keys[row]] for row in rows]
        short = np.zeros((len(rows), len(spans)), dtype=bool)
        for number, (start, end) in enumerate(spans):
            first = _quarter(from_us(start * HOUR_US), asked.registry.zone, -back)
            part = wide.part(first, end)
            stands_in, lacks = _substituted(part, part.grid.part(start, end), there)
            at = hours.grid.part(start, end)
            same = part.grid.part(hours.grid.first + at.start, hours.grid.first + at.stop)
            found[rows, at] = stands_in[:, same]
            short[:, number] = (lacks[:, same] & lost[rows, at]).any(axis=1)
        rows = rows[short.any(axis=1)]
        spans = [spans[number] for number in np.flatnonzero(short.any(axis=0))]
    return np.where(lost, found, np.nan)


def _wide(
    asked: Asked,
    layouts: Sequence[Layout],
    hours: OutletHours,
    rows: Indices,
    spans: Sequence[tuple[int, int]],
    *,
    pollutant: str | None,
    back: int,
) -> OutletHours:
    """All hours of these quarters, and so many before, of the rows' points; up to now."""
    first = _quarter(from_us(spans[0][0] * HOUR_US), asked.registry.zone, -back)
    begun = to_us(asked.books.now()) // HOUR_US + 1
    whole = Grid(first, min(spans[-1][1], begun) - first)
    if whole == hours.grid:
        return hours
    places = {(hours.points[row].enterprise, hours.points[row].code) for row in rows}
    of_rows = [one for one in layouts if one.place in places]
    return outlet_hours(replace(asked, grid=whole), of_rows, pollutant=pollutant)


def _substituted(hours: OutletHours, quarter: slice, rows: Sequence[int]) -> tuple[Numbers, Flags]:
    """Of ``rows`` and all hours, by the capture rate of the quarter in them; and where fewer valid
    hours are known before than are asked for.
    """
    found = np.full((len(rows), hours.grid.count), np.nan)
    short = np.zeros(found.shape, dtype=bool)
    is_gas = np.array([hours.points[row].medium is Medium.WASTE_GAS for row in rows], dtype=bool)
    for kind, of in ((is_gas, _gas), (~is_gas, _water)):
        if kind.any():
            found[kind], short[kind] = of(hours, np.array(rows)[kind], quarter)
    return found, short


def _gas(hours: OutletHours, rows: Indices, quarter: slice) -> tuple[Numbers, Flags]:
    mass, owed = hours.mass[rows], hours.owed[rows]
    known = owed & ~np.isnan(mass)
    all_one = np.zeros(quarter.stop - quarter.start, dtype=np.intp)
    rate = capture_rate(known[:, quarter], owed[:, quarter], all_one)
    calibrated = (hours.mark[rows] == Quality.CALIBRATION) | (
        hours.state[rows] == STATES.index(State.CALIBRATION)
    )
    uncontrolled = calibrated & ~known
    found = substituted_flue_gas(
        mass, known, rate, owed=owed, out_of_control=uncontrolled, calibrated=calibrated
    )
    before = np.cumsum(known, axis=1)
    at_calibration = np.maximum.accumulate(np.where(calibrated, before, 0), axis=1)
    asked_for = np.array([*(one.previous_valid_hours for one in rules()), 1])[found.rule]
    short = np.where(uncontrolled, at_calibration, before) < asked_for
    return np.where(found.there, found.values, np.nan), short & ~(rate < CAPTURE_RATE_MIN)


def _water(hours: OutletHours, rows: Indices, _: slice) -> tuple[Numbers, Flags]:
    owed = hours.owed[rows]
    factors, short = [], np.zeros(owed.shape, dtype=bool)
    for values in (hours.measured[rows], hours.flow[rows]):
        known = owed & ~np.isnan(values)
        factors.append(substituted_water(values, known, owed=owed).values)
        # As many as the gap is long: at most what was lost since the last valid hour, and after.
        before, lost = np.cumsum(known, axis=1), np.cumsum(~known, axis=1)
        short |= before < lost[:, -1:]
    return water.mass_kg(factors[0], factors[1]), short


def quarters(grid: Grid, zone: ZoneInfo) -> list[tuple[int, int]]:
    """Quarters of the park's time that meet the grid: hours [start, end) since 1970 UTC."""
    if not grid.count:
        return []
    found = []
    at = from_us(grid.first * HOUR_US)
    start = _quarter(at, zone, 0)
    while start < grid.first + grid.count:
        end = _quarter(from_us(start * HOUR_US), zone, 1)
        found.append((start, end))
        start = end
    return found


def _quarter(at: datetime, zone: ZoneInfo, later: int) -> int:
    """The hour in which the quarter begins that lies so many after the one that holds ``at``."""
    local = at.astimezone(zone)
    number = local.year * 4 + (local.month - 1) // 3 + later
    day = local.date().replace(year=number // 4, month=number % 4 * 3 + 1, day=1)
    return to_us(local_start(day, zone)) // HOUR_US
