"""What happened to articles since somebody last looked. In: a connection, a change's number. Out: articles as they are now, and before.

One state of the database throughout: what is read is what the last of the changes left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from index.domain.articles import Article, Sentence
from index.ports.articles import ArticleChange, ChangedArticles
from index.store.tables import articles, changes, revisions, sentences


def changed(connection: Connection, after: int, limit: int, current: Callable[[Collection[int]], Mapping[int, Article]]) -> ChangedArticles:
    """As ``ArticleStore.changed``. current: reads articles by key, without those that nobody is to be told of."""
    query = (
        select(changes, articles.c.key.label("there"), articles.c.grouped_at)
        .outerjoin(articles, articles.c.key == changes.c.article_key)
        .where(changes.c.seq > after)
        .order_by(changes.c.seq)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    decided = list(takewhile(lambda row: row.there is None or row.grouped_at is not None, rows))
    by_article: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in decided:
        by_article[row.article_key].append(row)
    found = current([key for key, rows_of_it in by_article.items() if rows_of_it[0].there is not None])
    said = _sentences(connection, found.values())
    earlier = _earlier(connection, [row for key in found for row in by_article[key]])
    made = [
        ArticleChange(
            article=found[key],
            at=datetime.fromtimestamp(by_article[key][-1].at, UTC),
            is_new=by_article[key][0].removed_count == 0,
            sentences=tuple(sentence for sentence, _ in said[key]),
            digests=tuple(digest for _, digest in said[key]),
            earlier=frozenset(earlier[key]),
        )
        for key in sorted(found, key=lambda key: by_article[key][-1].seq)
    ]
    removed = any(row.there is None for row in decided)
    return ChangedArticles(decided[-1].seq if decided else after, tuple(made), removed, undecided=len(decided) < len(rows))


def _sentences(connection: Connection, found: Collection[Article]) -> Mapping[int, list[tuple[Sentence, bytes]]]:
    said: dict[int, list[tuple[Sentence, bytes]]] = {}
    run = select(revisions.c.first_sentence_id, revisions.c.sentence_count)
    for one in found:
        first, count = connection.execute(run.where(revisions.c.article_key == one.key, revisions.c.number == one.revision)).one()
        rows = connection.execute(_in_run(first, count))
        said[one.key] = [(Sentence(row.id, row.article_key, row.start, row.end), bytes(row.digest)) for row in rows]
    return said


def _earlier(connection: Connection, rows: Sequence[Row[Any]]) -> Mapping[int, set[bytes]]:
    """Digests of the sentences that each article's changes replaced; old ones stay as long as the article does."""
    said: defaultdict[int, set[bytes]] = defaultdict(set)
    for row in rows:
        if row.removed_count:
            said[row.article_key].update(bytes(one.digest) for one in connection.execute(_in_run(row.removed_first, row.removed_count)))
    return said


def _in_run(first: int, count: int) -> Select[Any]:
    return select(sentences).where(sentences.c.id >= first, sentences.c.id < first + count).order_by(sentences.c.id)
