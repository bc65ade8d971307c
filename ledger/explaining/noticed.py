"""What was noticed in a meter's readings of a span, and corrected: read once, told by periods."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ledger.explaining.hour import Evidence, correction_told, instant
from models.corrections import Correction

SHOWN = 50  # findings of one node


class Noticed:
    """Findings and corrections of a meter in [begin, end) UTC."""

    def __init__(self, evidence: Evidence, key: int, begin: datetime, end: datetime) -> None:
        self._evidence = evidence
        self._key = key
        self._span = begin, end

    @cached_property
    def _findings(self) -> list[dict[str, Any]]:
        """In the order of time; of a past state none are kept."""
        if self._evidence.as_of is not None:
            return []
        store, span = self._evidence.books.store, self._span
        table = self._evidence.together.of(
            self._key, ("findings", span), lambda keys: store.findings(keys, *span)
        )
        found: list[dict[str, Any]] = table.to_pylist()[::-1]
        return found

    @cached_property
    def _corrections(self) -> list[Correction]:
        meter = self._evidence.registry.meter_by_key[self._key]
        begin, end = self._span
        return self._evidence.corrections(meter, begin, end)

    def within(self, begin: datetime, end: datetime) -> dict[str, Any]:
        """What a node says of [begin, end): nothing where nothing was noticed."""
        told: dict[str, Any] = {}
        found = [one for one in self._findings if begin <= one["ts"] < end]
        if found:
            told["findings"] = [
                {"ts": instant(one["ts"]), "kind": one["kind"], "detail": one["detail"]}
                for one in found[:SHOWN]
            ]
            told["findings_count"] = len(found)
        inside = timedelta(microseconds=1)
        corrected = [one for one in self._corrections
                     if one.start <= end - inside and one.end >= begin]  # fmt: skip
        if corrected:
            told["corrections"] = [
                correction_told(one) | {"start": instant(one.start), "end": instant(one.end)}
                for one in corrected
            ]
        return told
