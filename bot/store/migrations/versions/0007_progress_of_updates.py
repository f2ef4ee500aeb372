"""How far an update of several messages has got."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("texts_sent", sa.Integer, nullable=False, server_default="0"))
