"""What devices state of themselves: converted concentrations and amounts, against their hours."""

from __future__ import annotations

import numpy as np

from ledger.discharging.amounts import complete_amounts
from ledger.discharging.bases import ConvertedBasis, FlowBasis
from ledger.discharging.channel_hours import Asked, channel_means
from ledger.discharging.converted import said_by_device
from ledger.discharging.gas import FLOW
from ledger.discharging.layout_channels import concentration_unit, is_fraction
from ledger.discharging.outlet_hours import WATER_FLOW, OutletHours
from ledger.judging.found import Found
from ledger.judging.outlets import Outlets
from ledger.judging.texts import number
from models.environment.arrays import known_where
from models.environment.plausibility import (
    RULES,
    Stated,
    amount_otherwise,
    converted_otherwise,
    implied_reference_oxygen,
)
from models.environment.validity import valid_hours
from models.registry.points import Medium


def judge_stated(asked: Asked, hours: OutletHours, outlets: Outlets, found: Found) -> None:
    """Add where a device's ZsAvg and Cou are not what its own hours give."""
    _converted(asked, hours, outlets, found)
    own = (hours.flow_basis & (FlowBasis.MEASURED | FlowBasis.VELOCITY)) > 0
    mass = known_where(own & hours.valid, hours.mass)
    stated = complete_amounts(asked, hours.keys, ~np.isnan(mass))
    apart = amount_otherwise(stated, mass, RULES.amount_floor_kg)
    _amounts(found, apart, hours.keys, "kg")

    is_water = [one.medium is Medium.WASTE_WATER for one in outlets.points]
    flows = [
        (one.enterprise, one.code, WATER_FLOW if water else FLOW)
        for one, water in zip(outlets.points, is_water, strict=True)
    ]
    # In the state that the channel declares, both of them.
    flow, minutes, _ = channel_means(asked, flows)
    flow = known_where(valid_hours(minutes), flow)
    stated = complete_amounts(asked, flows, ~np.isnan(flow))
    _amounts(found, amount_otherwise(stated, flow, RULES.amount_floor_m3), flows, "m3")


def _converted(asked: Asked, hours: OutletHours, outlets: Outlets, found: Found) -> None:
    computed = (hours.converted_basis & ConvertedBasis.COMPUTED) > 0
    own = known_where(computed, hours.converted)
    stated, minutes = said_by_device(
        asked, hours.keys, [_in_ppm(asked, *one) for one in hours.keys]
    )
    stated = known_where(valid_hours(minutes), stated)
    apart = converted_otherwise(stated, own)
    oxygen = outlets.oxygen[outlets.of_row]
    implied = implied_reference_oxygen(stated, hours.measured, oxygen)
    for place, (row, start, stop) in enumerate(apart.runs):
        found.add(
            "converted_otherwise",
            hours.keys[row],
            (start, stop),
            seen=float(apart.stated[place]),
            expected=float(apart.computed[place]),
            unit=concentration_unit(hours.pollutants[row]),
            words={"implied": number(float(np.nanmean(implied[row, start:stop])))},
        )


def _in_ppm(asked: Asked, enterprise: str, point: str, code: str) -> bool:
    """Whether the last version of the channel gives a gas as a part of the volume."""
    channels = asked.registry.channels_of.get((enterprise, point), ())
    last = [is_fraction(one) for one in channels if one.code == code][-1:]
    return any(last)


def _amounts(found: Found, apart: Stated, keys: list[tuple[str, str, str]], unit: str) -> None:
    for place, (row, start, stop) in enumerate(apart.runs):
        found.add(
            "amount_otherwise",
            keys[row],
            (start, stop),
            seen=float(apart.stated[place]),
            expected=float(apart.computed[place]),
            unit=unit,
        )
