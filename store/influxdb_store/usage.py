"""Usage in InfluxDB: measurements ``usage`` (hours) and ``usage_day`` (local days), tag ``meter``.

A point is an hour or a day as it stands and is written over when it changes. What is unknown is no
field; since a point keeps the fields that it is not given anew, one that loses a value is deleted
first. An hour is struck off last, and days are compared with all hours of the windows, whether
these change or not: so what a crash leaves half done is done at the next settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.periods import to_us
from store.hour_ranges import HourRanges, Ints, find, fold, ints, times
from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import HOUR_NS, deletes, in_ranges, of_selection, where
from store.interface import NEW_USAGE, USAGE
from store.rules.period_sums import SUMS
from store.rules.selection import Selection
from store.rules.usage_changes import differing, usage_key
from store.rules.usage_periods import DAYS

DAY_APART_H = 25  # hours at most from the first hour of a day to that of the next
VALUES = NEW_USAGE.names[2:]
HOUR_FIELDS = ",".join([*VALUES, "computed"])
DAY_FIELDS = ",".join(SUMS)
STORED_HOURS = pa.schema(
    [
        ("time", pa.int64()),
        ("meter", pa.int32()),
        *(NEW_USAGE.field(name) for name in VALUES),
        ("computed", pa.int64()),
    ]
)
STORED_DAYS = pa.schema(
    [
        ("time", pa.int64()),
        ("meter", pa.int32()),
        *((name, pa.int64() if name == "n" else pa.float64()) for name in SUMS),
    ]
)


class UsagePoints:
    """``store.rules.usage_periods.UsageRows`` of the server."""

    def __init__(self, server: InfluxDB) -> None:
        self._server = server

    def hours(self, selection: Selection) -> pa.Table:
        """USAGE of the selection, by meter and hour."""
        rows = self._select("usage", HOUR_FIELDS, STORED_HOURS, selection)
        return _as_hours(rows)

    def days(self, selection: Selection) -> pa.Table:
        """DAYS of the selection, by meter and day."""
        return _as_days(self._select("usage_day", DAY_FIELDS, STORED_DAYS, selection))

    def first_hour(self, selection: Selection) -> int:
        """The first hour of the selection in µs."""
        question = f"SELECT first(computed) FROM usage{where(of_selection(selection))}"
        (row,) = self._server.rows([question])
        return int(row["time"]) // 1_000

    def _select(
        self, measurement: str, fields: str, schema: pa.Schema, selection: Selection
    ) -> pa.Table:
        if selection.meters is not None and not len(selection.meters):
            return schema.empty_table()
        question = f"SELECT meter,{fields} FROM {measurement}{where(of_selection(selection))}"
        return self._server.numbers([question], schema)


def standing(server: InfluxDB, ranges: HourRanges) -> pa.Table:
    """NEW_USAGE as it stands in the ranges, by meter and hour."""
    statements = list(in_ranges("usage", HOUR_FIELDS, ranges))
    return _as_hours(server.numbers(statements, STORED_HOURS)).select(NEW_USAGE.names)


def put_hours(server: InfluxDB, rows: pa.Table, before: pa.Table, computed: datetime) -> None:
    """Write rows (NEW_USAGE); ``before`` is what stood (NEW_USAGE, by meter and hour)."""
    rows = rows.combine_chunks()
    _delete_losing(server, "usage", rows, "hour", before=before, values=VALUES)
    fields = {name: rows[name].combine_chunks() for name in VALUES}
    fields["computed"] = pa.array(np.full(rows.num_rows, to_us(computed)))
    _write(server, "usage", rows, "hour", fields)


def put_days(server: InfluxDB, rows: pa.Table, following: pa.Table) -> None:
    """Make the days of ``following`` (meter_key, day) equal rows (meter_key, period and SUMS).

    Only what differs is written or goes.
    """
    if not following.num_rows:
        return
    rows = rows.combine_chunks().rename_columns(["meter_key", "day", *SUMS])
    key = _key(rows, "day")
    order = np.argsort(key, kind="stable")
    rows, key = rows.take(pa.array(order)), key[order]
    begin = ints(following["day"]) * 1_000 // HOUR_NS
    # Days that follow each other are read as one range; what is read beside them does no harm.
    ranges = HourRanges(ints(following["meter_key"]), begin, begin + 1).joined(apart=DAY_APART_H)
    statements = list(in_ranges("usage_day", DAY_FIELDS, ranges))
    before = _as_days(server.numbers(statements, STORED_DAYS))
    standing_key = _key(before, "day")
    changed = rows.filter(pa.array(differing(rows, key, before, standing_key, SUMS)))
    _delete_losing(server, "usage_day", changed, "day", before=before, values=SUMS)
    followed = _key(following, "day")
    gone = ~find(followed, key)[1] & find(followed, standing_key)[1]
    delete(server, "usage_day", following.filter(pa.array(gone)), "day")
    _write(
        server, "usage_day", changed, "day", {name: changed[name].combine_chunks() for name in SUMS}
    )


def delete(server: InfluxDB, measurement: str, points: pa.Table, time: str) -> None:
    """Delete the points of these meters and times (whole hours)."""
    if not points.num_rows:
        return
    ranges = HourRanges(ints(points["meter_key"]), *_hour_and_next(points, time)).joined()
    server.run(deletes(measurement, ranges))


def _hour_and_next(points: pa.Table, time: str) -> tuple[Ints, Ints]:
    hour = ints(points[time]) * 1_000 // HOUR_NS
    return hour, hour + 1


def _key(rows: pa.Table, time: str) -> Ints:
    return fold(ints(rows["meter_key"]), ints(rows[time]) * 1_000 // HOUR_NS)


def _delete_losing(
    server: InfluxDB,
    measurement: str,
    rows: pa.Table,
    time: str,
    *,
    before: pa.Table,
    values: Sequence[str],
) -> None:
    """Delete the points that would keep a value which they no longer have."""
    if not before.num_rows or not rows.num_rows:
        return
    index, known = find(_key(rows, time), _key(before, time))
    beside = before.take(pa.array(index))
    loses = np.zeros(rows.num_rows, dtype=bool)
    for name in values:
        now, then = (
            table[name].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
            for table in (rows, beside)
        )
        loses |= then & ~now
    delete(server, measurement, rows.filter(pa.array(loses & known)), time)


def _write(
    server: InfluxDB, measurement: str, rows: pa.Table, time: str, fields: dict[str, pa.Array]
) -> None:
    if rows.num_rows:
        tags = {"meter": rows["meter_key"].combine_chunks()}
        server.write(lines(measurement, tags, fields, ints(rows[time]) * 1_000))


def _as_hours(rows: pa.Table) -> pa.Table:
    if rows["computed"].null_count:  # a point that is just being written
        rows = rows.filter(rows["computed"].is_valid())
    columns = {"meter_key": rows["meter"], "hour": times(ints(rows["time"]) // 1_000)}
    columns |= {name: rows[name] for name in VALUES}
    columns["computed"] = times(ints(rows["computed"]))
    found = pa.table(columns, schema=USAGE)
    return found.take(pa.array(np.argsort(usage_key(found), kind="stable")))


def _as_days(rows: pa.Table) -> pa.Table:
    written = pc.and_(
        rows["covered_h"].is_valid(), pc.and_(rows["mean_h"].is_valid(), rows["n"].is_valid())
    )
    if not pc.all(written).as_py():  # a point that is just being written
        rows = rows.filter(written)
    columns = {"meter_key": rows["meter"], "day": times(ints(rows["time"]) // 1_000)}
    found = pa.table(columns | {name: rows[name] for name in SUMS}).select(list(DAYS))
    return found.take(pa.array(np.argsort(_key(found, "day"), kind="stable")))
