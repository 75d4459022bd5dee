"""Run by alembic, inside the transaction and under the lock of ledger.database."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
