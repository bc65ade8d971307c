"""What a write of usage changes: rows that differ, rows that go, and the days that follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from store.hour_ranges import HourRanges, Ints, Mask, find, fold, ints, split, times
from store.interface import FINDINGS, NEW_USAGE, USAGE
from store.rules.local_days import period_ends, period_starts
from store.rules.period_sums import from_hours, summed

HOURS = pa.schema([USAGE.field("meter_key"), USAGE.field("hour")])
FINDINGS_ORDER = [(name, "ascending") for name in FINDINGS.names]


@dataclass(frozen=True)
class Changes:
    """``rows`` (NEW_USAGE) are new or differ; keys are folded (meter, hour), ascending.

    ``replaced`` are the rows' keys that stand already, ``gone`` the standing ones no longer given.
    """

    usage: pa.Table
    rows: pa.Table
    replaced: Ints
    gone: Ints
    touched: Ints


def changes(windows: HourRanges, usage: pa.Table, standing: pa.Table) -> Changes:
    """What makes ``standing`` (NEW_USAGE in the windows, by meter and hour) equal ``usage``.

    Raises ValueError where a row lies outside the windows or an hour comes twice.
    """
    usage, key = _ordered(usage, windows)
    if not standing.num_rows:
        nothing = key[:0]
        return Changes(usage=usage, rows=usage, replaced=nothing, gone=nothing, touched=key)
    standing_key = usage_key(standing)
    gone = standing_key[~find(standing_key, key)[1]]
    differs = differing(usage, key, standing, standing_key, NEW_USAGE.names[2:])
    changed = key[differs]
    return Changes(
        usage=usage,
        rows=usage if differs.all() else usage.filter(pa.array(differs)),
        replaced=changed[find(changed, standing_key)[1]],
        gone=gone,
        touched=np.sort(np.concatenate([changed, gone])) if len(gone) else changed,
    )


def usage_key(rows: pa.Table) -> Ints:
    """Folded (meter, hour) of rows with columns meter_key and hour."""
    return fold(ints(rows["meter_key"]), ints(rows["hour"]) // HOUR_US)


def hours_table(key: Ints) -> pa.Table:
    """HOURS of folded keys."""
    meter, hour = split(key)
    return pa.table([pa.array(meter, pa.int32()), times(hour * HOUR_US)], schema=HOURS)


def _ordered(usage: pa.Table, windows: HourRanges) -> tuple[pa.Table, Ints]:
    """The rows by meter and hour, and their folded keys, each once and inside the windows."""
    if not usage.schema.equals(NEW_USAGE):
        raise ValueError(f"usage: columns {usage.schema} are not {NEW_USAGE}")
    usage = usage.combine_chunks()
    key = usage_key(usage)
    if not (key[1:] > key[:-1]).all():
        order = np.argsort(key, kind="stable")
        usage, key = usage.take(pa.array(order)), key[order]
        if (key[1:] == key[:-1]).any():
            raise ValueError("usage: an hour of a meter comes twice")
    if not windows.hold(key):
        raise ValueError("usage: an hour lies outside the windows")
    return usage, key


def differing(
    rows: pa.Table, key: Ints, standing: pa.Table, standing_key: Ints, names: Sequence[str]
) -> Mask:
    """Which rows are not among the standing ones with the same values in all of ``names``.

    Keys are those of the rows; the standing ones ascend.
    """
    if not len(standing_key):
        return np.ones(len(key), dtype=bool)
    index, known = find(key, standing_key)
    result = ~known
    beside = standing.take(pa.array(index))
    for name in names:
        new, old = rows[name].combine_chunks(), beside[name].combine_chunks()
        valid_new, valid_old = (
            column.is_valid().to_numpy(zero_copy_only=False) for column in (new, old)
        )
        values_new, values_old = (
            column.fill_null(0).to_numpy(zero_copy_only=False) for column in (new, old)
        )
        result |= (valid_new != valid_old) | (values_new != values_old)
    return result


def ordered_findings(findings: pa.Table) -> pa.Table:
    """FINDINGS in the order in which two sets of them are compared. Raises ValueError."""
    if not findings.schema.equals(FINDINGS):
        raise ValueError(f"findings: columns {findings.schema} are not {FINDINGS}")
    return findings.sort_by(FINDINGS_ORDER)


@dataclass(frozen=True)
class Days:
    """Days to write: ``all`` (meter_key, day) follow anew, ``rows`` are those that have hours."""

    all: pa.Table
    rows: pa.Table


def days(
    windows: HourRanges,
    usage: pa.Table,
    hours: Ints,
    zone: ZoneInfo,
    standing: Callable[[HourRanges], pa.Table],
) -> Days:
    """The days of ``hours`` (folded keys, ascending), summed anew.

    ``usage`` (NEW_USAGE, by meter and hour) is all that the windows hold; ``standing`` gives it in
    other ranges, as after the change.
    """
    meter, hour = split(hours)
    day = period_starts(hour * HOUR_US, "day", zone)
    # Days are longer than an hour, so that their hour of start tells them apart.
    day_key = fold(meter, day // HOUR_US)
    first = np.concatenate([[True], day_key[1:] != day_key[:-1]])
    meter, day, day_key = meter[first], day[first], day_key[first]
    begin = -(-day // HOUR_US)
    end = -(-period_ends(day, "day", zone) // HOUR_US)
    inside = windows.locate(meter, begin)
    whole = (inside >= 0) & (inside == windows.locate(meter, end - 1))
    # Days wholly inside the windows are summed from what was just given; the others are read.
    given = summed(from_hours(usage, period_starts(ints(usage["hour"]), "day", zone)))
    given_key = fold(ints(given["meter_key"]), ints(given["period"]) // HOUR_US)
    parts = [given.filter(pa.array(find(given_key, day_key[whole])[1]))]
    if not whole.all():
        edges = HourRanges(meter[~whole], begin[~whole], end[~whole]).joined()
        read = standing(edges)
        parts.append(summed(from_hours(read, period_starts(ints(read["hour"]), "day", zone))))
    following = pa.table({"meter_key": pa.array(meter, pa.int32()), "day": times(day)})
    return Days(following, pa.concat_tables(parts))
