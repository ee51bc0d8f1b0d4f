"""Short links."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "links",
        sa.Column("key", sa.String(51), primary_key=True),
        sa.Column("id", sa.String(51), nullable=False, unique=True),
        sa.Column("view", sa.Text, nullable=False),
    )
