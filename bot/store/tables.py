"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

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

answers = Table(
    "answers",
    metadata,
    # The answer's own id, as buttons and links carry it.
    Column("id", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    # Of the forum topic; 0 for none.
    Column("thread_id", BigInteger, nullable=False),
    # Empty for a question that nobody in the chat typed: one that is offered.
    Column("question_message_id", BigInteger),
    Column("question", Text, nullable=False),
    Column("understood", Text, nullable=False),
    # Of the coverage, when it was answered.
    Column("version", String(64), nullable=False),
    # The answer as JSON (bot.store.answers).
    Column("answer", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Index("ix_answers_conversation", "chat_id", "thread_id", "asked_at"),
    Index("ix_answers_asked_at", "asked_at"),
)
"""What was asked and what was answered, for buttons, edits and follow-ups; for some days."""

answer_messages = Table(
    "answer_messages",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("answer_id", String(16), ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""Which message of ours shows which answer."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("answer_id", String(16), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("understood", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    UniqueConstraint("answer_id", "user_id"),
)
"""Answers that somebody called wrong. It outlives the answer."""
