"""Inventories as they were signed."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of frozen inventories."""


def downgrade() -> None:
    """Without it."""
