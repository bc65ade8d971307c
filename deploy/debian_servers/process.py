"""A server program as a child process: started, waited for until it answers, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_ASK_S = 0.05
# Debian keeps PostgreSQL's server programs by version: the newest first.
_SERVERS = ":".join(
    ["/usr/sbin", "/usr/local/sbin"]
    + [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
)


class ServerError(Exception):
    """A server that is missing, does not start or ended; the text ends with its log's end."""


def find_program(name: str) -> str | None:
    """Path of an installed program; server programs are often not on a user's PATH."""
    return shutil.which(name) or shutil.which(name, path=_SERVERS)


def require_program(name: str) -> str:
    """Path of an installed program. Raises ServerError where it is missing."""
    path = find_program(name)
    if path is None:
        raise ServerError(f"{name} is not installed")
    return path


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def require_free(port: int) -> None:
    """Raises ServerError where somebody has the loopback port: his answers would pass for ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerError(f"port {port} cannot be used: {error.strerror}") from None


def listens(port: int) -> bool:
    """Whether somebody accepts connections on the loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Process:
    """One program with its log in ``folder``; its own session, so that Ctrl-C reaches only us.

    Where setpriv (util-linux) is installed, the program gets SIGTERM when the thread that called
    ``start`` ends without ``stop``, so call it from the main thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        end: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = list(command)
        self._environment = dict(os.environ if environment is None else environment)
        self._user = user
        self._end = end
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Number of the process while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it; whether it answers is for ``await_ready``."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                as_user(self._user, dying_with_us=True) + self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self.log.parent,
                start_new_session=True,
            )

    def await_ready(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return once ``ready`` says yes. Raises ServerError when it ends or takes longer."""
        deadline = time.monotonic() + seconds
        while True:
            is_ready = ready()
            if self.ended_within(0 if is_ready else _ASK_S):  # then somebody else answered
                raise ServerError(f"{self.name} ended at once{self._last_words()}")
            if is_ready:
                return
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.name} is not ready after {seconds:.0f} s{self._last_words()}"
                )

    def ended_within(self, seconds: float) -> bool:
        """Wait that long at most for its end; whether it has ended."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, seconds: float = 30.0) -> None:
        """End it and wait; after ``seconds`` it is killed, and that is told."""
        if self._process is None:
            return
        self.signal(self._end)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise ServerError(
                f"{self.name} did not end within {seconds:.0f} s and was killed{self._last_words()}"
            ) from None
        finally:
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(["; its log ends:", *lines[-8:]]) if lines else "; its log is empty"


def as_user(user: str | None, *, dying_with_us: bool = False) -> list[str]:
    """What to put before a command so that it runs as ``user`` and does not outlive us."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user is not None:
            raise ServerError("setpriv (util-linux) is not installed")
        return []
    prefix = [setpriv]
    if user is not None:
        prefix += ["--reuid", user, "--regid", user, "--clear-groups"]
    if dying_with_us:
        prefix += ["--pdeathsig", "TERM"]
    return prefix if len(prefix) > 1 else []
