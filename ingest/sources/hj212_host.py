"""Commands to HJ 212 stations: sent, sent again, and followed to their result.

One at a time to a station. Request and notice as HJ 212-2017, section 6.1: a request is answered by
9011 (taken or not), maybe by what was asked for, and by 9012 (the result); a notice by 9013.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.decode.hj212_frames import Frame
from ingest.sources.hj212_answers import CHINA, area_of, history_area, request
from ingest.sources.hj212_answers import stamp as stamp_of
from ingest.sources.hj212_exchange import NOTICED, RESULT, TAKEN, Exchange
from ingest.sources.hj212_links import Link, Links
from models.environment.hj212_commands import (
    EXE_RETURNS,
    FILL,
    HISTORY,
    QN_RETURNS,
    VERBS,
    CommandResult,
    NotConnectedError,
    Order,
    Outcome,
    Verb,
    order,
    parts,
)

log = logging.getLogger(__name__)

NO_DATA = 100  # ExeRtn: nothing of that time is there
_HISTORY = Verb("")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to the first answer, how often a command is sent again without one (HJ 212-2017, 6.5:
    10 s, 3), the silence after which a command that was taken has no result, and how long a station
    that is never silent may take to it.
    """

    answer_s: float = 10.0
    resends: int = 3
    result_s: float = 60.0
    request_s: float = 900.0


class Host:
    """Of the receiver's event loop; only ``command`` and ``set_time`` begin something."""

    def __init__(self, links: Links, now: Callable[[], datetime], patience: Patience) -> None:
        self._links = links
        self._now = now
        self._patience = patience
        self._locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_qn = ""
        self._stopping = False
        self.under_way = 0  # commands, those that wait for their turn among them
        self.sent = 0
        self.unanswered = 0

    async def command(self, mn: str, wanted: Order) -> CommandResult:
        """Give a command and follow it to its end. Raises NotConnectedError."""
        self.under_way += 1
        try:
            async with self._locks.setdefault(mn, asyncio.Lock()):
                return await self._given(mn, wanted)
        finally:
            self.under_way -= 1

    def set_time(self, link: Link) -> None:
        """Set the clock of a station that asked for it, once what is under way is done."""
        if link.is_setting_time:
            return
        link.is_setting_time = True
        task = asyncio.get_running_loop().create_task(self._set_time(link))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Give up what is under way, and take nothing more."""
        self._stopping = True
        for link in self._links.links.values():
            if link.exchange is not None:
                link.exchange.cut()
        for task in self._tasks:
            task.cancel()

    async def _given(self, mn: str, wanted: Order) -> CommandResult:
        if wanted.command == FILL:
            return await self._fill(mn, wanted)
        link = self._link(mn)
        verb = VERBS[wanted.command]
        area = area_of(wanted, link.edition, self._now())
        exchange = self._exchange(verb.cn)
        result = await self._follow(link, wanted, verb, exchange, area)
        if wanted.command == "set_timeout" and result.outcome is Outcome.DONE:
            link.over_time_s, link.resends = wanted.over_time_s, wanted.resends
        return result

    async def _set_time(self, link: Link) -> None:
        try:
            result = await self.command(link.mn, order("set_time"))
            if result.outcome is not Outcome.DONE:
                log.warning("hj212: the clock of %s is not set: %s", link.mn, result.detail)
        except NotConnectedError:
            pass  # it asks again
        finally:
            link.is_setting_time = False

    async def _fill(self, mn: str, wanted: Order) -> CommandResult:
        """Ask for history, some at a time; what a station has not does not end it."""
        cn, every = HISTORY[wanted.data][0], timedelta(hours=1)
        whole: CommandResult | None = None
        for start, end in parts(wanted):
            link = self._link(mn)
            if wanted.data == "minute":
                every = timedelta(seconds=link.station.minute_interval_s or 60)
            elif wanted.data == "day":
                every = timedelta(days=1)
            exchange = self._exchange(cn)
            exchange.first, exchange.last = stamp_of(start), stamp_of(end)
            area = history_area(start, end, every, link.edition)
            part = await self._follow(link, wanted, _HISTORY, exchange, area)
            is_empty = part.code == NO_DATA
            whole = part if whole is None else _joined(whole, part)
            if part.outcome is not Outcome.DONE and not is_empty:
                break
        assert whole is not None
        if whole.frames and whole.code == NO_DATA:
            return replace(whole, outcome=Outcome.DONE, detail="part of it the station has not")
        return whole

    def _link(self, mn: str) -> Link:
        if self._stopping:
            raise NotConnectedError("station: the receiver is ending")
        link = self._links.links.get(mn)
        if link is None or link.connection is None:
            heard = "" if link is None else f"; last heard of at {link.heard.isoformat()}"
            raise NotConnectedError(f"station: it is not connected{heard}")
        return link

    def _exchange(self, cn: str) -> Exchange:
        """A new one; its QN is the moment, and later than every other one of ours."""
        now = self._now().astimezone(CHINA)
        qn = f"{now:%Y%m%d%H%M%S}{now.microsecond // 1000:03}"
        if qn <= self._last_qn:
            last = datetime.strptime(f"{self._last_qn}000", "%Y%m%d%H%M%S%f").replace(tzinfo=CHINA)
            later = last + timedelta(milliseconds=1)
            qn = f"{later:%Y%m%d%H%M%S}{later.microsecond // 1000:03}"
        self._last_qn = qn
        return Exchange(qn, cn)

    async def _follow(
        self, link: Link, wanted: Order, verb: Verb, exchange: Exchange, area: str
    ) -> CommandResult:
        loop = asyncio.get_running_loop()
        began = loop.time()
        data = request(
            exchange.cn,
            area,
            qn=exchange.qn,
            st=link.st,
            password=link.station.password or link.password,
            mn=link.mn,
            edition=link.edition,
        )
        link.exchange = exchange
        try:
            outcome, code, detail, sent = await self._decide(link, verb, exchange, data)
        finally:
            link.exchange = None
        return CommandResult(
            wanted.command,
            exchange.qn,
            outcome,
            detail,
            code,
            dict(exchange.values),
            exchange.stored,
            sent,
            round(loop.time() - began, 3),
        )

    async def _decide(
        self, link: Link, verb: Verb, exchange: Exchange, data: bytes
    ) -> tuple[Outcome, int | None, str, int]:
        answer_s = link.over_time_s or self._patience.answer_s
        resends = self._patience.resends if link.resends is None else link.resends
        sent, is_taken = 0, False
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience.request_s
        while True:
            if not is_taken and link.connection is not None:
                link.connection.write(data)
                sent += 1
                self.sent += 1
            try:
                left = max(0.0, until - loop.time())
                patience = min(self._patience.result_s, left) if is_taken else answer_s
                came = await asyncio.wait_for(exchange.came.get(), patience)
            except TimeoutError:
                if not is_taken and sent <= resends:
                    continue
                if is_taken:
                    return *_without_result(verb, exchange), sent
                link.unanswered += 1
                self.unanswered += 1
                detail = f"no answer within {answer_s:g} s, {sent} times"
                return Outcome.NO_ANSWER, None, detail, sent
            if came is None:
                return Outcome.CUT_OFF, None, "the connection ended meanwhile", sent
            cn, code = came
            if cn == RESULT:
                await self._durable(exchange)
            decided = _decided(verb, cn, code)
            if decided is not None:
                return *decided, sent
            is_taken = True

    async def _durable(self, exchange: Exchange) -> None:
        """Wait until what came is stored; the store may be slower than the station."""
        if exchange.waiting:
            try:
                await asyncio.wait_for(exchange.settled.wait(), self._patience.result_s)
            except TimeoutError:
                log.warning("hj212: %d frames of %s wait", exchange.waiting, exchange.qn)


def is_answer(frame: Frame) -> bool:
    """Whether a frame can only be an answer to a command."""
    return frame.cn in (TAKEN, RESULT, NOTICED)


def _decided(verb: Verb, cn: str, code: int | None) -> tuple[Outcome, int | None, str] | None:
    """What an answer decides; None where more has to come. A missing code is a good one."""
    is_good = code in (None, 1)
    if cn == TAKEN and not is_good:
        return Outcome.REFUSED, code, _said(QN_RETURNS, "QnRtn", code)
    if cn == TAKEN and verb.is_done_when_taken:
        return Outcome.DONE, None, "taken (9011)"
    if cn == NOTICED and verb.is_notice:
        return Outcome.DONE, None, "answered (9013)"
    if cn == RESULT:
        outcome = Outcome.DONE if is_good else Outcome.FAILED
        return outcome, code, _said(EXE_RETURNS, "ExeRtn", code)
    return None


def _without_result(verb: Verb, exchange: Exchange) -> tuple[Outcome, int | None, str]:
    """Not every station sends 9012: what it told is told all the same."""
    if verb.answers is not None and verb.answers in exchange.values:
        return Outcome.DONE, None, "told, without a result (9012)"
    return Outcome.NO_RESULT, None, f"taken, but no result (9012); {exchange.stored} frames came"


def _said(meanings: Mapping[int, str], name: str, code: int | None) -> str:
    if code is None:
        return f"{name} is missing: taken as done"
    return f"{name} {code}: {meanings.get(code, 'not in the standard')}"


def _joined(before: CommandResult, part: CommandResult) -> CommandResult:
    return replace(
        part,
        qn=before.qn,
        frames=before.frames + part.frames,
        sent=before.sent + part.sent,
        seconds=round(before.seconds + part.seconds, 3),
    )
