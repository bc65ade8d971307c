"""Messages to one append: decoded, validated, stored, and only then acknowledged."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.decode.columns import WHOLE, Columns, Refused
from ingest.decode.forms import decode
from ingest.decode.refusals import Refusals
from ingest.inbox import Inbox
from ingest.lookup import Lookup
from ingest.message import Message, Origin, Ticket
from ingest.receipt_order import ReceiptOrder
from ingest.rejected import rejections
from ingest.tally import Counts, Tally
from ingest.validate import Validation
from models.errors import Reason
from models.periods import to_us
from models.readings import NEW_READINGS, TIMESTAMP
from models.registry import Registry
from store.interface import Appended, Batch, Store
from store.rules.stored_since import StoredSince, stored_since

log = logging.getLogger(__name__)

INBOX_MESSAGES = 2_000
INBOX_BYTES = 8 << 20  # also what one commit takes at most, so how long the slowest one lasts
# A commit costs the same for one message as for hundreds: let them gather between two. The first
# after a quiet time does not wait, and the inbox bounds what gathers.
GATHER_S = 0.02
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 5.0


@dataclass(frozen=True)
class Outcome:
    """What became of a submission; ``rejection_ids`` is empty after a dry run.

    ``accepted_items`` are the item numbers of what was accepted, duplicates among them.
    """

    accepted: int
    duplicates: int
    batch: int | None
    refused: tuple[Refused, ...]
    rejection_ids: tuple[int, ...]
    accepted_items: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Load:
    """The inbox and its bounds, and the seconds that senders waited for room since the start."""

    messages: int
    most_messages: int
    size: int
    most_size: int
    held_s: float


class Pipeline:
    """The one way to the store, for every way in.

    ``on_stored`` is told after each append, ``on_rejected`` the rejections (NEW_REJECTIONS) and
    their ids; both may be lost without harm and must not block. ``newest`` gives the newest receipt
    that is stored (receipt_order.py).
    """

    def __init__(
        self,
        store: Store,
        registry: Callable[[], Registry],
        *,
        on_stored: Callable[[], None],
        on_rejected: Callable[[pa.Table, tuple[int, ...]], None] | None = None,
        now: Callable[[], datetime],
        newest: Callable[[], datetime | None] | None = None,
    ) -> None:
        self._store = store
        self._registry = registry
        self._on_stored = on_stored
        self._on_rejected = on_rejected
        self.now = now
        self._inbox = Inbox(INBOX_MESSAGES, INBOX_BYTES)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commit", daemon=True)
        self._lookup: Lookup | None = None
        self._receipts = ReceiptOrder(newest)
        self._tally = Tally()

    def start(self) -> None:
        """Start the commit thread."""
        self._thread.start()

    def put(self, message: Message) -> None:
        """Hand over a message; waits while the inbox is full (back-pressure).

        Raises PipelineStoppedError after ``stop``.
        """
        self._inbox.put(message)

    def stop(self) -> None:
        """Take nothing more, finish what was taken, end the thread."""
        self._stopping.set()
        self._inbox.close()
        if self._thread.is_alive():
            self._thread.join()

    def counters(self) -> dict[str, int]:
        """Messages, accepted, rejected and duplicate readings since start, and messages queued.

        Queued is what was put and is not stored and acknowledged; where it is 0, the others have
        everything that was put.
        """
        queued = self._inbox.unfinished  # first, for what is counted is finished only afterwards
        counts = self._tally.counts()
        return {
            "messages": counts.messages,
            "accepted": counts.accepted,
            "rejected": counts.rejected.total(),
            "duplicates": counts.duplicates,
            "queued": queued,
        }

    def counts(self) -> Counts:
        """Everything that is counted, for the metrics."""
        return self._tally.counts()

    def load(self) -> Load:
        """How full the inbox is, and how long senders were held back by that."""
        inbox = self._inbox
        return Load(len(inbox), INBOX_MESSAGES, inbox.size, INBOX_BYTES, inbox.held_s)

    def submit(self, messages: Sequence[Message], *, dry_run: bool = False) -> Outcome:
        """Store messages in the caller's thread; the answer tells what became of each item."""
        columns, refusals = decode(messages)
        return self._submit(columns, refusals, messages, dry_run=dry_run)

    def submit_columns(
        self,
        columns: Columns,
        refused: Sequence[Refused],
        origins: Sequence[Origin],
        *,
        dry_run: bool = False,
        since: datetime | None = None,
    ) -> Outcome:
        """Store what a decoder of files gave; ``origins`` are what its ``message`` numbers mean.

        Each row that is refused is kept by itself: of a file's block only the beginning would be.
        ``since`` is when the same block first came, where it may be stored already, or in part.
        """
        refusals = Refusals(singly=sys.maxsize, together=sys.maxsize)
        for one in refused:
            refusals.append(one)
        return self._submit(columns, refusals, origins, dry_run=dry_run, since=since)

    def validated(
        self, columns: Columns, refusals: Refusals, origins: Sequence[Origin]
    ) -> tuple[pa.Table, list[Refused], npt.NDArray[np.int64]]:
        """NEW_READINGS that would be accepted now, what is refused, and the rows accepted."""
        registry = self._registry()
        lookup = self._lookup
        if lookup is None or lookup.registry is not registry:
            lookup = self._lookup = Lookup(registry)
        received = np.array([to_us(origin.received) for origin in origins], dtype=np.int64)
        of_row = received[columns.message]  # by the clock itself: a reading is ahead of that or not
        valid, invalid = Validation(columns, lookup, of_row).run()
        source = np.array([int(origin.source) for origin in origins], dtype=np.uint8)
        readings = pa.table(
            [
                pa.array(valid.meter_key, pa.int32()),
                pa.array(valid.ts_us).cast(TIMESTAMP),
                pa.array(valid.value),
                pa.array(valid.quality),
                pa.array(self._receipts.ordered(received)[columns.message[valid.rows]]).cast(
                    TIMESTAMP
                ),
                pa.array(source[columns.message[valid.rows]]),
            ],
            schema=NEW_READINGS,
        )
        for one in invalid:
            refusals.append(one)
        return readings, refusals.kept(), valid.rows

    def store_validated(self, readings: pa.Table, messages: int) -> Appended:
        """Append what ``validated`` gave, or a part of it."""
        batch = Batch(readings)
        appended = self._append_once(batch, messages)
        self._tell(batch, appended)
        return appended

    def _submit(
        self,
        columns: Columns,
        refusals: Refusals,
        origins: Sequence[Origin],
        *,
        dry_run: bool,
        since: datetime | None = None,
    ) -> Outcome:
        batch, refused, rows = self._batch(columns, refusals, origins)
        items = columns.item[rows]
        if dry_run:
            return Outcome(len(rows), 0, None, tuple(refused), (), items)
        before = None if since is None else stored_since(self._store, batch, since)
        batch = batch if before is None else before.rest
        appended = self._append_once(batch, len(origins))
        self._tell(batch, appended)
        outcome = Outcome(
            accepted=batch.readings.num_rows - appended.duplicates,
            duplicates=appended.duplicates,
            batch=appended.batch,
            refused=tuple(refused),
            rejection_ids=appended.rejection_ids,
            accepted_items=items,
        )
        return outcome if before is None else _with_stored(outcome, before)

    def _batch(
        self, columns: Columns, refusals: Refusals, origins: Sequence[Origin]
    ) -> tuple[Batch, list[Refused], npt.NDArray[np.int64]]:
        readings, refused, rows = self.validated(columns, refusals, origins)
        return Batch(readings, rejections(refused, origins)), refused, rows

    def _append_once(self, batch: Batch, messages: int) -> Appended:
        began = time.perf_counter()
        try:
            appended = self._store.append(batch)
        except Exception as error:
            self._tally.refused(f"the store refuses readings: {error}")
            raise
        self._tally.appended(batch, appended, messages, time.perf_counter() - began)
        return appended

    def _tell(self, batch: Batch, appended: Appended) -> None:
        try:
            if appended.stored:
                self._on_stored()
            if batch.rejections.num_rows and self._on_rejected is not None:
                self._on_rejected(batch.rejections, appended.rejection_ids)
        except Exception:
            log.exception("batch %s is stored, but nobody was told", appended.batch)

    def _run(self) -> None:
        while messages := self._inbox.take():
            self._commit(messages)
            self._stopping.wait(GATHER_S)

    def _commit(self, messages: list[Message]) -> None:
        batch = self._prepared(messages)
        appended = self._append(batch, len(messages))
        if appended is None:
            return  # stopping: not acknowledged, so it will be sent again
        tickets: dict[Callable[[Sequence[Ticket]], None], list[Ticket]] = {}
        for message in messages:
            if message.done is not None:
                tickets.setdefault(message.done, []).append(message.ticket)
        for done, some in tickets.items():
            self._acknowledge(done, some)
        self._inbox.finished(len(messages))
        self._tell(batch, appended)

    def _acknowledge(
        self, done: Callable[[Sequence[Ticket]], None], tickets: Sequence[Ticket]
    ) -> None:
        """Say that they are durable, again and again where the disk does not take what that needs.

        Whatever fails, the thread goes on: what is not acknowledged comes again.
        """
        wait_s = FIRST_RETRY_S
        while True:
            try:
                done(tickets)
            except OSError as error:
                self._tally.refused(f"what is stored cannot be acknowledged: {error}")
                log.error("no acknowledgement yet, trying again in %.1f s: %s", wait_s, error)
                if not self._stopping.wait(wait_s):
                    wait_s = min(wait_s * 2, LAST_RETRY_S)
                    continue
            except Exception:
                log.exception("%d messages are stored and not acknowledged", len(tickets))
            return

    def _prepared(self, messages: list[Message]) -> Batch:
        try:
            columns, refusals = decode(messages)
            return self._batch(columns, refusals, messages)[0]
        except Exception:
            # A mistake of ours in handling one message must not hold up the others, nor lose it.
            log.exception("a batch of %d messages could not be prepared", len(messages))
        single = [self._prepared_alone(message) for message in messages]
        return Batch(
            pa.concat_tables([batch.readings for batch in single]),
            pa.concat_tables([batch.rejections for batch in single]),
        )

    def _prepared_alone(self, message: Message) -> Batch:
        try:
            columns, refusals = decode([message])
            return self._batch(columns, refusals, [message])[0]
        except Exception as error:
            log.exception("a message of %s could not be handled and is kept", message.peer)
            detail = f"payload: could not be handled ({type(error).__name__}: {error})"[:500]
            whole = Refused(0, WHOLE, message.meter, Reason.MALFORMED, detail)
            return Batch(rejections=rejections([whole], [message]))

    def _append(self, batch: Batch, messages: int) -> Appended | None:
        """Append, trying again for as long as the store refuses; None when stopping."""
        wait_s = FIRST_RETRY_S
        while True:
            try:
                return self._append_once(batch, messages)
            except Exception as error:  # noqa: BLE001 - whatever a store raises, nothing is lost
                log.error("the store refuses a batch, trying again in %.1f s: %s", wait_s, error)
                if self._stopping.wait(wait_s):
                    log.error("stopping with a batch that is not stored and not acknowledged")
                    return None
                wait_s = min(wait_s * 2, LAST_RETRY_S)


def _with_stored(outcome: Outcome, before: StoredSince) -> Outcome:
    """The outcome of the whole block, where only the rest of it was appended."""
    new = iter(outcome.rejection_ids)
    ids = tuple(next(new) if known is None else known for known in before.rejection_ids)
    return replace(
        outcome,
        accepted=outcome.accepted + before.accepted,
        duplicates=outcome.duplicates + before.duplicates,
        rejection_ids=ids,
    )
