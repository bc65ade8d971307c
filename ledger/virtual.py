"""Hours of virtual meters: which ones follow the hours of others, and what they are.

An hour of a virtual meter depends on the same hour of the meters that its formula names, and on
nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from ledger.formulas import Formulas
from models.periods import HOUR_US
from models.usage import NEW_USAGE
from models.usage.virtual import virtual_usage
from store.hour_ranges import HourRanges, Ints, ints

APART_H = 24 * 31  # stored hours of operands nearer than this are read in one piece

BY_METER_AND_HOUR = [("meter_key", "ascending"), ("hour", "ascending")]

# NEW_USAGE of meters in the hours [start, end) since 1970 UTC, by meter and hour, as it stands.
StandingHours = Callable[[Ints, int, int], pa.Table]


def following(formulas: Formulas, ranges: HourRanges) -> HourRanges:
    """The hours of virtual meters among ``ranges``, and of those which any of these decide."""
    found: dict[int, HourRanges] = {}
    present = {int(meter) for meter in np.unique(ranges.meter)}
    concerned = formulas.standing_on(present) | (present & formulas.operands.keys())
    for key in formulas.order:
        if key not in concerned:
            continue
        named = formulas.operands[key]
        own = ranges.where(np.isin(ranges.meter, [key, *named]))
        found[key] = _as_of(key, own.joined(*(found[name] for name in named & found.keys())))
    return HourRanges(*(np.zeros(0, dtype=np.int64),) * 3).joined(*found.values())


def virtual_rows(formulas: Formulas, usage: pa.Table, ranges: HourRanges | None = None) -> pa.Table:
    """NEW_USAGE of virtual meters from ``usage`` (NEW_USAGE, by meter and hour) of their operands.

    Of all whose operands are there, or of those with ``ranges`` (as of ``joined``) and in these.
    """
    wanted = set(formulas.order if ranges is None else ranges.meter.tolist())
    by_meter = _by_meter(usage)
    found = [NEW_USAGE.empty_table()]
    for key in formulas.order:
        named = {one: by_meter[one] for one in formulas.operands[key] if one in by_meter}
        if key not in wanted or not named:
            continue
        rows = virtual_usage(formulas.versions[key], named)
        if ranges is not None:
            inside = ranges.locate(ints(rows["meter_key"]), ints(rows["hour"]) // HOUR_US) >= 0
            rows = rows.filter(pa.array(inside))
        found.append(rows)
        # What stands of it outside its ranges is there already.
        by_meter[key] = pa.concat_tables([rows, by_meter.get(key, rows[:0])]).sort_by("hour")
    return pa.concat_tables(found).sort_by(BY_METER_AND_HOUR)


def operands_of(
    formulas: Formulas,
    ranges: HourRanges,
    fresh: pa.Table,
    settled: HourRanges,
    standing: StandingHours,
) -> pa.Table:
    """NEW_USAGE of everything that ``ranges`` (of virtual meters) stand on, by meter and hour.

    ``fresh`` is the usage of the hours ``settled`` as it is about to be; the rest is read.
    """
    needed = [
        _as_of(name, ranges.where(ranges.meter == key))
        for key in np.unique(ranges.meter).tolist()
        for name in formulas.operands[key]
    ]
    known = settled.joined(ranges)
    wanted = needed[0].joined(*needed[1:]) if needed else ranges
    at = known.locate(wanted.meter, wanted.start)
    wanted = wanted.where((at < 0) | (at != known.locate(wanted.meter, wanted.end - 1)))
    tables = [fresh]
    for group in wanted.groups(APART_H):
        read = standing(np.unique(group.meter), int(group.start.min()), int(group.end.max()))
        meter, hour = ints(read["meter_key"]), ints(read["hour"]) // HOUR_US
        kept = (group.joined().locate(meter, hour) >= 0) & (known.locate(meter, hour) < 0)
        tables.append(read.filter(pa.array(kept)))
    together = pa.concat_tables(tables)
    return together.sort_by(BY_METER_AND_HOUR)


def _as_of(key: int, ranges: HourRanges) -> HourRanges:
    return HourRanges(np.full(len(ranges), key), ranges.start, ranges.end).joined()


def _by_meter(usage: pa.Table) -> dict[int, pa.Table]:
    keys, first = np.unique(ints(usage["meter_key"]), return_index=True)
    bounds = [*first.tolist(), usage.num_rows]
    return {
        key: usage.slice(begin, end - begin)
        for key, begin, end in zip(keys.tolist(), bounds[:-1], bounds[1:], strict=True)
    }
