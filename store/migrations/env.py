"""Runs the revisions on the connection that the registry database hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from store.registry_db.instants import Instant
from store.registry_db.tables import metadata


def plain_type(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write our types by what they are in the database: a revision must not change with us."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


# On SQLite an ALTER is a copy of the table: batch mode writes migrations that run everywhere.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=plain_type,
)
context.run_migrations()
