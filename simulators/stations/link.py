"""One connection of a station: frames out, answers awaited, faults of the line applied."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.grid import ZONE
from simulators.stations.faults import Faults
from simulators.stations.reports import REALTIME, Report
from simulators.stations.wire import VERSIONS, Identity, Said, areas, frame

_PIECE, _PAUSE_S = 40, 0.01  # of torn frames
_FEW = 120  # characters of a data area where frames are split
_OLD_PASSWORD = "000000"


@dataclass(slots=True)
class Sent:
    """Counts over all stations: ``frames`` written, of these ``uploads`` of data that were answered
    or wanted no answer; ``resends`` for want of an answer; ``late`` uploads came after the next was
    due. Faults: frames ``spoilt``, with a ``wrong_password`` or a ``lying`` Flag, sent ``twice``,
    ``torn``, in ``packets``, with something ``undeclared``. ``commands`` of a host carried out.
    """

    connections: int = 0
    frames: int = 0
    uploads: int = 0
    resends: int = 0
    late: int = 0
    spoilt: int = 0
    wrong_password: int = 0
    lying: int = 0
    twice: int = 0
    torn: int = 0
    packets: int = 0
    undeclared: int = 0
    commands: int = 0


class LinkDeadError(ConnectionError):
    """No answer came after every resend (HJ 212-2017, 6.5): the connection is given up."""


class Qn:
    """Request numbers: the moment to the millisecond, each later than the one before."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=ZONE)

    def next(self, now: datetime) -> str:
        """A new one."""
        local = now.astimezone(ZONE)
        local = local.replace(microsecond=local.microsecond // 1000 * 1000)
        self._last = max(local, self._last + timedelta(milliseconds=1))
        return f"{self._last:%Y%m%d%H%M%S}{self._last.microsecond // 1000:03d}"


class Link:
    """Writes a station's frames; ``over_time_s`` and ``resends`` may be changed by the host."""

    def __init__(
        self,
        identity: Identity,
        faults: Faults,
        writer: asyncio.StreamWriter,
        sent: Sent,
        qn: Qn,
        *,
        over_time_s: float,
        resends: int,
    ) -> None:
        self.identity = identity
        self._faults, self._writer, self._sent, self._qn = faults, writer, sent, qn
        self._over_time_s, self._resends = over_time_s, resends
        self._answers: dict[str, asyncio.Future[None]] = {}
        self._held = b""
        self._turn = asyncio.Lock()

    def answered(self, said: Said) -> None:
        """Take note of a host's answer; of 2005 the data area tells whose it is."""
        waiting = self._answers.get(said.qn) or self._answers.get(said.area.get("QN", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def upload(self, report: Report, now: datetime) -> None:
        """Send a report and, unless it is real time or the device bare, await the answer to it.

        Raises LinkDeadError where none comes.
        """
        if not report.items:
            return
        wants_answer = report.cn != REALTIME and not self.identity.bare
        items = report.items
        if self._faults.befalls("undeclared", f"{report.cn}/{report.data_time}"):
            field = "Rtd" if report.cn == REALTIME else "Avg"
            items = (*items, ((f"a99999-{field}", "1.0"), ("a99999-Flag", "N")))
            self._sent.undeclared += 1
        splits = self._faults.share("split") > 0
        parts = areas(report.data_time, items, _FEW) if splits else areas(report.data_time, items)
        qn = "" if self.identity.bare else self._qn.next(now)
        async with self._turn:
            for number, text in enumerate(parts, 1):
                packet = (len(parts), number) if len(parts) > 1 else None
                self._sent.packets += packet is not None
                await self._exchange(qn, report.cn, text, wants_answer, packet)
        self._sent.uploads += 1

    async def notice(self, cn: str, text: str, now: datetime, *, wants_answer: bool = True) -> None:
        """Send a notice or a heartbeat; without an answer the station goes on."""
        async with self._turn:
            try:
                await self._exchange(self._qn.next(now), cn, text, wants_answer, None)
            except LinkDeadError:
                return

    async def reply(self, qn: str, cn: str, text: str, *, st: str | None = None) -> None:
        """Answer a host's frame; ``st`` is 91 where the frame is nothing but an answer."""
        if self.identity.edition == "2005":
            text = ";".join(part for part in (f"QN={qn}", text) if part)
        flag = self.identity.flag(answer=False)
        await self._write(frame(self.identity.segment(qn, cn, text, flag=flag, st=st)))

    async def _exchange(
        self, qn: str, cn: str, text: str, wants_answer: bool, packet: tuple[int, int] | None
    ) -> None:
        flag = self._flag(f"{qn}/{cn}", wants_answer, packet)
        segment = self.identity.segment(qn, cn, text, flag=flag, packet=packet)
        waiting = self._answers[qn] = asyncio.get_running_loop().create_future()
        what = qn or text
        try:
            for attempt in range(self._resends + 1):
                self._sent.resends += attempt > 0
                first = attempt == 0
                await self._write(self._spoilt(segment, what) if first else frame(segment))
                if not wants_answer:
                    return
                try:
                    await asyncio.wait_for(asyncio.shield(waiting), self._over_time_s)
                except TimeoutError:
                    continue
                if self._faults.befalls("resent", what):
                    self._sent.twice += 1
                    await self._write(frame(segment))
                return
            raise LinkDeadError(f"{self.identity.mn}: no answer to {cn} after {attempt} resends")
        finally:
            del self._answers[qn]

    def _flag(self, what: str, wants_answer: bool, packet: tuple[int, int] | None) -> int | None:
        if self.identity.bare:
            return None
        flag = self.identity.flag(answer=wants_answer, split=packet is not None)
        if self._faults.befalls("lying_flag", what):
            self._sent.lying += 1
            told = "2017" if self.identity.edition == "2005" else "2025"
            flag = flag % 4 + VERSIONS[told] * 4
        return flag

    def _spoilt(self, segment: str, what: str) -> bytes:
        if self._faults.befalls("wrong_password", what):
            self._sent.wrong_password += 1
            segment = segment.replace(f"PW={self.identity.password}", f"PW={_OLD_PASSWORD}")
        spoilt = self._faults.befalls("bad_crc", what)
        self._sent.spoilt += spoilt
        return frame(segment, spoilt=spoilt)

    async def _write(self, data: bytes) -> None:
        self._sent.frames += 1
        if self._faults.share("joined") and b";CN=2011;" in data and not self._held:
            self._held = data  # goes out together with the next one
            return
        data, self._held = self._held + data, b""
        if self._faults.share("torn"):
            self._sent.torn += 1
            for begin in range(0, len(data), _PIECE):
                self._writer.write(data[begin : begin + _PIECE])
                await self._writer.drain()
                await asyncio.sleep(_PAUSE_S)
            return
        self._writer.write(data)
        await self._writer.drain()
