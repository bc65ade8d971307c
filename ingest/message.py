"""One message as a way in received it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from ingest.decode import hj212_frames, hj212_readings, senml
from ingest.decode.columns import WHOLE
from ingest.decode.hj212_frames import Frame
from ingest.decode.json_items import items
from ingest.decode.sparkplug import Addressed, kept_items
from ingest.hj212_stations import Stations
from models.readings import Source

Ticket = tuple[int, int | None]  # connection, and message id where it has one


class Origin(Protocol):
    """Where readings come from: what a refusal of one of them has to keep."""

    @property
    def source(self) -> Source:
        """The way in."""

    @property
    def received(self) -> datetime:
        """When it came, UTC."""

    @property
    def enterprise(self) -> str | None:
        """The enterprise addressed, if any was."""

    @property
    def meter(self) -> str | None:
        """The meter addressed, if one was."""

    def decoding(self, number: int) -> str | None:
        """How the bytes of an item are read, where neither they nor the peer say so; JSON."""

    def item(self, number: int) -> tuple[bytes, str]:
        """Original bytes of one item (-1: all of it), and its peer: topic, client or file line."""


@dataclass
class Message:
    """What came over MQTT or HTTP, or from a station.

    ``sparkplug`` is the address of a payload of Sparkplug B; ``hj212`` are the stations of which a
    frame of HJ 212 names one, and ``frame`` is what was read of that where it was read already; the
    form of any other is recognised from its bytes. Once it is durable ``done`` is called with the
    tickets of all messages that have it.
    """

    payload: bytes
    enterprise: str | None  # addressed by topic or query
    meter: str | None  # addressed; None for a batch
    peer: str
    source: Source
    received: datetime
    done: Callable[[Sequence[Ticket]], None] | None = None
    ticket: Ticket = (0, 0)
    sparkplug: Addressed | None = None
    hj212: Stations | None = None
    frame: Frame | None = None

    def decoding(self, number: int) -> None:
        """Nothing: the bytes and the topic say it."""

    def item(self, number: int) -> tuple[bytes, str]:
        """The bytes of one item as the sender wrote them.

        Of SenML, Sparkplug B and HJ 212 with what the rest of the message, or a birth, says of it.
        """
        if number == WHOLE:
            return self.payload, self.peer
        if self.hj212 is not None:
            return self._fields(number), self.peer
        if self.sparkplug is not None:
            return self._metrics(number), self.peer
        return self._items[number], self.peer

    @cached_property
    def _metrics(self) -> Callable[[int], bytes]:
        assert self.sparkplug is not None
        return kept_items(self.payload, self.sparkplug)

    @cached_property
    def _fields(self) -> Callable[[int], bytes]:
        assert self.hj212 is not None
        return hj212_readings.kept_items(hj212_frames.parse(self.payload, self.hj212.key))

    @cached_property
    def _items(self) -> list[bytes]:
        if senml.is_pack(self.payload):
            return senml.kept_items(self.payload, self.received.timestamp())
        return items(self.payload)
