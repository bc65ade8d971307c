"""A folder is held by one process, and by none once that process is gone."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.lock import LOCK_FILE, FolderInUseError, FolderLock, running_service

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from store.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.acquire(sys.argv[2] or None)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(folder, url=""):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert child.stdout.readline() == b"held\n"
        yield child
    finally:
        child.communicate()


def test_nobody_holds_a_new_folder(tmp_path):
    assert running_service(tmp_path) is None
    assert running_service(tmp_path / "missing") is None
    assert list(tmp_path.iterdir()) == []  # asking leaves nothing behind


def test_another_process_is_seen_with_its_address(tmp_path):
    with holder(tmp_path, "http://127.0.0.1:8000") as child:
        service = running_service(tmp_path)
        assert (service.pid, service.url) == (child.pid, "http://127.0.0.1:8000")
        assert service.started <= datetime.now(UTC)
        # Asking did not take it away.
        assert running_service(tmp_path) == service
    assert running_service(tmp_path) is None


def test_a_held_folder_is_refused_with_who_holds_it(tmp_path):
    with holder(tmp_path, "http://127.0.0.1:8000") as child:
        with pytest.raises(FolderInUseError) as error:
            FolderLock(tmp_path).acquire()
        assert str(child.pid) in str(error.value)
        assert "http://127.0.0.1:8000" in str(error.value)
        assert error.value.service.pid == child.pid
    with FolderLock(tmp_path):
        assert running_service(tmp_path).pid == os.getpid()


def test_a_holder_killed_outright_leaves_the_folder_free(tmp_path):
    with holder(tmp_path, "http://127.0.0.1:8000") as child:
        child.send_signal(signal.SIGKILL)
        child.wait()
        # Its words are still in the file, but nobody holds it.
        assert json.loads((tmp_path / LOCK_FILE).read_text())["pid"] == child.pid
        assert running_service(tmp_path) is None
        lock = FolderLock(tmp_path)
        lock.acquire("http://127.0.0.1:9000")
        assert running_service(tmp_path).url == "http://127.0.0.1:9000"
        lock.release()


def test_the_url_can_be_told_later(tmp_path):
    lock = FolderLock(tmp_path)
    lock.acquire()
    assert running_service(tmp_path).url is None
    lock.acquire("http://127.0.0.1:8123")
    assert running_service(tmp_path).url == "http://127.0.0.1:8123"
    lock.release()
    lock.release()
    assert running_service(tmp_path) is None


def test_two_locks_of_one_process_exclude_each_other(tmp_path):
    with FolderLock(tmp_path), pytest.raises(FolderInUseError):
        FolderLock(tmp_path).acquire()


def test_a_child_does_not_keep_the_lock_of_its_parent(tmp_path):
    lock = FolderLock(tmp_path)
    lock.acquire()
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    try:
        lock.release()
        assert running_service(tmp_path) is None
    finally:
        child.communicate()
