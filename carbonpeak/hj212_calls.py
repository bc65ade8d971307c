"""Commands to stations from the process with the API to the one that receives them, by MQTT.

A question is published to every receiver of the park, and each answers it: one of them has the
station, the others say that they have not.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from carbonpeak.events import Heard
from ingest.sources.mqtt_session import Session
from models.environment.hj212_commands import (
    CommandResult,
    NotConnectedError,
    Order,
    StationHost,
    StationLink,
)
from models.errors import CarbonpeakError

log = logging.getLogger(__name__)

AT_ONCE = 16  # questions that a receiver answers at a time
LINKS_S = 2.0  # that receivers may take to tell their links
COMMAND_S = 900.0  # that a command may take


class Question(msgspec.Struct, frozen=True):
    """What a receiver is asked: for its links, or to give ``order`` to ``mn``."""

    id: str
    reply: str  # name of the process that asks
    mn: str | None = None
    order: Order | None = None


class Reply(msgspec.Struct, frozen=True):
    """What one receiver answers; ``absent`` says why it cannot reach the station."""

    id: str
    links: list[StationLink] = []
    result: CommandResult | None = None
    absent: str | None = None


def questions_topic(park: str) -> str:
    """Where receivers are asked."""
    return f"park/{park}/event/hj212/ask"


def replies_topic(park: str, process: str) -> str:
    """Where they answer a process."""
    return f"park/{park}/event/hj212/answer/{process}"


@dataclass
class _Open:
    """A question that is being answered."""

    replies: list[Reply] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)


class Caller:
    """The receivers, as the process with the API sees them; ``receivers`` tells how many run."""

    def __init__(self, park: str, process: str, receivers: Callable[[], int]) -> None:
        self._park = park
        self._process = process
        self._receivers = receivers
        self._session: Session | None = None
        self._open: dict[str, _Open] = {}
        self.heard: Mapping[str, Heard] = {replies_topic(park, process): self._heard}

    def use(self, session: Session) -> None:
        """Ask by this session."""
        self._session = session

    def links(self) -> list[StationLink]:
        """Every station that a receiver heard of; of two that did, as the last one heard it."""
        found: dict[str, StationLink] = {}
        for reply in self._ask(Question(uuid.uuid4().hex, self._process), LINKS_S):
            for link in reply.links:
                known = found.get(link.mn)
                if known is None or (known.connected, known.heard) < (link.connected, link.heard):
                    found[link.mn] = link
        return [found[mn] for mn in sorted(found)]

    def command(self, mn: str, wanted: Order) -> CommandResult:
        """Have it given by the receiver that has the station. Raises NotConnectedError."""
        question = Question(uuid.uuid4().hex, self._process, mn, wanted)
        absent = "station: no receiver of HJ 212 answers"
        for reply in self._ask(question, COMMAND_S):
            if reply.result is not None:
                return reply.result
            absent = reply.absent or absent
        raise NotConnectedError(absent)

    def _ask(self, question: Question, patience_s: float) -> list[Reply]:
        """The replies: a result, or those of all receivers, or those that came in time."""
        receivers = self._receivers()
        session = self._session
        if session is None or not receivers:
            return []
        open_ = self._open[question.id] = _Open()

        def is_answered() -> bool:
            replies = open_.replies
            return len(replies) >= receivers or any(one.result is not None for one in replies)

        try:
            if session.publish(questions_topic(self._park), msgspec.to_builtins(question)):
                with open_.came:
                    open_.came.wait_for(is_answered, patience_s)
            return list(open_.replies)
        finally:
            del self._open[question.id]

    def _heard(self, _topic: str, payload: bytes) -> None:
        reply = _read(payload, Reply)
        open_ = None if reply is None else self._open.get(reply.id)
        if reply is not None and open_ is not None:
            with open_.came:
                open_.replies.append(reply)
                open_.came.notify()


class Callee:
    """A receiver that answers what is asked by MQTT."""

    def __init__(self, park: str, host: StationHost) -> None:
        self._park = park
        self._host = host
        self._session: Session | None = None
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hj212-call")
        self.heard: Mapping[str, Heard] = {questions_topic(park): self._heard}

    def use(self, session: Session) -> None:
        """Answer by this session."""
        self._session = session

    def stop(self) -> None:
        """Answer nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _heard(self, _topic: str, payload: bytes) -> None:
        question = _read(payload, Question)
        if question is not None:
            with suppress(RuntimeError):  # stopped
                self._pool.submit(self._answer, question)

    def _answer(self, question: Question) -> None:
        if question.mn is None or question.order is None:
            reply = Reply(question.id, links=self._host.links())
        else:
            try:
                reply = Reply(question.id, result=self._host.command(question.mn, question.order))
            except CarbonpeakError as error:
                reply = Reply(question.id, absent=str(error))
            except Exception as error:  # who asked waits for an answer, whatever it is
                log.exception("hj212: %s", question.order.command)
                absent = f"station: the receiver failed: {type(error).__name__}"
                reply = Reply(question.id, absent=absent)
        if self._session is not None:
            topic = replies_topic(self._park, question.reply)
            self._session.publish(topic, msgspec.to_builtins(reply))


Read = TypeVar("Read", Question, Reply)


def _read(payload: bytes, kind: type[Read]) -> Read | None:
    try:
        return msgspec.json.decode(payload, type=kind)
    except msgspec.DecodeError as error:
        log.warning("hj212: a %s cannot be read: %s", kind.__name__.lower(), error)
        return None
