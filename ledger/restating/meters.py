"""Why a meter's amount is another than it was: its usage in one state of knowledge after another.

From what was known when an inventory was frozen to what is known now, one kind of knowledge at a
time, in a fixed order: late readings, corrections, transformer ratios, other data of meters. Each
step's difference is what that kind explains; together they are the whole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ledger.books import Books
from ledger.computed import ReadingsOf, computed_usage
from models.periods import to_us
from models.readings import Source
from models.registry import Meter, Registry
from store.hour_ranges import ints
from store.rules.holding import holding

SAME = 1e-9  # two computations of one amount differ by less, relatively


class Cause(StrEnum):
    """Why a row is another than it was frozen; a closed list."""

    LATE_READINGS = "late_readings"  # readings received afterwards
    CORRECTION = "correction"  # corrections made afterwards, declared meter exchanges among them
    TRANSFORMER_RATIO = "transformer_ratio"  # the multiplier of a meter put right
    METER_DATA = "meter_data"  # other data of meters: unit, interval, limits, gap policy, formula
    STRUCTURE = "structure"  # meters that count elsewhere, or are counted anew
    RECORD = "record"  # an activity record revised, approved or withdrawn
    CERTIFICATE = "certificate"  # certificates used or cancelled
    FACTOR = "factor"  # another factor, or a factor with another value
    GWP = "gwp"  # another warming potential
    OTHER = "other"  # not explained


CAUSES_ZH = {
    Cause.LATE_READINGS: "迟到读数",
    Cause.CORRECTION: "更正",
    Cause.TRANSFORMER_RATIO: "互感器倍率更正",
    Cause.METER_DATA: "表计资料更正",
    Cause.STRUCTURE: "计量结构变化",
    Cause.RECORD: "活动数据记录修订",
    Cause.CERTIFICATE: "绿证使用或注销",
    Cause.FACTOR: "排放因子变化",
    Cause.GWP: "全球变暖潜势变化",
    Cause.OTHER: "未说明",
}


@dataclass(frozen=True)
class Knowledge:
    """What was known when it was frozen, and what is known now."""

    books: Books
    frozen_at: datetime
    then: Registry
    now: Registry

    @cached_property
    def _states(self) -> list[tuple[Cause | None, Registry, ReadingsOf]]:
        exchanged = replace(self.then, exchanges=self.now.exchanges, profiles=self.now.profiles)
        store = self.books.store

        def as_then(keys: Sequence[int]) -> pa.Table:
            return store.readings(keys, as_of=self.frozen_at)

        return [
            (None, self.then, as_then),
            (Cause.LATE_READINGS, self.then, self._with_late),
            (Cause.CORRECTION, exchanged, store.readings),
            (Cause.TRANSFORMER_RATIO, with_ratios(exchanged, self.now), store.readings),
            (Cause.METER_DATA, self.now, store.readings),
        ]

    def _with_late(self, keys: Sequence[int]) -> pa.Table:
        """Readings of then, and what devices sent since."""
        rows = self.books.store.readings(keys, every_row=True)
        received, correction = ints(rows["received"]), ints(rows["source"]) == Source.CORRECTION
        kept = np.flatnonzero((received <= to_us(self.frozen_at)) | ~correction)
        order = np.lexsort((
            kept, ints(rows["batch"])[kept], received[kept], correction[kept],
            ints(rows["ts"])[kept], ints(rows["meter_key"])[kept],
        ))  # fmt: skip
        return holding(rows.take(pa.array(kept[order])).combine_chunks())

    @cached_property
    def _known(self) -> dict[int, list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]]:
        return {}

    def _hours(self, key: int) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
        """Hours and amounts (NaN unknown) of a meter in every state."""
        if key not in self._known:
            found = []
            for _, registry, readings_of in self._states:
                if key not in registry.meter_by_key:
                    found.append((np.zeros(0, dtype=np.int64), np.zeros(0)))
                    continue
                usage = computed_usage(registry, [key], readings_of).usage
                amount = usage["amount"].to_numpy(zero_copy_only=False).astype(np.float64)
                found.append((ints(usage["hour"]), amount))
            self._known[key] = found
        return self._known[key]

    def split(
        self, key: int, begin: datetime, end: datetime, was: float | None, is_: float | None
    ) -> dict[Cause, float]:
        """What each cause adds to the meter's amount in [begin, end) UTC; unknown counts as zero.

        ``was`` and ``is_`` are the amounts of the two inventories. What the states of knowledge do
        not give is OTHER.
        """
        first, last = was or 0.0, is_ or 0.0
        values = [_within(*hours, begin, end) for hours in self._hours(key)]
        scale = max(map(abs, (first, last, *values)), default=0.0)
        found: dict[Cause, float] = {}
        if not math.isclose(values[0], first, rel_tol=0, abs_tol=SAME * scale):
            found[Cause.OTHER] = values[0] - first
        before, changed = values[0], None
        for (cause, _, _), value in zip(self._states[1:], values[1:], strict=True):
            assert cause is not None
            if not math.isclose(value, before, rel_tol=0, abs_tol=SAME * scale):
                found[cause] = value - before
                before, changed = value, cause
        if not math.isclose(before, last, rel_tol=0, abs_tol=SAME * scale):
            found[Cause.OTHER] = found.get(Cause.OTHER, 0.0) + last - before
        elif changed is not None and Cause.OTHER not in found:
            # The last bits: the store adds in another order.
            found[changed] += last - first - math.fsum(found.values())
        return found


def with_ratios(then: Registry, now: Registry) -> Registry:
    """``then`` with the transformer ratios of ``now``, by the versions that have them."""
    versions: dict[int, list[Meter]] = {}
    for meter in then.meters:
        versions.setdefault(meter.key, []).append(meter)
    meters = [
        replace(
            _at(versions[one.key], one.valid_from),
            multiplier=one.multiplier, valid_from=one.valid_from, valid_to=one.valid_to,
        )
        for one in now.meters
        if one.key in versions
    ]  # fmt: skip
    return replace(then, meters=tuple(meters))


def _at(versions: list[Meter], at: datetime | None) -> Meter:
    """The version that holds at an instant, or the nearest."""
    begun = [
        one
        for one in versions
        if one.valid_from is None or (at is not None and one.valid_from <= at)
    ]
    return (begun or versions)[-1 if begun else 0]


def _within(
    hour: npt.NDArray[np.int64], amount: npt.NDArray[np.float64], begin: datetime, end: datetime
) -> float:
    inside = (hour >= to_us(begin)) & (hour < to_us(end)) & ~np.isnan(amount)
    return math.fsum(amount[inside])
