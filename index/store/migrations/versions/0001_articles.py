"""Articles with their revisions and sentences, vectors by sentence text, and the log of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", _Key, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("name", name="uq_sources_name"),
    )
    op.create_table(
        "articles",
        sa.Column("key", _Key, nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("source_id", _Key),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("language", sa.String(35)),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("text_digest", sa.LargeBinary(16), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_articles"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
    )
    op.create_index("ix_articles_url", "articles", ["url"])
    op.create_index("ix_articles_published_at", "articles", ["published_at"])
    op.create_table(
        "revisions",
        sa.Column("article_key", _Key, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("first_sentence_id", sa.BigInteger, nullable=False),
        sa.Column("sentence_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("article_key", "number", name="pk_revisions"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_revisions_article_key", ondelete="CASCADE"),
    )
    op.create_table(
        "sentences",
        sa.Column("id", _Key, nullable=False, autoincrement=False),
        sa.Column("article_key", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sentences"),
    )
    op.create_table(
        "encoders",
        sa.Column("id", _Key, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("dimension", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_encoders"),
        sa.UniqueConstraint("fingerprint", name="uq_encoders_fingerprint"),
    )
    op.create_table(
        "embeddings",
        sa.Column("id", _Key, nullable=False),
        sa.Column("encoder_id", _Key, nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_embeddings"),
        sa.UniqueConstraint("encoder_id", "digest", name="uq_embeddings_encoder_id_digest"),
        sa.ForeignKeyConstraint(["encoder_id"], ["encoders.id"], name="fk_embeddings_encoder_id", ondelete="CASCADE"),
    )
    op.create_table(
        "changes",
        sa.Column("seq", _Key, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("article_key", sa.BigInteger, nullable=False),
        sa.Column("removed_first", sa.BigInteger, nullable=False),
        sa.Column("removed_count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counters"),
    )
