"""Hour means of channels by the order of their series, out of the usage of their meters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from ledger.books import Books
from models.environment.arrays import Flags, Numbers
from models.environment.validity import valid_hours
from models.periods import HOUR_US, from_us, to_us
from models.readings import Quality
from models.registry import Registry
from models.registry.channel_fields import meter_code
from store.hour_ranges import Ints, ints

# An hour's mean is that of the first series with 45 valid minutes: the logger's minutes are means
# of samples seconds apart, its hours are their means, real-time values are instants.
SERIES = ("minute", "hour", "realtime")
NO_SERIES = -1
WHOLE_HOUR_MIN = 59.999  # so many minutes are all of them: coverage is a quotient

Place = tuple[str, str, str]  # codes of the enterprise, the point and the channel


@dataclass(frozen=True, slots=True)
class Grid:
    """Hours [first, first + count) since 1970 UTC: the places of the last axis."""

    first: int
    count: int

    @property
    def hours(self) -> npt.NDArray[np.int64]:
        """Each hour, since 1970 UTC."""
        return np.arange(self.first, self.first + self.count, dtype=np.int64)

    def part(self, start: int, end: int) -> slice:
        """The places of the hours [start, end) that lie in it."""
        low = min(max(start - self.first, 0), self.count)
        return slice(low, min(max(end - self.first, low), self.count))


def grid_of(books: Books, start: datetime, end: datetime) -> Grid:
    """The hours that begin in [start, end), up to the one under way."""
    first = -(-to_us(start) // HOUR_US)
    until = min(-(-to_us(end) // HOUR_US), to_us(books.now()) // HOUR_US + 1)
    return Grid(first, max(until - first, 0))


@dataclass(frozen=True)
class Asked:
    """Which books, by which registry, in which hours."""

    books: Books
    registry: Registry
    grid: Grid

    def key(self, place: Place | None, field: str) -> int:
        """The meter of a field of a channel, -1 where there is none."""
        if place is None:
            return -1
        enterprise, point, code = place
        return self.registry.key_of.get((enterprise, meter_code(point, code, field)), -1)

    def where(self, hours: Flags) -> tuple[Asked, slice]:
        """The same from the first to the last of these of its hours, and their places."""
        some = np.flatnonzero(hours)
        part = Grid(self.grid.first + int(some[0]), int(some[-1] - some[0]) + 1)
        return replace(self, grid=part), self.grid.part(part.first, part.first + part.count)


@dataclass(frozen=True)
class ChannelHours:
    """Of each of ``places`` [rows, hours]; the last row, one more, is of no channel: unknown.

    ``mean`` in the quantity's unit, of the ``series`` (a place in SERIES) that had 45 ``minutes``
    or else the most; ``abnormal`` minutes of values with a mark that does not count, ``stopped``
    of those with the mark F, ``mark`` the quality of most of them, 0 without any.
    """

    row: dict[Place, int]
    mean: Numbers
    minutes: Numbers
    series: npt.NDArray[np.int8]
    abnormal: Numbers
    stopped: Numbers
    mark: npt.NDArray[np.uint8]

    def rows(self, places: Sequence[Place | None]) -> npt.NDArray[np.intp]:
        """Row of each place; the last for one that is none or not there."""
        nothing = len(self.mean) - 1
        return np.array(
            [nothing if one is None else self.row.get(one, nothing) for one in places],
            dtype=np.intp,
        )


def read_matrix(asked: Asked, keys: Sequence[int], column: str) -> tuple[Numbers, Numbers]:
    """A column of USAGE and the covered minutes of hours: [keys, hours], NaN and 0 where unknown.

    A key of -1 is no meter; one may come several times.
    """
    grid = asked.grid
    shape = (len(keys), grid.count)
    values, minutes = np.full(shape, np.nan), np.zeros(shape)
    meters = np.array(keys, dtype=np.int64)
    there = meters >= 0
    if not there.any() or not grid.count:
        return values, minutes
    once, first, which = np.unique(meters[there], return_index=True, return_inverse=True)
    table = asked.books.store.usage_hours(
        once.tolist(), *_span(grid), columns=["meter_key", "hour", column, "coverage"]
    )
    row_of = np.zeros(int(meters.max()) + 1, dtype=np.int64)
    rows = np.flatnonzero(there)
    row_of[once] = rows[first]
    place = row_of[ints(table["meter_key"])] * grid.count
    place += ints(table["hour"]) // HOUR_US - grid.first
    values.ravel()[place] = table[column].to_numpy()
    minutes.ravel()[place] = table["coverage"].to_numpy() * 60.0
    if len(once) < len(rows):
        values[rows], minutes[rows] = values[rows[first][which]], minutes[rows[first][which]]
    return values, minutes


def channel_means(
    asked: Asked, places: Sequence[Place | None], part: str = ""
) -> tuple[Numbers, Numbers, npt.NDArray[np.int8]]:
    """Mean, minutes behind it and series of channels [places, hours], by the order of SERIES.

    ``part`` is that of the fields (models.registry.channel_fields): the value itself, or ``zs``.
    """
    shape = (len(places), asked.grid.count)
    mean, minutes = np.full(shape, np.nan), np.zeros(shape)
    series = np.full(shape, NO_SERIES, dtype=np.int8)
    for number, name in enumerate(SERIES):
        field = f"{name}-{part}" if part else name
        short: Flags = ~valid_hours(minutes)  # where the series before are not enough
        of_row, of_hour = np.any(short, axis=1), np.any(short, axis=0)
        keys = [
            asked.key(place, field) if lacks else -1
            for place, lacks in zip(places, np.atleast_1d(of_row), strict=True)
        ]
        if max(keys, default=-1) < 0:
            continue
        within, hours = asked.where(np.atleast_1d(of_hour))
        at = (slice(None), hours)
        values, covered = read_matrix(within, keys, "mean")
        better = ~np.isnan(values) & _better(covered, minutes[at])
        np.copyto(mean[at], values, where=better)
        np.copyto(minutes[at], covered, where=better)
        series[at][better] = number
    return mean, minutes, series


def channel_hours(
    asked: Asked, places: Sequence[Place], watched: Callable[[str], bool]
) -> ChannelHours:
    """Of these channels; marks only of those whose code is ``watched``."""
    # The row more is of no channel.
    mean, minutes, series = channel_means(asked, [*places, None])
    abnormal, stopped = np.zeros(mean.shape), np.zeros(mean.shape)
    mark = np.zeros(mean.shape, dtype=np.uint8)
    row = {place: number for number, place in enumerate(places)}
    found = ChannelHours(row, mean, minutes, series, abnormal, stopped, mark)
    _marked(asked, [place for place in places if watched(place[2])], found)
    return found


def _span(grid: Grid, more_us: int = 0) -> tuple[datetime, datetime]:
    end = (grid.first + grid.count) * HOUR_US
    return from_us(grid.first * HOUR_US), from_us(end + more_us)


def _better(covered: Numbers, minutes: Numbers) -> Flags:
    """Where a later series is taken: the earlier ones are too short, and it is enough or longer."""
    better: Flags = ~valid_hours(minutes) & (valid_hours(covered) | (covered > minutes))
    return better


def _marked(asked: Asked, watched: Sequence[Place], found: ChannelHours) -> None:
    """Fill ``abnormal``, ``stopped`` and ``mark`` from the readings that do not count.

    They are those of the series that gave the hour, or of any where none did.
    """
    of_key = {
        key: (found.row[place], number)
        for place in watched
        for number, name in enumerate(SERIES)
        if (key := asked.key(place, name)) >= 0
    }
    grid = asked.grid
    if not of_key or not grid.count:
        return
    # A mean is of the time before its instant: an hour's last one is stamped with the next hour.
    readings = asked.books.store.uncounted(list(of_key), *_span(grid, more_us=1))
    if not readings.num_rows:
        return
    keys = np.array(sorted(of_key), dtype=np.int64)
    rows, numbers = np.array([of_key[int(key)] for key in keys], dtype=np.int64).T
    interval_s = [asked.registry.meter_by_key[int(key)].interval_s for key in keys]
    at = np.searchsorted(keys, ints(readings["meter_key"]))
    row, number = rows[at], numbers[at]
    instant = number == SERIES.index("realtime")
    hour = (ints(readings["ts"]) - ~instant) // HOUR_US - grid.first
    inside = np.flatnonzero((hour >= 0) & (hour < grid.count))
    row, number, hour = row[inside], number[inside], hour[inside]
    given = found.series[row, hour]
    told = np.flatnonzero((given == NO_SERIES) | (given == number))
    cell = (row * grid.count + hour)[told]
    weight = np.minimum(np.array(interval_s) / 60.0, 60.0)[at[inside][told]]
    number, quality = number[told], readings["quality"].to_numpy()[inside][told]
    _fill(found.abnormal, cell, number, weight)
    _fill(found.stopped, cell, number, weight * (quality == Quality.STOPPED))
    _most(cell, quality, weight, found.mark)


def _fill(minutes: Numbers, cell: Ints, number: Ints, weight: Numbers) -> None:
    """Write into ``minutes`` those of each cell; what several series tell counts once."""
    # Few hours have a mark: only theirs are looked at.
    folded, place = np.unique(cell * len(SERIES) + number, return_inverse=True)
    several = np.minimum(np.bincount(place, weight), 60.0)
    np.maximum.at(minutes.ravel(), folded // len(SERIES), several)


def _most(
    cell: npt.NDArray[np.int64],
    quality: npt.NDArray[np.uint8],
    weight: Numbers,
    mark: npt.NDArray[np.uint8],
) -> None:
    """Write into ``mark`` the quality with the most minutes of each cell."""
    folded, place = np.unique(cell * 256 + quality, return_inverse=True)
    minutes = np.bincount(place, weight)
    order = np.lexsort((minutes, folded // 256))  # the last of a cell has the most
    mark.ravel()[folded[order] // 256] = folded[order] % 256
