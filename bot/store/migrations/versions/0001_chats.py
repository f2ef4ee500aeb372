"""What the people of a chat chose."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("language", sa.String(8)),
        sa.Column("length", sa.String(8)),
        sa.Column("asking", sa.String(8)),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chats"),
    )
