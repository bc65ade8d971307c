"""What a station uploads: the items of real-time, minute, hour and day frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.grid import ZONE
from simulators.stations.instruments import Instruments, Shown
from simulators.stations.points import Station
from simulators.stations.wire import Item

REALTIME, MINUTE, HOUR, DAY = "2011", "2051", "2061", "2031"
SERIES = {REALTIME: "realtime", MINUTE: "minute", HOUR: "hour", DAY: "day"}


@dataclass(frozen=True, slots=True)
class Report:
    """One upload, before it is split into packets."""

    cn: str
    time: datetime
    items: tuple[Item, ...]

    @property
    def data_time(self) -> Item:
        """The first item of every packet."""
        return (("DataTime", stamp(self.time)),)


def stamp(when: datetime) -> str:
    """A time as frames tell it: local, to the second."""
    return f"{when.astimezone(ZONE):%Y%m%d%H%M%S}"


def span(cn: str, minute: timedelta) -> timedelta:
    """How long the interval of an upload is."""
    return {MINUTE: minute, HOUR: timedelta(hours=1), DAY: timedelta(days=1)}[cn]


def begin_of(cn: str, when: datetime, minute: timedelta) -> datetime:
    """Begin of the interval that holds an instant; days are local."""
    local = when.astimezone(ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + (local - midnight) // span(cn, minute) * span(cn, minute)).astimezone(
        when.tzinfo
    )


def realtime(instruments: Instruments, when: datetime) -> Report:
    """Instants of every channel that sends them."""
    station = instruments.station
    items = []
    for shown in instruments.at(when):
        fields = station.fields[shown.channel.code]
        if "realtime" not in fields:
            continue
        values = [("Rtd", shown.mean)]
        if "realtime-zs" in fields and shown.converted is not None:
            values.append(("ZsRtd", shown.converted))
        items.append(_item(station, shown, values))
    return Report(REALTIME, when, tuple(items))


def interval(instruments: Instruments, cn: str, begin: datetime, end: datetime) -> Report:
    """Means over an interval; no items where the logger kept nothing of it."""
    station, series = instruments.station, SERIES[cn]
    items = []
    for shown in instruments.mean(begin, end):
        fields = station.fields[shown.channel.code]
        told: list[tuple[str, str, float | None]] = [
            (f"{series}-cou", "Cou", shown.amount),
            (f"{series}-min", "Min", shown.least),
            (series, "Avg", shown.mean),
            (f"{series}-max", "Max", shown.greatest),
            (f"{series}-zs", "ZsAvg", shown.converted),
        ]
        values = [
            (name, value) for field, name, value in told if field in fields and value is not None
        ]
        if values:
            items.append(_item(station, shown, values))
    return Report(cn, begin, tuple(items))


def _item(station: Station, shown: Shown, values: list[tuple[str, float]]) -> Item:
    name = station.names[shown.channel.code]
    decimals = shown.channel.decimals
    texts = [
        (f"{name}-{field}", f"{value:.{3 if field == 'Cou' else decimals}f}")
        for field, value in values
    ]
    return (*texts, (f"{name}-Flag", shown.mark))
