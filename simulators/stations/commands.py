"""What a host may ask of a device, and what the device does (HJ 212-2017, table 9 and annex C)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulators.grid import local
from simulators.stations import reports
from simulators.stations.link import Link, LinkDeadError
from simulators.stations.reports import DAY, HOUR, MINUTE, begin_of
from simulators.stations.wire import Said

if TYPE_CHECKING:
    from simulators.stations.device import Device

READY, WRONG_PASSWORD, WRONG_MN, WRONG_CN, WRONG_CRC = 1, 3, 4, 8, 9  # QnRtn
DONE, WRONG_CONDITION, NO_DATA = 1, 3, 100  # ExeRtn
MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
_SYSTEM = "91"

Answer = Awaitable[int]


async def carry_out(device: Device, link: Link, said: Said) -> None:
    """Answer a request, do it and tell the result; a notice is only answered."""
    if said.cn == "2012":
        device.sends_realtime = False
        await link.reply(said.qn, "9013", "", st=_SYSTEM)
        return
    action = _ACTIONS.get(said.cn)
    taken = _taken(device, said) if action is not None else WRONG_CN
    await link.reply(said.qn, "9011", f"QnRtn={taken}", st=_SYSTEM)
    if action is None or taken != READY:
        return
    try:
        result = await action(device, link, said)
    except (KeyError, ValueError):
        result = WRONG_CONDITION
    except LinkDeadError:
        return
    await link.reply(said.qn, "9012", f"ExeRtn={result}", st=_SYSTEM)


def _taken(device: Device, said: Said) -> int:
    if not said.sound:
        return WRONG_CRC
    if said.fields.get("MN") != device.identity.mn:
        return WRONG_MN
    return READY if said.fields.get("PW") == device.identity.password else WRONG_PASSWORD


def _time(text: str) -> datetime:
    return local(datetime.strptime(text[:14], "%Y%m%d%H%M%S").isoformat())  # noqa: DTZ007


async def _set_timeout(device: Device, _link: Link, said: Said) -> int:
    device.over_time_s, device.resends = float(said.area["OverTime"]), int(said.area["ReCount"])
    return DONE


async def _get_time(device: Device, link: Link, said: Said) -> int:
    await link.reply(said.qn, said.cn, f"SystemTime={device.tell_time()}")
    return DONE


async def _set_time(device: Device, _link: Link, said: Said) -> int:
    device.set_clock(_time(said.area["SystemTime"]))
    return DONE


async def _get_realtime(device: Device, link: Link, said: Said) -> int:
    await link.reply(said.qn, said.cn, f"RtdInterval={device.realtime_s}")
    return DONE


async def _set_realtime(device: Device, _link: Link, said: Said) -> int:
    device.realtime_s = int(said.area["RtdInterval"])
    return DONE


async def _get_minute(device: Device, link: Link, said: Said) -> int:
    await link.reply(said.qn, said.cn, f"MinInterval={device.minute // timedelta(minutes=1)}")
    return DONE


async def _set_minute(device: Device, _link: Link, said: Said) -> int:
    minutes = int(said.area["MinInterval"])
    if minutes not in MINUTES:
        return WRONG_CONDITION
    device.set_minute(minutes)
    return DONE


async def _set_password(device: Device, _link: Link, said: Said) -> int:
    device.with_password(said.area["NewPW"])
    return DONE


async def _realtime_on(device: Device, _link: Link, _said: Said) -> int:
    device.sends_realtime = True
    return DONE


async def _history(device: Device, link: Link, said: Said) -> int:
    """Every interval that begins from BeginTime to EndTime and has ended, one frame each."""
    first, last = _time(said.area["BeginTime"]), _time(said.area["EndTime"])
    begin = begin_of(said.cn, max(first, device.station.since), device.minute)
    length, told = reports.span(said.cn, device.minute), 0
    while begin <= last and begin + length <= device.now():
        if begin >= first:
            report = reports.interval(device.instruments, said.cn, begin, begin + length)
            await link.upload(report, device.now())
            told += bool(report.items)
        begin += length
    return DONE if told else NO_DATA


_ACTIONS: dict[str, Callable[[Device, Link, Said], Answer]] = {
    "1000": _set_timeout,
    "1011": _get_time,
    "1012": _set_time,
    "1061": _get_realtime,
    "1062": _set_realtime,
    "1063": _get_minute,
    "1064": _set_minute,
    "1072": _set_password,
    "2011": _realtime_on,
    MINUTE: _history,
    HOUR: _history,
    DAY: _history,
}
