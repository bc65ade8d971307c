"""What a batch refuses, in bounds: a message of a thousand faults is a thousand refusals, one of a
million is not.
"""

from __future__ import annotations

from dataclasses import replace

from ingest.decode.columns import WHOLE, Refused

SINGLY = 10_000  # refused items of one message that are kept each by itself


class Refusals:
    """Of each message the first ``singly`` refused items, and the others in one refusal.

    That one is of the message as a whole and so keeps all its bytes: nothing is lost, and what a
    sender can make us keep stays in proportion to what it sends.
    """

    def __init__(self, singly: int = SINGLY) -> None:
        self._room = singly
        self._single: list[Refused] = []
        self._count: dict[int, int] = {}
        self._beyond: dict[int, Refused] = {}  # the first that had no room, by message

    def append(self, refused: Refused) -> None:
        """Take one refused item."""
        message = refused.message
        count = self._count[message] = self._count.get(message, 0) + 1
        if count <= self._room:
            self._single.append(refused)
        elif message not in self._beyond:
            self._beyond[message] = refused

    def kept(self) -> list[Refused]:
        """By message and item, that of a whole message before the single ones."""
        whole = [self._whole(first) for first in self._beyond.values()]
        return sorted([*self._single, *whole], key=lambda one: (one.message, one.item))

    def _whole(self, first: Refused) -> Refused:
        more = self._count[first.message] - self._room
        detail = f"payload: {more:,} more items are refused, one is {first.item}: {first.detail}"
        return replace(first, item=WHOLE, meter=None, detail=detail)
