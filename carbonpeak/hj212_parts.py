"""The receiver of HJ 212 in a process: which one runs, and how the others reach it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum

from carbonpeak.events import Heard
from carbonpeak.hj212_calls import Callee, Caller
from carbonpeak.process_states import ProcessStates
from carbonpeak.registry_view import RegistryView
from carbonpeak.roles import Parts
from carbonpeak.settings import Settings
from carbonpeak.stations_view import StationsView, StationsWatch
from ingest.pipeline import Pipeline
from ingest.sources.hj212 import Hj212Source, listening
from ingest.sources.hj212_bounds import Bounds
from ingest.sources.hj212_forward import Forwarder
from ingest.sources.hj212_process import Hj212Process
from ingest.sources.mqtt_session import Session
from models.environment.hj212_commands import StationHost
from models.errors import CarbonpeakError

log = logging.getLogger(__name__)


class WhereTaken(StrEnum):
    """What to do where somebody else has the port: end, go on without stations, take another."""

    END = "end"
    WITHOUT = "without"
    ANYWHERE = "anywhere"


class Hj212Parts:
    """``source`` is the receiver, where it runs here. It runs in a process of its own (the role
    ``hj212``), or beside everything else where the setting ``hj212`` is on. The port is taken at
    ``start``; ``where_taken`` says what happens where that fails.
    """

    def __init__(
        self,
        settings: Settings,
        parts: Parts,
        registry: RegistryView,
        pipeline: Pipeline,
        processes: ProcessStates,
    ) -> None:
        self.source: Hj212Source | Hj212Process | None = None
        self.where_taken = WhereTaken.END
        self._caller: Caller | None = None
        self._callee: Callee | None = None
        self._forwarder: Forwarder | None = None
        self._watch: StationsWatch | None = None
        is_whole = parts.takes_mqtt and parts.answers
        if not parts.forwards and not (is_whole and settings.hj212 == "on"):
            if parts.answers and not is_whole:
                self._caller = Caller(registry().park.code, settings.writer, processes.receivers)
            return
        stations = StationsView(registry, settings.station_keys())
        bounds = Bounds(
            connections=settings.hj212_connections,
            idle_s=settings.hj212_idle_s,
            refused_per_s=settings.hj212_refused_per_s,
        )
        host, port = settings.hj212_host, settings.hj212_port
        if parts.forwards:
            park = registry().park.code
            self._forwarder = Forwarder(park, processes.has_ingest)
            self._watch = StationsWatch(stations)
            self.source = Hj212Source(
                listening(host, port), self._watch, self._forwarder.put, bounds=bounds
            )
            self._callee = Callee(park, self.source)
        else:
            self.source = Hj212Process(host, port, stations, pipeline.put, bounds)

    @property
    def host(self) -> StationHost | None:
        """Who gives commands to stations: the receiver here, or where it is; None without one."""
        return self.source or self._caller

    @property
    def heard(self) -> Mapping[str, Heard]:
        """What the MQTT session has to listen to for this, by topic."""
        for one in (self._caller, self._callee):
            if one is not None:
                return one.heard
        return {}

    def start(self, session: Session | None) -> None:
        """Begin. Raises CarbonpeakError where the port cannot be had."""
        if session is not None:
            for one in (self._caller, self._callee, self._forwarder):
                if one is not None:
                    one.use(session)
        if isinstance(self.source, Hj212Process):
            self._listen(self.source)
        elif self.source is not None:
            self.source.start()

    def _listen(self, source: Hj212Process) -> None:
        try:
            source.start(anywhere=self.where_taken is WhereTaken.ANYWHERE)
        except CarbonpeakError as error:
            if self.where_taken is not WhereTaken.WITHOUT:
                raise
            log.warning("%s: no stations are received", error)
            self.source = None

    def finish(self) -> None:
        """Take in nothing more; what is stored is answered."""
        if self._forwarder is not None:
            self._forwarder.stop()
        if self.source is not None:
            self.source.finish()
        if self._callee is not None:
            self._callee.stop()
        if self._watch is not None:
            self._watch.stop()


def switched_on(settings: Settings) -> Settings:
    """What ``auto`` means for a process with everything in it: on."""
    return settings.model_copy(update={"hj212": "on"}) if settings.hj212 == "auto" else settings
