"""Where the migrations are: shipped with the package, run on a connection of ours."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection

import store.migrations

FOLDER = Path(store.migrations.__file__).parent


def migrations(connection: Connection) -> Config:
    """Alembic's configuration without a file; every command runs in the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
