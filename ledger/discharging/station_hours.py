"""Every hour of what stations watch: air, dust, noise, surface water."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import numpy as np

from ledger.books import Books
from ledger.discharging.bases import ConvertedBasis
from ledger.discharging.channel_hours import (
    WHOLE_HOUR_MIN,
    Asked,
    channel_hours,
    grid_of,
    read_matrix,
)
from ledger.discharging.layout_channels import is_fraction, weighed
from ledger.discharging.layouts import Layout, layouts
from ledger.discharging.outlet_hours import OutletHours, begun, joined
from ledger.discharging.states import STATES, states
from models.environment.arrays import known_where
from models.environment.hj212_codes import hj212_codes
from models.environment.validity import valid_hours
from models.periods import HOUR_US, to_us
from models.readings import Quality
from models.registry.points import OUTLET_MEDIA, Medium, State

STATION_MEDIA = frozenset(Medium) - OUTLET_MEDIA


def stations_hours(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
    places: Collection[tuple[str, str]] | None = None,
    media: Collection[Medium] = STATION_MEDIA,
) -> Iterator[tuple[Asked, Sequence[Layout], OutletHours]]:
    """The hours of the stations that fit (``ledger.discharging.layouts``), all at once."""
    asked = Asked(books, books.registry(), grid_of(books, start, end))
    found = layouts(asked.registry, media, enterprise=enterprise, point=point, places=places)
    if found and asked.grid.count:
        yield asked, found, station_hours(asked, found, pollutant)


def station_hours(
    asked: Asked, found: Sequence[Layout], pollutant: str | None = None
) -> OutletHours:
    """Of the stations, of all they watch or one code; ``flow`` and ``mass`` are unknown.

    A level of sound is the logger's of the hour: a plain mean of its minutes is no equivalent one.
    """
    grid = asked.grid
    some = [one for one in found if one.start < grid.first + grid.count and one.end > grid.first]
    pairs = [
        (number, code)
        for number, one in enumerate(some)
        for code in one.pollutants
        if code in one.channels and pollutant in (None, code)
    ]
    rows = [(some[number], code) for number, code in pairs]
    places = list(dict.fromkeys((*one.place, code) for one, code in rows))
    hours = channel_hours(asked, places, lambda _: True)
    row = hours.rows([(*one.place, code) for one, code in rows])
    codes = [code for _, code in rows]
    mean, minutes = hours.mean[row], hours.minutes[row].copy()
    ppm = np.array([is_fraction(one.channels[code]) for one, code in rows], dtype=bool)[:, None]
    if ppm.any():
        mean = np.where(ppm, weighed(mean, codes), mean)
    sound = np.flatnonzero([hj212_codes()[code].quantity == "sound_level" for code in codes])
    if len(sound):
        keys = [asked.key((*rows[number][0].place, codes[number]), "hour") for number in sound]
        mean[sound], minutes[sound] = read_matrix(asked, keys, "mean")
    valid = valid_hours(minutes) & ~np.isnan(mean)
    at = np.array([number for number, _ in pairs], dtype=np.intp)
    of_layout = begun(asked, some)[at]
    over = (grid.hours + 1) * HOUR_US <= to_us(asked.books.now())
    inside = of_layout & (over | (minutes >= WHOLE_HOUR_MIN))
    state = states(asked, [one.place for one in some])[at]
    mark = hours.mark[row]
    stopped = (mark == Quality.STOPPED) | (state == STATES.index(State.STOPPED))
    value = known_where(valid, mean)
    unknown = np.full(value.shape, np.nan)
    none = np.zeros(value.shape, dtype=np.uint8)
    basis = np.where(valid, np.uint8(ConvertedBasis.MEASURED), none)
    of_layouts = OutletHours(
        grid, [one.point for one, _ in rows], codes, value, value, unknown, unknown, minutes,
        valid & inside, inside, inside & ~valid & stopped, np.where(valid, np.uint8(0), mark),
        state, none, basis, unknown, unknown,
    )  # fmt: skip
    return joined(of_layouts, of_layout)
