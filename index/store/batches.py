"""Writing articles: a whole batch with few statements, because a statement costs a tenth of a millisecond and a sentence far less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from index.ports.articles import ArticleWrite, Facts
from index.store.counters import take
from index.store.tables import articles, changes, revisions, sentences, sources

_NEXT_SENTENCE = "next_sentence_id"
_NEXT_ARTICLE = "next_article_key"
"""Keys are in an unbroken run and never used twice, not even where a transaction failed: groups and stories are numbered by them."""
_COLUMNS = {"published": "published_at", "modified": "modified_at"}
_FACTS = ("url", "canonical_address", "title", "author", "source_id", "published_at", "published_from", "modified_at", "language")


def write_batch(connection: Connection, batch: Sequence[ArticleWrite], now: int) -> None:
    """Store articles with their new revisions and sentences, and tell the log. No article is twice in a batch."""
    source_ids = _source_ids(connection, {item.draft.source for item in batch if item.draft.source is not None})
    rows = [_facts(item, source_ids) | {"text_digest": item.text_digest, "changed_at": now, "grouped_at": None} for item in batch]
    keys = _insert_new(connection, batch, rows, now)
    new_revisions, new_sentences, log = [], [], []
    next_id = take(connection, _NEXT_SENTENCE, sum(len(item.spans or ()) for item in batch))
    for item, row in zip(batch, rows, strict=True):
        known = item.known
        key, number, gone = (
            (keys[item.id], 1, (0, 0)) if known is None else (known.key, known.revision, _current_run(connection, known.key))
        )
        if item.spans is not None:
            number += known is not None
            new_revisions.append(
                {
                    "article_key": key,
                    "number": number,
                    "text": item.draft.text,
                    "seen_at": now,
                    "first_sentence_id": next_id,
                    "sentence_count": len(item.spans),
                }
            )
            new_sentences += [
                {"id": next_id + i, "article_key": key, "revision": number, "start": span.start, "end": span.end, "digest": digest}
                for i, (span, digest) in enumerate(zip(item.spans, item.digests, strict=True))
            ]
            next_id += len(item.spans)
        if known is not None:
            connection.execute(update(articles).where(articles.c.key == key).values(row | {"revision": number}))
        log.append(change(now, key, *gone))
    for table, values in ((revisions, new_revisions), (sentences, new_sentences), (changes, log)):
        if values:
            connection.execute(insert(table), values)


def change(now: int, key: int, first: int, count: int) -> dict[str, int]:
    """A row of the log: the article, and the run of sentence ids that went away."""
    return {"at": now, "article_key": key, "removed_first": first, "removed_count": count}


def _facts(item: ArticleWrite, source_ids: dict[str, int]) -> dict[str, Any]:
    """What the delivery says that was not known: what it leaves out, an earlier one may have said."""
    facts = Facts.of(item.draft)
    said = facts.given() if item.known is None else item.known.news(facts, item.address)
    row: dict[str, Any] = {_COLUMNS.get(name, name): value for name, value in said.items() if name != "source"}
    if "source" in said:
        row["source_id"] = source_ids[str(said["source"])]
    if "url" in said:
        row["canonical_address"] = item.address
    return row


def _insert_new(connection: Connection, batch: Sequence[ArticleWrite], rows: Sequence[dict[str, Any]], now: int) -> dict[str, int]:
    """Keys of the new articles, by id."""
    empty = dict.fromkeys(_FACTS)
    new = [
        empty | row | {"id": item.id, "revision": 1, "first_seen_at": now}
        for item, row in zip(batch, rows, strict=True)
        if item.known is None
    ]
    if not new:
        return {}
    first = take(connection, _NEXT_ARTICLE, len(new))
    connection.execute(insert(articles), [row | {"key": key} for key, row in enumerate(new, start=first)])
    return {str(row["id"]): key for key, row in enumerate(new, start=first)}


def _source_ids(connection: Connection, names: set[str]) -> dict[str, int]:
    """The database's numbers for these outlets; those it does not know get one."""
    if not names:
        return {}
    query = select(sources.c.name, sources.c.id).where(sources.c.name.in_(names))
    known = {row.name: row.id for row in connection.execute(query)}
    unknown = [{"name": name} for name in sorted(names - known.keys())]
    if unknown:
        connection.execute(insert(sources), unknown)
        known = {row.name: row.id for row in connection.execute(query)}
    return known


def _current_run(connection: Connection, key: int) -> tuple[int, int]:
    """First sentence id and sentence count of the article's current revision."""
    query = select(revisions.c.first_sentence_id, revisions.c.sentence_count).join_from(
        articles, revisions, (revisions.c.article_key == articles.c.key) & (revisions.c.number == articles.c.revision)
    )
    row = connection.execute(query.where(articles.c.key == key)).one()
    return row.first_sentence_id, row.sentence_count
