"""The thread of an MQTT session at peers that do not behave as a broker."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from ingest.sources.mqtt_session import Account, Session

NOT_AUTHORISED = b"\x20\x02\x00\x05"  # CONNACK with return code 5 (MQTT 3.1.1, section 3.2.2.3)


@contextmanager
def refusing() -> Iterator[tuple[int, list[float]]]:
    """A peer that answers each CONNECT by a refusal: its port, and when connections came."""
    came: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    stream, _ = server.accept()
                except OSError:
                    return
                came.append(time.monotonic())
                with stream:
                    stream.recv(1_000)
                    stream.sendall(NOT_AUTHORISED)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


def _session(host: str, port: int) -> Session:
    return Session(host, port, "loop", Account(), topics=["t"], on_message=lambda _message: None)


def test_a_broker_that_refuses_is_asked_again_after_a_pause() -> None:
    with refusing() as (port, came):
        session = _session("127.0.0.1", port)
        session.start()
        while len(came) < 2:
            time.sleep(0.01)
        session.stop(1.0)
    assert came[1] - came[0] >= 0.99  # the first of RECONNECT_S
    assert len(came) == 2
    assert "Not authorized" in str(session.trouble)


@pytest.mark.parametrize("host", ["broker..example"])  # an empty label: no name that can be encoded
def test_a_host_that_is_no_name_is_told_and_tried_again(host: str) -> None:
    session = _session(host, 1883)
    session.start()
    while session.trouble == "not connected yet":
        time.sleep(0.01)
    assert host in str(session.trouble)
    session.stop(1.0)


def test_many_open_files_do_not_keep_the_session_away() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2_048:
        pytest.skip("so many files may not be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_048), hard))
    try:
        with ExitStack() as held, refusing() as (port, _):
            for _ in range(1_100):  # select() takes no descriptor beyond 1,023
                held.enter_context(socket.socket())
            session = _session("127.0.0.1", port)
            session.start()
            for _ in range(1_000):
                if "Not authorized" in str(session.trouble):
                    break
                time.sleep(0.01)
            session.stop(1.0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "Not authorized" in str(session.trouble)
