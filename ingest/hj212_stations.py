"""The HJ 212 devices that are registered: which meter each field of their frames belongs to.

Built once for each registry snapshot; a station when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, Protocol

from models.environment.hj212_codes import hj212_codes
from models.registry import Channel, Point, Registry
from models.registry.channel_fields import FIELDS, meter_code

# Commands that bring readings, by the series that they are (HJ 212-2017, table 9) ...
SERIES = MappingProxyType({"2011": "realtime", "2051": "minute", "2061": "hour", "2031": "day"})
# ... and what a name's end means there (table 4): the part of a channel's field.
_PARTS = {
    "": "Avg", "min": "Min", "max": "Max", "zs": "ZsAvg", "zs-min": "ZsMin", "zs-max": "ZsMax",
    "cou": "Cou",
}  # fmt: skip
_REALTIME_PARTS = {"": "Rtd", "zs": "ZsRtd"}


def _endings() -> dict[str, dict[str, str]]:
    """By series and ending of a name the field that it is."""
    found: dict[str, dict[str, str]] = {}
    for one in FIELDS.values():
        parts = _REALTIME_PARTS if one.series == "realtime" else _PARTS
        found.setdefault(one.series, {})[parts[one.part]] = one.code
    return found


ENDINGS = MappingProxyType(_endings())
ENDING_OF = MappingProxyType({code: end for ends in ENDINGS.values() for end, code in ends.items()})


class Named(NamedTuple):
    """What a name in a frame stands for: its meter, and the field with the mark of its value."""

    meter: str
    flag: str


@dataclass(frozen=True)
class Station:
    """One device: who it belongs to, how it is known, what it is declared to send.

    ``fields`` are declared fields by code of HJ 212-2017, of all versions of its channels: whether
    one is valid at a time its meter tells. The password never leaves.
    """

    enterprise: str
    point: str
    password: str | None = field(default=None, repr=False)
    edition: str = "2017"
    minute_interval_s: int = 600
    realtime_interval_s: int = 60
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def interval_s(self, series: str) -> int:
        """Seconds from DataTime to the end of what a value stands for."""
        if series == "minute":
            return self.minute_interval_s
        return {"realtime": 0, "hour": 3_600, "day": 86_400}[series]

    def names(self, series: str) -> Mapping[str, Named]:
        """What the names of a series' frames stand for, by codes of 2017 and of 2005."""
        return self._names[series]

    @cached_property
    def _names(self) -> dict[str, dict[str, Named]]:
        codes = hj212_codes()
        names: dict[str, dict[str, Named]] = {series: {} for series in ENDINGS}
        for code, fields in self.fields.items():
            known = codes.get(code)
            texts = [code] if known is None or known.code_2005 is None else [code, known.code_2005]
            for token in fields:
                meter, end = meter_code(self.point, code, token), ENDING_OF[token]
                for text in texts:
                    names[FIELDS[token].series][f"{text}-{end}"] = Named(meter, f"{text}-Flag")
        return names


class Stations(Protocol):
    """Where the decoder finds the device of a frame."""

    def of(self, mn: str) -> Station | None:
        """The registered device of this MN; None for any other."""

    def key(self, mn: str) -> bytes | None:
        """The SM4 key of this MN, 16 bytes; None where none is known."""


class RegisteredStations:
    """The devices of one registry snapshot; ``keys`` are SM4 keys by MN."""

    def __init__(self, registry: Registry, keys: Mapping[str, bytes] | None = None) -> None:
        self.registry = registry
        self._keys = keys or {}
        self._built: dict[str, Station] = {}

    def of(self, mn: str) -> Station | None:
        """The registered device of this MN; None for any other."""
        station = self._built.get(mn)
        if station is None:
            point = self.registry.point_by_mn.get(mn)
            if point is None:
                return None
            channels = self.registry.channels_of.get((point.enterprise, point.code), ())
            station = self._built[mn] = _station(point, channels)
        return station

    def key(self, mn: str) -> bytes | None:
        """The SM4 key of this MN, 16 bytes; None where none is known."""
        return self._keys.get(mn)


def _station(point: Point, channels: Iterable[Channel]) -> Station:
    fields: dict[str, frozenset[str]] = {}
    for channel in channels:
        fields[channel.code] = fields.get(channel.code, frozenset()) | frozenset(channel.fields)
    return Station(
        enterprise=point.enterprise,
        point=point.code,
        password=point.password,
        edition=point.edition,
        minute_interval_s=point.minute_interval_s,
        realtime_interval_s=point.realtime_interval_s,
        fields=fields,
    )
