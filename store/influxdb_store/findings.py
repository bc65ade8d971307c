"""Findings in InfluxDB: measurement ``finding``, tag ``meter``, time = ts.

Several of a meter at one ts are told apart by the digits of nanoseconds.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from models.periods import HOUR_US
from store.hour_ranges import HourRanges, ints, times
from store.influxdb_store.lines import lines
from store.influxdb_store.server import InfluxDB, is_whole
from store.influxdb_store.statements import LAST_NS, deletes, in_ranges, of_selection, where
from store.interface import FINDINGS
from store.rules.selection import Selection
from store.rules.usage_changes import ordered_findings

NEWEST_FIRST = [("ts", "descending"), ("meter_key", "ascending"), ("kind", "ascending")]


def select(server: InfluxDB, selection: Selection, limit: int | None) -> pa.Table:
    """FINDINGS of the selection, newest first."""
    if selection.meters is not None and not len(selection.meters):
        return FINDINGS.empty_table()
    which = of_selection(selection)
    if limit is not None:
        # Where the limit cuts through findings of one ts, all of them are read.
        oldest = LAST_NS
        for row in server.rows([f"{SELECT}{where(which)} ORDER BY time DESC LIMIT {int(limit)}"]):
            oldest = min(oldest, row["time"] // 1_000 * 1_000)
        which.append(f"time >= {oldest}")
    found = _table(server, [f"{SELECT}{where(which)}"]).sort_by(NEWEST_FIRST)
    return found if limit is None else found.slice(0, limit)


SELECT = "SELECT meter,kind,detail FROM finding"


def put(server: InfluxDB, windows: HourRanges, findings: pa.Table) -> None:
    """Make the findings of the windows equal these."""
    findings = ordered_findings(findings)
    statements = list(in_ranges("finding", "kind,detail", windows))
    standing = ordered_findings(_table(server, statements))
    if standing.equals(findings):
        return
    # Only windows that hold one, or are to, are written.
    if standing.num_rows:
        place = windows.locate(ints(standing["meter_key"]), ints(standing["ts"]) // HOUR_US)
        some = windows.where(np.unique(place))
        server.run(deletes("finding", some))
    if findings.num_rows:
        meter, ts = ints(findings["meter_key"]), ints(findings["ts"])
        first = np.concatenate([[True], (np.diff(meter) != 0) | (np.diff(ts) != 0)])
        index = np.arange(len(ts))
        place = index - np.maximum.accumulate(np.where(first, index, 0))
        fields = {name: findings[name].combine_chunks() for name in ("kind", "detail")}
        tags = {"meter": findings["meter_key"].combine_chunks()}
        server.write(lines("finding", tags, fields, ts * 1_000 + place))


def _table(server: InfluxDB, statements: list[str]) -> pa.Table:
    rows = [row for row in server.rows(statements) if is_whole(row)]
    return pa.table(
        {
            "meter_key": pa.array([int(row["meter"]) for row in rows], pa.int32()),
            "ts": times(np.array([row["time"] // 1_000 for row in rows], dtype=np.int64)),
            "kind": pa.array([row["kind"] for row in rows], pa.string()),
            "detail": pa.array([row["detail"] for row in rows], pa.string()),
        },
        schema=FINDINGS,
    )
