"""A socket in blocks: every byte, in order, at whatever size it is asked for."""

import socket
import struct
from contextlib import suppress

import pytest

from ingest.sources.buffered_socket import BLOCK, BufferedSocket


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(10)
    yield BufferedSocket(ours), theirs
    theirs.close()
    ours.close()


def received(theirs: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += theirs.recv(1 << 20)
    return data


def test_reads_what_was_sent_byte_by_byte_and_says_what_is_left(pair):
    ours, theirs = pair
    theirs.sendall(b"abcdef")
    assert (ours.recv(1), ours.recv(1), ours.pending()) == (b"a", b"b", 4)
    assert (ours.recv(100), ours.pending()) == (b"cdef", 0)
    with pytest.raises(BlockingIOError):
        ours.recv(1)
    theirs.close()
    assert ours.recv(1) == b""


def test_writes_leave_with_flush_in_their_order(pair):
    ours, theirs = pair
    assert ours.send(b"first") == 5
    assert ours.send(bytearray(b"second")) == 6
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
    assert ours.flush()
    theirs.settimeout(10)
    assert received(theirs, 11) == b"firstsecond"


def test_a_peer_that_does_not_read_holds_us_back_and_loses_nothing(pair):
    ours, theirs = pair
    part = bytes(range(256)) * 64
    taken = 0
    with suppress(BlockingIOError):
        while taken < 1 << 26:
            taken += ours.send(part)
    assert BLOCK < taken < 1 << 26
    assert not ours.flush()
    data = b""
    while len(data) < taken:
        ours.flush()
        data += theirs.recv(1 << 20)
    assert data == part * (taken // len(part))
    assert ours.flush()


def test_closing_hands_over_what_is_not_written_yet(pair):
    ours, theirs = pair
    ours.send(b"last words")
    ours.close()
    assert received(theirs, 10) == b"last words"
    assert theirs.recv(1) == b""


def test_a_peer_that_is_gone_is_noticed_by_reading_whatever_waits_to_be_written() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = BufferedSocket(socket.create_connection(server.getsockname()))
        peer, _ = server.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()  # a reset, as of a process that is killed
        stream.send(b"acknowledged")
        assert [stream.flush() for _ in range(2)] == [False, False]
        with suppress(ConnectionResetError):
            assert stream.recv(1) == b""
        stream.close()
