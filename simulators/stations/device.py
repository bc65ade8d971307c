"""A station's device: it connects, tells what is due, keeps what it could not tell, and obeys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from simulators.noise import fraction
from simulators.stations import reports
from simulators.stations.commands import carry_out
from simulators.stations.faults import Faults
from simulators.stations.instruments import Instruments
from simulators.stations.link import Link, LinkDeadError, Qn, Sent
from simulators.stations.points import Station
from simulators.stations.reports import DAY, HOUR, MINUTE, begin_of, stamp
from simulators.stations.wire import Listener, Said

log = logging.getLogger(__name__)

HEARTBEAT_S = 60.0  # of edition 2025
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 15.0  # between attempts to connect
_LATE = timedelta(minutes=1)
_TIME_REQUEST, _HEARTBEAT = "1013", "9015"
_READ = 65_536


class Device:
    """One station on the network.

    ``since``: what began after it is still to be told; ``clock`` tells the true time.
    """

    def __init__(
        self,
        station: Station,
        address: tuple[str, int],
        since: datetime,
        clock: Callable[[], datetime],
        sent: Sent,
        *,
        faults: Faults | None = None,
        over_time_s: float = 10.0,
    ) -> None:
        self.station, self.identity = station, station.identity
        self.faults = Faults(station.key) if faults is None else faults
        self.instruments = Instruments(station, self.faults.share("stuck"))
        self.realtime_s = station.realtime_s
        self.minute = timedelta(seconds=station.minute_s)
        self.over_time_s, self.resends = over_time_s, 3
        self.sends_realtime = True
        self._address, self._clock, self._sent = address, clock, sent
        self._ahead = self.faults.clock
        self._qn = Qn()
        self._told = {cn: begin_of(cn, since, self.minute) for cn in (MINUTE, HOUR, DAY)}
        self._commands: set[asyncio.Task[None]] = set()
        self.link: Link | None = None

    def now(self) -> datetime:
        """What its clock shows."""
        return self._clock() + self._ahead

    def set_clock(self, shown: datetime) -> None:
        """Make its clock show a time."""
        self._ahead = shown - self._clock()

    def set_minute(self, minutes: int) -> None:
        """Change the interval of the minute means from the next one on."""
        self.minute = timedelta(minutes=minutes)
        self._told[MINUTE] = begin_of(MINUTE, self._told[MINUTE], self.minute)

    async def run(self) -> None:
        """Be on the network until cancelled."""
        wait = _FIRST_WAIT_S
        while True:
            if not self.faults.is_offline(self._clock()):
                try:
                    reader, writer = await asyncio.open_connection(*self._address)
                except OSError:
                    wait = min(2 * wait, _LONGEST_WAIT_S)
                else:
                    wait = _FIRST_WAIT_S
                    await self._connected(reader, writer)
            await asyncio.sleep(wait * (0.5 + fraction("connect", self.station.name)))

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sent.connections += 1
        self.link = Link(
            self.identity,
            self.faults,
            writer,
            self._sent,
            self._qn,
            over_time_s=self.over_time_s,
            resends=self.resends,
        )
        tasks = {
            asyncio.create_task(self._listen(reader, self.link)),
            asyncio.create_task(self._speak(self.link)),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if isinstance(task.exception(), LinkDeadError):
                    log.info("%s", task.exception())
                elif not isinstance(task.exception(), OSError | None):
                    log.error("%s: %r", self.station.name, task.exception())
        finally:
            self.link = None
            for task in (*tasks, *self._commands):
                task.cancel()
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader, link: Link) -> None:
        listener = Listener()
        while data := await reader.read(_READ):
            for said in listener.feed(data):
                if said.cn in ("9013", "9014"):
                    link.answered(said)
                else:
                    self._obey(said, link)

    def _obey(self, said: Said, link: Link) -> None:
        task = asyncio.get_running_loop().create_task(carry_out(self, link, said))
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)
        self._sent.commands += 1

    async def _speak(self, link: Link) -> None:
        if self._ahead:
            await link.notice(_TIME_REQUEST, "", self.now())
        loop = asyncio.get_running_loop()
        realtime_due = heartbeat_due = loop.time()
        while not self.faults.is_offline(self._clock()):
            if loop.time() >= realtime_due:
                realtime_due = loop.time() + self.realtime_s
                if self.sends_realtime:
                    await link.upload(reports.realtime(self.instruments, self.now()), self.now())
            await self._tell_intervals(link)
            if self.identity.edition == "2025" and loop.time() >= heartbeat_due:
                heartbeat_due = loop.time() + HEARTBEAT_S
                await link.notice(_HEARTBEAT, "", self.now())
            await asyncio.sleep(min(1.0, max(realtime_due - loop.time(), 0.0)))

    async def _tell_intervals(self, link: Link) -> None:
        """Tell every interval that has ended since the last one that was answered."""
        for cn in (MINUTE, HOUR, DAY):
            length = reports.span(cn, self.minute)
            while (end := self._told[cn] + length) <= self.now():
                report = reports.interval(self.instruments, cn, self._told[cn], end)
                self._sent.late += bool(report.items) and self.now() - end > _LATE
                await link.upload(report, self.now())
                if self._told[cn] + length == end:  # else a host has changed the interval
                    self._told[cn] = end

    def with_password(self, password: str) -> None:
        """Take a new password."""
        self.identity = replace(self.identity, password=password)
        if self.link is not None:
            self.link.identity = self.identity

    def tell_time(self) -> str:
        """Its clock as frames tell it."""
        return stamp(self.now())
