"""What a batch refuses, in bounds: a message of a thousand faults is a thousand refusals, one of a
million is not, nor are thousands of messages of a thousand.
"""

from __future__ import annotations

from dataclasses import replace

from ingest.decode.columns import WHOLE, Refused

SINGLY = 10_000  # refused items of one message that are kept each by itself
TOGETHER = 100_000  # those of all messages of a batch


class Refusals:
    """Of each message the first ``singly`` refused items, and the others in one refusal.

    So are all of a message that finds ``together`` items of the messages before it.

    That one is of the message as a whole and so keeps all its bytes: nothing is lost, and what a
    sender can make us keep stays in proportion to what it sends.
    """

    def __init__(self, singly: int = SINGLY, together: int = TOGETHER) -> None:
        self._room = singly
        self._together = together
        self._single: list[Refused] = []
        self._count: dict[int, int] = {}
        self._kept: dict[int, int] = {}  # of them those that are single, by message
        self._beyond: dict[int, Refused] = {}  # the first that had no room, by message

    def append(self, refused: Refused) -> None:
        """Take one refused item."""
        message = refused.message
        self._count[message] = self._count.get(message, 0) + 1
        kept = self._kept.get(message, 0)
        if refused.item == WHOLE or (kept < self._room and len(self._single) < self._together):
            self._kept[message] = kept + 1
            self._single.append(refused)
        elif message not in self._beyond:
            self._beyond[message] = refused

    def kept(self) -> list[Refused]:
        """By message and item, that of a whole message before the single ones."""
        whole = [self._whole(first) for first in self._beyond.values()]
        return sorted([*self._single, *whole], key=lambda one: (one.message, one.item))

    def _whole(self, first: Refused) -> Refused:
        more = self._count[first.message] - self._kept.get(first.message, 0)
        detail = f"payload: {more:,} more items are refused, one is {first.item}: {first.detail}"
        return replace(first, item=WHOLE, meter=None, detail=detail)
