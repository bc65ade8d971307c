"""What goes wrong with a broker, and the check that tells it early."""

from __future__ import annotations

import socket

from models.errors import CarbonpeakError


class BrokerError(CarbonpeakError):
    """The broker is missing, does not start, or its port is taken."""


def usable_port(host: str, port: int) -> int:
    """The port if it can be bound, or a free one for port 0. Raises BrokerError if it is taken.

    Asked beforehand, since whoever holds the port would also answer the test for readiness.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BrokerError(f"broker: {host}:{port} cannot be used: {error.strerror}") from error
        free: int = probe.getsockname()[1]
    return free
