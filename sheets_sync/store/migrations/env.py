"""What alembic runs to migrate: everything comes with the connection that `migrate.py` hands over."""

from alembic import context

from sheets_sync.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
