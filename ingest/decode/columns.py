"""What decoders give: readings as columns, and the items that cannot become one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.decode.times import microseconds
from models.errors import Reason
from models.readings import QUALITY_BY_NAME, Quality

WHOLE = -1  # the item number of a message as a whole


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that was refused; ``message`` is its place among the origins of the batch."""

    message: int
    item: int
    meter: str | None
    reason: Reason
    detail: str
    enterprise: str | None = None  # None: the one that its message addressed


class Refusing(Protocol):
    """Where decoders put what they refuse: a list, or one that keeps count."""

    def append(self, refused: Refused, /) -> None:
        """Take one refused item."""


@dataclass(frozen=True)
class Columns:
    """Readings of one or more messages; all columns have one entry a reading.

    ``enterprise`` and ``meter`` are as addressed, ``named`` is the enterprise that the payload
    names (null where it names none); all are string or dictionary arrays. ``ts_us`` is in
    microseconds since 1970 UTC. ``unit`` is null where the sender left it out.
    """

    message: npt.NDArray[np.int64]
    item: npt.NDArray[np.int64]
    enterprise: pa.Array
    named: pa.Array
    meter: pa.Array
    ts_us: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    unit: pa.Array
    quality: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.item)


@dataclass(slots=True)
class Rows:
    """Columns in the making, filled message by message; times and qualities still as sent."""

    message: list[int] = field(default_factory=list)
    item: list[int] = field(default_factory=list)
    enterprise: list[str | None] = field(default_factory=list)
    named: list[str | None] = field(default_factory=list)
    meter: list[str | None] = field(default_factory=list)
    ts: list[str | int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    unit: list[str | None] = field(default_factory=list)
    quality: list[str | None] = field(default_factory=list)

    def columns(self, refused: Refusing) -> Columns:
        """All rows as columns; those whose time or quality cannot be read are added to refused."""
        ts_us, time_faults = microseconds(self.ts)
        quality, quality_faults = qualities(pa.array(self.quality, pa.string()))
        faults = {row: (Reason.BAD_VALUE, detail) for row, detail in quality_faults.items()}
        faults |= {row: (Reason.BAD_TIME, detail) for row, detail in time_faults.items()}
        kept = np.ones(len(self.ts), dtype=bool)
        for row, (reason, detail) in faults.items():
            kept[row] = False
            refused.append(
                Refused(
                    self.message[row],
                    self.item[row],
                    self.meter[row],
                    reason,
                    detail,
                    self.enterprise[row],
                )
            )
        all_rows = Columns(
            message=np.array(self.message, dtype=np.int64),
            item=np.array(self.item, dtype=np.int64),
            enterprise=pa.array(self.enterprise, pa.string()),
            named=pa.array(self.named, pa.string()),
            meter=pa.array(self.meter, pa.string()),
            ts_us=ts_us,
            value=np.array(self.value, dtype=np.float64),
            unit=pa.array(self.unit, pa.string()),
            quality=quality,
        )
        return all_rows if kept.all() else taken(all_rows, kept)


def taken(columns: Columns, kept: npt.NDArray[np.bool_]) -> Columns:
    """The rows of a mask."""
    mask = pa.array(kept)
    return Columns(
        message=columns.message[kept],
        item=columns.item[kept],
        enterprise=columns.enterprise.filter(mask),
        named=columns.named.filter(mask),
        meter=columns.meter.filter(mask),
        ts_us=columns.ts_us[kept],
        value=columns.value[kept],
        unit=columns.unit.filter(mask),
        quality=columns.quality[kept],
    )


def qualities(names: pa.Array) -> tuple[npt.NDArray[np.uint8], dict[int, str]]:
    """Quality codes of the names (null is good), and why a row's name is none of them."""
    encoded = names.dictionary_encode()
    different = encoded.dictionary.to_pylist()
    known = [QUALITY_BY_NAME.get(name) for name in different]
    codes = [Quality.GOOD if code is None else code for code in known]
    place = encoded.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    result = np.array([*codes, Quality.GOOD], dtype=np.uint8)[place]
    faults: dict[int, str] = {}
    if None in known:
        unknown = np.array([*(code is None for code in known), False])[place]
        for row in np.flatnonzero(unknown):
            name = different[place[row]]
            faults[int(row)] = f"quality: {name!r} is none of {', '.join(sorted(QUALITY_BY_NAME))}"
    return result, faults
