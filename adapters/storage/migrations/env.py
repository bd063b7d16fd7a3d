"""Alembic's entry: runs the steps on the connection that `adapters.storage.migrating` hands over."""

from alembic import context

from adapters.storage.tables import metadata
from bot.crashpoint import reached

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
    transactional_ddl=True,
    render_as_batch=True,
    on_version_apply=lambda **_: reached("migration_mid"),
)
context.run_migrations()
