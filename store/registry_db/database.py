"""The registry's database: migrate it, read a snapshot, apply a difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alembic import command
from sqlalchemy import insert, select

from models.errors import CarbonpeakError
from models.registry import Registry
from store.registry_db import tables
from store.registry_db.applying import write
from store.registry_db.connecting import migrating, open_engine, writing
from store.registry_db.difference import Difference
from store.registry_db.migrating import migrations
from store.registry_db.records import read_registry, version_at


class RegistryEmptyError(CarbonpeakError):
    """No park is registered (or none was at the time asked for)."""

    def __init__(self, as_of: datetime | None) -> None:
        when = "yet" if as_of is None else f"by {as_of.isoformat()}"
        super().__init__(f"registry: no park registered {when}; run `carbonpeak registry load`")


class RegistryChangedError(CarbonpeakError):
    """The registry changed between comparing and applying; nothing was applied."""

    def __init__(self, base: int, version: int) -> None:
        super().__init__(f"registry: compared with version {base} but now at {version}; load again")


class RegistryDatabase:
    """One park's registry at a SQLAlchemy URL. Threads and processes may share the database."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to ``revision``; what is there already stays. All or nothing."""
        with migrating(self._engine) as connection:
            command.upgrade(migrations(connection), revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to ``revision`` ("base": to none). All or nothing."""
        with migrating(self._engine) as connection:
            command.downgrade(migrations(connection), revision)

    def version(self) -> int:
        """Number of the last applied change; 0 before the first. Cheap."""
        with self._engine.connect() as connection:
            return version_at(connection)

    def snapshot(self, as_of: datetime | None = None) -> Registry:
        """Everything registered that holds; with ``as_of`` (aware) as it was known then.

        Raises RegistryEmptyError where no park is registered.
        """
        with self._engine.connect() as connection:
            registry = read_registry(connection, as_of)
        if registry is None:
            raise RegistryEmptyError(as_of)
        return registry

    def apply(self, difference: Difference, now: datetime | None = None) -> int:
        """Write ``difference`` in one transaction, recorded at ``now`` (UTC); the new version.

        An empty difference writes nothing. Raises RegistryChangedError when the registry is no
        longer at the version that the difference was made against.
        """
        with writing(self._engine) as connection:
            version = version_at(connection)
            if version != difference.base:
                raise RegistryChangedError(difference.base, version)
            if not difference:
                return version
            changes = tables.registry_change
            last = connection.scalar(
                select(changes.c.recorded_at).where(changes.c.version == version)
            )
            at = (now or datetime.now(UTC)).astimezone(UTC)
            if last is not None:  # a clock set back must not reorder what was known when
                at = max(at, last + timedelta(microseconds=1))
            connection.execute(insert(changes), {"version": version + 1, "recorded_at": at})
            write(connection, difference, at)
            return version + 1

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()
