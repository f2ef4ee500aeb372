"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, MetaData, String, Table

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

chats = Table(
    "chats",
    metadata,
    # Telegram's number: 52 bits at most, negative for groups and channels (https://core.telegram.org/bots/api#chat).
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # What its people chose; empty where they chose nothing.
    Column("language", String(8)),
    Column("length", String(8)),
    Column("asking", String(8)),
    Column("changed_at", BigInteger, nullable=False),
)
