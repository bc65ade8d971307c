"""All stations of the demo park live: one thread, one event loop, a TCP connection each."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from simulators.stations.device import Device
from simulators.stations.link import Sent
from simulators.stations.points import Station, stations
from simulators.stations.reports import HOUR, begin_of

log = logging.getLogger(__name__)

_APART_S = 0.1  # between the first connections of two stations


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StationSender:
    """Devices that upload to a host of HJ 212 over TCP, and obey it.

    Each begins with what its logger made since the start of the hour before ``now``, so that the
    host has every minute of the hour under way and of the last whole one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        now: datetime | None = None,
        clock: Callable[[], datetime] = _utc_now,
        over_time_s: float = 10.0,
        of: tuple[Station, ...] | None = None,
    ) -> None:
        since = now or clock()
        self._sent = Sent()
        self.devices = [
            Device(
                station,
                (host, port),
                begin_of(HOUR, since, since - since) - timedelta(hours=1),
                clock,
                self._sent,
                over_time_s=over_time_s,
            )
            for station in (stations() if of is None else of)
        ]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="stations", daemon=True)

    @property
    def sent(self) -> Sent:
        """A copy of the counts."""
        return replace(self._sent)

    def start(self) -> None:
        """Connect, now or as soon as the host is there, and begin to upload."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection; what was not answered is lost with the process."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join()

    def _end(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._all())
        except asyncio.CancelledError:
            pass
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _all(self) -> None:
        async def after(number: int, device: Device) -> None:
            await asyncio.sleep(number * _APART_S)
            await device.run()

        await asyncio.gather(*(after(number, one) for number, one in enumerate(self.devices)))
