"""Outlets that are not searched for the time being."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))
