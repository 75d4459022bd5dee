"""Whether a build's terms were recorded or inferred: its numbers say so beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("builds", sa.Column("terms", sa.Text))
