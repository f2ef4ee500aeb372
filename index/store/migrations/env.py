"""Alembic's entry: runs the steps on the connection that ``index.store.database`` hands over, never on one of its own."""

from alembic import context

from index.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
