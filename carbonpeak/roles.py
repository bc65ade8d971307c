"""The parts of the service that can run as processes of their own, and what each part is told.

Every process has the same objects; its role says which of them run. Without a role all do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from carbonpeak.settings import Settings, SettingsError


class Role(StrEnum):
    """What one process of several does."""

    INGEST = "ingest"  # takes readings in by MQTT
    LEDGER = "ledger"  # keeps usage current
    API = "api"  # answers, shows the console, takes readings in by HTTP
    HJ212 = "hj212"  # receives stations of HJ 212, and hands their frames on by MQTT


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts run in a process."""

    takes_mqtt: bool
    settles: bool
    answers: bool
    forwards: bool  # receives stations for the processes that take MQTT in

    @property
    def appends(self) -> bool:
        """Whether it writes readings, so has a hash chain of its own."""
        return self.takes_mqtt or self.answers


def parts_of(role: Role | None) -> Parts:
    """What runs in a process of that role; everything without one."""
    return Parts(
        takes_mqtt=role in (None, Role.INGEST),
        settles=role in (None, Role.LEDGER),
        answers=role in (None, Role.API),
        forwards=role is Role.HJ212,
    )


def process_name(settings: Settings, role: Role) -> str:
    """What the process is called among the others: its writer, or the ledger's share."""
    if role is not Role.LEDGER:
        return settings.writer
    part, parts = settings.share
    return "ledger" if parts == 1 else f"ledger-{part + 1}"


def as_role(settings: Settings, role: Role) -> Settings:
    """The settings of a process of that role: what is not set follows from the role.

    Raises SettingsError where a setting is not possible for one process of several.
    """
    if settings.store == "duckdb":
        raise SettingsError(
            f"store: duckdb is a file of one process; --role {role} needs store influxdb, or run "
            "everything in one process without --role"
        )
    if settings.broker not in ("auto", "external"):
        raise SettingsError(
            f"broker: {settings.broker}: --role {role} meets the other processes at a broker that "
            "runs by itself; set broker external and mqtt_host"
        )
    given = settings.model_fields_set
    update: dict[str, str] = {"broker": "external"}
    if "writer" not in given:
        update["writer"] = role.value
    named = settings.model_copy(update=update)
    if "mqtt_client_id" not in given:
        named = named.model_copy(
            update={"mqtt_client_id": f"carbonpeak-{process_name(named, role)}"}
        )
    return named
