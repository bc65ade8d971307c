"""Readings of whole local days counted against what their meters were expected to send."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from models.readings import READINGS, TIMESTAMP, Quality, Source
from models.senders.rules import RULES
from models.usage.eras import Eras, eras_of
from models.usage.series import Bools, Floats, Ints, integers

# One row a meter and local day (UTC start). ``expected``: intervals of the meter that were over;
# ``received``: different times of which something came; ``duplicate``: rows stored beyond these;
# ``late`` and ``suspect`` are among the received; ``missing``: expected and not received. Of the
# ``live`` ones (by MQTT, HTTP, HJ 212) ``clock_offset_s`` is the median and ``least_delay_s`` the
# least of receipt - ts, null where none were; both are negative where a clock is ahead.
SENDER_DAYS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("day", TIMESTAMP),
        ("expected", pa.int64()),
        ("received", pa.int64()),
        ("duplicate", pa.int64()),
        ("late", pa.int64()),
        ("suspect", pa.int64()),
        ("missing", pa.int64()),
        ("live", pa.int64()),
        ("clock_offset_s", pa.float64()),
        ("least_delay_s", pa.float64()),
    ]
)
LIVE = (Source.MQTT, Source.HTTP, Source.HJ212)  # files and corrections are entered afterwards


@dataclass(frozen=True)
class LocalDays:
    """Consecutive local days: ``bounds`` are their UTC starts and the last one's end in µs,
    ``shift`` what is added to UTC in each, in µs.
    """

    bounds: Ints
    shift: Ints

    def __len__(self) -> int:
        return len(self.shift)


def sender_days(readings: pa.Table, specs: pa.Table, days: LocalDays, now_us: int) -> pa.Table:
    """SENDER_DAYS of METER_SPECS' meters; days without anything expected or received are left out.

    ``readings`` are READINGS with every row ever stored, in the store's order (meter, ts,
    correction, received). Corrections are no sending, and what lies outside a meter's validity is
    not counted. Of a day under way only what was due by ``now_us`` is expected.
    """
    eras = eras_of(specs)
    meters, width = len(eras.meter_key), len(days)
    due = expected(eras, days, now_us)
    rows = _counted(readings, eras, days)
    size = meters * width
    first, last = _ends(rows)
    group = rows.group[first]
    received = np.bincount(group, minlength=size)
    delay = rows.received[first] - rows.ts[first]
    live = np.isin(rows.source[first], LIVE)
    grace = np.maximum(RULES.late_intervals * rows.interval[first], RULES.late_min_s * 1_000_000)
    late = np.bincount(group[live & (delay > grace)], minlength=size)
    suspect = np.bincount(rows.group[last][rows.quality[last] == Quality.SUSPECT], minlength=size)
    offset, least, number = _delays(group[live], delay[live], size)
    kept = np.flatnonzero((due > 0) | (received > 0))
    missing = np.maximum(due - received, 0)
    columns = {
        "meter_key": eras.meter_key[kept // max(width, 1)].astype(np.int32),
        "day": days.bounds[:-1][kept % max(width, 1)],
        "expected": due[kept],
        "received": received[kept],
        "duplicate": (np.bincount(rows.group, minlength=size) - received)[kept],
        "late": late[kept],
        "suspect": suspect[kept],
        "missing": missing[kept],
        "live": number[kept],
        "clock_offset_s": offset[kept],
        "least_delay_s": least[kept],
    }
    return pa.table(
        [pa.array(columns[field.name], from_pandas=True).cast(field.type) for field in SENDER_DAYS],
        schema=SENDER_DAYS,
    )


def expected(eras: Eras, days: LocalDays, now_us: int) -> Ints:
    """How many intervals of each meter (rows) and day (columns) were over at ``now_us``; flat.

    Intervals are counted from the local midnight of 1970-01-01 on, so that the days of a month
    together expect what the month does, also of a meter that is read once a week. An interval is
    the day's in which it begins, and is expected where the meter is valid then.
    """
    begin, end = days.bounds[:-1], days.bounds[1:]
    interval = eras.interval_us[:, None]
    since = np.maximum(eras.start[:, None], begin)
    until = np.minimum(np.minimum(eras.end[:, None], end), now_us - interval + 1)
    some = eras.valid[:, None] & (since < until)
    count = np.zeros(some.shape, dtype=np.int64)
    at = np.nonzero(some)
    step, shift = eras.interval_us[at[0]], days.shift[at[1]]
    # ceil(x / step) intervals begin before x.
    count[at] = -(-(until[at] + shift) // step) + (-(since[at] + shift) // step)
    if len(eras.meter_key) == 0:
        return count.ravel()
    summed: Ints = np.add.reduceat(count, eras.first[:-1], axis=0).ravel()
    return summed


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that count, in the order of meter, ts and receipt; ``group`` is meter x days + day."""

    group: Ints
    meter: Ints
    ts: Ints
    received: Ints
    source: Ints
    quality: Ints
    interval: Ints


def _counted(readings: pa.Table, eras: Eras, days: LocalDays) -> _Rows:
    if readings.schema.names != READINGS.names:
        raise ValueError(f"readings: columns {readings.schema.names}, not {READINGS.names}")
    key, ts = integers(readings, "meter_key"), integers(readings, "ts")
    source = integers(readings, "source")
    place = np.searchsorted(eras.meter_key, key)
    known = place < len(eras.meter_key)
    place[~known] = 0
    day = np.searchsorted(days.bounds, ts, side="right") - 1
    within = (day >= 0) & (day < len(days)) & (source != Source.CORRECTION)
    if len(eras.meter_key):
        known &= eras.meter_key[place] == key
    at = np.flatnonzero(known & within)
    era = eras.at(place[at], ts[at])
    at, era = at[eras.valid[era]], era[eras.valid[era]]
    return _Rows(
        group=place[at] * len(days) + day[at],
        meter=place[at],
        ts=ts[at],
        received=integers(readings, "received")[at],
        source=source[at],
        quality=integers(readings, "quality")[at],
        interval=eras.interval_us[era],
    )


def _ends(rows: _Rows) -> tuple[Bools, Bools]:
    """Which rows are the first and which the last of their (meter, ts)."""
    first = np.ones(len(rows.ts), dtype=bool)
    first[1:] = (rows.meter[1:] != rows.meter[:-1]) | (rows.ts[1:] != rows.ts[:-1])
    return first, np.append(first[1:], np.ones(min(len(first), 1), dtype=bool))


def _delays(group: Ints, delay: Ints, size: int) -> tuple[Floats, Floats, Ints]:
    """Median and least delay of each group in s (NaN where none), and how many there are."""
    order = np.lexsort((delay, group))
    ascending = delay[order]
    number = np.bincount(group, minlength=size)
    begin = np.cumsum(number) - number
    some = np.flatnonzero(number)
    median, least = np.full(size, np.nan), np.full(size, np.nan)
    low = ascending[begin[some] + (number[some] - 1) // 2]
    high = ascending[begin[some] + number[some] // 2]
    median[some] = (low + high) / 2e6
    least[some] = ascending[begin[some]] / 1e6
    return median, least, number


__all__ = ["LIVE", "SENDER_DAYS", "LocalDays", "expected", "sender_days"]
