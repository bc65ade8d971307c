"""Settings: read in one place, from ``carbonpeak.toml`` and the environment, environment first."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.errors import CarbonpeakError

LEAST_KEY = 16  # characters of an enterprise's key


class Settings(BaseSettings):
    """Every setting with its default; ``CARBONPEAK_DATA=/srv/park`` sets ``data``.

    A variable that is empty sets nothing.
    """

    model_config = SettingsConfigDict(
        env_prefix="CARBONPEAK_",
        env_ignore_empty=True,  # as compose files leave what nobody set
        toml_file="carbonpeak.toml",
        extra="forbid",
    )

    data: Path = Field(
        Path("var/carbonpeak"), description="Folder of the store, the registry and the lock file."
    )
    host: str = Field("127.0.0.1", description="Address that the API and the console listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port of the API and the console.")
    broker: Literal["auto", "mosquitto", "embedded", "external", "none"] = Field(
        "auto",
        description="MQTT broker: auto starts mosquitto where it is installed, else the embedded "
        "one; external connects to mqtt_host; none takes readings by HTTP and files only.",
    )
    mqtt_host: str = Field("127.0.0.1", description="Address of the MQTT broker.")
    mqtt_port: int = Field(1883, ge=0, le=65535, description="Port of the MQTT broker.")
    mqtt_client_id: str = Field(
        "carbonpeak-ingest",
        description="Client id of the ingest session; fixed, since the broker keeps what is not "
        "acknowledged under it.",
    )
    mqtt_username: str | None = Field(None, description="User name at the MQTT broker.")
    mqtt_password: SecretStr | None = Field(None, description="Password at the MQTT broker.")
    mqtt_password_file: Path | None = Field(None, description="File that holds mqtt_password.")
    mqtt_ca_file: Path | None = Field(
        None, description="Certificate authority of the broker; where set, the connection is TLS."
    )
    mqtt_share: str | None = Field(
        None,
        pattern=r"^[^/+#]+$",
        description="Name of the shared subscription by which several ingest processes divide the "
        "messages; none for a process that takes them all.",
    )
    sparkplug: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether this process takes Sparkplug B in; auto does unless mqtt_share is "
        "set, since of several ingest processes exactly one can.",
    )
    sparkplug_host: str = Field(
        "carbonpeak",
        pattern=r"^[^/+#]+$",
        description="Sparkplug host id: edge nodes that have it as their primary host wait for us.",
    )
    hj212: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Whether stations of HJ 212 are received in this process; auto does in `demo` "
        "and in `run` without a role, unless somebody else has the port.",
    )
    hj212_host: str = Field("127.0.0.1", description="Address that stations of HJ 212 connect to.")
    hj212_port: int = Field(
        9212, ge=0, le=65535, description="Port that stations of HJ 212 connect to; 0 is any."
    )
    hj212_connections: int = Field(
        5000, ge=1, description="Most connections of stations; unknown ones give way first."
    )
    hj212_idle_s: int = Field(
        3900, gt=0, description="Seconds of silence after which a station's connection is ended."
    )
    hj212_refused_per_s: int = Field(
        200,
        gt=0,
        description="Frames a second of one address that are refused and kept in the long run; "
        "beyond them it is read more slowly.",
    )
    writer: str = Field("main", description="Name of this writer's hash chain.")
    store: Literal["duckdb", "influxdb"] = Field(
        "duckdb",
        description="Store of readings and usage: duckdb is a file of the one process that opens "
        "it, influxdb a server that several processes share.",
    )
    store_memory: str = Field(
        "400MB",
        pattern=r"^(?i)\d+(\.\d+)?\s*[KMGT]i?B$",
        description="Memory limit of the embedded store: a number with KB, MB, GB or TB.",
    )
    influx_url: str = Field("http://127.0.0.1:8086", description="Address of InfluxDB.")
    influx_org: str = Field("carbonpeak", description="Organization in InfluxDB.")
    influx_bucket: str = Field("carbonpeak", description="Bucket, and database of its mapping.")
    influx_token: SecretStr | None = Field(None, description="Token to read and write the bucket.")
    influx_token_file: Path | None = Field(None, description="File that holds influx_token.")
    registry_url: str | None = Field(
        None, description="Database of the registry; default: SQLite in the data folder."
    )
    rejections_keep_days: int | None = Field(
        None,
        ge=1,
        description="Days after which the bytes of a rejection expire; its record, with their hash "
        "and length, stays. Without it they are kept for ever.",
    )
    receipt_hour: int = Field(
        1,
        ge=0,
        le=23,
        description="Hour of the park's day from which on the receipts of the day before are "
        "published by MQTT.",
    )
    registry_password: SecretStr | None = Field(
        None, description="Password of the registry's database, where registry_url has none."
    )
    registry_password_file: Path | None = Field(
        None, description="File that holds registry_password."
    )
    ledger_share: str = Field(
        "1/1",
        pattern=r"^[1-9]\d*/[1-9]\d*$",
        description="Which part of the meters this ledger settles: 2/3 is the second of three.",
    )
    read_key: SecretStr | None = Field(
        None, description="API key that may ask; where a key is set, the API answers nobody else."
    )
    read_key_file: Path | None = Field(None, description="File that holds read_key.")
    write_key: SecretStr | None = Field(None, description="API key that may ask and push readings.")
    write_key_file: Path | None = Field(None, description="File that holds write_key.")
    enterprise_keys_file: Path | None = Field(
        None,
        description='TOML file of API keys by enterprise (steel = "…"): each sees and enters the '
        "activity records of its enterprise, and sees its certificates.",
    )
    hj212_keys_file: Path | None = Field(
        None,
        description='TOML file of SM4 keys by MN (88888880000001 = "32 hexadecimal digits"), for '
        "stations that encrypt their data areas (HJ 212-2025).",
    )
    activity_deadline_days: int = Field(
        40, ge=0, description="Days after the end of a period in which its records are in time."
    )
    alarm_deadline_critical_h: int = Field(
        4, ge=1, description="Hours in which a critical alarm is to be handled."
    )
    alarm_deadline_major_h: int = Field(
        24, ge=1, description="Hours in which a major alarm is to be handled."
    )
    alarm_deadline_minor_h: int = Field(
        72, ge=1, description="Hours in which a minor alarm is to be handled."
    )
    alarm_quiet_hours: str | None = Field(
        None,
        description="Hours of the park's day (22:00-07:00) in which webhook and mail wait, to go "
        "out together afterwards; none: they always go out at once.",
    )
    alarm_quiet_below: Literal["critical", "major", "minor"] = Field(
        "critical", description="Severity from which on quiet hours hold nothing back."
    )
    alarm_webhook_url: str | None = Field(
        None, pattern=r"^https?://", description="Address that alarms are posted to, signed."
    )
    alarm_webhook_secret: SecretStr | None = Field(
        None, description="Secret that the posts are signed with; needed for alarm_webhook_url."
    )
    alarm_webhook_secret_file: Path | None = Field(
        None, description="File that holds alarm_webhook_secret."
    )
    alarm_mail_host: str | None = Field(
        None, description="SMTP server that alarms are handed in to as e-mail."
    )
    alarm_mail_port: int = Field(587, ge=1, le=65535, description="Port of the SMTP server.")
    alarm_mail_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the SMTP server is made private."
    )
    alarm_mail_from: str | None = Field(None, description="Sender of the mails.")
    alarm_mail_to: str | None = Field(None, description="Recipients of the mails, by commas.")
    alarm_mail_user: str | None = Field(None, description="User name at the SMTP server.")
    alarm_mail_password: SecretStr | None = Field(None, description="Password at the SMTP server.")
    alarm_mail_password_file: Path | None = Field(
        None, description="File that holds alarm_mail_password."
    )
    grafana_url: str = Field(
        "http://127.0.0.1:3000", description="Address of Grafana, for dashboards push."
    )
    grafana_token: SecretStr | None = Field(
        None, description="Service account token of Grafana, for dashboards push."
    )
    grafana_token_file: Path | None = Field(None, description="File that holds grafana_token.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def registry_address(self) -> str:
        """SQLAlchemy URL of the registry; a password from elsewhere is not in it."""
        return self.registry_url or f"sqlite:///{self.data / 'registry.sqlite'}"

    @property
    def share(self) -> tuple[int, int]:
        """Which part of the meters, counted from 0, of how many."""
        part, parts = map(int, self.ledger_share.split("/"))
        return part - 1, parts

    @property
    def takes_sparkplug(self) -> bool:
        """Whether a process that takes MQTT in takes Sparkplug B in too."""
        return self.sparkplug == "on" or (self.sparkplug == "auto" and self.mqtt_share is None)

    def secret(self, name: str) -> str | None:
        """The secret of that name, itself or from its file (without the newline at its end).

        Raises SettingsError where the file cannot be read or is empty.
        """
        given: SecretStr | None = getattr(self, name)
        file: Path | None = getattr(self, f"{name}_file")
        if given is not None or file is None:
            return given.get_secret_value() if given is not None else None
        try:
            text = file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_file: {file} cannot be read: {error}") from error
        if not text:
            raise SettingsError(f"{name}_file: {file} is empty")
        return text

    def enterprise_keys(self) -> dict[str, str]:
        """The keys of enterprises by code. Raises SettingsError where the file is not sound."""
        file = self.enterprise_keys_file
        if file is None:
            return {}
        try:
            keys = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"enterprise_keys_file: {file} cannot be read: {error}") from error
        others = {self.secret("read_key"), self.secret("write_key")}
        for code, key in keys.items():
            if not isinstance(key, str) or len(key) < LEAST_KEY:
                why = f"the key of {code} is no text of at least {LEAST_KEY} characters"
                raise SettingsError(f"enterprise_keys_file: {file}: {why}")
            if key in others:
                raise SettingsError(f"enterprise_keys_file: {file}: the key of {code} is another's")
            others.add(key)
        return keys

    def station_keys(self) -> dict[str, bytes]:
        """The SM4 keys of stations by MN. Raises SettingsError where the file is not sound."""
        file = self.hj212_keys_file
        if file is None:
            return {}
        try:
            keys = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"hj212_keys_file: {file} cannot be read: {error}") from error
        for mn, key in keys.items():
            if not isinstance(key, str) or not re.fullmatch(r"[0-9A-Fa-f]{32}", key):
                why = f"the key of {mn} is not 32 hexadecimal digits"
                raise SettingsError(f"hj212_keys_file: {file}: {why}")
        return {mn: bytes.fromhex(key) for mn, key in keys.items()}

    @field_validator(
        "alarm_quiet_hours", "alarm_webhook_url", "alarm_webhook_secret_file", "alarm_mail_host",
        "alarm_mail_from", "alarm_mail_to", "alarm_mail_user", "alarm_mail_password_file",
        mode="before",
    )  # fmt: skip
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        # A container is given its variables also where they are not set.
        return None if value == "" else value

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        part, parts = self.share
        if part >= parts:
            raise ValueError(f"ledger_share: {self.ledger_share} is no part of {parts}")
        return self


class SettingsError(CarbonpeakError):
    """A setting that is not known or has no such value; the text names it."""


def read_settings(**given: Any) -> Settings:
    """Settings of the file and the environment, ``given`` ones over both.

    Raises SettingsError naming every setting at fault, misspelt variables among them.
    """
    known = {f"CARBONPEAK_{name.upper()}" for name in Settings.model_fields}
    strange = sorted(
        name for name in os.environ if name.upper().startswith("CARBONPEAK_") and name not in known
    )
    faults = [f"{name}: is no setting" for name in strange]
    try:
        settings = Settings(**given)
    except (ValidationError, ValueError) as error:
        if isinstance(error, ValidationError):
            faults += [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        else:
            faults.append(f"carbonpeak.toml: {error}")
    if faults:
        raise SettingsError("; ".join(faults))
    return settings
