"""Prints beside the base rows. Those of older rows are made when they are first asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("base_rows", sa.Column("print", sa.Text, nullable=False, server_default=""))
    op.create_index("base_rows_prints", "base_rows", ["tab", "key", "print"])
