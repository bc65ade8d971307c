"""What a courier asks of every way out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from store.registry_db.alarm_deliveries import Delivery


class DeliveryError(Exception):
    """It was not taken, or nobody can say whether it was: it is sent again. The text says why."""


class Way(Protocol):
    """Takes deliveries to their readers, at least once."""

    @property
    def name(self) -> str:
        """As deliveries name it."""

    @property
    def has_digests(self) -> bool:
        """Whether many that are due at once are better told together."""

    def is_ready(self) -> bool:
        """Whether it is worth trying."""

    def send(self, deliveries: Sequence[Delivery], /) -> None:
        """Send one, or several together as a digest. Returns once the other end has taken it.

        Raises DeliveryError.
        """
