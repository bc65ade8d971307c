"""Channels of many layouts as arrays: the same code of each of them, unknown where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ledger.discharging.channel_hours import ChannelHours
from ledger.discharging.layouts import NO, NO2, NOX, Layout
from models.environment.arrays import Flags, Indices, Numbers, known_where
from models.environment.flue_gas import MOLAR_MASS, mass_concentration
from models.environment.hj212_codes import VOLUME_FRACTION, hj212_codes
from models.environment.validity import valid_hours
from models.quantities import quantities
from models.registry.points import Channel, Medium

# What a part of the volume (ppm) weighs; nitrogen oxides count as NO2 (HJ 212-2017 annex D).
MOLAR_MASS_OF = {
    NO: MOLAR_MASS["NO"], NO2: MOLAR_MASS["NO2"], NOX: MOLAR_MASS["NO2"],
    "a21026": MOLAR_MASS["SO2"], "a21005": MOLAR_MASS["CO"], "a05001": MOLAR_MASS["CO2"],
}  # fmt: skip


class LayoutChannels:
    """What channels of ``layouts`` measured. Arrays are [layouts, hours], flags [layouts, 1]."""

    def __init__(
        self, found: ChannelHours, layouts: Sequence[Layout], valid: Numbers | None = None
    ) -> None:
        self._found, self.layouts = found, layouts
        self._valid = found.mean if valid is None else valid

    @classmethod
    def valid(
        cls, found: ChannelHours, layouts: Sequence[Layout], least_minutes: float | None = None
    ) -> LayoutChannels:
        """``least_minutes`` make a mean valid instead of 45 (HJ 212-2017 annex D)."""
        if least_minutes is not None:
            return cls(found, layouts, known_where(found.minutes >= least_minutes, found.mean))
        in_water = {one.place for one in layouts if one.point.medium is Medium.WASTE_WATER}
        rows = [row for place, row in found.row.items() if place[:2] in in_water]
        valid = valid_hours(found.minutes)
        # One abnormal value makes an hour of waste water abnormal, of waste gas 15 minutes do.
        valid[rows] = valid_hours(found.minutes[rows], found.abnormal[rows])
        return cls(found, layouts, known_where(valid, found.mean))

    def row(self, codes: str | Sequence[str]) -> Indices:
        """Row of the channel hours of one code, or of one for each layout."""
        wanted = [codes] * len(self.layouts) if isinstance(codes, str) else codes
        return self._found.rows(
            [
                (*one.place, code) if code in one.channels else None
                for one, code in zip(self.layouts, wanted, strict=True)
            ]
        )

    def mean(self, codes: str | Sequence[str]) -> Numbers:
        """Means of valid hours, NaN elsewhere."""
        return self._valid[self.row(codes)]

    def minutes(self, codes: str | Sequence[str]) -> Numbers:
        """Valid minutes behind them."""
        return self._found.minutes[self.row(codes)]

    def of(self, rows: Indices) -> LayoutChannels:
        """Of some of the layouts."""
        return LayoutChannels(
            self._found, [self.layouts[row] for row in rows.tolist()], self._valid
        )

    def each(self, of: Callable[[Layout], bool]) -> Flags:
        """A flag of each layout."""
        return np.array([of(one) for one in self.layouts], dtype=bool)[:, None]

    def flag(self, codes: str | Sequence[str], of: Callable[[Channel], bool]) -> Flags:
        """A flag of one code's channel in each layout, false where there is none."""
        wanted = [codes] * len(self.layouts) if isinstance(codes, str) else codes
        return np.array(
            [
                code in one.channels and of(one.channels[code])
                for one, code in zip(self.layouts, wanted, strict=True)
            ],
            dtype=bool,
        )[:, None]

    def number(self, of: Callable[[Layout], float | None]) -> Numbers:
        """A number of each layout, NaN where it has none."""
        values = [of(one) for one in self.layouts]
        return np.array([np.nan if one is None else one for one in values])[:, None]


def is_fraction(channel: Channel) -> bool:
    """Whether it gives a gas as a part of the volume (ppm, %)."""
    code = hj212_codes()[channel.code]
    return code.quantity_in(channel.unit or code.unit) == VOLUME_FRACTION


def weighed(ppm: Numbers, codes: Sequence[str]) -> Numbers:
    """mg/m3 at standard state of parts of the volume; unknown where the molar mass is."""
    mass = np.array([MOLAR_MASS_OF.get(code, np.nan) for code in codes])[:, None]
    found: Numbers = mass_concentration(ppm, 1.0) * mass
    return found


def concentration_unit(code: str) -> str:
    """Unit of a pollutant's concentration: of a gas mg/m3, else its quantity's own."""
    return quantities()[hj212_codes()[code].quantity].unit


def has_mass(code: str) -> bool:
    """Whether a pollutant is weighed: pH, colour and the like are not."""
    return hj212_codes()[code].amount_quantity == "discharged_mass"
