"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.settings import Settings, read_settings

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder of the store and the registry (setting data, CARBONPEAK_DATA).",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def settings_for(data: Path | None) -> Settings:
    """Settings with the data folder of the command line, where one is named."""
    settings = read_settings() if data is None else read_settings(data=data)
    return settings.model_copy(update={"data": settings.data.expanduser().resolve()})
