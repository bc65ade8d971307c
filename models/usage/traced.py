"""What an hour's amount is made of: the stretches between readings that lie in it, and their parts.

For whoever checks a figure. The arithmetic is that of models.usage.counter, interval and
continuous, written down instead of summed: the parts of an hour add up to its amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa

from models.quantities import Kind
from models.readings import LAST_COUNTED, Quality
from models.usage.counter import accepted_register
from models.usage.eras import Eras, eras_of
from models.usage.exchanges import exchanges_of
from models.usage.pieces import Pieces, cut
from models.usage.series import Floats, Ints, Series, floats, integers
from models.usage.steps import ROLLOVER, steps

Way = Literal["register", "interval", "rate", "profile", "unknown"]


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch's part of an hour; times in µs since 1970 UTC, values in the meter's unit.

    The stretch runs from ``begin`` to ``until`` with ``first`` and ``last`` at its ends (of an
    interval: ``last`` is its amount), of which [``since``, ``to``) lies in the hour. ``added`` is
    the register's maximum after a rollover, else 0; ``scale`` turns the meter's unit into the usage
    unit, multiplier applied. ``read_first`` and ``read_last`` tell whether readings stand there, or
    the values of a declared exchange.

    ``way``: *register*: (last - first + added) x (to - since) / (until - begin) x scale.
    *interval*: last x (to - since) / (until - begin) x scale. *rate*: mean of the values
    interpolated at since and to, x hours x scale; what was read under another scale stands in
    ``first`` or ``last`` as this one has it. *profile*: by the declared typical day, in proportion
    to it or in its own amounts. *unknown*: nothing, as after a reset.
    """

    way: Way
    begin: int
    until: int
    first: float
    last: float
    since: int
    to: int
    scale: float
    offset: float = 0.0
    added: float = 0.0
    gap: bool = False
    estimated: bool = False
    read_first: bool = True
    read_last: bool = True

    @property
    def amount(self) -> float | None:
        """In the usage unit; None where the profile decides it, or nothing is known."""
        part, whole = self.to - self.since, self.until - self.begin
        if self.way == "register":
            rise = self.last - self.first + self.added
            return (rise if part == whole else rise * part / whole) * self.scale
        if self.way == "interval":
            return (self.last if part == whole else self.last * part / whole) * self.scale
        if self.way == "rate":
            ends = self.at(self.since) + self.at(self.to)
            return (ends / 2 * self.scale + self.offset) * part / 3_600_000_000
        return None

    def at(self, instant: int) -> float:
        """Value on the straight line of a rate."""
        if instant == self.until:
            return self.last
        way = (instant - self.begin) / max(self.until - self.begin, 1)
        return self.first + (self.last - self.first) * way


def hour_parts(
    readings: pa.Table, specs: pa.Table, exchanges: pa.Table, meter_key: int, hour_us: int
) -> list[Part]:
    """The parts of one hour of one meter, in time order.

    ``readings`` (meter_key, ts, value, quality) are those that bound the hour: at least four that
    count before it and two after it, where there are so many. ``specs`` are METER_SPECS and
    ``exchanges`` EXCHANGES. Kinds without amounts have no parts.
    """
    eras = eras_of(specs)
    series = _series(readings, eras, meter_key)
    if len(series.ts) == 0:
        return []
    kind = eras.kind[series.meter[0]]
    if kind == Kind.COUNTER.value:
        found = _of_counter(eras, series, exchanges)
    elif kind == Kind.INTERVAL.value:
        found = _of_intervals(eras, series)
    elif kind == Kind.RATE.value:
        found = _of_rates(eras, series)
    else:
        return []
    return [part for hour, part in found if hour == hour_us]


def _series(readings: pa.Table, eras: Eras, meter_key: int) -> Series:
    key, quality = integers(readings, "meter_key"), integers(readings, "quality")
    kept = (key == meter_key) & (quality <= LAST_COUNTED) & np.isin(key, eras.meter_key)
    unsure = (quality == int(Quality.ESTIMATED)) | (quality == int(Quality.SUBSTITUTED))
    meter = np.searchsorted(eras.meter_key, key)
    return Series(meter, integers(readings, "ts"), floats(readings, "value"), unsure).part(kept)


def _of_counter(eras: Eras, readings: Series, exchanges: pa.Table) -> Iterator[tuple[int, Part]]:
    register = accepted_register(eras, readings, exchanges_of(exchanges, eras), [])
    values, era = register.values, register.era
    nothing = values.last_of_meter() | register.joint
    end = np.where(nothing, values.ts, np.roll(values.ts, -1))
    difference = np.where(nothing, 0.0, np.roll(values.value, -1) - values.value)
    length = end - values.ts
    found = steps(eras, era, length, difference)
    gap = length > (2 * eras.interval_us)[era]
    unknown = np.isnan(found.amount) | (gap & eras.unbridged[era])
    way = np.where(unknown, "unknown", "register")
    way = np.where((unknown | gap) & eras.by_profile[era], "profile", way)
    added = np.where(found.code == ROLLOVER, eras.register_max[era], 0.0)
    unsure = gap | values.estimated | np.roll(values.estimated, -1)
    pieces = cut(eras, values.meter, values.ts, end, era)
    for hour, at, since, to, scale, _ in _pieces(eras, pieces):
        if nothing[at]:
            continue
        yield hour, Part(
            way=str(way[at]),  # type: ignore[arg-type]
            begin=int(values.ts[at]), until=int(end[at]),
            first=float(values.value[at]), last=float(values.value[at + 1]),
            since=since, to=to, scale=scale, added=float(added[at]),
            gap=bool(gap[at]), estimated=bool(unsure[at]),
            read_first=bool(register.reading[at]), read_last=bool(register.reading[at + 1]),
        )  # fmt: skip


def _of_intervals(eras: Eras, readings: Series) -> Iterator[tuple[int, Part]]:
    whole = eras.interval_us[eras.at(readings.meter, readings.ts - 1)]
    start = readings.ts - whole
    pieces = cut(eras, readings.meter, start, readings.ts, eras.at(readings.meter, start))
    for hour, at, since, to, scale, _ in _pieces(eras, pieces):
        yield hour, Part(
            way="interval", begin=int(start[at]), until=int(readings.ts[at]), first=float("nan"),
            last=float(readings.value[at]), since=since, to=to, scale=scale,
            estimated=bool(readings.estimated[at]), read_first=False,
        )  # fmt: skip


def _of_rates(eras: Eras, readings: Series) -> Iterator[tuple[int, Part]]:
    era = eras.at(readings.meter, readings.ts)
    following = np.roll(readings.ts, -1)
    last_one = readings.last_of_meter()
    gap = ~last_one & (following - readings.ts > 2 * eras.interval_us[era])
    end = np.where(last_one, readings.ts, following)
    way = np.where(gap, np.where(eras.by_profile[era], "profile", "unknown"), "rate")
    unsure = gap | readings.estimated | np.roll(readings.estimated, -1)
    pieces = cut(eras, readings.meter, readings.ts, end, era)

    def value(at: int, scale: float, offset: float) -> float:
        own = float(eras.scale[era[at]]), float(eras.offset[era[at]])
        read = float(readings.value[at])
        return read if own == (scale, offset) else (read * own[0] + own[1] - offset) / scale

    for hour, at, since, to, scale, offset in _pieces(eras, pieces):
        if last_one[at]:
            continue
        yield hour, Part(
            way=str(way[at]),  # type: ignore[arg-type]
            begin=int(readings.ts[at]), until=int(end[at]), first=value(at, scale, offset),
            last=value(at + 1, scale, offset), since=since, to=to, scale=scale, offset=offset,
            gap=bool(gap[at]), estimated=bool(unsure[at]),
        )  # fmt: skip


def _pieces(eras: Eras, pieces: Pieces) -> Iterator[tuple[int, int, int, int, float, float]]:
    """Hour, stretch, since, to, scale and offset of each piece."""
    hour: Ints = pieces.hour[pieces.row]
    scale: Floats = eras.scale[pieces.era]
    offset: Floats = eras.offset[pieces.era]
    for number in range(len(pieces.start)):
        yield (
            int(hour[number]), int(pieces.stretch[number]), int(pieces.start[number]),
            int(pieces.end[number]), float(scale[number]), float(offset[number]),
        )  # fmt: skip
