"""Activity that is entered rather than metered."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of activity records."""


def downgrade() -> None:
    """Without them."""
