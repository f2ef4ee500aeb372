"""The tables, as SQLAlchemy Core knows them. ``migrations/`` makes them; a test compares the two.

Times are whole seconds since 1970 UTC: every database keeps, compares and indexes them alike. Sentence ids are given by us, in unbroken runs
for each revision, and never used twice: an index that lags can then be told what went away by two numbers.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from index.store.columns import KEY, new_metadata

metadata = new_metadata()

sources = Table(
    "sources",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    # Its articles are kept and not searched.
    Column("paused", Boolean, nullable=False, server_default=false()),
)

articles = Table(
    "articles",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("id", String(200), nullable=False, unique=True),
    Column("url", Text),
    # The form of the address by which the article is found; made by index.intake.addresses, and no address to open.
    Column("canonical_address", Text),
    Column("title", Text),
    Column("author", Text),
    Column("source_id", ForeignKey("sources.id")),
    Column("published_at", BigInteger),
    Column("published_from", Text),
    Column("modified_at", BigInteger),
    Column("language", String(35)),
    Column("revision", Integer, nullable=False),
    Column("text_digest", LargeBinary(16), nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    # What is derived from it and the articles beside it: its group of copies and its story, each by the key of the article that begins it; and when
    # that was decided. No moment means: not since it came or changed, so it is still to be done.
    Column("copy_group", BigInteger),
    Column("story_id", BigInteger),
    Column("grouped_at", BigInteger),
    Index(None, "canonical_address"),
    Index(None, "published_at"),
    Index(None, "copy_group"),
    Index(None, "story_id"),
    Index("ix_articles_ungrouped", "key", sqlite_where=text("grouped_at IS NULL"), postgresql_where=text("grouped_at IS NULL")),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_key", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("first_sentence_id", BigInteger, nullable=False),
    Column("sentence_count", Integer, nullable=False),
)

sentences = Table(
    "sentences",
    metadata,
    Column("id", KEY, primary_key=True, autoincrement=False),
    Column("article_key", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
)

wordings = Table(
    "wordings",
    metadata,
    Column("article_key", ForeignKey("articles.key", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    Column("marks", LargeBinary, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Column("day", Integer),
    Index(None, "day"),
)
"""What an article is compared by: its marks (64 bits each, little-endian), of the revision that was grouped last; its terms (32 bits each) and
the day it was published (since 1970 UTC; empty for an undated one), both as it was grouped first."""

copy_marks = Table(
    "copy_marks",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("article_key", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which articles have a stretch of words in common: some of each article's shingles, by hash (``index.intake.copies``)."""

encoders = Table(
    "encoders",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
)

embeddings = Table(
    "embeddings",
    metadata,
    # A number of its own, so that vectors are appended; the unique index, which is small, takes the random order of digests.
    Column("id", KEY, primary_key=True),
    Column("encoder_id", ForeignKey("encoders.id", ondelete="CASCADE"), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    UniqueConstraint("encoder_id", "digest"),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", KEY, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("article_key", BigInteger, nullable=False),
    Column("removed_first", BigInteger, nullable=False),
    Column("removed_count", Integer, nullable=False),
    sqlite_autoincrement=True,
)
"""What every index must be told since it last asked: sentences that went away, and the article whose current sentences are to be taken in."""

counters = Table(
    "counters",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("source", Text),
    Column("added_at", BigInteger, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("last_new", Integer, nullable=False),
    Column("total_new", Integer, nullable=False),
    # What ``index.domain.feeds.FeedState`` holds, field by field.
    Column("next_poll_at", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_digest", LargeBinary(16)),
    Column("asked_interval_s", BigInteger),
    Column("last_success_at", BigInteger),
    Column("last_status", Integer),
    Column("last_error", Text),
    Column("gone", Boolean, nullable=False),
)

former_addresses = Table(
    "former_addresses",
    metadata,
    Column("url", Text, primary_key=True),
    Column("feed_key", ForeignKey("feeds.key", ondelete="CASCADE"), nullable=False),
    Index(None, "feed_key"),
)
"""Where feeds were before they moved for good, so that whoever still names one by that address means the same feed."""

feed_entries = Table(
    "feed_entries",
    metadata,
    Column("feed_key", ForeignKey("feeds.key", ondelete="CASCADE"), primary_key=True),
    Column("identity", LargeBinary(16), primary_key=True),
    Column("digest", LargeBinary(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
"""What was done about each entry, so that one that did not change costs no fetch. ``attempts``: how often its page could not be had; 0: done."""
