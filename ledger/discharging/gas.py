"""Waste gas hour by hour: dry gas at standard state, reference oxygen, flow and mass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ledger.discharging.layout_channels import LayoutChannels, is_fraction, weighed
from ledger.discharging.layouts import NO, NO2
from models.environment.arrays import Indices, Numbers
from models.environment.flue_gas import (
    STANDARD_KPA,
    actual_flow_m3_h,
    at_standard_state,
    dry,
    nitrogen_oxides,
)

FLOW, OXYGEN, VELOCITY = "a00000", "a19001", "a01011"
TEMPERATURE, STATIC_PRESSURE, MOISTURE, AIR_PRESSURE = "a01012", "a01013", "a01014", "a01006"


@dataclass(frozen=True)
class Gas:
    """State of the gas of each layout [layouts, hours]; NaN where unknown.

    ``share`` and ``dry_share`` are what is left of a volume at standard state, and without its
    moisture.
    """

    share: Numbers
    dry_share: Numbers
    oxygen: Numbers

    @classmethod
    def of(cls, channels: LayoutChannels) -> Gas:
        """By the channels of temperature, static and air pressure, moisture and oxygen.

        Without a channel of the air's pressure it is taken as 101.325 kPa.
        """
        has_air = channels.flag(AIR_PRESSURE, lambda _: True)
        air = np.where(has_air, channels.mean(AIR_PRESSURE), STANDARD_KPA)
        pressure = air + channels.mean(STATIC_PRESSURE)
        share = 1.0 / at_standard_state(1.0, channels.mean(TEMPERATURE), pressure)
        dry_share = 1.0 / dry(1.0, channels.mean(MOISTURE))
        oxygen = channels.mean(OXYGEN)
        wet = channels.flag(OXYGEN, lambda one: one.wet)
        return cls(share, dry_share, np.where(wet, oxygen / dry_share, oxygen))

    def at(self, rows: Indices) -> Gas:
        """Of these layouts, one for each."""
        return Gas(self.share[rows], self.dry_share[rows], self.oxygen[rows])


def standard_dry(channels: LayoutChannels, gas: Gas, codes: Sequence[str]) -> Numbers:
    """Concentration of one pollutant of each layout in dry gas at standard state, mg/m3 (the
    quantity's own unit where it is none of mass); NaN where the hour is not valid.
    """
    value = channels.mean(codes)
    ppm = channels.flag(codes, is_fraction)
    wet = channels.flag(codes, lambda one: one.wet)
    actual = channels.flag(codes, lambda one: not one.standard_state) & ~ppm
    if ppm.any():
        value = np.where(ppm, weighed(value, codes), value)
    if wet.any():
        value = np.where(wet, value / gas.dry_share, value)
    if actual.any():
        value = np.where(actual, value / gas.share, value)
    return value


def oxides(channels: LayoutChannels, gas: Gas) -> tuple[Numbers, Numbers]:
    """Nitrogen oxides of layouts that measure only their parts, and the fewer minutes of both."""
    no, no2 = (standard_dry(channels, gas, [code] * len(channels.layouts)) for code in (NO, NO2))
    minutes = np.minimum(channels.minutes(NO), channels.minutes(NO2))
    return nitrogen_oxides(no, no2), minutes


def flow(channels: LayoutChannels, gas: Gas) -> tuple[Numbers, Numbers]:
    """m3 an hour of dry gas at standard state: measured, and by velocity and duct area."""
    measured = as_standard_dry(channels, gas, channels.mean(FLOW))
    area = channels.number(lambda one: one.point.duct_area_m2)
    moving = actual_flow_m3_h(channels.mean(VELOCITY), area)
    return measured, moving * gas.share * gas.dry_share


def as_standard_dry(channels: LayoutChannels, gas: Gas, volume: Numbers) -> Numbers:
    """A flow or volume in the state that the flow's channel declares, as dry standard gas."""
    wet = channels.flag(FLOW, lambda one: one.wet)
    actual = channels.flag(FLOW, lambda one: not one.standard_state)
    volume = np.where(wet, volume * gas.dry_share, volume)
    return np.where(actual, volume * gas.share, volume)
