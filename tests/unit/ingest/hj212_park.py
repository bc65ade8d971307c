"""A stack and an outfall that speak HJ 212, and the pipeline that their frames go through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.hj212_stations import RegisteredStations
from ingest.message import Message
from ingest.pipeline import Pipeline
from models.quantities import Kind
from models.readings import Quality, Source
from models.registry import Channel, Cluster, Enterprise, Medium, Meter, Park, Point, Registry
from store.interface import Appended, Batch
from tests.unit.ingest.test_hj212_frames import (
    framed,
    segment,
)

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
GAS, WATER = "010000A8900016F000169DC0", "88888880000001"  # MN of 2017, and of 2005
CONCENTRATION = {"quantity": "concentration", "unit": "mg/m3"}
METERS: list[dict[str, Any]] = [
    {"code": "DA001.a21026.realtime", "kind": Kind.LEVEL, "interval_s": 60, **CONCENTRATION},
    {"code": "DA001.a21026.realtime-zs", "kind": Kind.LEVEL, "interval_s": 60, **CONCENTRATION},
    {"code": "DA001.a21026.minute", "kind": Kind.MEAN, "interval_s": 300, **CONCENTRATION},
    {"code": "DA001.a21026.minute-min", "kind": Kind.MEAN, "interval_s": 300, **CONCENTRATION},
    {"code": "DA001.a21026.minute-max", "kind": Kind.MEAN, "interval_s": 300, **CONCENTRATION},
    {"code": "DA001.a21026.minute-zs", "kind": Kind.MEAN, "interval_s": 300, **CONCENTRATION},
    {"code": "DA001.a21002.minute", "kind": Kind.MEAN, "interval_s": 300, **CONCENTRATION},
    {"code": "DA001.a01011.minute", "kind": Kind.MEAN, "interval_s": 300, "quantity": "state",
     "unit": "1"},
    {"code": "DW001.w00000.minute", "kind": Kind.MEAN, "interval_s": 600,
     "quantity": "volume_flow", "unit": "L/s"},
    {"code": "DW001.w00000.minute-cou", "kind": Kind.INTERVAL, "interval_s": 600,
     "quantity": "water", "unit": "m3"},
    {"code": "DW001.w00000.hour-cou", "kind": Kind.INTERVAL, "interval_s": 3600,
     "quantity": "water", "unit": "m3"},
    {"code": "DW001.w00000.day-cou", "kind": Kind.INTERVAL, "interval_s": 86400,
     "quantity": "water", "unit": "m3"},
    {"code": "DW001.w01018.realtime", "kind": Kind.LEVEL, "interval_s": 60, **CONCENTRATION},
    {"code": "DW001.w21003.realtime", "kind": Kind.LEVEL, "interval_s": 60, **CONCENTRATION},
    {"code": "DW001.w00000.realtime", "kind": Kind.LEVEL, "interval_s": 60,
     "quantity": "volume_flow", "unit": "L/s"},
]  # fmt: skip
REGISTRY = Registry(
    Park("p", "园", "park", "吉林", "东北"),
    (Cluster("c", "c", "c"),),
    (Enterprise("E1", "一", "one", "c"),),
    tuple(Meter(key, "E1", **meter) for key, meter in enumerate(METERS, 1)),
    points=(
        Point("E1", "DA001", Medium.WASTE_GAS, "一号烟囱", "Stack 1", GAS, "123456", "31",
              minute_interval_s=300),
        Point("E1", "DW001", Medium.WASTE_WATER, "总排口", "Outfall", WATER, st="32",
              edition="2005"),
    ),
    channels=(
        Channel("E1", "DA001", "a21026", fields=(
            "realtime", "realtime-zs", "minute", "minute-min", "minute-max", "minute-zs")),
        Channel("E1", "DA001", "a21002", fields=("minute",)),
        Channel("E1", "DA001", "a01011", fields=("minute",)),
        Channel("E1", "DA001", "a01012", fields=("minute",)),  # its meter is not registered yet
        Channel("E1", "DW001", "w00000", fields=(
            "realtime", "minute", "minute-cou", "hour-cou", "day-cou")),
        Channel("E1", "DW001", "w01018", fields=("realtime",)),
        Channel("E1", "DW001", "w21003", fields=("realtime",)),
    ),
)  # fmt: skip


class Memory:
    """A store that remembers what it is given."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def append(self, batch: Batch) -> Appended:
        self.batches.append(batch)
        ids = tuple(range(batch.rejections.num_rows))
        return Appended(len(self.batches), batch.readings.num_rows, 0, ids)


@dataclass
class Came:
    """What became of frames: readings as (meter, time in UTC, value, quality), and rejections."""

    readings: list[tuple[str, str, float, Quality]]
    rejections: list[dict[str, Any]]

    @property
    def reasons(self) -> list[tuple[str, int, str]]:
        return [(row["reason"], row["item"], row["detail"]) for row in self.rejections]

    @property
    def values(self) -> dict[str, float]:
        return {meter: value for meter, _, value, _ in self.readings}


def send(
    *frames: bytes, registry: Registry = REGISTRY, keys: dict[str, bytes] | None = None
) -> Came:
    store = Memory()
    pipeline = Pipeline(
        store, lambda: registry, on_stored=lambda: None, now=lambda: NOW  # type: ignore[arg-type]
    )  # fmt: skip
    stations = RegisteredStations(registry, keys)
    pipeline.submit(
        [
            Message(frame, None, None, "10.0.0.7:5000", Source.HJ212, NOW, hj212=stations)
            for frame in frames
        ]
    )
    codes = {meter.key: meter.code for meter in registry.meters}
    readings = [
        (codes[row["meter_key"]], f"{row['ts']:%d %H:%M:%S}", row["value"], Quality(row["quality"]))
        for batch in store.batches
        for row in batch.readings.to_pylist()
    ]
    rejections = [row for batch in store.batches for row in batch.rejections.to_pylist()]
    assert all(row["source"] == Source.HJ212 for row in rejections)
    return Came(readings, rejections)


def gas(area: str, **fields: str) -> bytes:
    return framed(segment(area, **fields))


def water(area: str, **fields: str) -> bytes:
    return framed(segment(area, **{"MN": WATER, "ST": "32"} | fields))
