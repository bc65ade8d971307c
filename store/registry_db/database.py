"""The registry's database: migrate it, read a snapshot, apply a difference."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from alembic import command
from sqlalchemy import Engine

from models.errors import CarbonpeakError
from models.registry import Registry
from store.registry_db.applying import record
from store.registry_db.connecting import migrating, open_engine, reading, writing
from store.registry_db.difference import Difference
from store.registry_db.held_activity import HeldActivity
from store.registry_db.migrating import check_known, migrations
from store.registry_db.records import read_registry, version_at
from store.registry_db.writers import check_name, give_number, number_of


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
    """One park's registry in SQLite or PostgreSQL. Threads and processes may share the database.

    ``url`` is SQLAlchemy's; ``password`` is used where it has none. A server that cannot be reached
    is tried again for ``wait_s``. Raises RegistryServerError where it cannot be used, also later.
    """

    def __init__(self, url: str, password: str | None = None, *, wait_s: float = 0.0) -> None:
        self._engine = open_engine(url, password, wait_s=wait_s)
        self._activity = HeldActivity()
        self._lock = threading.Lock()  # of what holds of the activity records

    @property
    def engine(self) -> Engine:
        """For what is kept beside the registry, in tables and files of its own."""
        return self._engine

    def migrate(self, revision: str = "head") -> None:
        """Bring the tables to ``revision``; what is there already stays. All or nothing.

        Of several processes that call it at once, one does it and the others find it done. Raises
        NewerRegistryError where a newer program has been here.
        """
        with migrating(self._engine) as connection:
            config = migrations(connection)
            check_known(connection, config)
            command.upgrade(config, revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to ``revision`` ("base": to none). All or nothing."""
        with migrating(self._engine) as connection:
            command.downgrade(migrations(connection), revision)

    def version(self) -> int:
        """Number of the last applied change; 0 before the first. Cheap."""
        with reading(self._engine) as connection:
            return version_at(connection)

    def snapshot(self, as_of: datetime | None = None) -> Registry:
        """Everything registered that holds; with ``as_of`` (aware) as it was known then.

        Raises RegistryEmptyError where no park is registered.
        """
        if as_of is not None:
            with reading(self._engine) as connection:
                registry = read_registry(connection, as_of)
        else:
            with self._lock, reading(self._engine) as connection:
                registry = read_registry(connection, activity=self._activity(connection))
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
            return record(connection, difference, now or datetime.now(UTC))

    def writer_number(self, name: str) -> int:
        """The number (0 to 999) of the writer of that name: the first free one, and then for ever.

        Raises WriterError where the name is none, or all numbers are given away.
        """
        check_name(name)
        with reading(self._engine) as connection:
            number = number_of(connection, name)
        if number is None:
            with writing(self._engine) as connection:
                number = number_of(connection, name)  # another process may have asked meanwhile
                if number is None:
                    number = give_number(connection, name)
        return number

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()
