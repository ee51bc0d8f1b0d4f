"""Runs migrations on the connection that the store gives."""

from alembic import context

from viz_core.store.tables import TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=TABLES)
context.run_migrations()
