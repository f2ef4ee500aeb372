"""What changed since a change, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from index.domain.articles import ArticleDraft
from index.intake.grouping import Grouping
from index.ports.articles import ChangedArticles
from index.store.articles import SqlArticleStore
from index.store.groups import SqlGroupStore
from tests.conftest import HashedWords, SetClock
from tests.contract.test_article_store import write


@pytest.fixture
def grouping(engine: Engine, clock: SetClock) -> Grouping:
    """What decides about copies."""
    return Grouping(SqlGroupStore(engine, clock))


def told(changed: ChangedArticles) -> list[tuple[str, bool, list[bool]]]:
    """Of each article: its id, whether it is new, and which sentences are."""
    return [(one.article.id, one.is_new, [digest not in one.earlier for digest in one.digests]) for one in changed.articles]


def test_new_and_changed_articles_come_with_what_is_new_in_them(store: SqlArticleStore, encoder: HashedWords, grouping: Grouping) -> None:
    """Each once, as it is now, in the order of the changes; facts that changed are no new sentences; one that went is only known to have gone."""
    write(store, encoder, ArticleDraft("Three died. Rain fell", id="x"))
    write(store, encoder, ArticleDraft("Prices rose", id="y"))
    grouping.run()
    first = store.changed(0, 50)
    assert told(first) == [("x", True, [True, True]), ("y", True, [True])]
    write(store, encoder, ArticleDraft("Five died. Rain fell", id="x"))
    write(store, encoder, ArticleDraft("Prices rose", id="y", title="Prices"))
    grouping.run()
    second = store.changed(first.upto, 50)
    assert told(second) == [("x", False, [True, False]), ("y", False, [False])]
    (changed, _) = second.articles
    assert [changed.article.text[one.start : one.end] for one in changed.sentences] == ["Five died", "Rain fell"]
    assert not second.removed
    store.remove("x")
    third = store.changed(second.upto, 50)
    assert (third.articles, third.removed, third.upto) == ((), True, store.sequence())
    assert store.changed(third.upto, 50) == ChangedArticles(third.upto, (), removed=False, undecided=False)


def test_what_changed_is_read_in_parts(store: SqlArticleStore, encoder: HashedWords, grouping: Grouping) -> None:
    """By changes, not articles."""
    for name in "xyz":
        write(store, encoder, ArticleDraft(f"It is about {name}", id=name))
    grouping.run()
    part = store.changed(0, 2)
    assert [one.article.id for one in part.articles] == ["x", "y"]
    assert [one.article.id for one in store.changed(part.upto, 2).articles] == ["z"]


def test_an_article_waits_until_it_is_decided_whose_copy_it_is(store: SqlArticleStore, encoder: HashedWords, grouping: Grouping) -> None:
    """And all after it, so that none is left out."""
    write(store, encoder, ArticleDraft("Three died", id="x"))
    grouping.run()
    write(store, encoder, ArticleDraft("Prices rose", id="y"))
    assert (told(store.changed(0, 50)), store.changed(0, 50).undecided) == ([("x", True, [True])], True)
    grouping.run()
    assert [one.article.id for one in store.changed(0, 50).articles] == ["x", "y"]


def test_outlets_that_are_paused_have_no_news(store: SqlArticleStore, encoder: HashedWords, grouping: Grouping) -> None:
    """What comes in of them meanwhile is not told later either."""
    write(store, encoder, ArticleDraft("Three died", source="The Courier", id="x"))
    write(store, encoder, ArticleDraft("Prices rose", id="y"))
    grouping.run()
    store.pause_source("The Courier", paused=True)
    paused = store.changed(0, 50)
    assert [one.article.id for one in paused.articles] == ["y"]
    assert paused.upto == store.sequence()
