"""What a store promises. Every implementation passes ``tests/integration/store_contract``.

All times are UTC timestamps in microseconds; tables are Arrow. Meters are named by ``meter_key``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from models.periods import Every
from models.readings import NEW_READINGS, READINGS, TIMESTAMP
from models.usage import FINDINGS as FINDINGS  # noqa: PLC0414 (stored as they are computed)
from models.usage import NEW_USAGE as NEW_USAGE  # noqa: PLC0414

PAYLOAD_LIMIT = 1 << 20  # bytes of a rejection's payload that are kept

# What a batch refuses; ``payload`` holds at most the first MiB of the original bytes, hash and
# length are of the whole. ``item`` is the position in a list or batch, -1 for a whole message.
NEW_REJECTIONS = pa.schema(
    [
        ("received", TIMESTAMP),
        ("source", pa.uint8()),
        ("peer", pa.string()),  # MQTT topic, HTTP client, or file name with line
        ("enterprise", pa.string()),  # as addressed, may be unknown; null where none was named
        ("meter", pa.string()),
        ("item", pa.int32()),
        ("reason", pa.string()),
        ("detail", pa.string()),  # begins with the field: "value: 'abc' is not a number"
        ("payload", pa.binary()),
        ("payload_sha256", pa.string()),
        ("payload_length", pa.int64()),
        # How the bytes are read where neither they nor the topic say so: JSON of a file's mapping.
        ("decoding", pa.string()),
    ]
)
# ``expired`` is when the payload's bytes were dropped by policy; null where they are kept.
REJECTIONS = pa.schema(
    [
        pa.field("rejection_id", pa.int64()),
        *NEW_REJECTIONS,
        pa.field("batch", pa.int64()),
        pa.field("expired", TIMESTAMP),
    ]
)

# What usage is computed from, of readings.
CONTEXT = pa.schema([READINGS.field(name) for name in ("meter_key", "ts", "value", "quality")])

# Hourly usage as it was computed (models.usage), and when.
USAGE = pa.schema([*NEW_USAGE, pa.field("computed", TIMESTAMP)])

# Usage summed over periods. ``covered_h`` is the sum of coverage; ``mean`` is weighted by coverage.
USAGE_PERIODS = pa.schema(
    [
        ("meter_key", pa.int32()),
        ("period", TIMESTAMP),  # UTC start of the period in the park's time zone
        ("amount", pa.float64()),
        ("estimated", pa.float64()),
        ("covered_h", pa.float64()),
        ("mean", pa.float64()),
        ("min", pa.float64()),
        ("max", pa.float64()),
        ("n", pa.int64()),
    ]
)

# Whole hours [start, end) of a meter.
WINDOWS = pa.schema([("meter_key", pa.int32()), ("start", TIMESTAMP), ("end", TIMESTAMP)])

# Identical resends that appends recognised and did not store, by local day of receipt (UTC start).
RESENT = pa.schema([("meter_key", pa.int32()), ("day", TIMESTAMP), ("n", pa.int64())])

# One chain a writer: sha256 covers the batch's canonical content and the hash before it.
BATCHES = pa.schema(
    [
        ("writer", pa.string()),
        ("batch", pa.int64()),
        ("received", TIMESTAMP),
        ("readings", pa.int64()),
        ("rejections", pa.int64()),
        ("sha256", pa.string()),
        ("previous", pa.string()),
    ]
)


@dataclass(frozen=True)
class Batch:
    """What one append makes durable together."""

    readings: pa.Table = field(default_factory=NEW_READINGS.empty_table)
    rejections: pa.Table = field(default_factory=NEW_REJECTIONS.empty_table)


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did. ``rejection_ids`` are in the order of the batch's rejections."""

    batch: int
    stored: int
    duplicates: int
    rejection_ids: tuple[int, ...]


@dataclass(frozen=True)
class Touched:
    """Hours that hold new readings, not settled: columns meter_key, hour, ordered by both.

    ``seen`` is the newest batch seen of each writer: what it appends later is not settled by this.
    """

    hours: pa.Table
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A batch whose stored content no longer gives its hash."""

    writer: str
    batch: int
    detail: str


class Store(Protocol):
    """Readings, rejections, usage and the hours still to settle."""

    def append(self, batch: Batch) -> Appended:
        """Make readings, rejections, touched hours and the batch's hash durable in one commit.

        A reading identical to the one that holds (same meter, ts, value, quality) may be counted
        as duplicate and not stored where that is cheaply known; see ``resent``.
        """

    def readings(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        as_of: datetime | None = None,
        every_row: bool = False,
        instants: int | None = None,
    ) -> pa.Table:
        """READINGS with start <= ts < end, ordered by meter_key and ts.

        One row for each (meter, ts): a correction over a device's, then newest received, batch,
        row; with ``as_of`` among those received up to then. ``every_row`` gives all of them.
        ``instants`` gives the rows of the first so many different ts only; it is for one meter, and
        no more than these are taken out of the store. Raises ValueError with several meters.
        """

    def uncounted(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """READINGS with start <= ts < end that hold and do not count (quality), ordered by
        meter_key and ts: why hours are without usage. Mostly they are few, and only they are read.
        """

    def context(self, windows: pa.Table, neighbours: int) -> pa.Table:
        """CONTEXT of the readings that hold and count (quality) in each window of WINDOWS, and the
        nearest ``neighbours`` counted ones before its start and from its end on; no row twice.
        """

    def latest(self, meters: Sequence[int] | None = None) -> pa.Table:
        """READINGS: of each meter the row that holds at its greatest ts."""

    def resent(
        self, meters: Sequence[int], start: datetime | None = None, end: datetime | None = None
    ) -> pa.Table:
        """RESENT of the local days that begin in [start, end), ordered by meter_key and day.

        Statistics, not evidence: what a crash cuts off between an append and its count is missing.
        """

    def touched(self) -> Touched:
        """Hours that hold readings not settled yet."""

    def put_usage(
        self,
        windows: pa.Table,
        usage: pa.Table,
        findings: pa.Table,
        settled: Touched | None = None,
    ) -> pa.Table:
        """Make usage of the windows equal ``usage`` (NEW_USAGE), findings too, in one commit.

        Only rows that differ from what stands are written or removed (``computed`` tells when).
        Days of usage_day follow. The touched hours of ``settled`` that lie in the windows are
        struck off, unless touched again since. Returns meter_key, hour of the rows that changed.
        """

    def usage(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        every: Every = "hour",
        zone: ZoneInfo,
    ) -> pa.Table:
        """USAGE_PERIODS of whole periods in ``zone``, ordered by meter_key and period.

        For ``total`` the period is ``start`` (or the first hour). Unknown hours add nothing;
        an amount is null where no hour of the period is known.
        """

    def usage_hours(
        self,
        meters: Sequence[int],
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """USAGE rows as they stand, ordered by meter_key and hour.

        With ``columns`` only these of USAGE, and in no order: of millions of rows ordering them
        takes most of the time.
        """

    def findings(
        self,
        meters: Sequence[int] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        *,
        limit: int | None = None,
    ) -> pa.Table:
        """FINDINGS, newest first."""

    def rejections(
        self,
        *,
        enterprise: str | None = None,
        meter: str | None = None,
        reason: str | None = None,
        source: int | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        ids: Sequence[int] | None = None,
        before_id: int | None = None,
        limit: int | None = None,
        with_payload: bool = False,
    ) -> pa.Table:
        """REJECTIONS, newest first (payload null unless asked for); ids below ``before_id``.

        ``start`` and ``end`` bound the time of receipt; ``ids`` are the only ones meant.
        """

    def rejection(self, rejection_id: int) -> pa.Table:
        """The one rejection with its payload, or no row."""

    def expire_payloads(self, before: datetime) -> int:
        """Drop the payload bytes of rejections received before; how many this call marked.

        The rejection stays, with hash, length and ``expired``. What a crash leaves half done the
        next call finishes. Nothing else ever takes a byte of a rejection away.
        """

    def batches(self, writer: str | None = None) -> pa.Table:
        """BATCHES in the order of their numbers."""

    def verify_chain(self) -> list[ChainFault]:
        """Recompute every batch's hash from what is stored; faults, or an empty list.

        Payloads of rejections are checked by their own hash, which the batch's covers; that one has
        expired is no fault.
        """

    def counts(self) -> dict[str, int]:
        """Rows of readings, rejections, usage, touched and batches (for health)."""

    def close(self) -> None:
        """Let go of the files; later calls fail."""
