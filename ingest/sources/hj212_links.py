"""Which station is at which connection, and what is known of each since the start.

For the receiver's thread, but ``told``, which any thread may ask.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from ingest.decode.hj212_frames import Frame
from ingest.sources.hj212_answers import CHINA
from ingest.sources.hj212_exchange import Exchange
from models.environment.hj212_commands import StationLink

if TYPE_CHECKING:
    from ingest.hj212_stations import Station

log = logging.getLogger(__name__)

OF_ANSWERS = "91"  # the system code of answers, which is not the station's
LIVE = "2011"  # the upload that is sent at the moment its QN tells


class Peer(Protocol):
    """A connection, as far as links need it."""

    peer: str

    def write(self, data: bytes) -> None:
        """Send."""

    def leave(self, why: str) -> None:
        """End it once what is due on it is answered, and say why."""


@dataclass(slots=True)
class Link:
    """One station: what is registered, where it is connected, what it told."""

    mn: str
    station: Station
    connection: Peer | None
    peer: str
    since: datetime
    heard: datetime
    st: str = OF_ANSWERS
    password: str | None = None
    flag: int | None = None
    told: str | None = None
    live: tuple[str | None, datetime] | None = None  # QN of the last 2011, and when it came
    frames: int = 0
    refused: int = 0
    unanswered: int = 0
    replaced: int = 0
    over_time_s: float | None = None  # as set at the station by 1000
    resends: int | None = None
    exchange: Exchange | None = None
    is_setting_time: bool = False

    @property
    def edition(self) -> str:
        """The edition that commands are written in: what the station itself told, if it did."""
        return self.told or self.station.edition


@dataclass
class Links:
    """All stations heard of. ``mns`` of a connection are those that it brought."""

    now: Callable[[], datetime]
    links: dict[str, Link] = field(default_factory=dict)
    brought: dict[Peer, set[str]] = field(default_factory=dict)
    replaced: int = 0

    def heard(self, connection: Peer, frame: Frame, station: Station) -> Link:
        """Take note of a sound frame of a registered station.

        The connection on which a station appeared last is its connection; the one before is closed
        where nothing else comes by it.
        """
        assert frame.mn is not None
        now = self.now()
        link = self.links.get(frame.mn)
        mine = self.brought.setdefault(connection, set())
        if link is None:
            link = Link(frame.mn, station, connection, connection.peer, now, now)
            self.links[frame.mn] = link
            mine.add(frame.mn)
        elif frame.mn not in mine:
            self._move(link, connection, now)
            mine.add(frame.mn)
        link.station = station
        link.heard = now
        link.frames += 1
        link.st = frame.st if frame.st not in (None, OF_ANSWERS) else link.st
        link.password = frame.pw
        link.told = link.told if frame.flag is None else frame.edition
        if frame.cn == LIVE:
            link.live = (frame.qn, now)
        return link

    def _move(self, link: Link, connection: Peer, now: datetime) -> None:
        before = link.connection
        link.connection, link.peer, link.since = connection, connection.peer, now
        if before is None:
            return
        link.replaced += 1
        self.replaced += 1
        if link.exchange is not None:
            link.exchange.cut()
        log.warning("hj212: %s is at %s now, no longer at %s", link.mn, link.peer, before.peer)
        left = self.brought.get(before, set())
        left.discard(link.mn)
        if not left:
            before.leave("its station connected anew")

    def refused(self, connection: Peer) -> None:
        """A frame of that connection could not be read."""
        for mn in self.brought.get(connection, ()):
            self.links[mn].refused += 1

    def gone(self, connection: Peer) -> None:
        """That connection has ended."""
        for mn in self.brought.pop(connection, ()):
            link = self.links[mn]
            if link.connection is connection:
                link.connection = None
                if link.exchange is not None:
                    link.exchange.cut()

    def told(self) -> list[StationLink]:
        """Every station, by its MN."""
        return [_told(self.links[mn]) for mn in sorted(self.links)]


def _offset(link: Link) -> float | None:
    """The station's clock less ours, in seconds; None where its QN tells no time."""
    qn, came = link.live or (None, link.heard)
    try:
        told = datetime.strptime((qn or "")[:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
        told += timedelta(milliseconds=int((qn or "")[14:] or 0))
    except ValueError:
        return None
    return round((told - came).total_seconds(), 3)


def _told(link: Link) -> StationLink:
    return StationLink(
        mn=link.mn,
        connected=link.connection is not None,
        peer=link.peer,
        since=link.since,
        heard=link.heard,
        edition=link.station.edition,
        told=link.told,
        clock_offset_s=_offset(link),
        frames=link.frames,
        refused=link.refused,
        unanswered=link.unanswered,
        replaced=link.replaced,
    )
