"""What accounting needs of the registry: streams, groups, buildings, certificates, own parameters."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables and columns."""


def downgrade() -> None:
    """Without them."""
