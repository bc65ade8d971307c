"""Forms of files that hostile payloads are made of: CSV, Parquet and xlsx, long and wide.

Every other payload comes as a body over HTTP does, the others as a file that is cut into blocks.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from benchmarks import hostile_workbooks
from benchmarks.hostile import hostile
from benchmarks.hostile_messages import Form
from ingest.decode.mapping import Mapping, Names
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.file_blocks import Block, blocks
from ingest.sources.files import submit_csv, submit_parquet, submit_workbook, whole
from models.errors import DecodeError
from models.readings import Source

CSV = (
    b"enterprise,meter,ts,value,unit\nE1,m1,2026-01-24T10:15:00+08:00,1234.5,kWh\n"
    b"E1,m2,1769220900000,3,MWh\n",
    b'enterprise,meter,ts,value\r\n"E1","m1","2026-01-24T10:15:00Z","7"\r\n',
    b"enterprise,meter,ts,value,quality\nE1,m2,2026-01-24 10:15,7.5,good\n",
)
WIDE = (
    b"enterprise,ts,m1 (kWh),m2\nE1,2026-01-24T10:15:00+08:00,1234.5,3\n"
    b"E1,2026-01-24T10:30:00Z,,~4\nE1,1769220900000,5,\n",
    b'ts,"m1 (MWh)",m2 (kWh),quality\r\n2026-01-24 10:15,"7",8,good\r\n2026-01-24 10:30,9,,\r\n',
)
LOCAL = Mapping(enterprise="E1", zone="Asia/Shanghai")
# How files are read: as they say themselves, local times, somebody's own headings, other marks.
WAYS = (
    Mapping(),
    LOCAL,
    Mapping(zone="Asia/Shanghai", midnight="end", shift_s=900),
    Mapping(enterprise="E1", zone="Asia/Shanghai", time_format="%Y-%m-%d %H:%M"),
    Mapping(enterprise="E1", zone="Asia/Shanghai", decimal=","),
    Mapping(encoding="gb18030"),
)
WIDE_WAYS = (*WAYS, Mapping(enterprise="E1", zone="UTC", wide={"m2": "m2 (kWh)"}))
LOCAL_ROWS = Mapping(columns=Names(ts="date", time_of_day="time"), zone="Asia/Shanghai")


class File(Form):
    """CSV with a reading a row, each payload a file of its own."""

    name = "csv"
    size = 1
    ending = ".csv"
    read: Callable[..., Outcome] = staticmethod(submit_csv)
    read_block: Callable[..., Outcome] = staticmethod(submit_csv)
    ways: tuple[Mapping, ...] = WAYS

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="fuzz")
        self._file = Path(self._folder.name) / f"hostile{self.ending}"
        self._number = 0

    def valid(self) -> list[bytes]:
        """Some dialects."""
        return list(CSV)

    def way(self, payload: bytes) -> Mapping:
        """How a payload is read."""
        return self.ways[len(payload) % len(self.ways)]

    def submit(self, pipeline: Pipeline, payloads: list[bytes], *, dry_run: bool) -> Outcome:
        """One; files do not share a batch."""
        (payload,) = payloads
        mapping = self.way(payload)
        self._number += 1
        if self._number % 2:
            block = Block(payload, self._file.name, 2)
            return self.read(block, mapping, pipeline, Source.FILE, dry_run=dry_run)
        self._file.write_bytes(payload)
        outcomes = []
        try:
            for block in blocks(self._file, mapping):
                one = self.read_block(block, mapping, pipeline, Source.FILE, dry_run=dry_run)
                for refused in one.refused:
                    block.place(refused.item)
                outcomes.append(one)
        except DecodeError as error:  # whoever imports is told, and has the file
            outcomes.append(replace(_NOTHING, refused=(whole(error, mapping),)))
        return _together(outcomes)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether there is a header at most, and cells that are all empty."""
        text = payload.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        said = "".join(text.split("\n")[1:]).replace(",", "").replace('"', "")
        return not said.strip()


class WideFile(File):
    """CSV with a meter a column."""

    name = "csv_wide"
    ways = WIDE_WAYS

    def valid(self) -> list[bytes]:
        """Some dialects."""
        return list(WIDE)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether no cell below a heading that is read as a meter's says anything."""
        mapping = self.way(payload)
        text = payload.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        header, *rows = csv.reader(text.split("\n"))
        names = [name.strip().strip('"') for name in header]
        other = {"", "ts", "enterprise", "quality"}
        meters = {
            place
            for place, name in enumerate(names)
            if (name in mapping.wide if mapping.wide else name not in other)
        }
        return not any(
            cell.strip() for row in rows for place, cell in enumerate(row) if place in meters
        )


class Workbook(File):
    """A workbook with a reading a row."""

    name = "xlsx"
    ending = ".xlsx"
    read = staticmethod(submit_workbook)
    read_block = staticmethod(submit_parquet)
    ways = (LOCAL, Mapping(zone="Asia/Shanghai", decimal=","), Mapping(), LOCAL)
    rows: tuple[tuple[object, ...], ...] = hostile_workbooks.LONG

    def payloads(self, count: int, seed: int) -> Iterator[bytes]:
        """Hostile as a zip or in one of its parts."""
        return hostile_workbooks.hostile(self.rows, count, seed)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether another program finds nothing below the headings, of meters in a wide sheet."""
        return not hostile_workbooks.says_anything(payload)


class WideWorkbook(Workbook):
    """A workbook with a meter a column."""

    name = "xlsx_wide"
    ways = (*Workbook.ways, Mapping(enterprise="E1", zone="UTC", sheet="Sheet"))
    rows = hostile_workbooks.WIDE


class Parquet(File):
    """Parquet, long and wide, also with columns of types that no sender should send."""

    name = "parquet"
    ending = ".parquet"
    read = staticmethod(submit_parquet)
    read_block = staticmethod(submit_parquet)
    ways = (LOCAL, Mapping(), LOCAL_ROWS, WIDE_WAYS[-1])

    def valid(self) -> list[bytes]:
        """Tables of odd types, and good ones."""
        chance = random.Random(7)
        return [_parquet(_table(chance)) for _ in range(300)]

    def payloads(self, count: int, seed: int) -> Iterator[bytes]:
        """Half of them files whose bytes are whole: what is odd is in the table."""
        chance = random.Random(seed)
        valid = self.valid()
        changed = hostile(valid, count, seed)
        for payload in changed:
            yield payload if chance.random() < 0.5 else _parquet(_table(chance))

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether no value stands in a row."""
        table = pyarrow.parquet.read_table(io.BytesIO(payload))
        wide = self.way(payload).wide
        named = {"", "ts", "date", "time", "enterprise", "meter", "unit", "quality"}
        is_read = wide if wide and "value" not in table.column_names else None
        return all(
            (name not in is_read if is_read else name in named)
            or pc.all(pc.equal(pc.fill_null(column.cast(pa.string()), ""), ""), min_count=0).as_py()
            for name, column in zip(table.column_names, table.columns, strict=True)
        )


_NOTHING = Outcome(0, 0, None, (), (), np.array([], np.int64))


def _together(outcomes: list[Outcome]) -> Outcome:
    if len(outcomes) == 1:
        return outcomes[0]
    return replace(
        _NOTHING,
        accepted=sum(one.accepted for one in outcomes),
        duplicates=sum(one.duplicates for one in outcomes),
        refused=tuple(refused for one in outcomes for refused in one.refused),
    )


_TIMES: tuple[pa.Array, ...] = (
    pa.array(["2026-01-24T10:15:00Z", "2026-01-24 10:15"]),
    pa.array(["1769220900000", None]),
    pa.array([1769220900000, 2**62]),
    pa.array([1769220900000000, None], pa.timestamp("us", "UTC")),
    pa.array([-(2**62), 2**62], pa.timestamp("us")),
    pa.array([2**60, -(2**60)], pa.timestamp("ns", "Asia/Tokyo")),
    pa.array([-(2**52), 2**52], pa.timestamp("s", "UTC")),
    pa.array([20_000, -900_000], pa.date32()),
    pa.array([1.5, float("nan")]),
)
_VALUES: tuple[pa.Array, ...] = (
    pa.array([1.5, float("inf")]),
    pa.array(["7,5", "1.234,5"]),
    pa.array(["", None]),
    pa.array([1, None], pa.int8()),
    pa.array([2**64 - 1, 2**63], pa.uint64()),
    pa.array([1.5, None], pa.float32()),
    pa.array([True, None]),
    pa.array(["1.5", "99999999999999999999"]).cast(pa.decimal256(40, 4)),
)
_TEXTS: tuple[pa.Array, ...] = (
    pa.array(["E1", "E1"]),
    pa.array(["m1", "m2"]),
    pa.array(["m1", None]).dictionary_encode(),
    pa.array(["kWh", "MWh"], pa.large_string()),
    pa.array(["E1", "m1"], pa.string_view()),
    pa.array(["", "x" * 70_000]),
    pa.array([1, 2]),
)
_ODD: tuple[pa.Array, ...] = (
    pa.nulls(2),
    pa.array([[1], []]),
    pa.array([{"a": 1}, None]),
    pa.array([b"\xff", b"m1"]),
    pa.array([b"ab", b"m1"], pa.binary(2)),
    pa.array([1, 2], pa.time64("us")),
    pa.array([1, 2], pa.duration("s")),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    pa.array([1, None]).dictionary_encode(),
    pa.array([1.0, 2.0], pa.float16()),
)


def _table(chance: random.Random) -> pa.Table:
    names = {
        "ts": _TIMES,
        "value": _VALUES,
        "enterprise": _TEXTS[:1],
        "meter": _TEXTS[1:3],
        "unit": _TEXTS[3:4],
        "quality": (pa.array(["good", None]), *_TEXTS[:2]),
    }
    if chance.random() < 0.3:
        names = {"ts": _TIMES, "enterprise": _TEXTS[:1], "m1 (kWh)": _VALUES, "m2": _VALUES}
    if chance.random() < 0.15:
        names = {"date": _TIMES, "time": _TIMES, **names}
    columns = []
    for kinds in names.values():
        odd = chance.random()
        columns.append(
            chance.choice(
                _ODD if odd < 0.08 else (*_TIMES, *_VALUES, *_TEXTS) if odd < 0.2 else kinds
            )
        )
    heads = list(names)
    for _ in range(chance.choice((0, 0, 0, 1))):
        place = chance.randrange(len(heads))
        heads[place] = chance.choice(("", "ts", "value", "m1", "cell", "\ufffd", "m" * 300))
    if chance.random() < 0.05:
        columns = [column[:0] for column in columns]
    return pa.Table.from_arrays(columns, heads)


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, compression="none", store_schema=True)
    return buffer.getvalue()
