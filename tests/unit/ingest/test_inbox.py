"""The queue before the commit thread: bounded, waiting, and closed for good."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from ingest.inbox import Inbox, PipelineStoppedError
from ingest.message import Message
from models.readings import Source

WAIT_S = 20.0


def message(size: int = 1) -> Message:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Message(b"x" * size, "E1", "m1", "topic", Source.MQTT, at)


class Putter(threading.Thread):
    """Puts one message from a thread of its own."""

    def __init__(self, inbox: Inbox, size: int = 1) -> None:
        super().__init__(daemon=True)
        self._inbox = inbox
        self._size = size
        self.stopped = False
        self.start()

    def run(self) -> None:
        try:
            self._inbox.put(message(self._size))
        except PipelineStoppedError:
            self.stopped = True

    def done(self, within_s: float = WAIT_S) -> bool:
        self.join(within_s)
        return not self.is_alive()


def test_what_was_put_is_taken_in_order() -> None:
    inbox = Inbox(10, 1000)
    sent = [message(size) for size in (3, 1, 2)]
    for one in sent:
        inbox.put(one)
    assert len(inbox) == 3
    assert inbox.take() == sent
    assert len(inbox) == 0


def test_what_is_taken_is_unfinished_until_it_is_reported() -> None:
    inbox = Inbox(10, 1000)
    for _ in range(3):
        inbox.put(message())
    inbox.take()
    inbox.put(message())
    assert (len(inbox), inbox.unfinished) == (1, 4)
    inbox.finished(3)
    assert inbox.unfinished == 1


@pytest.mark.parametrize(("inbox", "sizes"), [(Inbox(2, 1000), (1, 1)), (Inbox(100, 10), (6, 4))])
def test_a_full_inbox_holds_the_sender_until_it_is_emptied(
    inbox: Inbox, sizes: tuple[int, ...]
) -> None:
    for size in sizes:
        inbox.put(message(size))
    waiting = Putter(inbox)
    assert not waiting.done(0.1)
    assert len(inbox) == len(sizes)
    assert len(inbox.take()) == len(sizes)
    assert waiting.done()
    assert len(inbox.take()) == 1


def test_one_message_larger_than_the_inbox_fits_alone() -> None:
    inbox = Inbox(10, 10)
    inbox.put(message(50))
    waiting = Putter(inbox, 50)
    assert not waiting.done(0.1)
    assert len(inbox.take()) == 1
    assert waiting.done()
    assert len(inbox.take()) == 1


def test_close_ends_those_that_wait_and_leaves_what_was_taken_in() -> None:
    inbox = Inbox(1, 1000)
    inbox.put(message())
    waiting = [Putter(inbox) for _ in range(3)]
    assert not waiting[0].done(0.1)
    inbox.close()
    assert all(one.done() and one.stopped for one in waiting)
    with pytest.raises(PipelineStoppedError):
        inbox.put(message())
    assert len(inbox.take()) == 1
    assert inbox.take() == []


def test_close_ends_a_taker_that_waits() -> None:
    inbox = Inbox(1, 1000)
    taken: list[list[Message]] = []
    taker = threading.Thread(target=lambda: taken.append(inbox.take()), daemon=True)
    taker.start()
    inbox.close()
    taker.join(WAIT_S)
    assert taken == [[]]


def test_many_senders_lose_nothing() -> None:
    inbox = Inbox(5, 40)
    senders = [Putter(inbox, 1 + number % 30) for number in range(60)]
    taken = 0
    while taken < len(senders):
        taken += len(inbox.take())
    assert taken == len(senders)
    assert all(sender.done() for sender in senders)
    assert len(inbox) == 0
