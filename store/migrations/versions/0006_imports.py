"""How far files were imported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of imports and of their blocks."""
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("reading_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_file_sha256"), "import", ["file_sha256", "reading_sha256"])
    op.create_table(
        "import_block",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begun", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.DateTime(timezone=True)),
        sa.Column("accepted", sa.Integer()),
        sa.Column("duplicates", sa.Integer()),
        sa.Column("rejected", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_block_import_id_import")
        ),
        sa.PrimaryKeyConstraint("import_id", "block", name=op.f("pk_import_block")),
    )


def downgrade() -> None:
    """No progress: a file that was begun is imported from its beginning."""
    op.drop_table("import_block")
    op.drop_table("import")
