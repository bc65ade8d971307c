"""The true mass of every pollutant, outlet and month, integrated from the load functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from simulators.grid import (
    STEP_H,
    STEPS_PER_HOUR,
    ZONE,
    Floats,
    instant,
    month_start,
    next_month,
    step_at,
)
from simulators.stations.hours import hourly, hours_of
from simulators.stations.physics import TrueValues
from simulators.stations.points import FLOWS, KG_PER_HOUR, stations


@dataclass(frozen=True, slots=True)
class MassTruth:
    """What an outlet really discharged of a pollutant in a local month, in whole hours.

    ``mass_kg`` is the integral of concentration times flow over the 15-minute load functions.
    ``known_kg`` is what the rule of the standards, hourly mean concentration times flow, gives
    over the ``known_hours`` whose two means were told and count; a correct ledger's mass without
    what it substituted. ``lost_kg`` is the true mass of the other hours. ``complete`` is false for
    a month cut by the end of the truth.
    """

    enterprise: str
    point: str
    pollutant: str
    month: str
    start: datetime
    end: datetime
    complete: bool
    mass_kg: float
    known_kg: float
    lost_kg: float
    hours: int
    known_hours: int


def mass_truths(start: datetime, end: datetime) -> Iterator[MassTruth]:
    """The truth of every outlet from ``start`` to ``end``, month by month."""
    first = -(-step_at(start) // STEPS_PER_HOUR) * STEPS_PER_HOUR
    last = step_at(end) // STEPS_PER_HOUR * STEPS_PER_HOUR
    if first >= last:
        return
    true = TrueValues(first, last)
    begins = true.steps[::STEPS_PER_HOUR]
    months = list(_months(instant(first), instant(last)))
    for station in stations():
        if not station.is_outlet:
            continue
        values, stopped = true.of(station)
        told = hours_of(station, true, values, stopped)
        flow_code, factor = FLOWS[station.medium], KG_PER_HOUR[station.medium]
        flow = told[flow_code]
        there = begins >= step_at(station.since)
        for channel in station.pollutants:
            concentration = told[channel.code]
            product = values[channel.code] * values[flow_code]
            mass: Floats = hourly(product).sum(axis=1) * STEP_H * factor
            rule = concentration.values * flow.values * factor
            known = concentration.known & flow.known
            for begin, until in months:
                inside = there & (begins >= step_at(begin)) & (begins < step_at(until))
                if not inside.any():
                    continue
                yield MassTruth(
                    enterprise=station.enterprise,
                    point=station.code,
                    pollutant=channel.code,
                    month=f"{begin.astimezone(ZONE):%Y-%m}",
                    start=max(begin, station.since),
                    end=until,
                    complete=until == next_month(month_start(begin)),
                    mass_kg=float(mass[inside].sum()),
                    known_kg=float(rule[inside & known].sum()),
                    lost_kg=float(mass[inside & ~known].sum()),
                    hours=int(np.count_nonzero(inside)),
                    known_hours=int(np.count_nonzero(inside & known)),
                )


def _months(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        until = min(next_month(month_start(start)), end)
        yield start, until
        start = until
