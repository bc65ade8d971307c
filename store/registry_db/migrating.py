"""Where the migrations are: shipped with the package, run on a connection of ours."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import store.migrations
from models.errors import CarbonpeakError

FOLDER = Path(store.migrations.__file__).parent


class NewerRegistryError(CarbonpeakError):
    """The database was migrated by a newer version of this program."""


def check_known(connection: Connection, config: Config) -> None:
    """Raise NewerRegistryError where the database stands at a revision that is not ours."""
    standing = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if standing is not None and standing not in known:
        raise NewerRegistryError(
            f"registry: the database is at revision {standing}, which this program does not know; "
            "use a newer program"
        )


def migrations(connection: Connection) -> Config:
    """Alembic's configuration without a file; every command runs in the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
