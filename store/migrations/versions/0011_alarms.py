"""Alarms and what was done about them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Alarms, their events, and what is to be told of them."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("enterprise", sa.String(length=64)),
        sa.Column("point", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("open_cause", sa.Text()),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        _instant("begin"),
        _instant("until", nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("worst", sa.Double()),
        _instant("worst_at", nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("limit_value", sa.Double()),
        sa.Column("told_zh", sa.Text(), nullable=False),
        sa.Column("told_en", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        _instant("raised_at"),
        _instant("opened_at"),
        _instant("due_at"),
        _instant("acknowledged_at", nullable=True),
        _instant("handled_at", nullable=True),
        _instant("resolved_at", nullable=True),
        sa.Column("ended", sa.String(length=16)),
        sa.Column("assignee", sa.Text()),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'resolved') = (open_cause IS NULL)", name=op.f("ck_alarm_open_cause")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("open_cause", name=op.f("uq_alarm_open_cause")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alarm_state"), "alarm", ["state"])
    op.create_table(
        "alarm_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alarm", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        _instant("at"),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("worst", sa.Double()),
        sa.ForeignKeyConstraint(["alarm"], ["alarm.id"], name=op.f("fk_alarm_event_alarm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_event")),
        sa.UniqueConstraint("alarm", "number", name=op.f("uq_alarm_event_alarm")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alarm_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("next_at"),
        _instant("sent_at", nullable=True),
        sa.Column("trouble", sa.Text()),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_alarm_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["event"], ["alarm_event.id"], name=op.f("fk_alarm_delivery_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_delivery")),
        sa.UniqueConstraint("event", "way", name=op.f("uq_alarm_delivery_event")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alarm_delivery_due", "alarm_delivery", ["state", "way", "next_at"])


def downgrade() -> None:
    """No alarms: what is still wrong is raised anew, what was done about it is lost."""
    op.drop_table("alarm_delivery")
    op.drop_table("alarm_event")
    op.drop_table("alarm")
