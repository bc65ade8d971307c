"""Hours of outlets joined into periods: means of concentrations, sums of flows and masses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledger.discharging.bases import ConvertedBasis, FlowBasis, texts
from ledger.discharging.layout_channels import concentration_unit
from ledger.discharging.marks import hour_marks, period_marks
from ledger.discharging.outlet_hours import OutletHours
from ledger.discharging.states import STATES
from ledger.instants import instants
from models.environment import validity, water
from models.environment.arrays import Flags, Indices, Numbers, known_where, sums_by_period
from models.environment.hj212_codes import hj212_codes
from models.periods import HOUR_US, Every, label
from models.registry import Registry
from models.registry.points import Medium
from store.rules.local_days import period_starts

COLUMNS = [
    "period", "start", "enterprise", "point", "medium", "pollutant", "conc_measured",
    "conc_converted", "conc_unit", "flow_m3", "mass_kg", "substituted_kg", "valid_minutes",
    "valid_hours", "hours", "stopped_hours", "substituted_hours", "known_hours", "flow_hours",
    "mark", "state", "flow_basis", "converted_basis",
]  # fmt: skip


def period_sums(
    registry: Registry, hours: OutletHours, stands_in: Numbers, every: Every
) -> pd.DataFrame:
    """COLUMNS of every pollutant's periods that have an hour; ``stands_in`` kg of lost hours."""
    starts, period = periods(registry, hours, every)
    count = len(starts)
    inside, valid, stopped = hours.inside, hours.valid, hours.stopped
    mass = np.where(np.isnan(hours.mass), stands_in, hours.mass)
    numbers = {
        "conc_measured": means(hours, hours.measured, period, every),
        "conc_converted": means(hours, hours.converted, period, every),
        "flow_m3": _sums(np.where(stopped & np.isnan(hours.flow), 0.0, hours.flow), inside, period),
        "mass_kg": _sums(np.where(stopped & np.isnan(mass), 0.0, mass), inside, period),
        "substituted_kg": sums_by_period(
            np.where(inside & ~np.isnan(stands_in), stands_in, 0.0), period
        ),
        "valid_minutes": sums_by_period(np.where(inside, hours.minutes, 0.0), period),
    }
    weighed = np.array([hj212_codes()[code].amount_quantity == "discharged_mass"
                        for code in hours.pollutants], dtype=bool)[:, None]  # fmt: skip
    for name in ("mass_kg", "substituted_kg"):
        numbers[name] = known_where(weighed, numbers[name])
    numbers["substituted_kg"] = known_where(
        ~np.isnan(numbers["mass_kg"]), numbers["substituted_kg"]
    )
    # Where nothing ran nothing was discharged: that is known too.
    amount_known = weighed & (~np.isnan(mass) | stopped)
    flow_known = ~np.isnan(hours.flow) | stopped
    counts = {
        name: sums_by_period(of.astype(np.float64), period)
        for name, of in (
            ("valid_hours", valid), ("hours", inside), ("stopped_hours", stopped),
            ("substituted_hours", inside & ~np.isnan(stands_in)),
            ("known_hours", inside & amount_known), ("flow_hours", inside & flow_known),
        )
    }  # fmt: skip
    if every == "hour":
        mark = hour_marks(valid, stopped, hours.mark, hours.minutes)
    else:
        mark = period_marks(every, counts["hours"], counts["stopped_hours"], counts["valid_hours"])
    kept = np.flatnonzero(counts["hours"].ravel() > 0)
    row, at = kept // max(count, 1), kept % max(count, 1)
    known = {
        "enterprise": [one.enterprise for one in hours.points],
        "point": [one.code for one in hours.points],
        "medium": [one.medium.value for one in hours.points],
        "pollutant": list(hours.pollutants),
        "conc_unit": [concentration_unit(code) for code in hours.pollutants],
    }
    names = [label(one.to_pydatetime(), every, registry.zone) for one in instants(starts)]
    found = {
        "period": np.array(names, dtype=object)[at],
        "start": instants(starts)[at],
        **{name: np.array(values, dtype=object)[row] for name, values in known.items()},
        **{name: values.ravel()[kept] for name, values in numbers.items()},
        **{name: values.ravel()[kept].astype(np.int64) for name, values in counts.items()},
        "mark": mark.ravel()[kept],
        "state": _states(hours, period, kept),
        "flow_basis": texts(_bits(hours.flow_basis, inside, period).ravel()[kept], FlowBasis),
        "converted_basis": texts(
            _bits(hours.converted_basis, inside, period).ravel()[kept], ConvertedBasis
        ),
    }
    return pd.DataFrame(found, columns=COLUMNS)


def periods(
    registry: Registry, hours: OutletHours, every: Every
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Indices]:
    """Starts (µs) of the periods that meet the grid, and each hour's number among them."""
    at = hours.grid.hours * HOUR_US
    if every == "total":
        return at[:1], np.zeros(len(at), dtype=np.intp)
    of = at if every == "hour" else period_starts(at, every, registry.zone)
    starts, number = np.unique(of, return_inverse=True)
    return starts, number.astype(np.intp)


def means(
    hours: OutletHours,
    values: Numbers,
    period: Indices,
    every: Every,
    least: float | None = None,
) -> Numbers:
    """Mean concentrations of periods: of gas arithmetic, of water weighted by flow (HJ 212-2017
    annex D), of pH and the like arithmetic, and of water in periods of which no flow is known:
    whatever span was asked for, so that the same day always has the same mean.

    Of at least so many valid hours: by default 20 of a day (HJ 212-2017 annex D), but of surface
    water, which is sampled a few times a day, one.
    """
    given = least
    if least is None:
        least = validity.HOURS_FOR_DAY if every == "day" else 1
    found = validity.means_by_period(values, hours.valid, period, least)
    sampled = np.flatnonzero([one.medium is Medium.SURFACE_WATER for one in hours.points])
    if len(sampled) and given is None:
        found[sampled] = validity.means_by_period(values[sampled], hours.valid[sampled], period)
    in_water = np.array(
        [
            one.medium is Medium.WASTE_WATER and concentration_unit(code) == "mg/L"
            for one, code in zip(hours.points, hours.pollutants, strict=True)
        ],
        dtype=bool,
    )
    rows = np.flatnonzero(in_water & ~np.isnan(hours.flow).all(axis=1))
    if len(rows) and every != "hour":
        flow = hours.flow[rows]
        some = sums_by_period((~np.isnan(flow)).astype(np.float64), period) > 0
        by_flow = water.means_by_period(values[rows], flow, hours.valid[rows], period, least)
        found[rows] = np.where(some, by_flow, found[rows])
    return found


def _sums(values: Numbers, inside: Flags, period: Indices) -> Numbers:
    """Sums of what is known; NaN where nothing is."""
    known = inside & ~np.isnan(values)
    number = sums_by_period(known.astype(np.float64), period)
    return known_where(number > 0, sums_by_period(np.where(known, values, 0.0), period))


def _bits(bits: np.ndarray, inside: Flags, period: Indices) -> np.ndarray:
    if not len(period):
        return np.zeros((len(bits), 0), dtype=np.uint8)
    starts = np.flatnonzero(np.diff(period, prepend=-1))
    joined: np.ndarray = np.bitwise_or.reduceat(np.where(inside, bits, 0), starts, axis=-1)
    return joined.astype(np.uint8)


def _states(hours: OutletHours, period: Indices, kept: Indices) -> np.ndarray:
    """Names of the states that held in each period, joined by |; None without any."""
    bit = np.array([*(1 << number for number in range(len(STATES))), 0], dtype=np.uint8)
    bits = _bits(bit[hours.state], hours.inside, period).ravel()[kept]
    names = np.empty(256, dtype=object)
    for value in np.unique(bits).tolist():
        held = [one.value for number, one in enumerate(STATES) if value & (1 << number)]
        names[value] = "|".join(held) or None
    found: np.ndarray = names[bits]
    return found
