"""Feeds that are followed, where they were before, and what was done about their entries."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("key", _Key, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("last_new", sa.Integer, nullable=False),
        sa.Column("total_new", sa.Integer, nullable=False),
        sa.Column("next_poll_at", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("body_digest", sa.LargeBinary(16)),
        sa.Column("asked_interval_s", sa.BigInteger),
        sa.Column("last_success_at", sa.BigInteger),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", sa.Text),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_feeds"),
        sa.UniqueConstraint("url", name="uq_feeds_url"),
    )
    op.create_table(
        "former_addresses",
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("feed_key", _Key, nullable=False),
        sa.PrimaryKeyConstraint("url", name="pk_former_addresses"),
        sa.ForeignKeyConstraint(["feed_key"], ["feeds.key"], name="fk_former_addresses_feed_key", ondelete="CASCADE"),
    )
    op.create_index("ix_former_addresses_feed_key", "former_addresses", ["feed_key"])
    op.create_table(
        "feed_entries",
        sa.Column("feed_key", _Key, nullable=False),
        sa.Column("identity", sa.LargeBinary(16), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("feed_key", "identity", name="pk_feed_entries"),
        sa.ForeignKeyConstraint(["feed_key"], ["feeds.key"], name="fk_feed_entries_feed_key", ondelete="CASCADE"),
    )
