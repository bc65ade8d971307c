"""Corrections made: checked as readings are, recorded, stored, and only then called applied.

What holds afterwards are rows of source ``correction``, which hold over a device's; nothing
that was stored is changed, and a later correction of the same instant holds over an earlier one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.lookup import limits_of
from models.corrections import (
    Before,
    CorrectedValue,
    Correction,
    CorrectionError,
    CorrectionKind,
    Wanted,
)
from models.errors import UnitError
from models.periods import to_us
from models.quantities import Kind
from models.readings import LAST_COUNTED, NEW_READINGS, Quality, Source
from models.registry import Meter, Registry
from models.units import conversion
from store.interface import Batch, Store
from store.registry_db import RegistryDatabase
from store.registry_db.corrections import Corrections

log = logging.getLogger(__name__)

AHEAD = timedelta(minutes=10)
MAX_VALUES = 100_000
FEW = 5  # instants that an error names
MOMENT = timedelta(microseconds=1)  # the store's resolution


class Corrector:
    """Makes corrections. ``on_stored`` wakes the ledger, for readings and a declared exchange."""

    def __init__(
        self,
        store: Store,
        database: RegistryDatabase,
        registry: Callable[[], Registry],
        *,
        on_stored: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._record = Corrections(database)
        self._registry = registry
        self._on_stored = on_stored
        self._now = now
        self._lock = threading.Lock()  # of two at once the second sees what the first did

    def correct(self, wanted: Wanted, *, dry_run: bool = False) -> tuple[Correction, list[Before]]:
        """Make a correction, or say what it would do, with what held before at each instant.

        Raises CorrectionError where it cannot be made; nothing is changed then.
        """
        with self._lock:
            self._complete()
            correction = self._planned(wanted)
            before = self._before(correction)
            if dry_run:
                return correction, before
            if correction.kind is CorrectionKind.EXCHANGE:
                correction = self._record.declare(correction, self._now())
                self._on_stored()
            else:
                newest = max((one.received for one in before if one.received), default=None)
                correction = self._record.begin(correction, self._now(), newest)
                self._apply(correction)
        applied = self._record.one(correction.id)
        assert applied is not None
        return applied, before

    def complete(self) -> int:
        """Apply what a crash left pending; the number of corrections."""
        with self._lock:
            return self._complete()

    def _complete(self) -> int:
        pending = self._record.pending()
        for correction in pending:
            log.warning("correction %d was recorded and not applied: done now", correction.id)
            self._apply(correction)
        return len(pending)

    def _apply(self, correction: Correction) -> None:
        batch = self._store_values(correction)
        self._record.finish(correction.id, batch, self._now())
        self._on_stored()

    def _store_values(self, correction: Correction) -> int | None:
        """Append what is not there already; the newest batch of it, None where all held before."""
        end = correction.end + MOMENT
        every = self._store.readings(
            [correction.meter_key], correction.start, end, every_row=True
        ).filter(
            (pc.field("source") == int(Source.CORRECTION))
            & (
                pc.field("received")
                == pa.scalar(correction.recorded_at, NEW_READINGS.field("received").type)
            )
        )
        rows = _rows(correction)
        rows = rows.filter(pc.invert(pc.is_in(rows["ts"], value_set=every["ts"].combine_chunks())))
        if rows.num_rows:
            appended = self._store.append(Batch(rows))
            if appended.stored:
                return appended.batch
        batch: int | None = pc.max(every["batch"]).as_py()
        return batch

    def _planned(self, wanted: Wanted) -> Correction:
        registry = self._registry()
        for name in ("note", "evidence", "author"):
            if not getattr(wanted, name).strip():
                raise CorrectionError(name, "is needed: a correction is signed with it")
        key = registry.key_of.get((wanted.enterprise, wanted.meter))
        if key is None:
            raise CorrectionError(
                "meter", f"{wanted.meter!r} is not a meter of {wanted.enterprise!r}"
            )
        meter = registry.meter_by_key[key]
        if meter.formula is not None:
            raise CorrectionError("meter", "is computed by a formula: correct what it stands on")
        plan = {
            CorrectionKind.REPLACE: self._replaced,
            CorrectionKind.VOID: self._voided,
            CorrectionKind.SUBSTITUTE: self._substituted,
            CorrectionKind.RESTORE: self._restored,
        }
        if wanted.kind is CorrectionKind.EXCHANGE:
            return self._exchanged(wanted, meter)
        values = sorted(plan[wanted.kind](wanted, meter), key=lambda one: one.ts)
        if len(values) > MAX_VALUES:
            raise CorrectionError("values", f"{len(values):,}, at most {MAX_VALUES:,} at once")
        self._check(values, meter)
        return Correction(
            wanted.kind, wanted.enterprise, wanted.meter, key, values[0].ts, values[-1].ts,
            tuple(values), wanted.reason, wanted.note, wanted.evidence, wanted.author,
        )  # fmt: skip

    def _given(self, wanted: Wanted, meter: Meter, quality: Quality) -> list[CorrectedValue]:
        if not wanted.values:
            raise CorrectionError("values", "missing")
        times = [ts for ts, _ in wanted.values]
        if len(set(times)) < len(times):
            raise CorrectionError("values", "an instant comes twice")
        found = []
        for ts, value in wanted.values:
            scale, offset = _conversion(wanted, self._version_of(meter, ts))
            found.append(CorrectedValue(ts, value * scale + offset, quality))
        return found

    def _replaced(self, wanted: Wanted, meter: Meter) -> list[CorrectedValue]:
        values = self._given(wanted, meter, Quality.MANUAL)
        start, end = min(one.ts for one in values), max(one.ts for one in values)
        there = set(self._held(meter, start, end + MOMENT)["ts"].to_pylist())
        missing = sorted(one.ts for one in values if one.ts not in there)
        if missing:
            named = ", ".join(ts.isoformat() for ts in missing[:FEW])
            raise CorrectionError(
                "ts", f"no reading at {named}: substitute declares a value where there is none"
            )
        return values

    def _voided(self, wanted: Wanted, meter: Meter) -> list[CorrectedValue]:
        rows = self._held(meter, *_span(wanted, meter)).to_pylist()
        values = [
            CorrectedValue(row["ts"], row["value"], Quality.SUSPECT)
            for row in rows
            if row["quality"] <= LAST_COUNTED
        ]
        if not values:
            raise CorrectionError("start", "no reading that counts lies in the span")
        return values

    def _restored(self, wanted: Wanted, meter: Meter) -> list[CorrectedValue]:
        """The devices' values where a correction holds; void where no device said anything."""
        start, end = _span(wanted, meter)
        if self._is_substituted(meter, start, end):
            end += MOMENT
        every = self._store.readings([meter.key], start, end, every_row=True).to_pylist()
        device: dict[datetime, CorrectedValue] = {}
        corrected: dict[datetime, float] = {}
        for row in every:
            if row["source"] == Source.CORRECTION:
                corrected[row["ts"]] = row["value"]
            else:  # in the order of what holds: the last one does
                device[row["ts"]] = CorrectedValue(row["ts"], row["value"], Quality(row["quality"]))
        if not corrected:
            raise CorrectionError("start", "no correction holds in the span")
        return [
            device.get(ts, CorrectedValue(ts, value, Quality.SUSPECT))
            for ts, value in corrected.items()
        ]

    def _is_substituted(self, meter: Meter, start: datetime, end: datetime) -> bool:
        """Whether an amount was substituted within the span up to its end: its last value is there.

        It is known by its values, one an interval; the first of them ends the first interval.
        """
        for one in self._record.select(
            enterprise=meter.enterprise, meter=meter.code, start=end, end=end + MOMENT
        ):
            if one.kind is CorrectionKind.SUBSTITUTE and one.end == end and one.start > start:
                every = timedelta(seconds=self._version(meter, one.start).interval_s)
                count = len(one.values)
                if start <= one.start - every and one.end - one.start == every * (count - 1):
                    return True
        return False

    def _substituted(self, wanted: Wanted, meter: Meter) -> list[CorrectedValue]:
        if wanted.amount is None:
            return self._given(wanted, meter, Quality.SUBSTITUTED)
        if wanted.values:
            raise CorrectionError("amount", "values, or an amount of a span: not both")
        start, end = _span(wanted)
        meter = self._version(meter, start)
        scale, _ = _conversion(wanted, meter)
        every = timedelta(seconds=meter.interval_s)
        count = (end - start) // every
        if count < 1 or start + count * every != end:
            raise CorrectionError("end", f"the span is no multiple of {meter.interval_s} s")
        if count > MAX_VALUES:
            raise CorrectionError("end", f"{count:,} values, at most {MAX_VALUES:,} at once")
        shown = 0.0
        if meter.kind is Kind.COUNTER:
            held = self._held(meter, start, start + MOMENT).to_pylist()
            if not held or held[0]["quality"] > LAST_COUNTED:
                raise CorrectionError("start", "no reading that counts at it to go on from")
            shown = held[0]["value"]
        elif meter.kind is not Kind.INTERVAL:
            raise CorrectionError("amount", f"kind {meter.kind.value} has none: give values")
        times = [start + every * (number + 1) for number in range(count)]
        self._require_alone(meter, start, times)
        # An amount is what was used; a reading is what the meter shows, without its multiplier.
        amount = wanted.amount * scale / count
        versions = [self._version(meter, ts - every) for ts in times]
        parts = amount / np.array([one.multiplier for one in versions])
        values = shown + np.cumsum(parts) if meter.kind is Kind.COUNTER else parts
        return [
            CorrectedValue(ts, value, Quality.SUBSTITUTED)
            for ts, value in zip(times, values.tolist(), strict=True)
        ]

    def _require_alone(self, meter: Meter, start: datetime, times: Sequence[datetime]) -> None:
        """Readings between the values of an amount would count beside them."""
        rows = self._held(meter, start + MOMENT, times[-1]).filter(
            pc.field("quality") <= int(LAST_COUNTED)
        )
        between = sorted(set(rows["ts"].to_pylist()) - set(times))
        if between:
            named = ", ".join(ts.isoformat() for ts in between[:FEW])
            raise CorrectionError(
                "start", f"readings in the span would count beside the amount, void them: {named}"
            )

    def _exchanged(self, wanted: Wanted, meter: Meter) -> Correction:
        if meter.kind is not Kind.COUNTER:
            raise CorrectionError("meter", f"kind {meter.kind.value}: no register to exchange")
        if wanted.ts is None:
            raise CorrectionError("ts", "missing")
        meter = self._version(meter, wanted.ts)
        scale, offset = _conversion(wanted, meter)
        shown: dict[str, float] = {}
        for name in ("final_value", "initial_value"):
            given = getattr(wanted, name)
            if given is None or not np.isfinite(given):
                raise CorrectionError(name, "missing" if given is None else "not a finite number")
            value = shown[name] = given * scale + offset
            if meter.register_max is not None and not 0 <= value <= meter.register_max:
                raise CorrectionError(
                    name, f"{value:.15g} is beyond the register, 0 to {meter.register_max:.15g}"
                )
        return Correction(
            wanted.kind, wanted.enterprise, wanted.meter, meter.key, wanted.ts, wanted.ts, (),
            wanted.reason, wanted.note, wanted.evidence, wanted.author,
            shown["final_value"], shown["initial_value"],
        )  # fmt: skip

    def _check(self, values: Sequence[CorrectedValue], meter: Meter) -> None:
        for one in values:
            lowest, highest = limits_of(self._version_of(meter, one.ts))
            if not np.isfinite(one.value):
                raise CorrectionError("value", f"{one.value} is not a finite number")
            if not lowest <= one.value <= highest:
                said = f"{one.value:.12g} is not of {lowest:.12g} to {highest:.12g}"
                raise CorrectionError("value", f"{said}, which the register can show")

    def _version(self, meter: Meter, ts: datetime) -> Meter:
        """The version valid at an instant that has come. Raises CorrectionError."""
        if ts > self._now() + AHEAD:
            raise CorrectionError("ts", f"{ts.isoformat()} has not come yet")
        for one in self._registry().meters:
            if (
                one.key == meter.key
                and (one.valid_from is None or one.valid_from <= ts)
                and (one.valid_to is None or ts < one.valid_to)
            ):
                return one
        raise CorrectionError("ts", f"the meter is not valid at {ts.isoformat()}")

    def _version_of(self, meter: Meter, ts: datetime) -> Meter:
        """That of a reading: of what an interval or a mean ends, as where readings are taken in."""
        if meter.kind in (Kind.INTERVAL, Kind.MEAN):
            with suppress(CorrectionError):
                return self._version(meter, ts - MOMENT)
        return self._version(meter, ts)

    def _held(self, meter: Meter, start: datetime, end: datetime) -> pa.Table:
        return self._store.readings([meter.key], start, end)

    def _before(self, correction: Correction) -> list[Before]:
        if not correction.values:
            return []
        end = correction.end + MOMENT
        held = {
            row["ts"]: row
            for row in self._store.readings(
                [correction.meter_key], correction.start, end
            ).to_pylist()
        }
        rows = [held.get(one.ts) for one in correction.values]
        return [
            Before(None, None, None)
            if row is None
            else Before(row["value"], Quality(row["quality"]), row["received"])
            for row in rows
        ]


def _conversion(wanted: Wanted, meter: Meter) -> tuple[float, float]:
    """Scale and offset from the unit that is given to the meter's. Raises CorrectionError."""
    try:
        return conversion(wanted.unit or meter.unit, meter.unit)
    except UnitError as error:
        raise CorrectionError("unit", str(error).removeprefix("unit: ")) from None


def _span(wanted: Wanted, meter: Meter | None = None) -> tuple[datetime, datetime]:
    """The instants [start, end) of a correction.

    With a meter of intervals or means, whose readings are at their ends, those that lie in the
    periods that are named: the reading of midnight is of the day that it ends.
    """
    if wanted.start is None or wanted.end is None:
        raise CorrectionError("start" if wanted.start is None else "end", "missing")
    if wanted.start >= wanted.end:
        raise CorrectionError("end", "is not after start")
    start, end = wanted.start, wanted.end
    if meter is not None and meter.kind in (Kind.INTERVAL, Kind.MEAN):
        start += MOMENT * ("start" in wanted.periods)
        end += MOMENT * ("end" in wanted.periods)
    return start, end


def _rows(correction: Correction) -> pa.Table:
    assert correction.recorded_at is not None
    count = len(correction.values)
    columns = {
        "meter_key": pa.array([correction.meter_key] * count, pa.int32()),
        "ts": pa.array([to_us(one.ts) for one in correction.values]),
        "value": pa.array([one.value for one in correction.values], pa.float64()),
        "quality": pa.array([int(one.quality) for one in correction.values], pa.uint8()),
        "received": pa.array([to_us(correction.recorded_at)] * count),
        "source": pa.array([int(Source.CORRECTION)] * count, pa.uint8()),
    }
    return pa.table(
        {field.name: columns[field.name].cast(field.type) for field in NEW_READINGS},
        schema=NEW_READINGS,
    )
