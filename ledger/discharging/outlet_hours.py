"""Every hour of every pollutant of outlets: concentrations, flow, mass, marks and states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ledger.discharging import gas as of_gas
from ledger.discharging.amounts import complete_amounts
from ledger.discharging.bases import Bits, FlowBasis
from ledger.discharging.channel_hours import (
    WHOLE_HOUR_MIN,
    Asked,
    ChannelHours,
    Grid,
    channel_hours,
)
from ledger.discharging.converted import converted, reference_oxygens
from ledger.discharging.gas import Gas
from ledger.discharging.layout_channels import LayoutChannels, has_mass
from ledger.discharging.layouts import NO, NO2, NOX, PARAMETERS, Layout
from ledger.discharging.states import states, stopped_minutes
from models.environment import flue_gas, water
from models.environment.arrays import Flags, Indices, Numbers, known_where
from models.environment.hj212_codes import hj212_codes
from models.environment.validity import valid_hours
from models.periods import HOUR_US, to_us
from models.registry.points import Medium, Point

WATER_FLOW, WATER_TEMPERATURE = "w00000", "w01010"
MEASURED_MIN = 1e-3  # minutes: anything at all was measured
ARRAYS = (
    "measured", "converted", "flow", "mass", "minutes", "valid", "inside", "stopped", "mark",
    "state", "flow_basis", "converted_basis", "water_degc", "reference_oxygen",
)  # fmt: skip


@dataclass(frozen=True)
class OutletHours:
    """Arrays [rows, hours]; a row is a pollutant of a point. Unknown is NaN.

    ``points`` (the last version) and ``pollutants`` of each row; ``measured`` concentration of dry
    gas at standard state, or in the water, ``converted`` the one that limits speak of, ``flow`` m3
    of the hour, ``mass`` kg of the hour. ``valid``: the concentration's hour counts; ``inside``:
    the point is valid, and the hour over or complete; ``stopped``: nothing ran in some minutes, and
    with the measured ones they are 45 or more, so no data are owed; the amounts are of the others.
    ``mark`` is a Quality (0: none), ``state`` a place in STATES, the bases are bits of
    ledger.discharging.bases; ``water_degc`` the temperature of waste water. ``reference_oxygen`` in
    %, which ``converted`` is at.
    """

    grid: Grid
    points: Sequence[Point]
    pollutants: Sequence[str]
    measured: Numbers
    converted: Numbers
    flow: Numbers
    mass: Numbers
    minutes: Numbers
    valid: Flags
    inside: Flags
    stopped: Flags
    mark: npt.NDArray[np.uint8]
    state: npt.NDArray[np.int8]
    flow_basis: Bits
    converted_basis: Bits
    water_degc: Numbers
    reference_oxygen: Numbers

    @property
    def owed(self) -> Flags:
        """Hours of which data are owed."""
        return self.inside & ~self.stopped

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """Enterprise, point and pollutant of each row."""
        return [
            (one.enterprise, one.code, code)
            for one, code in zip(self.points, self.pollutants, strict=True)
        ]

    def part(self, start: int, end: int) -> OutletHours:
        """The hours [start, end) since 1970 UTC that are in the grid."""
        hours = self.grid.part(start, end)
        grid = Grid(self.grid.first + hours.start, hours.stop - hours.start)
        return replace(self, grid=grid, **{name: getattr(self, name)[:, hours] for name in ARRAYS})

    def row_for_each(self, rows: Sequence[Sequence[int]], of: Flags) -> OutletHours:
        """Rows of which each is made of several, by hours: the last one ``of`` which an hour is."""
        last = [one[-1] for one in rows]
        arrays = {name: getattr(self, name)[last] for name in ARRAYS}
        for number, several in enumerate(rows):
            for row in several[:-1]:
                hours = of[row]
                for name, array in arrays.items():
                    array[number, hours] = getattr(self, name)[row, hours]
        points = [self.points[row] for row in last]
        return replace(
            self, points=points, pollutants=[self.pollutants[row] for row in last], **arrays
        )


def outlet_hours(
    asked: Asked,
    layouts: Sequence[Layout],
    *,
    pollutant: str | None = None,
    least_minutes: float | None = None,
) -> OutletHours:
    """Of the outlets, of all pollutants or one.

    ``least_minutes`` is what an hour under way needs instead of 45 valid minutes.
    """
    end = asked.grid.first + asked.grid.count
    layouts = [one for one in layouts if one.start < end and one.end > asked.grid.first]
    pairs = [
        (number, code)
        for number, one in enumerate(layouts)
        for code in one.pollutants
        if pollutant in (None, code)
    ]
    places = dict.fromkeys(
        (*one.place, code)
        for one in layouts
        for code in one.channels
        if pollutant is None or _needed(code, pollutant)
    )
    found = channel_hours(asked, list(places), _is_watched)
    at = np.array([number for number, _ in pairs], dtype=np.intp)
    rows = [(layouts[number], code) for number, code in pairs]
    codes = [code for _, code in pairs]
    channels = LayoutChannels.valid(found, layouts, least_minutes)
    gas = Gas.of(channels)
    pollutants = channels.of(at)
    measured, minutes = _concentrations(pollutants, gas.at(at), codes)
    valid = ~np.isnan(measured)
    flow, flow_basis = _flow(asked, channels, gas)
    flow, flow_basis = flow[at], flow_basis[at]
    mass, of_device = _mass(asked, rows, measured, flow)
    flow_basis = np.where(of_device, np.uint8(FlowBasis.DEVICE_MASS), flow_basis)
    reference = reference_oxygens(asked.registry, rows)
    to_limit, converted_basis = converted(
        asked, rows, measured, gas.oxygen[at], reference, least_minutes=least_minutes
    )

    state = states(asked, [one.place for one in layouts])[at]
    over = (asked.grid.hours + 1) * HOUR_US <= to_us(asked.books.now())
    inside = of_layout = begun(asked, layouts)[at]
    if least_minutes is None:
        inside = inside & (over | (minutes >= WHOLE_HOUR_MIN))
    marked_still, marks = _marks(found, pollutants, codes)
    declared = stopped_minutes(asked, [one.place for one in layouts])[at]
    still = np.maximum(marked_still, declared)
    # 45 minutes are accounted for: what was measured, and nothing in those of the stop.
    stopped = inside & ~valid & (still > 0) & valid_hours(minutes + still)
    partly = np.flatnonzero(stopped.any(axis=1))
    if len(partly):
        of_rows = [rows[number] for number in partly]
        ran = _while_it_ran(asked, found, of_rows, flow[partly], still[partly])
        flow[partly] = np.where(stopped[partly], ran[0], flow[partly])
        mass[partly] = np.where(stopped[partly], ran[1], mass[partly])
        flow_basis[partly] = np.where(stopped[partly], ran[2], flow_basis[partly])
    mark = np.where(valid, np.uint8(0), marks)
    of_layouts = OutletHours(
        asked.grid, [one.point for one, _ in rows], codes, measured, to_limit, flow, mass, minutes,
        valid & inside, inside, stopped, mark, state, flow_basis,
        converted_basis, channels.mean(WATER_TEMPERATURE)[at],
        np.broadcast_to(reference[:, None], measured.shape),
    )  # fmt: skip
    return joined(of_layouts, of_layout)


def joined(of_layouts: OutletHours, hours: Flags) -> OutletHours:
    """A row for each pollutant of a point, out of those of its layouts and their ``hours``."""
    of_key: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, key in enumerate(of_layouts.keys):
        of_key[key].append(number)
    if len(of_key) == len(of_layouts.points):
        return of_layouts
    return of_layouts.row_for_each(list(of_key.values()), hours)


def _concentrations(
    pollutants: LayoutChannels, gas: Gas, codes: Sequence[str]
) -> tuple[Numbers, Numbers]:
    """Of each row's valid hours, and the minutes behind them."""
    measured, minutes = of_gas.standard_dry(pollutants, gas, codes), pollutants.minutes(codes)
    rows = _made_of_parts(pollutants, codes)
    if len(rows):
        measured[rows], minutes[rows] = of_gas.oxides(pollutants.of(rows), gas.at(rows))
    return measured, minutes


def _made_of_parts(pollutants: LayoutChannels, codes: Sequence[str]) -> Indices:
    """Rows of nitrogen oxides that are made of NO and NO2, without a channel of their own."""
    pairs = enumerate(zip(pollutants.layouts, codes, strict=True))
    made = [row for row, (one, code) in pairs if code == NOX and NOX not in one.channels]
    return np.array(made, dtype=np.intp)


def _marks(
    found: ChannelHours, pollutants: LayoutChannels, codes: Sequence[str]
) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    """Minutes of each row's hours that are marked F, and the mark of most of its values.

    Nitrogen oxides made of parts stood still where both did, and have the mark of the part of
    which less is valid.
    """
    row = pollutants.row(codes)
    still, mark = found.stopped[row], found.mark[row]
    rows = _made_of_parts(pollutants, codes)
    if len(rows):
        parts = pollutants.of(rows)
        no, no2 = parts.row(NO), parts.row(NO2)
        still[rows] = np.minimum(found.stopped[no], found.stopped[no2])
        is_no = found.minutes[no] <= found.minutes[no2]
        mark[rows] = np.where(is_no, found.mark[no], found.mark[no2])
    return still, mark


def _mass(
    asked: Asked, rows: Sequence[tuple[Layout, str]], measured: Numbers, flow: Numbers
) -> tuple[Numbers, Flags]:
    """Mass of each hour in kg, and where it is what the device says, for want of a flow."""
    is_water = np.array([one.point.medium is Medium.WASTE_WATER for one, _ in rows])[:, None]
    weighed = np.array([has_mass(code) for _, code in rows], dtype=bool)[:, None]
    mass = np.where(is_water, water.mass_kg(measured, flow), flue_gas.mass_kg(measured, flow))
    mass = known_where(weighed, mass)
    lacking = weighed & np.isnan(flow) & ~np.isnan(measured)
    said = complete_amounts(asked, [(*one.place, code) for one, code in rows], lacking)
    of_device = ~np.isnan(said)
    return np.where(of_device, said, mass), of_device


def _flow(asked: Asked, channels: LayoutChannels, gas: Gas) -> tuple[Numbers, Bits]:
    """m3 of each layout's hours [layouts, hours] of water or of dry gas at standard state."""
    is_water = channels.each(lambda one: one.point.medium is Medium.WASTE_WATER)
    measured, moving = of_gas.flow(channels, gas)
    measured = np.where(is_water, channels.mean(WATER_FLOW), measured)
    missing = np.isnan(measured) & np.isnan(moving)
    codes = [WATER_FLOW if of_water else of_gas.FLOW for of_water in is_water[:, 0]]
    places = [(*one.place, code) for one, code in zip(channels.layouts, codes, strict=True)]
    said = complete_amounts(asked, places, missing)
    said = np.where(is_water, said, of_gas.as_standard_dry(channels, gas, said))
    ways = (measured, moving, said)
    kinds = (FlowBasis.MEASURED, FlowBasis.VELOCITY, FlowBasis.AMOUNT)
    known = [~np.isnan(one) for one in ways]
    basis = np.select(known, [int(one) for one in kinds], 0).astype(np.uint8)
    return np.select(known, ways, np.nan), basis


def _while_it_ran(
    asked: Asked,
    found: ChannelHours,
    rows: Sequence[tuple[Layout, str]],
    flow: Numbers,
    still: Numbers,
) -> tuple[Numbers, Numbers, Bits]:
    """Flow, mass and flow basis of hours in which a facility stood ``still`` for some minutes.

    Its few measured minutes are those in which it ran; ``flow`` is that of valid hours.
    """
    channels = LayoutChannels.valid(found, [one for one, _ in rows], least_minutes=MEASURED_MIN)
    gas = Gas.of(channels)
    measured, _ = _concentrations(channels, gas, [code for _, code in rows])
    moved, basis = _flow(asked, channels, gas)
    moved = np.where(basis == FlowBasis.AMOUNT, moved, moved * (60.0 - still) / 60.0)
    moved = np.where(np.isnan(flow), moved, flow)
    mass, of_device = _mass(asked, rows, measured, moved)
    return moved, mass, np.where(of_device, np.uint8(FlowBasis.DEVICE_MASS), basis)


def begun(asked: Asked, layouts: Sequence[Layout]) -> Flags:
    """Hours of each layout that have begun."""
    until = to_us(asked.books.now()) // HOUR_US + 1
    inside = np.zeros((len(layouts), asked.grid.count), dtype=bool)
    for row, one in enumerate(layouts):
        inside[row, asked.grid.part(one.start, min(one.end, until))] = True
    return inside


def _is_watched(code: str) -> bool:
    """Whether the marks of a channel's readings are asked for."""
    return code == WATER_FLOW or hj212_codes()[code].quantity not in PARAMETERS


def _needed(code: str, pollutant: str) -> bool:
    """Whether a channel plays a part in a pollutant's figures."""
    if code == pollutant or (pollutant == NOX and code in (NO, NO2)):
        return True
    return hj212_codes()[code].quantity in PARAMETERS
