"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC.

A column that holds a chat's number is called ``chat_id`` or marked ``info=A_CHAT``: those move along when a group becomes a supergroup
(``moving.py``).
"""

from sqlalchemy import BigInteger, Column, MetaData, String, Table

A_CHAT = {"holds": "chat"}

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
    Column("id", BigInteger, primary_key=True, autoincrement=False, info=A_CHAT),
    # What its people chose; empty where they chose nothing.
    Column("language", String(8)),
    Column("length", String(8)),
    Column("asking", String(8)),
    Column("changed_at", BigInteger, nullable=False),
)

greeted = Table(
    "greeted",
    metadata,
    # Groups that the bot has introduced itself to.
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)
