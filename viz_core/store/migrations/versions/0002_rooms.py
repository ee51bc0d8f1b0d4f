"""Rooms, their questions and the guesses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "rooms",
        sa.Column("code", sa.String(5), primary_key=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("question", sa.Integer, nullable=False),
        sa.Column("used", sa.Float, nullable=False),
    )
    op.create_table(
        "questions",
        _of_room(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("revealed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "guesses",
        _of_room(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("seat", sa.String(64), primary_key=True),
        sa.Column("guess", sa.Text, nullable=False),
    )
    op.create_table(
        "approved",
        _of_room(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("guess", sa.String(200), primary_key=True),
    )
    op.create_table(
        "present",
        _of_room(),
        sa.Column("process", sa.String(32), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )


def _of_room() -> sa.Column[str]:
    return sa.Column(
        "code",
        sa.String(5),
        sa.ForeignKey("rooms.code", ondelete="CASCADE"),
        primary_key=True,
    )
