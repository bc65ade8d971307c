"""Outlets against their process: load, oxygen, treatment, fuel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ledger.discharging.channel_hours import Asked, channel_hours, read_matrix
from ledger.discharging.gas import AIR_PRESSURE, MOISTURE, OXYGEN, STATIC_PRESSURE, TEMPERATURE, Gas
from ledger.discharging.layout_channels import LayoutChannels, concentration_unit
from ledger.discharging.layouts import Layout
from ledger.discharging.outlet_hours import OutletHours
from ledger.judging.found import Days, Found
from ledger.judging.texts import number
from models.environment import plausibility
from models.environment.arrays import Flags, Indices, Numbers
from models.environment.plausibility import Unusual, theoretical_volume
from models.quantities import AMOUNT_KINDS
from models.registry.points import Medium, Point

_STATE_OF_GAS = (OXYGEN, MOISTURE, TEMPERATURE, STATIC_PRESSURE, AIR_PRESSURE)


@dataclass(frozen=True)
class Outlets:
    """Each outlet of ``hours`` once [outlets, hours]: ``flow`` m3 and ``oxygen`` % of dry gas;
    ``of_row`` is the outlet of each row of ``hours``.
    """

    points: Sequence[Point]
    of_row: Indices
    flow: Numbers
    oxygen: Numbers

    @classmethod
    def of(cls, asked: Asked, layouts: Sequence[Layout], hours: OutletHours) -> Outlets:
        """Of the outlets whose pollutants are the rows of ``hours``."""
        keys = [(one.enterprise, one.code) for one in hours.points]
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        of_row = np.array([places[key] for key in keys], dtype=np.intp)
        first = np.unique(of_row, return_index=True)[1]
        return cls(
            [hours.points[row] for row in first],
            of_row,
            hours.flow[first],
            _oxygen(asked, layouts, places),
        )


def judge_outlets(asked: Asked, hours: OutletHours, outlets: Outlets, found: Found) -> None:
    """Add what does not fit load and treatment."""
    running, idle = plausibility.running_and_idle(_load(asked, outlets))
    gas = np.array([one.medium is Medium.WASTE_GAS for one in outlets.points])
    oxygen = np.where(gas[:, None], outlets.oxygen, np.nan)
    for kind, unusual in (
        ("oxygen_of_air_at_load", plausibility.oxygen_of_air_at_load(oxygen, running)),
        ("oxygen_of_load_when_idle", plausibility.oxygen_of_load_when_idle(oxygen, running, idle)),
    ):
        _add(
            found,
            kind,
            unusual,
            [_subject(one, OXYGEN) for one in outlets.points],
            ["%"] * len(gas),
        )

    power = _meters(asked, [(one.enterprise, one.treatment_meter) for one in outlets.points])
    off = plausibility.treatment_off(power, running)
    units = [_unit(asked, one.enterprise, one.treatment_meter) for one in outlets.points]
    _add(found, "treatment_off", off, [_subject(one) for one in outlets.points], units)
    at = outlets.of_row
    fallen = plausibility.fallen_without_treatment(hours.measured, power[at], running[at])
    subjects = [
        _subject(one, code) for one, code in zip(hours.points, hours.pollutants, strict=True)
    ]
    units = [concentration_unit(code) for code in hours.pollutants]
    _add(found, "fallen_without_treatment", fallen, subjects, units)


def judge_fuel(asked: Asked, parts: Sequence[Outlets], found: Found) -> None:
    """Add days on which the flue gas of all outlets of a natural gas meter is not the gas's.

    Not where an outlet that the same meter feeds is not among those asked about.
    """
    volumes: dict[tuple[str, str], list[tuple[Point, Numbers]]] = {}
    for outlets in parts:
        theoretical = theoretical_volume(outlets.flow, outlets.oxygen)
        for one, volume in zip(outlets.points, theoretical, strict=True):
            if one.fuel_meter is not None and _is_natural_gas(asked, one):
                volumes.setdefault((one.enterprise, one.fuel_meter), []).append((one, volume))
    every = asked.registry.point_by_code.values()
    fed = Counter((point.enterprise, point.fuel_meter) for point in every)
    whole = {meter: of for meter, of in volumes.items() if len(of) == fed[meter]}
    if not whole:
        return
    together = np.array([np.sum([volume for _, volume in of], axis=0) for of in whole.values()])
    days = Days.of(asked)
    burnt = _meters(asked, list(whole))
    unusual = plausibility.flue_gas_against_fuel(together, burnt, days.of_hour)
    points = [of[0][0] for of in whole.values()]
    for place, (row, start, stop) in enumerate(unusual.runs):
        found.add(
            "flue_gas_against_fuel",
            _subject(points[row]),
            (int(days.first_hour[start]), int(days.first_hour[stop])),
            seen=float(unusual.seen[place]),
            expected=float(unusual.usual[place]),
            unit="1",
            words={"days": str(stop - start), "theory": number(plausibility.RULES.dry_flue_gas)},
        )


def _add(
    found: Found,
    kind: str,
    unusual: Unusual,
    subjects: Sequence[tuple[str, str, str | None]],
    units: Sequence[str | None],
) -> None:
    for place, (row, start, stop) in enumerate(unusual.runs):
        found.add(
            kind,
            subjects[row],
            (start, stop),
            seen=float(unusual.seen[place]),
            expected=float(unusual.usual[place]),
            unit=units[row],
        )


def _subject(point: Point, code: str | None = None) -> tuple[str, str, str | None]:
    return point.enterprise, point.code, code


def _oxygen(
    asked: Asked, layouts: Sequence[Layout], outlets: dict[tuple[str, str], int]
) -> Numbers:
    """Oxygen in % of dry gas of each outlet, as its layouts measured it one after another."""
    mine = [one for one in layouts if one.place in outlets]
    places = dict.fromkeys(
        (*one.place, code) for one in mine for code in _STATE_OF_GAS if code in one.channels
    )
    channels = LayoutChannels.valid(channel_hours(asked, list(places), lambda _: False), mine)
    oxygen = np.full((len(outlets), asked.grid.count), np.nan)
    for one, values in zip(mine, Gas.of(channels).oxygen, strict=True):
        at = asked.grid.part(one.start, one.end)
        oxygen[outlets[one.place], at] = values[at]
    return oxygen


def _load(asked: Asked, outlets: Outlets) -> Numbers:
    """What tells whether the facility runs: the declared meter, else what it discharges."""
    load = _meters(asked, [(one.enterprise, one.load_meter) for one in outlets.points])
    declared: Flags = np.array([one.load_meter is not None for one in outlets.points])
    return np.where(declared[:, None], load, outlets.flow)


def _meters(asked: Asked, meters: Sequence[tuple[str, str | None]]) -> Numbers:
    """Amounts (of counters, intervals and rates) or means of meters' hours [meters, hours].

    In the usage's unit; NaN where there is no meter or an hour is not covered throughout.
    """
    keys = [
        -1 if code is None else asked.registry.key_of.get((of, code), -1) for of, code in meters
    ]
    unique, place = np.unique(np.array(keys, dtype=np.intp), return_inverse=True)
    by_key = asked.registry.meter_by_key
    amounts = [key >= 0 and by_key[key].kind in AMOUNT_KINDS for key in unique.tolist()]
    values = np.full((len(unique), asked.grid.count), np.nan)
    for column, wanted in (("amount", True), ("mean", False)):
        some = [
            key if is_amount is wanted else -1
            for key, is_amount in zip(unique.tolist(), amounts, strict=True)
        ]
        read, minutes = read_matrix(asked, some, column)
        np.copyto(values, read, where=minutes > 0)
    return values[place]


def _unit(asked: Asked, enterprise: str, meter: str | None) -> str | None:
    key = None if meter is None else asked.registry.key_of.get((enterprise, meter))
    return None if key is None else asked.registry.meter_by_key[key].usage_unit


def _is_natural_gas(asked: Asked, point: Point) -> bool:
    key = asked.registry.key_of.get((point.enterprise, point.fuel_meter or ""))
    return key is not None and asked.registry.meter_by_key[key].quantity == "natural_gas"
