"""Messages of one MQTT session to the pipeline, and their acknowledgement once they are durable."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter

from ingest.inbox import PipelineStoppedError
from ingest.message import Message, Ticket
from ingest.pipeline import Pipeline
from ingest.sources.mqtt_session import Session

log = logging.getLogger(__name__)

STOP_S = 5.0  # what stop() waits for the acknowledgement of what was handed over


def _nothing(_messages: int) -> None:
    pass


class HandOver:
    """Between a session's thread, which hands over, and the commit thread, which says what is done.

    ``put`` waits while the pipeline's inbox is full; that holds back the broker. A message id means
    something within one connection only, so an acknowledgement of an earlier one is dropped: the
    broker sends that message again. ``on_durable`` is told, in the order of ``put``, how many
    messages have become durable, before they are acknowledged.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        session: Session,
        on_durable: Callable[[int], None] = _nothing,
    ) -> None:
        self._pipeline = pipeline
        self._session = session
        self._on_durable = on_durable
        self._lock = threading.Lock()
        self._all_done = threading.Condition(self._lock)
        self._taken = 0  # messages handed over; the session's thread only
        self._done = 0  # of those, finished; under the lock
        self.stopping = False
        self._finished = False
        self.done = self._finish  # one object, by which the pipeline groups messages

    def put(self, message: Message) -> bool:
        """Hand over; False where the pipeline takes nothing more: the message comes again."""
        self._taken += 1
        try:
            self._pipeline.put(message)
        except PipelineStoppedError:
            self._finished_some(1)
            return False
        return True

    def finish(self) -> None:
        """Take in nothing more and acknowledge what was handed over; the session stays.

        Call it while the pipeline runs. Should the store refuse, it gives up after ``STOP_S``
        seconds: what is not acknowledged then comes again with the next session.
        """
        with self._lock:
            self.stopping = True
            self._finished = self._all_done.wait_for(lambda: self._done >= self._taken, STOP_S)
        if not self._finished:
            log.warning("stopping with %d messages not acknowledged", self._taken - self._done)

    def stop(self) -> None:
        """Finish, where that is not done yet, and disconnect."""
        if not self.stopping:
            self.finish()
        # Where not finished, the session's thread may wait in pipeline.put until that stops.
        self._session.stop(STOP_S, join=self._finished)

    def _finish(self, tickets: Sequence[Ticket]) -> None:
        self._on_durable(len(tickets))
        for connection, some in groupby(tickets, key=itemgetter(0)):
            message_ids = [message_id for _, message_id in some if message_id is not None]
            self._session.acknowledge(connection, message_ids)
        self._finished_some(len(tickets))

    def _finished_some(self, messages: int) -> None:
        with self._lock:
            self._done += messages
            if self.stopping:
                self._all_done.notify_all()
