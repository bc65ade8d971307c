"""The demo park's outlets and stations, as its data files have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from simulators.grid import EPOCH, local
from simulators.park import table
from simulators.stations.wire import Identity

GAS, WATER = "waste_gas", "waste_water"
FLOWS = {GAS: "a00000", WATER: "w00000"}
# A pollutant's mass an hour is its mean concentration times the mean flow times this: mg/m3 and
# m3/s (3600 s, 1e-6 kg/mg), mg/L and L/s (1e-3 m3/L and 1e-3 kg m3-1 per mg L-1).
KG_PER_HOUR = {GAS: 3600e-6, WATER: 3600e-6}
OXYGEN = "a19001"

# What has no mass although it is a channel of an outlet.
_PARAMETERS = frozenset({"a00000", "a19001", "a01012", "w00000", "w01001"})


@dataclass(frozen=True, slots=True)
class Channel:
    """What a station measures and how its value comes about (columns of pollutants.csv).

    ``of`` is empty, or ``flue`` (``level`` m3 of dry flue gas at 0 % oxygen for each unit of fuel),
    ``oxygen:X`` (``level`` is meant at X % of oxygen) or ``outdoor`` (above the air's temperature).
    ``slope``: change with the load, 1 being as much; ``winter``: swing over the year.
    """

    code: str
    code_2005: str
    decimals: int
    level: float
    of: str
    slope: float
    winter: float
    shape: str
    day_noise: float
    step_noise: float
    minute_noise: float
    low: float
    high: float

    @property
    def oxygen(self) -> float | None:
        """The oxygen, %, that ``level`` is meant at."""
        return float(self.of.removeprefix("oxygen:")) if self.of.startswith("oxygen:") else None


@dataclass(frozen=True, slots=True)
class Station:
    """An outlet or a station. ``driver`` is the (enterprise, meter) that its load follows, at
    ``full`` being 1, averaged over the last ``hold_h`` hours.
    """

    enterprise: str
    code: str
    medium: str
    identity: Identity
    realtime_s: int
    minute_s: int
    since: datetime
    driver: tuple[str, str] | None
    full: float
    hold_h: int
    reference_oxygen: float | None
    fields: dict[str, frozenset[str]]  # by channel: fields of channels.csv
    channels: tuple[Channel, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Enterprise and code."""
        return self.enterprise, self.code

    @property
    def name(self) -> str:
        """What it is called in logs and streams of noise."""
        return f"{self.enterprise}/{self.code}"

    @property
    def is_outlet(self) -> bool:
        """Whether something is discharged."""
        return self.medium in FLOWS

    @property
    def pollutants(self) -> tuple[Channel, ...]:
        """Channels of an outlet whose mass is discharged."""
        if not self.is_outlet:
            return ()
        return tuple(one for one in self.channels if one.code not in _PARAMETERS)

    @property
    def names(self) -> dict[str, str]:
        """What its edition calls a channel, by the code of 2017."""
        old = self.identity.edition == "2005"
        return {
            one.code: one.code_2005 if old and one.code_2005 else one.code for one in self.channels
        }


def _channel(row: dict[str, str]) -> Channel:
    return Channel(
        code=row["code"],
        code_2005=row["code_2005"],
        decimals=int(row["decimals"]),
        level=float(row["level"]),
        of=row["of"],
        slope=float(row["slope"] or 0),
        winter=float(row["winter"] or 0),
        shape=row["shape"],
        day_noise=float(row["day_noise"]),
        step_noise=float(row["step_noise"]),
        minute_noise=float(row["minute_noise"]),
        low=float(row["low"]),
        high=float(row["high"]),
    )


@cache
def stations() -> tuple[Station, ...]:
    """Every outlet and station, in the order of points.csv."""
    channels: dict[tuple[str, str], list[Channel]] = {}
    for row in table("pollutants.csv"):
        channels.setdefault((row["enterprise"], row["point"]), []).append(_channel(row))
    fields: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for row in table("channels.csv"):
        of_point = fields.setdefault((row["enterprise"], row["point"]), {})
        of_point[row["code"]] = frozenset(row["fields"].split("|"))
    loads = {(row["enterprise"], row["point"]): row for row in table("point_loads.csv")}
    bare = {
        (row["enterprise"], row["point"])
        for row in table("station_faults.csv")
        if row["kind"] == "bare"
    }
    found = []
    for row in table("points.csv"):
        key = row["enterprise"], row["code"]
        load = loads.get(key)
        driver = tuple(load["driver"].split("/")) if load else None
        assert driver is None or len(driver) == 2
        found.append(
            Station(
                enterprise=row["enterprise"],
                code=row["code"],
                medium=row["medium"],
                identity=Identity(
                    row["mn"], row["password"], row["st"], row["edition"], bare=key in bare
                ),
                realtime_s=int(row["realtime_interval_s"]),
                minute_s=int(row["minute_interval_s"]),
                since=local(row["valid_from"][:16]) if row["valid_from"] else EPOCH,
                driver=driver,
                full=float(load["full"]) if load else 1.0,
                hold_h=int(load["hold_h"]) if load else 0,
                reference_oxygen=float(row["reference_oxygen_pct"])
                if row["reference_oxygen_pct"]
                else None,
                fields=fields[key],
                channels=tuple(channels[key]),
            )
        )
    return tuple(found)
