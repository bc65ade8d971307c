"""What brought a difference about: readings by receipt, corrections, changes of the registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ledger.books import Books
from ledger.explaining.hour import Evidence, correction_told, instant
from ledger.explaining.source import source_of
from ledger.explaining.together import Together
from ledger.frozen import reference_sha256
from ledger.restating.meters import Cause, Knowledge
from ledger.restating.rows import Side
from models.periods import to_us
from models.readings import Source
from models.registry import Meter
from store.registry_db import Change, Frozen, RegistryChange

# A reading decides hours from its neighbour on: those of an interval and a gap around a span too.
AROUND = timedelta(days=31)
CERTIFICATES = ("certificate", "certificate_use")


@dataclass(frozen=True)
class References:
    """Where causes are looked up: everything recorded since ``frozen``."""

    books: Books
    frozen: Frozen
    known: Knowledge

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.books, self.known.now, None, Together(self.known.now))

    @cached_property
    def _registry_changes(self) -> list[RegistryChange]:
        if self.books.registry_changes is None:
            return []
        version = self.frozen.head["registry_version"]
        return [one for one in self.books.registry_changes() if one.version > version]

    def of(self, cause: Cause, what: dict[str, Any]) -> dict[str, Any]:
        """A meter's or a record's part of a cause: what is said of it."""
        if "record" in what:
            return self._record(what)
        key: int = what["meter_key"]
        begin, end = what["begin"], what["end"]
        meter = (self.known.now.meter_by_key | self.known.then.meter_by_key)[key]
        told: dict[str, Any] = {
            "enterprise": meter.enterprise,
            "meter": meter.code,
            "activity_change": what["activity_change"],
            "unit": meter.usage_unit,
        }
        if cause is Cause.LATE_READINGS:
            return told | self._late(key, begin, end)
        if cause is Cause.CORRECTION:
            found = self._evidence.corrections(meter, begin - AROUND, end + AROUND)
            since = self.frozen.frozen_at
            made = [one for one in found if one.recorded_at is None or one.recorded_at > since]
            return told | {"corrections": [correction_told(one) for one in made]}
        return told | {"registry": self._changed(lambda change: _is_of(change, meter))}

    def _late(self, key: int, begin: datetime, end: datetime) -> dict[str, Any]:
        """Readings of devices received since: how many, of when, received when, by which batch."""
        table = self.books.store.readings([key], begin - AROUND, end + AROUND, every_row=True)
        since = to_us(self.frozen.frozen_at)
        rows = [
            row
            for row in table.to_pylist()
            if to_us(row["received"]) > since and row["source"] != int(Source.CORRECTION)
        ]
        inside = [row for row in rows if begin <= row["ts"] <= end] or rows
        if not inside:
            return {"readings": 0}
        return {
            "readings": len(inside),
            "from": instant(min(row["ts"] for row in inside)),
            "to": instant(max(row["ts"] for row in inside)),
            "received_from": instant(min(row["received"] for row in inside)),
            "received_to": instant(max(row["received"] for row in inside)),
            "batches": [
                {"batch": batch, **self._evidence.batches.get(batch, {})}
                for batch in sorted({row["batch"] for row in inside})[:20]
            ],
        }

    def _record(self, what: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"record": what["record"],
                                "activity_change": what["activity_change"]}  # fmt: skip
        for name, registry in (("then", self.known.then), ("now", self.known.now)):
            held = [one for one in registry.activity_records if one.id == what["record"]]
            told[name] = [
                {"revision": one.revision, "state": one.state.value, "amount": one.amount,
                 "unit": one.unit, "evidence": one.evidence, "entered_by": one.entered_by,
                 "decided_by": one.decided_by, "decided_at": instant(one.decided_at)}
                for one in held
            ]  # fmt: skip
        return told

    def certificates(self, enterprise: str) -> list[dict[str, Any]]:
        """Changes of an enterprise's certificates and of their use."""

        def concerns(change: Change) -> bool:
            values = change.new or change.old or {}
            return change.kind.name in CERTIFICATES and values.get("enterprise") == enterprise

        return self._changed(concerns)

    def factor(
        self,
        key: dict[str, Any],
        then: Side,
        now: Side,
        changed: dict[str, tuple[float | None, float | None]],
    ) -> dict[str, Any]:
        """Which operands are others, from which source, and what changed in it."""

        def concerns(change: Change) -> bool:
            values = change.new or change.old or {}
            whose = values.get("enterprise")
            return (
                change.kind.name == "declared_factor"
                and values.get("carrier") == key["carrier"]
                and whose in (None, "", key["enterprise"])
            )

        before, after = self.frozen.head["reference_sha256"], reference_sha256()
        names = sorted(before.keys() | after.keys())
        sides = (("then", then, self.known.then), ("now", now, self.known.now))
        return {
            "operands": {name: {"then": pair[0], "now": pair[1]} for name, pair in changed.items()},
            **{
                name: [
                    source_of(registry, str(one.factor_id), str(one.factor_match))
                    for one in side.rows.itertuples()
                    if isinstance(one.factor_id, str)
                ]
                for name, side, registry in sides
            },
            "registry": self._changed(concerns),
            "reference_files": [name for name in names if before.get(name) != after.get(name)],
        }

    def _changed(self, concerns: Callable[[Change], bool]) -> list[dict[str, Any]]:
        """Changes of the registry since, with the lines that concern the subject."""
        found = []
        for one in self._registry_changes:
            lines = [
                line
                for line, change in zip(one.difference.lines(), one.difference.changes, strict=True)
                if concerns(change)
            ]
            if lines:
                told = {"version": one.version, "recorded_at": instant(one.recorded_at)}
                found.append(told | {"lines": lines})
        return found


def _is_of(change: Change, meter: Meter) -> bool:
    values = change.new or change.old or {}
    named = values.get("code") if change.kind.name == "meter" else values.get("meter")
    return values.get("enterprise") == meter.enterprise and named == meter.code
