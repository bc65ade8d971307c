"""What this process tells the others: that it stored readings, and how it is doing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec

from carbonpeak.process_states import ProcessState
from ingest.sources.notices import Notices

REST_S = 0.3  # between two of the same; what comes in between is told together
LOOK_S = 5.0  # how long a change that nobody spoke of (duplicates, the queue) may stay untold


class Teller:
    """Tells soon after it is asked to, a few times a second at most, and never forgets the last.

    While there is no connection nothing is told: at each connection everything is.
    """

    def __init__(
        self,
        notices: Notices,
        state: Callable[[], ProcessState],
        is_connected: Callable[[], bool],
    ) -> None:
        self._notices = notices
        self._state = state
        self._is_connected = is_connected
        self._told: ProcessState | None = None  # over this connection
        self._wake = threading.Event()
        self._stored = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        """Begin; the session may connect later."""
        self._thread.start()

    def stored(self) -> None:
        """Readings were stored; cheap, from any thread."""
        self._stored.set()
        self._wake.set()

    def changed(self) -> None:
        """Something of the state changed; cheap, from any thread."""
        self._wake.set()

    def connected(self) -> None:
        """There is a new connection: whatever was told before, tell it again."""
        self._told = None
        self._wake.set()

    def stop(self) -> None:
        """Tell what is not told yet, and that this process is going."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._tell()

    def _run(self) -> None:
        while True:
            self._wake.wait(LOOK_S)
            if self._stopping.is_set():
                return
            self._wake.clear()
            self._tell()
            self._stopping.wait(REST_S)

    def _tell(self) -> None:
        if not self._is_connected():
            return
        state = self._state()
        if self._stopping.is_set():
            state = msgspec.structs.replace(state, connected=False)
        if self._stored.is_set():
            self._stored.clear()
            self._notices.stored(state.process)
        if state != self._told:
            self._told = state
            self._notices.status(state.process, msgspec.to_builtins(state))
