"""Subscriptions, what was found for them, and the updates on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", _Key, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("wanted", sa.String(12), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("must", sa.Text, nullable=False),
        sa.Column("must_not", sa.Text, nullable=False),
        sa.Column("cadence", sa.String(8), nullable=False),
        sa.Column("at_minute", sa.Integer, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
        sa.Column("at_most", sa.Integer),
        sa.Column("language", sa.String(8)),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("last_digest_at", sa.BigInteger, nullable=False),
        sa.Column("encoder", sa.String(64)),
        sa.Column("vector", sa.LargeBinary),
        sa.Column("answered", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_chat_id", "subscriptions", ["chat_id"])
    op.create_table(
        "matches",
        sa.Column("id", _Key, nullable=False),
        sa.Column("subscription_id", _Key, nullable=False),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("article_id", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("story", sa.BigInteger),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("matched_at", sa.BigInteger, nullable=False),
        sa.Column("outbox_id", sa.BigInteger),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name="fk_matches_subscription_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_matches"),
        sa.UniqueConstraint("subscription_id", "report", name="uq_matches_subscription_id_report"),
    )
    for column in ("article_id", "story", "outbox_id", "report"):
        op.create_index(f"ix_matches_{column}", "matches", [column])
    op.create_table(
        "outbox",
        sa.Column("id", _Key, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("thread_id", sa.BigInteger, nullable=False),
        sa.Column("update_key", sa.String(120), nullable=False),
        sa.Column("subscription_id", sa.BigInteger),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(40)),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("chat_id", "thread_id", "update_key", name="uq_outbox_chat_id_thread_id_update_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_chat_id_state_id", "outbox", ["chat_id", "state", "id"])
    op.create_index("ix_outbox_state_id", "outbox", ["state", "id"])
    op.create_index("ix_outbox_subscription_id", "outbox", ["subscription_id"])
    op.create_table(
        "chat_waits",
        sa.Column("chat_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_chat_waits"),
    )
    op.create_table(
        "progress",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_progress"),
    )
