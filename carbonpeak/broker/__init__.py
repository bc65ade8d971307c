"""The MQTT broker that the service brings along: mosquitto where installed, else an embedded one.

Nothing is lost with mosquitto as a process of its own; the embedded broker is for trials.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

from carbonpeak.broker.embedded import EmbeddedBroker
from carbonpeak.broker.errors import BrokerError
from carbonpeak.broker.mosquitto import MosquittoProcess, find_mosquitto

__all__ = ["Broker", "BrokerError", "EmbeddedBroker", "MosquittoProcess", "open_broker"]

Kind = Literal["mosquitto", "embedded"]


class Broker(Protocol):
    """A broker that runs until it is stopped."""

    @property
    def kind(self) -> Kind:
        """Which broker it is."""

    @property
    def host(self) -> str:
        """Address it listens on."""

    @property
    def port(self) -> int:
        """Port it listens on."""

    def stop(self) -> None:
        """Stop it, keeping what it keeps."""


def open_broker(folder: Path, port: int, prefer: str | None = None) -> Broker:
    """Start a broker on loopback that keeps its files in ``folder``; port 0 chooses a free one.

    ``prefer`` is "mosquitto" or "embedded"; None takes mosquitto where it is installed.
    Raises BrokerError where the preferred one is missing or does not start.
    """
    if prefer not in (None, "mosquitto", "embedded"):
        raise BrokerError(f"broker: {prefer!r} is neither mosquitto nor embedded")
    if prefer == "mosquitto" or (prefer is None and find_mosquitto() is not None):
        mosquitto = MosquittoProcess(folder, port)
        mosquitto.start()
        return mosquitto
    embedded = EmbeddedBroker(port)
    embedded.start()
    return embedded
