"""The park's history as Parquet files, as its devices would have sent it, faults included."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulators.energy import Loads
from simulators.faults import Fault, faults_of
from simulators.grid import Floats, Ints, history_start, instants_us, step_at
from simulators.meters import Meter, meters
from simulators.register import Register
from simulators.stations.history import point_history

FILE_ROWS = 1_800_000  # a file ends with the first enterprise that reaches so many rows
ROW_GROUP = 262_144

_SPIKE = 200  # times the plausible range

SCHEMA = pa.schema(
    [
        ("enterprise", pa.dictionary(pa.int16(), pa.string())),
        ("meter", pa.dictionary(pa.int16(), pa.string())),
        ("ts", pa.timestamp("us", "UTC")),
        ("value", pa.float64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Readings of one meter in the order of sending; ``late`` ones come with the next file."""

    meter: Meter
    steps: Ints
    values: Floats
    late: Ints

    @property
    def in_time(self) -> tuple[Ints, Floats]:
        """Steps and values of what is not late."""
        kept = ~np.isin(self.steps, self.late) if len(self.late) else slice(None)
        return self.steps[kept], self.values[kept]

    @property
    def delayed(self) -> tuple[Ints, Floats]:
        """Steps and values of what is late."""
        held = np.isin(self.steps, self.late)
        return self.steps[held], self.values[held]


def true_values(meter: Meter, loads: Loads, steps: Ints) -> Floats:
    """What a faultless device shows at the steps; ``loads`` begin at step 0."""
    if not meter.has_amounts:
        return np.round(loads.level(meter)[steps], meter.decimals)
    if meter.kind == "rate":
        power = loads.power(*meter.key)[steps]
        return np.round(power / meter.scale, meter.decimals)
    total = loads.total(meter)
    if meter.kind == "interval":
        amount = total[steps] - total[steps - meter.stride]
        return np.round(amount / meter.scale, meter.decimals)
    return Register(meter, total).shown(steps.astype(np.float64), total[steps])


def _spike(meter: Meter, fault: Fault, value: Floats) -> Floats:
    return value * 0 if fault.value == "zero" else value + _SPIKE * meter.range_high


def sent(meter: Meter, loads: Loads, first: int, last: int) -> Sent:
    """The meter's readings from step ``first`` to ``last`` as they are sent, faults applied."""
    steps = meter.reading_steps(first, last)
    values = true_values(meter, loads, steps)
    late = np.empty(0, dtype=np.int64)
    for fault in faults_of(*meter.key):
        held = fault.holds(steps)
        if not held.any():
            continue
        where = np.flatnonzero(held)
        if fault.kind == "gap":
            steps, values = steps[~held], values[~held]
        elif fault.kind == "spike":
            values = values.copy()
            values[held] = np.round(_spike(meter, fault, values[held]), meter.decimals)
        elif fault.kind == "duplicates":
            order = np.sort(np.concatenate([np.arange(len(steps)), where]))
            steps, values = steps[order], values[order]
        elif fault.kind == "out_of_order":
            order = np.arange(len(steps))
            order[where] = where[::-1]
            steps, values = steps[order], values[order]
        elif fault.kind == "frozen":
            values = values.copy()
            values[held] = values[where[0]]
        elif fault.kind == "drift":
            wandered = float(fault.value) * np.arange(1, len(where) + 1) / len(where)
            values = values.copy()
            values[held] = np.round(values[held] * (1 + wandered), meter.decimals)
        elif fault.kind == "late":
            late = np.union1d(late, steps[held])
    return Sent(meter, steps, values, late)


class _File:
    """Rows of one file, gathered meter by meter."""

    def __init__(self) -> None:
        self.rows = 0
        self.blocks: list[tuple[Meter, Ints, Floats]] = []

    def add(self, meter: Meter, steps: Ints, values: Floats) -> None:
        self.rows += len(steps)
        self.blocks.append((meter, steps, values))

    def table(self) -> pa.Table:
        lengths = [len(steps) for _, steps, _ in self.blocks]

        def named(names: list[str]) -> pa.Array:
            words = list(dict.fromkeys(names))
            place = {word: position for position, word in enumerate(words)}
            codes = np.array([place[name] for name in names], dtype=np.int16)
            return pa.DictionaryArray.from_arrays(np.repeat(codes, lengths), pa.array(words))

        ts = instants_us(np.concatenate([steps for _, steps, _ in self.blocks]))
        return pa.Table.from_arrays(
            [
                named([meter.enterprise for meter, _, _ in self.blocks]),
                named([meter.code for meter, _, _ in self.blocks]),
                pa.array(ts).view(pa.timestamp("us", "UTC")),
                pa.array(np.concatenate([values for _, _, values in self.blocks])),
            ],
            schema=SCHEMA,
        )


def _files(start: datetime, end: datetime) -> Iterator[_File]:
    first, last = step_at(start), step_at(end)
    loads = Loads(0, last)
    file, late, due = _File(), list[Sent](), list[Sent]()
    found = meters()
    for meter, following in zip(found, [*found[1:], None], strict=True):
        readings = sent(meter, loads, first, last)
        file.add(meter, *readings.in_time)
        if len(readings.late):
            late.append(readings)
        if following is None:
            due += late
        elif file.rows < FILE_ROWS or following.enterprise == meter.enterprise:
            continue
        for one in due:
            file.add(one.meter, *one.delayed)
        yield file
        file, late, due = _File(), [], late


def _tables(start: datetime, end: datetime) -> Iterator[pa.Table]:
    for file in _files(start, end):
        yield file.table()
    yield point_history(start, end)


def write_history(folder: Path, start: datetime, end: datetime) -> Iterator[Path]:
    """Write the readings from ``start`` to ``end``, each meter's last that of its last complete
    interval, and give each file's path as soon as it is complete; the next one is made meanwhile.

    Long form with columns enterprise, meter, ts and value (in the meter's unit, multiplier not
    applied); meter by meter, in the order of sending. Late readings come at the end of a later
    file. The last file is that of the outlets and stations; it has their quality too.
    Raises ValueError where ``start`` is before the demo's epoch or not a whole hour.
    """
    if step_at(start) < 0 or start.timestamp() % 3600:
        raise ValueError(f"start: {start.isoformat()} is no whole hour since the demo's epoch")
    folder.mkdir(parents=True, exist_ok=True)
    files = enumerate(_tables(start, end), 1)

    def write_next() -> Path | None:
        number, table = next(files, (0, None))
        if table is None:
            return None
        path = folder / f"history-{number:02d}.parquet"
        unfinished = path.with_suffix(".unfinished")
        pq.write_table(
            table,
            unfinished,
            row_group_size=ROW_GROUP,
            use_dictionary=["enterprise", "meter", "quality"],
            compression="snappy",
        )
        return unfinished.rename(path)

    with ThreadPoolExecutor(1, thread_name_prefix="history") as writer:
        coming = writer.submit(write_next)
        while (path := coming.result()) is not None:
            coming = writer.submit(write_next)
            yield path


__all__ = ["history_start", "sent", "true_values", "write_history"]
