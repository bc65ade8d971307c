"""What decoders give: readings as columns, and the items that cannot become one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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


class Sent(msgspec.Struct, gc=False):
    """A reading as sent; fields that we do not know are ignored."""

    ts: str | int
    value: float
    unit: str | None = None
    quality: str | None = None
    meter: str | None = None
    enterprise: str | None = None


@dataclass(slots=True)
class Rows:
    """Readings of messages in the making, message by message; nothing is looked at yet.

    ``enterprise`` and ``meter`` are as the message is addressed; where it names none, the reading's
    own hold.
    """

    sent: list[Sent] = field(default_factory=list)
    message: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    enterprise: list[str | None] = field(default_factory=list)
    meter: list[str | None] = field(default_factory=list)
    item: list[Sequence[int]] = field(default_factory=list)

    def add(
        self,
        message: int,
        sent: Sequence[Sent],
        items: Sequence[int],
        *,
        enterprise: str | None,
        meter: str | None,
    ) -> None:
        """Add a message's readings, each with its item number."""
        self.sent += sent
        self.message.append(message)
        self.count.append(len(sent))
        self.enterprise.append(enterprise)
        self.meter.append(meter)
        self.item.append(items)

    def columns(self, refused: Refusing, *, unaddressed: bool = False) -> Columns:
        """All rows as columns; those that name another meter than the addressed one, or none
        (unless ``unaddressed``), and those whose time or quality cannot be read go to ``refused``.
        """
        sent = self.sent
        of_message = np.repeat(np.arange(len(self.count)), self.count)
        named = _texts(_ENTERPRISE, sent)
        own_meter = _texts(_METER, sent)
        meter = _addressed(self.meter, of_message, own_meter)
        ts_us, time_faults = microseconds(list(map(_TS, sent)))
        quality, quality_faults = qualities(_texts(_QUALITY, sent))
        rows = Columns(
            message=np.repeat(np.array(self.message, dtype=np.int64), self.count),
            item=self._items(),
            enterprise=_addressed(self.enterprise, of_message, named),
            named=named,
            meter=meter,
            ts_us=ts_us,
            value=np.fromiter(map(_VALUE, sent), np.float64, len(sent)),
            unit=_texts(_UNIT, sent),
            quality=quality,
        )
        faults = {row: (Reason.BAD_VALUE, detail) for row, detail in quality_faults.items()}
        faults |= {row: (Reason.BAD_TIME, detail) for row, detail in time_faults.items()}
        faults |= _wrongly_addressed(meter, own_meter, unaddressed=unaddressed)
        if not faults:
            return rows
        kept = np.ones(len(sent), dtype=bool)
        for row, (reason, detail) in sorted(faults.items()):
            kept[row] = False
            refused.append(
                Refused(
                    int(rows.message[row]),
                    int(rows.item[row]),
                    meter[row].as_py(),
                    reason,
                    detail,
                    rows.enterprise[row].as_py(),
                )
            )
        return taken(rows, kept)

    def _items(self) -> npt.NDArray[np.int64]:
        if any(type(items) is not range for items in self.item):
            return np.fromiter(chain.from_iterable(self.item), np.int64, len(self.sent))
        count = np.array(self.count, dtype=np.int64)  # mostly all items of every message
        return np.arange(len(self.sent)) - np.repeat(np.cumsum(count) - count, count)


def _texts(of: Callable[[Sent], str | None], sent: Sequence[Sent]) -> pa.Array:
    texts = list(map(of, sent))
    none = texts.count(None) == len(texts)
    return pa.nulls(len(texts), pa.string()) if none else pa.array(texts, pa.string())


_TS, _VALUE, _UNIT, _QUALITY, _METER, _ENTERPRISE = (
    attrgetter(name) for name in ("ts", "value", "unit", "quality", "meter", "enterprise")
)


def _addressed(
    of_messages: Sequence[str | None], message: npt.NDArray[np.int64], own: pa.Array
) -> pa.Array:
    """What each reading's message is addressed to, else the reading's own."""
    texts = pa.array(of_messages, pa.string())
    if texts.null_count == len(texts):
        return own
    encoded = texts.dictionary_encode()
    addressed = encoded.take(pa.array(message))
    return pc.coalesce(addressed.cast(pa.string()), own) if texts.null_count else addressed


def _wrongly_addressed(
    meter: pa.Array, own: pa.Array, *, unaddressed: bool
) -> dict[int, tuple[Reason, str]]:
    """By row why a reading is not of the addressed meter, or of none."""
    faults: dict[int, tuple[Reason, str]] = {}
    if meter.null_count and not unaddressed:
        detail = "meter: missing, and the topic or query names none"
        for row in np.flatnonzero(meter.is_null().to_numpy(zero_copy_only=False)):
            faults[int(row)] = (Reason.MALFORMED, detail)
    if own is not meter and own.null_count < len(own):
        other = pc.not_equal(meter.cast(pa.string()), own).fill_null(False)
        for row in np.flatnonzero(other.to_numpy(zero_copy_only=False)):
            detail = f"meter: {own[int(row)].as_py()[:64]!r} is not the addressed meter"
            faults[int(row)] = (Reason.UNKNOWN_METER, detail)
    return faults


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
