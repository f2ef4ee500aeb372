"""What an article says of itself besides, the address it is found by, and room for its copies and its story.

Columns are added in place. Addresses are given their canonical form here, because the next ingest looks articles up by it. Copies and stories of what
is stored already are left open (``grouped_at`` is empty): the next writer works them off, some hundreds in each transaction.
"""

import sqlalchemy as sa
from alembic import op

from index.intake.addresses import canonical

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BLOCK = 1000
_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for column in (
        sa.Column("canonical_address", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("published_from", sa.Text),
        sa.Column("modified_at", sa.BigInteger),
        sa.Column("copy_group", sa.BigInteger),
        sa.Column("story_id", sa.BigInteger),
        sa.Column("grouped_at", sa.BigInteger),
    ):
        op.add_column("articles", column)
    _fill_addresses(op.get_bind())
    op.drop_index("ix_articles_url", "articles")
    op.create_index("ix_articles_canonical_address", "articles", ["canonical_address"])
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
        sa.PrimaryKeyConstraint("article_key", name="pk_wordings"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_wordings_article_key", ondelete="CASCADE"),
    )
    op.create_table(
        "copy_marks",
        sa.Column("mark", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("article_key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("mark", "article_key", name="pk_copy_marks"),
        sqlite_with_rowid=False,
    )


def _fill_addresses(connection: sa.Connection) -> None:
    articles = sa.table("articles", sa.column("key"), sa.column("url"), sa.column("canonical_address"))
    unfilled = sa.select(articles.c.key, articles.c.url).where(articles.c.url.is_not(None)).order_by(articles.c.key).limit(_BLOCK)
    fill = articles.update().where(articles.c.key == sa.bindparam("of")).values(canonical_address=sa.bindparam("address"))
    last = -1
    while rows := connection.execute(unfilled.where(articles.c.key > last)).all():
        last = rows[-1].key
        connection.execute(fill, [{"of": row.key, "address": canonical(row.url)} for row in rows])
