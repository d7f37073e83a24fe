"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _table(name: str, keys: tuple[str, ...], *others: str) -> None:
    columns = [_text(column) for column in (*keys, *others)]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys))


def _numbered(name: str, *others: str) -> None:
    op.create_table(name, sa.Column("number", sa.Integer, primary_key=True), *(_text(column) for column in others))


def upgrade() -> None:
    _table("facts", ("name",), "document")
    _table("base_rows", ("tab", "key"), "document")
    _table("links", ("product_key",), "document")
    _numbered("attempts", "id", "product_key", "call", "outcome", "document")
    op.create_index("attempts_id", "attempts", ["id"], unique=True)
    op.create_index("attempts_newest", "attempts", ["product_key", "call", "number"])
    op.create_index("attempts_outcome", "attempts", ["outcome", "number"])
    _table("instructions", ("product_key",), "document")
    _table("approvals", ("product_key",), "fingerprint")
    _table("uploads", ("content", "image_use"), "uri", "document")
    op.create_index("uploads_uri", "uploads", ["uri"])
    _table("fetched", ("address_hash",), "document")
    _table("cached", ("kind", "key"), "document")
    _numbered("runs", "run_id", "document")
    op.create_index("runs_id", "runs", ["run_id"], unique=True)
