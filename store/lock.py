"""Who holds a data folder: one service at a time, and where to reach it.

The lock is the operating system's (``flock``): it ends with the process that holds it, however that
process ends, so a folder is never locked by the dead. The file's content only informs.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from models.errors import CarbonpeakError

LOCK_FILE = "carbonpeak.lock"


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """The process that holds a folder; ``url`` is None while it answers no HTTP."""

    pid: int
    url: str | None
    started: datetime


class FolderInUseError(CarbonpeakError):
    """Another process holds the folder; ``service`` says which, where that is known."""

    def __init__(self, folder: Path, service: ServiceInfo | None) -> None:
        who = "another process"
        if service is not None:
            who = f"process {service.pid}"
            if service.url is not None:
                who += f" at {service.url}"
        super().__init__(f"folder {folder} is in use by {who}")
        self.folder = folder
        self.service = service


class FolderLock:
    """The right to open a folder's files. Also a context manager (without a URL)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    def acquire(self, url: str | None = None) -> None:
        """Take the folder, which must exist, or only tell the URL where it is held already.

        Raises FolderInUseError when another process holds it.
        """
        if self._file is None:
            file = _open(self._folder)
            with _gate(self._folder):
                held = _try_lock(file)
            if not held:
                service = _read(file)
                os.close(file)
                raise FolderInUseError(self._folder, service)
            self._file = file
        started = datetime.now(UTC).isoformat()
        content = json.dumps({"pid": os.getpid(), "url": url, "started": started})
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, content.encode(), 0)

    def release(self) -> None:
        """Let the folder go; nothing happens where it is not held.

        The file stays: were it removed, two processes could hold two files of the same name.
        """
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> FolderLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def running_service(folder: Path) -> ServiceInfo | None:
    """The process that holds the folder, or None where nobody does (or there is no folder)."""
    if not (folder / LOCK_FILE).exists():
        return None
    with _gate(folder), _opened(folder) as file:
        if _try_lock(file):
            return None  # closing lets the lock go
        return _read(file)


@contextmanager
def _gate(folder: Path) -> Iterator[None]:
    """Held for the moment of taking or testing the lock, so that a test turns no service away."""
    gate = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    file = _open(folder)
    try:
        yield file
    finally:
        os.close(file)


def _open(folder: Path) -> int:
    return os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> ServiceInfo | None:
    content = os.pread(file, 4096, 0)
    if not content:
        return None
    fields = json.loads(content)
    started = datetime.fromisoformat(fields["started"])
    return ServiceInfo(pid=fields["pid"], url=fields["url"], started=started)
