"""Readings in InfluxDB: every row of a (meter, ts) is a point of its own, told apart by revision.

Measurement ``reading``, tags ``meter`` (its key), ``writer``, and ``gen`` (thousands of revisions)
where it is not 0. The time is ts in microseconds, with the revision (0 to 999) as the digits of
nanoseconds, so that nothing is ever overwritten. Fields: ``value`` (or ``bits``, the double's 64
bits as an integer, where it is no finite number: InfluxDB has none such), ``quality``, ``source``,
``rx`` (received, µs), ``batch``, ``pos`` (place in the batch).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.periods import HOUR_US, to_us
from models.readings import LAST_COUNTED, READINGS, Source
from store.hour_ranges import HourRanges, Ints, find, ints, times
from store.influxdb_store import voids
from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB
from store.influxdb_store.statements import in_ranges, of_selection, one_of, where
from store.interface import CONTEXT
from store.rules.holding import holding, not_counted
from store.rules.selection import Selection, one_meter

REVISIONS = 1_000  # of one (meter, ts), writer and generation
EPOCH = 1_000 * REVISIONS**2  # revisions between one epoch of a writer and the next
FIELDS = "value,bits,quality,source,rx,batch,pos"
STORED = pa.schema(
    [
        ("time", pa.int64()),
        ("meter", pa.int32()),
        ("value", pa.float64()),
        ("bits", pa.int64()),
        ("quality", pa.uint8()),
        ("source", pa.uint8()),
        ("rx", pa.int64()),
        ("batch", pa.int64()),
        ("pos", pa.int64()),
    ]
)
AMONG = pa.schema([STORED.field(name) for name in ("time", "meter", "quality")])
WHOLE = ("quality", "source", "rx", "batch", "pos")  # what every point has
LATELY_US = 48 * HOUR_US
NEWEST = 3  # revisions of a meter's newest ts that are read at once; mostly there is one


def written(
    readings: pa.Table, revision: Ints, writer: str, batch: int, position: Ints
) -> pa.Array:
    """NEW_READINGS as lines."""
    value = readings["value"].combine_chunks()
    finite = pc.is_finite(value)
    odd = None
    if not pc.all(finite).as_py():
        bits = pa.array(value.to_numpy(zero_copy_only=False).view(np.int64))
        odd = pc.if_else(finite, pa.scalar(None, pa.int64()), bits)
        value = pc.if_else(finite, value, pa.scalar(None, pa.float64()))
    tags = {"meter": readings["meter_key"].combine_chunks(), "writer": writer}
    if (revision >= REVISIONS).any():
        generation = pa.array(revision // REVISIONS)
        tags["gen"] = pc.if_else(pc.equal(generation, 0), None, generation.cast(pa.string()))
    fields = {
        "value": value,
        "quality": readings["quality"].combine_chunks(),
        "source": readings["source"].combine_chunks(),
        "rx": pa.array(ints(readings["received"])),
        "batch": pa.array(np.full(readings.num_rows, batch)),
        "pos": pa.array(position),
    } | ({} if odd is None else {"bits": odd})
    ns = ints(readings["ts"]) * 1_000 + revision % REVISIONS
    return lines("reading", tags, fields, ns)


def select(
    server: InfluxDB,
    selection: Selection,
    *,
    as_of: datetime | None = None,
    every_row: bool = False,
    instants: int | None = None,
) -> pa.Table:
    """READINGS of the selection; see ``Store.readings``."""
    if selection.meters is not None and not len(selection.meters):
        return READINGS.empty_table()
    known = [] if as_of is None else [f"rx <= {to_us(as_of)}"]
    question = f"SELECT meter,{FIELDS} FROM reading{where([*of_selection(selection), *known])}"
    if instants is None:
        rows = ordered(_valid(server, server.numbers([question], STORED)))
    else:
        one_meter(selection)
        rows = _first(server, question, instants)
    return as_readings(rows if every_row else holding(rows))


def uncounted(server: InfluxDB, selection: Selection) -> pa.Table:
    """READINGS of the selection; see ``Store.uncounted``.

    Of the hours with such a reading all readings are looked at: another may hold in its place.
    """
    if selection.meters is not None and not len(selection.meters):
        return READINGS.empty_table()
    which = [*of_selection(selection), f"quality > {LAST_COUNTED}"]
    found = server.numbers([f"SELECT meter,quality FROM reading{where(which)}"], AMONG)
    if not found.num_rows:
        return READINGS.empty_table()
    hour = ints(found["time"]) // (1_000 * HOUR_US)
    hours = HourRanges(ints(found["meter"]), hour, hour + 1).joined()
    rows = server.numbers(list(in_ranges("reading", FIELDS, hours)), STORED)
    held = not_counted(as_readings(holding(ordered(_valid(server, rows)))))
    ts, (since, until) = ints(held["ts"]), (selection.start, selection.end)
    inside = np.ones(len(ts), dtype=bool)
    if since is not None:
        inside &= ts >= to_us(since)
    if until is not None:
        inside &= ts < to_us(until)
    return held.filter(pa.array(inside))


def _first(server: InfluxDB, question: str, instants: int) -> pa.Table:
    """As ``ordered``, the rows of the question's first so many different ts.

    Points that show only in part or are void are left out after they were read, so more may have to
    be read than are wanted. What the limit cuts off the last ts is not judged.
    """
    size = instants + 1
    while True:
        points = server.numbers([f"{question} ORDER BY time LIMIT {size}"], STORED)
        rows = ordered(_valid(server, points))
        ts = ints(rows["ts"])
        if is_cut := points.num_rows >= size:
            whole = ts < int(ints(points["time"]).max()) // 1_000
            rows, ts = rows.filter(pa.array(whole)), ts[whole]
        different = np.unique(ts)
        if not is_cut or len(different) >= instants:
            return rows.filter(pa.array(np.isin(ts, different[:instants])))
        size *= 4


def holding_in(server: InfluxDB, ranges: HourRanges) -> Iterator[pa.Table]:
    """CONTEXT of the readings of the ranges that hold, ordered by meter and ts, in one table."""
    rows = server.numbers(list(in_ranges("reading", FIELDS, ranges)), STORED)
    yield as_readings(holding(ordered(_valid(server, rows)))).select(CONTEXT.names)


def _valid(server: InfluxDB, rows: pa.Table) -> pa.Table:
    """STORED without the rows of void batches."""
    void = np.array(sorted(voids.numbers(server)), dtype=np.int64)
    if not len(void) or not rows.num_rows:
        return rows
    _, is_void = find(rows["batch"].combine_chunks().fill_null(-1).to_numpy(), void)
    return rows.filter(pa.array(~is_void)) if is_void.any() else rows


def ordered(rows: pa.Table) -> pa.Table:
    """STORED as READINGS with ``position``, in the order that ``holding`` wants.

    A point that is just being written may show some of its fields only: it is left out, as is the
    batch that it belongs to until that is recorded.
    """
    if any(rows[name].null_count for name in WHOLE):
        rows = rows.filter(reduce(pc.and_, (rows[name].is_valid() for name in WHOLE)))
    rows = rows.filter(pc.or_(rows["value"].is_valid(), rows["bits"].is_valid()))
    time, meter = ints(rows["time"]), ints(rows["meter"])
    source = ints(rows["source"])
    ts = time // 1_000
    received, batch, position = (ints(rows[name]) for name in ("rx", "batch", "pos"))
    correction = source == Source.CORRECTION
    order = pa.array(np.lexsort((position, batch, received, correction, ts, meter)))
    value = rows["value"].combine_chunks()
    if value.null_count:
        bits = rows["bits"].combine_chunks().fill_null(0).to_numpy().view(np.float64)
        value = pc.if_else(value.is_valid(), value, pa.array(bits))
    return pa.table(
        {
            "meter_key": pa.array(meter, pa.int32()),
            "ts": times(ts),
            "value": value,
            "quality": rows["quality"],
            "received": times(received),
            "source": rows["source"],
            "batch": rows["batch"],
            "position": rows["pos"],
        }
    ).take(order)


def as_readings(rows: pa.Table) -> pa.Table:
    """READINGS without the position."""
    return rows.select(READINGS.names).cast(READINGS)


def newest(server: InfluxDB, meters: Sequence[int] | None, now: datetime) -> pa.Table:
    """READINGS that hold at each meter's greatest ts, ordered by meter_key.

    Looked for near ``now`` first: whoever is alive has sent lately, and InfluxDB goes through every
    shard of the past for those that have not.
    """
    if meters is not None and not len(meters):
        return READINGS.empty_table()
    lately = f"time >= {(to_us(now) - LATELY_US) * 1_000}"
    mine = [] if meters is None else [one_of("meter", meters)]
    rows = _newest_rows(server, [*mine, lately])
    silent = np.setdiff1d(known_meters(server), ints(rows["meter_key"]))
    if meters is not None:
        silent = np.intersect1d(silent, np.array(meters))
    if len(silent):
        rest = _newest_rows(server, [one_of("meter", silent.tolist())])
        rows = pa.concat_tables([rows, rest]).sort_by("meter_key").combine_chunks()
    return rows


def known_meters(server: InfluxDB) -> Ints:
    """Keys of the meters that ever had a reading, ascending."""
    rows = server.rows(["SHOW TAG VALUES FROM reading WITH KEY = meter"])
    return np.unique(np.array([int(row["value"]) for row in rows], dtype=np.int64))


def _newest_rows(server: InfluxDB, which: Sequence[str]) -> pa.Table:
    """READINGS that hold at the greatest ts of each meter that the conditions leave."""
    query = f"SELECT meter,{FIELDS} FROM reading{where(which)} GROUP BY *"
    count = NEWEST
    while True:
        found = server.numbers([f"{query} ORDER BY time DESC LIMIT {count}"], STORED)
        rows = ordered(_valid(server, found))
        meter, ts = ints(rows["meter_key"]), ints(rows["ts"])
        last = np.append(meter[1:] != meter[:-1], np.ones(min(len(meter), 1), dtype=bool))
        # The rows of a meter's greatest ts are the last ones of that meter.
        sizes = np.diff(np.flatnonzero(np.concatenate([[True], last])))
        of_top = ts == np.repeat(ts[last], sizes)
        # Further rows of that ts, or rows beneath void ones, may lie beyond the limit.
        full, sent = np.unique(ints(found["meter"]), return_counts=True)
        valid = np.bincount(np.searchsorted(full, meter), minlength=len(full))
        top = np.bincount(np.searchsorted(full, meter[of_top]), minlength=len(full))
        if not ((sent >= count) & ((valid < sent) | (top >= count))).any():
            return as_readings(holding(rows.filter(pa.array(of_top))))
        count *= 10


def of_batches(server: InfluxDB, batches: tuple[int, int], within: Sequence[str]) -> pa.Table:
    """READINGS of the batches from the first to the last, ordered by batch and place in it.

    ``within`` are conditions on the time, where they are looked for.
    """
    which = [*within, f"batch >= {batches[0]}", f"batch <= {batches[1]}"]
    question = f"SELECT meter,{FIELDS} FROM reading{where(which)}"
    rows = ordered(_valid(server, server.numbers([question], STORED)))
    order = np.lexsort((ints(rows["position"]), ints(rows["batch"])))
    return as_readings(rows.take(pa.array(order)))


def ends(server: InfluxDB, *which: str) -> dict[int, tuple[int, int]]:
    """First and last ts in µs of each meter; ``which`` are conditions on tags."""
    found: dict[int, tuple[int, int]] = {}
    for row in server.rows(
        [f"SELECT {end}(rx) FROM reading{where(which)} GROUP BY meter" for end in ("first", "last")]
    ):
        meter, ts = int(row["meter"]), row["time"] // 1_000
        first, last = found.get(meter, (ts, ts))
        found[meter] = (min(first, ts), max(last, ts))
    return found
