"""An hour of a meter down to the readings that bound it: value, quality, receipt, batch, hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from ledger.books import Books
from ledger.explaining.node import Node, Op, constant
from ledger.explaining.together import Together
from models.corrections import Correction, CorrectionKind
from models.periods import HOUR_US, from_us, to_us
from models.readings import LAST_COUNTED, Quality, Source
from models.registry import Meter, Registry
from models.usage.traced import Part, hour_parts
from store.hour_ranges import ints
from store.interface import WINDOWS

BEFORE = 4  # counted readings that can decide an hour from before it (models.usage.hourly)
AFTER = 2
NEAR = timedelta(hours=2)  # what bounds an hour mostly lies so near; else it is asked for by itself
SECONDS = 1_000_000


@dataclass(frozen=True)
class Evidence:
    """What the hours of one explained figure are looked up in; read once, and when needed."""

    books: Books
    registry: Registry
    as_of: datetime | None
    together: Together

    @cached_property
    def batches(self) -> dict[int, dict[str, Any]]:
        """Writer and hash of every batch."""
        columns = ("batch", "writer", "sha256")
        table = self.books.store.batches().select(columns).to_pylist()
        return {row["batch"]: {"writer": row["writer"], "sha256": row["sha256"]} for row in table}

    def corrections(self, meter: Meter, start: datetime, end: datetime) -> list[Correction]:
        """Corrections of the meter that touch [start, end], known as of then, newest first."""
        if self.books.corrections is None:
            return []
        found = self.books.corrections.select(
            enterprise=meter.enterprise, meter=meter.code, start=start, end=end
        )
        known = self.as_of or self.books.now()
        return [one for one in found if one.recorded_at is None or one.recorded_at <= known]

    def version(self, key: int, at: datetime) -> Meter:
        """The version of a meter that holds at an instant."""
        versions = [meter for meter in self.registry.meters if meter.key == key]
        valid = [
            meter
            for meter in versions
            if (meter.valid_from is None or meter.valid_from <= at)
            and (meter.valid_to is None or at < meter.valid_to)
        ]
        return (valid or versions)[-1]


def correction_told(correction: Correction) -> dict[str, Any]:
    """What a correction says of itself: why, by what, by whom and when."""
    return {
        "id": correction.id,
        "kind": correction.kind.value,
        "reason": correction.reason.value,
        "note": correction.note,
        "evidence": correction.evidence,
        "author": correction.author,
        "recorded_at": instant(correction.recorded_at),
    }


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC with a Z, as in the API's answers."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def part_nodes(evidence: Evidence, key: int, hour: datetime, amount: float | None) -> list[Node]:
    """The parts of an hour of a meter with readings of its own; they add up to ``amount``."""
    bounding = _bounding(evidence, key, hour)
    meter = evidence.version(key, hour)
    specs = evidence.registry.meter_specs
    parts = hour_parts(
        bounding,
        specs.filter(pa.array(ints(specs["meter_key"]) == key)),
        evidence.registry.exchange_table,
        key,
        to_us(hour),
    )
    if not parts:
        return []
    begin, until = min(one.begin for one in parts), max(one.until for one in parts)
    rows = _Rows(evidence, meter, hour, from_us(begin), from_us(until))
    known = sum(one.amount for one in parts if one.amount is not None)
    found = []
    for number, part in enumerate(parts):
        if part.way == "unknown":
            continue
        if part.way == "profile":  # its amounts hang on the whole gap: what the others leave
            value = None if amount is None else amount - known
            found.append(_profile(rows, part, f"{number}", value))
        else:
            found.append(_part(rows, part, f"{number}"))
    return found


def _bounding(evidence: Evidence, key: int, hour: datetime) -> pa.Table:
    """Readings that hold, count and decide the hour."""
    store, end = evidence.books.store, hour + timedelta(hours=1)
    if evidence.as_of is None:

        def context(keys: Sequence[int]) -> pa.Table:
            windows = [{"meter_key": one, "start": hour, "end": end} for one in keys]
            return store.context(pa.Table.from_pylist(windows, WINDOWS), BEFORE)

        return evidence.together.of(key, ("context", hour), context).sort_by("ts")
    table = store.readings([key], as_of=evidence.as_of)
    table = table.filter(pa.array(ints(table["quality"]) <= LAST_COUNTED))
    at = ints(table["ts"])
    first = int(np.searchsorted(at, to_us(hour))) - BEFORE
    last = int(np.searchsorted(at, to_us(end))) + AFTER
    return table.slice(max(first, 0), last - max(first, 0))


def _read(
    evidence: Evidence,
    key: int,
    hour: datetime,
    span: tuple[datetime, datetime],
    *,
    every_row: bool,
) -> list[dict[str, Any]]:
    """READINGS rows of a meter in a span about an hour: those that hold, or every one."""
    start, end = span
    about = hour - NEAR, hour + timedelta(hours=1) + NEAR
    as_of = None if every_row else evidence.as_of

    def ask(keys: Sequence[int], since: datetime, until: datetime) -> pa.Table:
        return evidence.books.store.readings(keys, since, until, as_of=as_of, every_row=every_row)

    if about[0] <= start and end <= about[1]:
        of_hour = partial(ask, since=about[0], until=about[1])
        table = evidence.together.of(key, ("readings", hour, every_row), of_hour)
    else:
        table = ask([key], start, end)
    return [row for row in table.to_pylist() if start <= row["ts"] < end]


class _Rows:
    """All that was ever stored of a meter in a span, and what corrected it."""

    def __init__(
        self, evidence: Evidence, meter: Meter, hour: datetime, start: datetime, end: datetime
    ) -> None:
        self.meter = meter
        self.evidence = evidence
        after = end + timedelta(microseconds=1)
        holds = _read(evidence, meter.key, hour, (start, after), every_row=False)
        self._holds = {to_us(row["ts"]): row for row in holds}
        known = evidence.as_of or evidence.books.now()
        every = _read(evidence, meter.key, hour, (start, after), every_row=True)
        self._every = [row for row in every if row["received"] <= known]
        self.corrections = evidence.corrections(meter, start, after)

    def reading(self, key: str, at: int, title: str, title_zh: str) -> Node:
        """A leaf: the reading that holds at an instant, and what it took the place of."""
        row = self._holds[at]
        told = self._told(row)
        others = [one for one in self._every if to_us(one["ts"]) == at and one != row]
        if others:
            told["replaced"] = [self._told(one) | {"value": one["value"]} for one in others]
        corrected = self.correcting(at, CorrectionKind.EXCHANGE)
        if row["source"] == int(Source.CORRECTION) and corrected is not None:
            told["correction"] = correction_told(corrected)
        return Node(
            key, title, title_zh, "reading", row["value"], self.meter.unit, evidence=told
        )  # fmt: skip

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        nothing = {"writer": None, "sha256": None}
        return {
            "ts": instant(row["ts"]),
            "quality": Quality(row["quality"]).name.lower(),
            "received": instant(row["received"]),
            "source": Source(row["source"]).name.lower(),
            "batch": row["batch"],
            **self.evidence.batches.get(row["batch"], nothing),
        }

    def left_out(self, since: int, until: int) -> list[dict[str, Any]]:
        """Readings of [since, until) that hold and do not count."""
        return [
            self._told(row) | {"value": row["value"]}
            for at, row in self._holds.items()
            if since <= at < until and row["quality"] > LAST_COUNTED
        ]

    def correcting(self, at: int, *but: CorrectionKind) -> Correction | None:
        """The newest correction that gave the value at an instant."""
        for one in self.corrections:
            inside = any(to_us(value.ts) == at for value in one.values)
            if one.kind not in but and inside:
                return one
        return None

    def exchanged(self, at: int) -> Correction | None:
        """The correction that declared a meter exchange at an instant."""
        for one in self.corrections:
            if one.kind is CorrectionKind.EXCHANGE and to_us(one.start) == at:
                return one
        return None


def _end(rows: _Rows, key: str, at: int, value: float, *, read: bool, old: bool) -> Node:
    """The value at an end of a stretch: a reading, or that of a declared exchange."""
    which, which_zh = ("later", "后") if key == "last" else ("earlier", "前")
    if read:
        return rows.reading(key, at, f"the {which} reading", f"{which_zh}一读数")
    declared = rows.exchanged(at)
    told: dict[str, Any] = {"ts": instant(from_us(at)), "exchange": True}
    if declared is not None:
        told["correction"] = correction_told(declared)
    title = "final value of the old register" if old else "initial value of the new register"
    title_zh = "旧表止码" if old else "新表起码"
    return constant(key, title, title_zh, value, rows.meter.unit, evidence=told)


def _share(part: Part) -> Node:
    seconds = [
        constant("part", "in this hour", "本小时内时长", (part.to - part.since) / SECONDS, "s"),
        constant("whole", "between the readings", "两读数间隔",
                 (part.until - part.begin) / SECONDS, "s"),
    ]  # fmt: skip
    value = (part.to - part.since) / (part.until - part.begin) if part.until > part.begin else None
    return Node(
        "share", "part of the time between", "时间占比", "quotient", value, "1",
        formula="Δt(hour) / Δt", unfold=lambda: seconds,
    )  # fmt: skip


def _scales(rows: _Rows, part: Part) -> list[Node]:
    """Transformer ratio and unit conversion; together ``part.scale``."""
    meter = rows.evidence.version(rows.meter.key, from_us(part.since))
    told = {
        "meter": meter.code,
        "valid_from": instant(meter.valid_from),
        "recorded_at": instant(meter.recorded_at),
    }
    found = []
    if meter.multiplier != 1:
        found.append(
            constant("multiplier", "transformer ratio", "互感器倍率", meter.multiplier, "1",
                     evidence=told)
        )  # fmt: skip
    scale = part.scale / meter.multiplier
    if scale != 1:
        unit = f"{meter.usage_unit}/{meter.unit}"
        found.append(constant("conversion", "unit conversion", "单位换算", scale, unit))
    return found


def _part(rows: _Rows, part: Part, key: str) -> Node:
    if part.way == "rate":
        return _rate(rows, part, key)
    share = _share(part)
    if part.way == "interval":
        amount = rows.reading("last", part.until, "amount of the interval", "区间量")
        formula = "amount × Δt(hour) / interval × ratio"
    else:
        amount = _rise(rows, part)
        formula = "(later − earlier) × Δt(hour) / Δt × ratio"
    operands = [amount, share, *_scales(rows, part)]
    return Node(
        key, "between two readings", "两次读数之间", "product", part.amount, rows.meter.usage_unit,
        formula=formula, evidence=_how(rows, part), unfold=lambda: operands,
    )  # fmt: skip


def _rise(rows: _Rows, part: Part) -> Node:
    first = _end(rows, "first", part.begin, part.first, read=part.read_first, old=False)
    last = _end(rows, "last", part.until, part.last, read=part.read_last, old=True)
    rise = Node(
        "rise", "rise of the register", "表码差", "difference", part.last - part.first,
        rows.meter.unit, unfold=lambda: [last, first],
    )  # fmt: skip
    if not part.added:
        return rise
    over = [rise, constant("around", "register's end", "满度值", part.added, rows.meter.unit)]
    return Node(
        "rolled", "over the register's end", "过零翻转", "sum", part.last - part.first + part.added,
        rows.meter.unit, unfold=lambda: over,
    )  # fmt: skip


def _rate(rows: _Rows, part: Part, key: str) -> Node:
    unit = rows.meter.unit
    first = _as_here(
        rows, part.first, rows.reading("first", part.begin, "the earlier reading", "前一读数")
    )
    last = _as_here(
        rows, part.last, rows.reading("last", part.until, "the later reading", "后一读数")
    )

    def value_at(name: str, at: int) -> Node:
        if at in (part.begin, part.until):
            return replace(first if at == part.begin else last, key=name)
        ways = [
            constant("to", "after the earlier", "距前一读数", (at - part.begin) / SECONDS, "s"),
            constant("of", "between the readings", "两读数间隔",
                     (part.until - part.begin) / SECONDS, "s"),
        ]  # fmt: skip
        share = (at - part.begin) / (part.until - part.begin)
        rise = _node("rise", ("difference", "差"), "difference", part.last - part.first, unit,
                     [last, first])  # fmt: skip
        way = _node("way", ("part of the way", "位置占比"), "quotient", share, "1", ways)
        added = _node("added", ("since the earlier", "增量"), "product",
                      part.at(at) - part.first, unit, [rise, way])  # fmt: skip
        return _node(name, ("interpolated", "线性插值"), "sum", part.at(at), unit, [first, added])

    ends = [value_at("since", part.since), value_at("until", part.to)]
    total = part.at(part.since) + part.at(part.to)
    both = _node("both", ("sum of both ends", "两端之和"), "sum", total, unit, ends)
    two = constant("two", "two", "二", 2.0, "1")
    mean = _node(
        "mean", ("mean of both ends", "两端均值"), "quotient", total / 2, unit, [both, two]
    )
    hours = constant("hours", "in this hour", "本小时内时长", (part.to - part.since) / HOUR_US, "h")
    operands = [mean, hours, *_scales(rows, part)]
    return Node(
        key, "between two readings", "两次读数之间", "product", part.amount, rows.meter.usage_unit,
        formula="(v1 + v2) / 2 × Δt × ratio", evidence=_how(rows, part), unfold=lambda: operands,
    )  # fmt: skip


def _as_here(rows: _Rows, value: float, reading: Node) -> Node:
    """A reading as the ratio and unit in force in this part of the stretch have it."""
    if not reading.value or reading.value == value:
        return reading
    factor = constant("factor", "ratio and unit then / now", "当时与此时倍率、单位之比",
                      value / reading.value, "1")  # fmt: skip
    return _node(reading.key, (reading.title, reading.title_zh), "product", value, rows.meter.unit,
                 [replace(reading, key="reading"), factor])  # fmt: skip


def _node(  # noqa: PLR0917 - a node's own fields, in their order
    key: str, titles: tuple[str, str], op: Op, value: float, unit: str, operands: list[Node]
) -> Node:  # fmt: skip
    return Node(key, *titles, op, value, unit, unfold=lambda: operands)


def _profile(rows: _Rows, part: Part, key: str, value: float | None) -> Node:
    declared = [
        {"day_type": one.day_type.value, "hour": one.hour, "amount": one.amount,
         "valid_from": one.valid_from.isoformat(), "evidence": one.evidence}
        for one in rows.evidence.registry.profiles
        if one.meter_key == rows.meter.key
        and one.hour == from_us(part.since).astimezone(rows.evidence.registry.zone).hour
    ]  # fmt: skip
    told = _how(rows, part) | {"profile": declared}
    return constant(
        key, "by the declared typical day", "按申报的典型日", value, rows.meter.usage_unit,
        evidence=told,
    )  # fmt: skip


def _how(rows: _Rows, part: Part) -> dict[str, Any]:
    told: dict[str, Any] = {
        "from": instant(from_us(part.begin)),
        "to": instant(from_us(part.until)),
        "estimated": part.estimated,
    }
    if part.gap:
        hours = (part.until - part.begin) / HOUR_US
        version = rows.evidence.version(rows.meter.key, from_us(part.begin))
        told["gap"] = (
            f"{hours:g} h without readings, over twice the expected {version.interval_s} s: "
            + ("shaped by the typical day" if part.way == "profile" else "spread evenly over time")
        )
    left = rows.left_out(part.begin, part.until + 1)
    if left:
        told["not_counted"] = left
    return told
