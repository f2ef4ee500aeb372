"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC.

A column that holds a chat's number is called ``chat_id`` or marked ``info=A_CHAT``: those move along when a group becomes a supergroup
(``moving.py``).
"""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String, Table, Text

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

updates = Table(
    "updates",
    metadata,
    # Update ids count within one bot.
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # Of what it said: Telegram begins to count anew now and then, and another Bot API server from 1.
    Column("digest", String(32), nullable=False),
    Column("received_at", BigInteger, nullable=False, index=True),
    # What it says, as JSON; empty once it has been handled.
    Column("content", Text),
    # A message about it may have gone out.
    Column("answering", Boolean, nullable=False),
    # How often a later process took it up.
    Column("tries", Integer, nullable=False),
)

greeted = Table(
    "greeted",
    metadata,
    # Groups that the bot has introduced itself to.
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)
