"""The ledger's thread: woken by events, driven by what the store says is touched."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

import pyarrow as pa

from ledger.basis import Basis
from ledger.books import Books
from ledger.settle import settle, settle_meters
from ledger.share import ALL, Share

log = logging.getLogger(__name__)

# Readings of a busy second touch the same hours again and again; settling them together once is
# enough for a page that is looked at by people.
REST_S = 0.5
RETRY_S = 5.0


class LedgerWorker:
    """Settles its share at start and after each ``wake``; a failure is logged and tried again.

    Several may work on one store, each on a share of its own.
    """

    def __init__(
        self,
        books: Books,
        basis: Basis,
        on_rows: Callable[[pa.Table], None] | None = None,
        share: Share = ALL,
    ) -> None:
        self._books = books
        self._basis = basis
        self._on_rows = on_rows
        self._share = share
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._settling = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self.rows_written = 0
        self.settles = 0
        self.settle_s = 0.0
        self.failures = 0
        self.last_settled: datetime | None = None

    def start(self) -> None:
        """Begin with whatever was left over."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there may be work; cheap, from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread and settle what is left; harmless when called again.

        Where that fails the hours stay touched, and the next start settles them.
        """
        if self._stop.is_set():
            return
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            self.settle_now()
        except Exception:
            log.exception("settling failed at the end; the next start does it")

    def settle_now(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Settle the whole share in the caller's thread; returns the usage rows written.

        ``progress`` is told the touched hours done and in all.
        """
        with self._settling:
            return self._settle(progress)

    def _settle(self, progress: Callable[[int, int], None] | None) -> int:
        began = time.monotonic()
        registry = self._books.registry()
        changed = self._basis.changed(registry, self._share)
        done = []
        if changed:
            self._basis.doubt(changed)
            done.append(settle_meters(self._books, changed))
        # Before the touched hours are: what a ledger wrote that is then killed stands on it too.
        self._basis.record(registry, self._share)
        done.append(settle(self._books, progress, self._share))
        written: int = sum(settled.rows.num_rows for settled in done)
        self.rows_written += written
        self.settles += 1
        self.settle_s += time.monotonic() - began
        self.last_settled = self._books.now()
        for settled in done:  # told last, so that whoever asks then is answered with all of it
            if settled.rows.num_rows and self._on_rows is not None:
                self._on_rows(settled.rows)
        return written

    def _run(self) -> None:
        while True:
            self._wake.wait()
            if self._stop.is_set():
                return
            self._wake.clear()
            try:
                self.settle_now()
                self._stop.wait(REST_S)
            except Exception:
                # Whatever went wrong, the touched hours still stand in the store: try again later.
                self.failures += 1
                log.exception("settling failed; next try in %.0f s", RETRY_S)
                self._wake.set()
                self._stop.wait(RETRY_S)
