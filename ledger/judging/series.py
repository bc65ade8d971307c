"""Series by themselves and against each other: stuck, copied, too smooth. Of any point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ledger.discharging.channel_hours import SERIES, Asked, Place, channel_means, read_matrix
from ledger.discharging.gas import OXYGEN
from ledger.discharging.layouts import PARAMETERS, Layout
from ledger.discharging.states import STATES, states
from ledger.judging.found import Days, Found
from models.environment.arrays import Flags, Numbers, known_where
from models.environment.flue_gas import OXYGEN_GUARD_PCT
from models.environment.hj212_codes import hj212_codes
from models.environment.plausibility import Copies, copied_days, copied_series, stuck, too_smooth
from models.environment.validity import valid_hours
from models.quantities import quantities
from models.registry.points import State

# Temperature, pressure, moisture and area may be set by hand, honestly; these may not.
_LOOKED_AT = frozenset({"oxygen", "volume_flow", "velocity"})


def judge_series(asked: Asked, layouts: Sequence[Layout], found: Found) -> None:
    """Add what is stuck, copied or too smooth among the channels of these points."""
    places = _places(layouts)
    if not places or not asked.grid.count:
        return
    mean, low, high = _hours(asked, places)
    units = [quantities()[hj212_codes()[code].quantity].unit for *_, code in places]
    stands = stuck(mean, low, high)
    for row, start, stop in stands:
        found.add(
            "stuck", places[row], (start, stop), seen=float(mean[row, start]), unit=units[row]
        )
    _copies(found, "copied_day", places, copied_days(mean), asked)
    alike = np.unique(units, return_inverse=True)[1]
    _copies(found, "copied_series", places, copied_series(mean, alike), asked)
    days = Days.of(asked)
    # What stands still is told of already.
    smooth = too_smooth(known_where(~stands.within(mean.shape), mean), days.of_hour)
    for place, (row, start, stop) in enumerate(smooth.runs):
        found.add(
            "too_smooth",
            places[row],
            (int(days.first_hour[start]), int(days.first_hour[stop])),
            seen=float(smooth.change[place]) * 100,
            expected=float(smooth.usual[place]) * 100,
            unit="%",
            words={"days": str(stop - start)},
        )


def _places(layouts: Sequence[Layout]) -> list[Place]:
    return list(
        dict.fromkeys(
            (*one.place, code)
            for one in layouts
            for code in sorted(one.channels)
            if hj212_codes()[code].quantity not in PARAMETERS - _LOOKED_AT
        )
    )


def _hours(asked: Asked, places: Sequence[Place]) -> tuple[Numbers, Numbers, Numbers]:
    """Mean, least and greatest value of valid hours in which the point was not declared stopped."""
    mean, minutes, series = channel_means(asked, places)
    stopped = states(asked, [place[:2] for place in places]) == STATES.index(State.STOPPED)
    of_air = np.array([place[2] == OXYGEN for place in places])[:, None]
    # Air has the same oxygen all day.
    counts: Flags = valid_hours(minutes) & ~stopped & ~(of_air & (mean >= OXYGEN_GUARD_PCT))
    mean = known_where(counts, mean)
    low, high = mean.copy(), mean.copy()
    for number, name in enumerate(SERIES):
        rows = (series == number).any(axis=1)
        keys = [
            asked.key(place, name) if some else -1 for place, some in zip(places, rows, strict=True)
        ]
        for extreme, column in ((low, "min"), (high, "max")):
            values, _ = read_matrix(asked, keys, column)
            np.copyto(extreme, values, where=(series == number) & ~np.isnan(values))
    return mean, low, high


def _copies(found: Found, kind: str, places: Sequence[Place], copies: Copies, asked: Asked) -> None:
    for place, (row, start, stop) in enumerate(copies.runs):
        source = places[int(copies.source[place])]
        found.add(
            kind,
            places[row],
            (start, stop),
            source=None if source == places[row] else "/".join(source),
            words={
                "days": str(int(copies.lag[place]) // 24),
                "chance": f"{copies.chance[place]:.0e}",
                **_named_source(asked, source, places[row][0]),
            },
        )


def _named_source(asked: Asked, source: Place, enterprise: str) -> dict[str, str]:
    """The other series in words, which are told to the enterprise: not whose it is elsewhere."""
    owner, point, code = source
    known, one = hj212_codes()[code], asked.registry.point_by_code[owner, point]
    if owner != enterprise:
        return {
            "source_en": f"{known.name_en} at a point of another enterprise",
            "source_zh": f"另一企业点位的{known.name_zh}",
        }
    return {
        "source_en": f"{known.name_en} at {one.name_en} ({point})",
        "source_zh": f"{one.name_zh}（{point}）的{known.name_zh}",
    }
