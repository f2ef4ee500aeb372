"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC.

A column that holds a chat's number is called ``chat_id`` or marked ``info=A_CHAT``: those move along when a group becomes a supergroup
(``moving.py``).
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.database import KEY, new_metadata

A_CHAT = {"holds": "chat"}

metadata = new_metadata()

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
admin_groups = Table(
    "admin_groups",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("marked_by", BigInteger, nullable=False),
    Column("marked_at", BigInteger, nullable=False),
)
"""Groups in which admins are obeyed, besides their private chats."""

audit = Table(
    "audit",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("at", BigInteger, nullable=False),
    # Empty where Telegram names nobody: a post in a channel.
    Column("user_id", BigInteger),
    Column("name", Text, nullable=False),
    Column("chat_id", BigInteger),
    Column("act", String(40), nullable=False),
    Column("argument", Text, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "outcome", "id"),
)
"""Who did what where with an admin's command, or tried to."""

confirmations = Table(
    "confirmations",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("act", String(40), nullable=False),
    Column("argument", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
"""Acts that were asked about, and are done when the same admin says yes in the same chat in time."""

source_channels = Table(
    "source_channels",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("username", String(64)),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", BigInteger, nullable=False),
)
"""Channels whose posts are taken in."""

inbox = Table(
    "inbox",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    # Goes up with each edit, so that one that comes while the post is taken in is not lost.
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger),
)
"""Posts that Telegram has delivered, and will not deliver again, until they stand in the coverage."""

watched_files = Table(
    "watched_files",
    metadata,
    Column("path", Text, primary_key=True),
    # Its size and when it was changed, as it was taken in.
    Column("stamp", String(60), nullable=False),
)
"""What was taken in of the folders that are watched, so that a restart reads only what changed meanwhile."""

usage = Table(
    "usage",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("what", String(16), nullable=False),
    Column("elapsed_ms", Integer),
    Index(None, "at"),
)
"""One row for each question: when, what came of it, how long it took. Not who asked, nor what."""
