"""Room for what articles have in common: groups of copies, stories, and what both are found by.

Both are numbered by the keys of articles, so from here on keys are counted and never used twice. Copies and stories of what is stored already are
left open (``grouped_at`` is empty): the next writer works them off, some hundreds in each transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name in ("copy_group", "story_id", "grouped_at"):
        op.add_column("articles", sa.Column(name, sa.BigInteger))
    op.create_index("ix_articles_copy_group", "articles", ["copy_group"])
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    ungrouped = sa.text("grouped_at IS NULL")
    op.create_index("ix_articles_ungrouped", "articles", ["key"], sqlite_where=ungrouped, postgresql_where=ungrouped)
    op.create_table(
        "wordings",
        sa.Column("article_key", _Key, nullable=False, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Integer),
        sa.PrimaryKeyConstraint("article_key", name="pk_wordings"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_wordings_article_key", ondelete="CASCADE"),
    )
    op.create_index("ix_wordings_day", "wordings", ["day"])
    op.create_table(
        "copy_marks",
        sa.Column("mark", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("article_key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("mark", "article_key", name="pk_copy_marks"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO counters (name, value) SELECT 'next_article_key', coalesce(max(key), 0) + 1 FROM articles")
