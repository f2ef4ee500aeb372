"""The bot's tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two. Times are whole seconds since 1970 UTC.

A column that holds a chat's number is called ``chat_id`` or marked ``info=A_CHAT``: those move along when a group becomes a supergroup
(``moving.py``).
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

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

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    # What ``bot.updates.subscription.Wish`` holds; lists of words a line each.
    Column("wanted", String(12), nullable=False),
    Column("words", Text, nullable=False),
    Column("must", Text, nullable=False),
    Column("must_not", Text, nullable=False),
    # ``Schedule``; times of day in minutes after midnight.
    Column("cadence", String(8), nullable=False),
    Column("at_minute", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("quiet_from", Integer),
    Column("quiet_to", Integer),
    Column("at_most", Integer),
    Column("language", String(8)),
    Column("state", String(8), nullable=False),
    Column("reason", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("last_digest_at", BigInteger, nullable=False),
    # Of a topic or question: its vector, so that ten thousand need not be encoded at each start, and the encoder it is by.
    Column("encoder", String(64)),
    Column("vector", LargeBinary),
    # Of a question: what was answered last, as JSON.
    Column("answered", Text),
    Index(None, "chat_id"),
    sqlite_autoincrement=True,  # a button of a subscription that is gone must not mean another
)

matches = Table(
    "matches",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id", ondelete="CASCADE"), nullable=False),
    # What it is news of: a report, whoever carries it. Once for each subscription.
    Column("report", String(80), nullable=False),
    Column("article_id", String(200), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("story", BigInteger, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("matched_at", BigInteger, nullable=False),
    # The update it was told in; empty while it waits for a digest.
    Column("outbox_id", BigInteger),
    UniqueConstraint("subscription_id", "report"),
    Index(None, "outbox_id"),
    Index(None, "report"),
)
"""What was found for whom. ``score``: in thousandths."""

outbox = Table(
    "outbox",
    metadata,
    # Its order is the order in which a chat gets its updates.
    Column("id", KEY, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    # What it is about; a place is told of it once.
    Column("update_key", String(120), nullable=False),
    Column("subscription_id", BigInteger),
    # What is sent: HTML messages, and the update it replies to or edits, as JSON.
    Column("body", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # How many of its texts are in the chat already; ``message_id`` is the first one's.
    Column("texts_sent", Integer, nullable=False, server_default="0"),
    Column("claimed_by", String(40)),
    Column("claimed_at", BigInteger),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    UniqueConstraint("chat_id", "thread_id", "update_key"),
    Index(None, "chat_id", "state", "id"),
    Index(None, "state", "id"),
    Index(None, "subscription_id"),
    sqlite_autoincrement=True,
)

chat_waits = Table(
    "chat_waits",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
)
"""Chats that Telegram said to leave alone until then; every replica heeds it."""

looks = Table(
    "looks",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    # -1 for a chat that is lost as a whole.
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("looks", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Chats and topics that cannot be written to: how often it was looked whether they can be again, and when it is to be looked next."""

progress = Table(
    "progress",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""How far something has got: the last change of the coverage that subscriptions were told of."""
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
