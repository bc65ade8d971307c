"""Settings: read in one place, from ``carbonpeak.toml`` and the environment, environment first."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.errors import CarbonpeakError


class Settings(BaseSettings):
    """Every setting with its default; ``CARBONPEAK_DATA=/srv/park`` sets ``data``."""

    model_config = SettingsConfigDict(
        env_prefix="CARBONPEAK_", toml_file="carbonpeak.toml", extra="forbid"
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
    writer: str = Field("main", description="Name of this writer's hash chain.")
    registry_url: str | None = Field(
        None, description="Database of the registry; default: SQLite in the data folder."
    )
    store_memory: str = Field("400MB", description="Memory limit of the embedded store.")

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
        """SQLAlchemy URL of the registry."""
        return self.registry_url or f"sqlite:///{self.data / 'registry.sqlite'}"


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
