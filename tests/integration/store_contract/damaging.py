"""What a closed store keeps, changed behind its back by an SQL statement on its tables.

InfluxDB knows no SQL: its points are laid out as the same tables, changed, and written back.
Batches and rejections are called 1, 2, 3 in the statement, whatever their numbers are.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from store.influxdb_store import InfluxDB
from store.influxdb_store.lines import lines
from store.influxdb_store.rejections import select, written
from store.interface import NEW_REJECTIONS

STEP = 1_000  # between two numbers of an InfluxDB writer


def in_duckdb(file: Path, statement: str) -> None:
    with duckdb.connect(file) as connection:
        connection.execute(statement)


def in_influxdb(server: InfluxDB, statement: str) -> None:
    tables = {"readings": _readings(server), "batches": _batches(server)}
    rejections = select(server, with_payload=True).to_pandas()
    tables["rejections"] = rejections.assign(writer="test")
    numbers = {
        "batch": sorted(tables["batches"]["batch"]),
        "rejection_id": sorted(tables["rejections"]["rejection_id"]),
    }
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, frame in tables.items():
            named = _renamed(frame, numbers, back=False)
            connection.register("named", named)
            connection.execute(f"create table {name} as select * from named")
            connection.unregister("named")
        connection.execute(statement)
        changed = {
            name: _renamed(connection.execute(f"select * from {name}").df(), numbers, back=True)
            for name in tables
        }
    measurements = ("reading", "batch", "rejection", "payload")
    server.run([f'DROP MEASUREMENT "{name}"' for name in measurements])
    _write_readings(server, changed["readings"])
    _write_batches(server, changed["batches"])
    _write_rejections(server, changed["rejections"])


def _renamed(frame: pd.DataFrame, numbers: dict[str, list[int]], *, back: bool) -> pd.DataFrame:
    frame = frame.copy()
    for name, known in numbers.items():
        if name in frame:
            if back:
                frame[name] = [meaning(known, int(one)) for one in frame[name]]
            else:
                frame[name] = [known.index(one) + 1 for one in frame[name]]
    return frame


def meaning(known: list[int], place: int) -> int:
    """The number that the statement calls ``place``; those beyond the known ones are made up."""
    step = 1 if known[0] == 1 else STEP
    return known[place - 1] if place <= len(known) else known[-1] + step * (place - len(known))


def _readings(server: InfluxDB) -> pd.DataFrame:
    rows = pd.DataFrame(
        server.rows(["SELECT meter,writer,value,quality,source,rx,batch,pos FROM reading"])
    )
    rows["ts"] = pd.to_datetime(rows.pop("time") // 1_000, unit="us", utc=True)
    rows["received"] = pd.to_datetime(rows.pop("rx"), unit="us", utc=True)
    rows["meter_key"] = rows.pop("meter").astype(int)
    return rows.rename(columns={"pos": "position"})


def _write_readings(server: InfluxDB, rows: pd.DataFrame) -> None:
    revision = rows.groupby(["meter_key", "ts"]).cumcount().to_numpy()
    fields = {
        "value": pa.array(rows["value"], pa.float64()),
        "quality": pa.array(rows["quality"], pa.int64()),
        "source": pa.array(rows["source"], pa.int64()),
        "rx": pa.array(_us(rows["received"])),
        "batch": pa.array(rows["batch"], pa.int64()),
        "pos": pa.array(rows["position"], pa.int64()),
    }
    tags = {
        "meter": pa.array(rows["meter_key"], pa.int64()),
        "writer": pa.array(rows["writer"], pa.string()),
    }
    server.write(lines("reading", tags, fields, _us(rows["ts"]) * 1_000 + revision))


def _batches(server: InfluxDB) -> pd.DataFrame:
    rows = pd.DataFrame(server.rows(["SELECT * FROM batch"]))  # the tag among the columns
    rows["batch"] = rows.pop("time") // 1_000
    rows["received"] = pd.to_datetime(rows["received"], unit="us", utc=True)
    return rows


def _write_batches(server: InfluxDB, rows: pd.DataFrame) -> None:
    fields = {
        name: pa.array(_us(rows[name])) if name == "received"
        else pa.array(rows[name], pa.string() if name in ("sha256", "previous") else pa.int64())
        for name in rows.columns
        if name not in ("batch", "writer")
    }  # fmt: skip
    tags = {"writer": pa.array(rows["writer"], pa.string())}
    server.write(lines("batch", tags, fields, rows["batch"].to_numpy(np.int64) * 1_000))


def _write_rejections(server: InfluxDB, rows: pd.DataFrame) -> None:
    for _, of_batch in rows.groupby("batch"):
        table = pa.Table.from_pandas(
            of_batch[NEW_REJECTIONS.names], NEW_REJECTIONS, preserve_index=False
        )
        ids, batch = of_batch["rejection_id"].tolist(), int(of_batch["batch"].iloc[0])
        for some in written(table, ids, "test", batch):
            server.write(some)


def _us(times: pd.Series) -> np.ndarray:
    return times.dt.as_unit("us").astype("int64").to_numpy()
