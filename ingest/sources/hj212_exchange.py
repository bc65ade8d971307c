"""One command under way: what its station sends about it, until it is decided."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ingest.decode.hj212_frames import Frame

TAKEN, RESULT, NOTICED = "9011", "9012", "9013"


@dataclass(slots=True, eq=False)
class Exchange:
    """Of the receiver's event loop only.

    ``came`` has the answers by their command number; what the station sends counts as a sign of
    life. ``first`` and ``last`` bound the DataTime of the history that is asked for.
    """

    qn: str
    cn: str
    first: str = ""
    last: str = ""
    came: asyncio.Queue[tuple[str, int | None] | None] = field(default_factory=asyncio.Queue)
    values: dict[str, str] = field(default_factory=dict)
    waiting: int = 0  # data frames that are not durable yet
    stored: int = 0  # data frames that are
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def answered(self, frame: Frame) -> bool:
        """Whether the frame is an answer to this command; it is taken note of.

        Data is none, though stations of 2005 send history under the number of the request.
        """
        values = {name: value for item in frame.cp for name, value in item}
        if self.qn not in (frame.qn, values.pop("QN", None)):  # of 2005 the area tells it
            return False
        if frame.cn not in (TAKEN, RESULT, NOTICED) and "DataTime" in values:
            return False
        code = _number(values.get("QnRtn" if frame.cn == TAKEN else "ExeRtn"))
        if frame.cn not in (TAKEN, RESULT, NOTICED):
            self.values.update(values)
        self.came.put_nowait((frame.cn or "", code))
        return True

    def takes(self, frame: Frame) -> bool:
        """Whether the frame is a piece of the history asked for; ``durable`` follows then."""
        if frame.cn != self.cn or not self.first:
            return False
        time = next((v for item in frame.cp for name, v in item if name == "DataTime"), "")
        if not self.first <= time[:14] <= self.last:
            return False
        self.waiting += 1
        self.settled.clear()
        self.came.put_nowait((self.cn, None))
        return True

    def durable(self) -> None:
        """A data frame that was taken is stored."""
        self.waiting -= 1
        self.stored += 1
        if not self.waiting:
            self.settled.set()

    def cut(self) -> None:
        """The connection has ended."""
        self.came.put_nowait(None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
