"""What an article says of itself besides, and the address it is found by.

Columns are added in place. Addresses are given their canonical form here, because the next ingest looks articles up by it.
"""

import sqlalchemy as sa
from alembic import op

from index.intake.addresses import canonical

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BLOCK = 1000


def upgrade() -> None:
    for column in (
        sa.Column("canonical_address", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("published_from", sa.Text),
        sa.Column("modified_at", sa.BigInteger),
    ):
        op.add_column("articles", column)
    _fill_addresses(op.get_bind())
    op.drop_index("ix_articles_url", "articles")
    op.create_index("ix_articles_canonical_address", "articles", ["canonical_address"])


def _fill_addresses(connection: sa.Connection) -> None:
    articles = sa.table("articles", sa.column("key"), sa.column("url"), sa.column("canonical_address"))
    unfilled = sa.select(articles.c.key, articles.c.url).where(articles.c.url.is_not(None)).order_by(articles.c.key).limit(_BLOCK)
    fill = articles.update().where(articles.c.key == sa.bindparam("of")).values(canonical_address=sa.bindparam("address"))
    last = -1
    while rows := connection.execute(unfilled.where(articles.c.key > last)).all():
        last = rows[-1].key
        connection.execute(fill, [{"of": row.key, "address": canonical(row.url)} for row in rows])
