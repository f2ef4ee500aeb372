"""Groups of copies and stories as they are decided and kept, on SQLite and on PostgreSQL: ``index.ports.groups.GroupStore`` under ``Grouping``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text

from index.domain.articles import ArticleDraft, Span
from index.intake import copy_groups, grouping, stories
from index.intake.addresses import canonical
from index.intake.grouping import AT_ONCE, Grouping
from index.intake.pipeline import derived_id, text_digest
from index.ports.articles import ArticleWrite
from index.ports.groups import Around, Grouped, GroupStore
from index.store.articles import SqlArticleStore
from index.store.groups import SqlGroupStore
from tests.conftest import HashedWords, SetClock
from tests.unit.test_copies import report

DAY = datetime(2017, 2, 9, tzinfo=UTC)
Write = Callable[..., str]


@pytest.fixture
def groups(engine: Engine, clock: SetClock) -> SqlGroupStore:
    """The group store beside the article store."""
    return SqlGroupStore(engine, clock)


@pytest.fixture
def write(store: SqlArticleStore, encoder: HashedWords) -> Write:
    """Stores an article as one sentence, as new or as a revision; nothing is grouped by it."""

    def write(name: str, content: str, published: datetime | None = DAY, title: str | None = None) -> str:
        draft = ArticleDraft(content, f"https://{name}.example/1", title, name, published, id=name)
        digest = text_digest(content)
        known = store.find(id=name, address=canonical(draft.url or ""), text_digest=digest)
        same = known is not None and known.text_digest == digest
        spans = None if same else (Span(0, len(content)),)
        write = ArticleWrite(draft, name or derived_id(None, digest), draft.url, known, digest, spans, () if same else (digest,))
        store.write([write], encoder, {digest: encoder.encode([content])[0]})
        return name

    return write


def grouped(store: SqlArticleStore) -> list[set[str]]:
    """The groups of copies, by article id."""
    by_group: dict[int, set[str]] = {}
    for article in store.articles():
        if article.copy_group is not None:
            by_group.setdefault(article.copy_group, set()).add(article.id)
    return sorted(by_group.values(), key=min)


def test_copies_are_grouped_in_whatever_order_they_come(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """A wire report, its cut copy and its longer version are one group, from one ingest or from three; another report is in none."""
    whole = report(1)
    write("wire", whole)
    write("other", report(2))
    write("cut", " ".join(whole.split()[:80]))
    assert Grouping(groups).run() == 3
    assert grouped(store) == [{"wire", "cut"}]
    write("longer", f"{whole} {report(3, 50)}")
    assert Grouping(groups).run() == 1
    assert grouped(store) == [{"wire", "cut", "longer"}]
    assert store.integrity() == []
    assert Grouping(groups).run() == 0, "nothing is left to do"


def test_news_in_brief_join_no_two_reports(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """An article that prints two reports whole is a copy of one of them; the two stay apart."""
    write("one", report(1))
    write("two", report(2))
    write("briefs", f"{report(1)} {report(2)}")
    Grouping(groups).run()
    assert len(grouped(store)) == 1
    by_id = {article.id: article.report for article in store.articles()}
    assert by_id["one"] != by_id["two"]


def test_a_group_changes_with_its_articles(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """A revised copy leaves; when the first article is revised the rest find each other again; a group of one is none."""
    for name in ("a", "b", "c"):
        write(name, report(1))
    Grouping(groups).run()
    write("c", report(2))
    Grouping(groups).run()
    assert grouped(store) == [{"a", "b"}]
    write("c", report(1))
    Grouping(groups).run()
    assert grouped(store) == [{"a", "b", "c"}]
    write("a", report(3))
    Grouping(groups).run()
    assert grouped(store) == [{"b", "c"}]
    write("c", report(4))
    Grouping(groups).run()
    assert grouped(store) == []
    assert store.integrity() == []


def test_a_group_outlives_its_first_article(store: SqlArticleStore, groups: SqlGroupStore, write: Write, engine: Engine) -> None:
    """Removing the first article leaves the others one group, removing down to one leaves none, and no mark stays behind."""
    for name in ("a", "b", "c"):
        write(name, report(1))
    Grouping(groups).run()
    store.remove("a")
    Grouping(groups).run()
    assert grouped(store) == [{"b", "c"}]
    store.remove("c")
    Grouping(groups).run()
    assert grouped(store) == []
    store.remove("b")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM copy_marks")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM wordings")).scalar() == 0
    assert store.integrity() == []


def test_other_facts_do_not_disturb_a_group(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """A new title for the first article, or for a copy, leaves the group as it is."""
    for name in ("a", "b"):
        write(name, report(1))
    Grouping(groups).run()
    for name in ("a", "b"):
        write(name, report(1), title="Corrected headline")
        assert Grouping(groups).run() == 1
        assert grouped(store) == [{"a", "b"}]


def test_a_line_under_every_page_is_left_by_no_more_than_some(
    store: SqlArticleStore, groups: SqlGroupStore, write: Write, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks that many articles share are not stored without end, and copies among those articles are still found."""
    monkeypatch.setattr(copy_groups, "_MAX_HOLDERS", 5)
    footer = report(99, 60)
    for i in range(12):
        write(f"n{i:02}", f"{report(i, 150)} {footer}")
    write("copy", f"{report(11, 150)} {footer}")
    Grouping(groups).run()
    with engine.connect() as connection:
        held = connection.execute(text("SELECT count(*) FROM copy_marks GROUP BY mark ORDER BY 1 DESC")).scalars().all()
    assert held[0] == 5
    assert grouped(store) == [{"n11", "copy"}]


def test_old_articles_are_a_longer_queue(store: SqlArticleStore, groups: SqlGroupStore, write: Write, engine: Engine) -> None:
    """After an upgrade nothing has been grouped; the next pass works all of it off, block by block, and a stopped one goes on."""
    for i in range(6):
        write(f"n{i}", report(i // 2))
    Grouping(groups).run()
    with engine.begin() as connection:  # as the migration leaves it
        connection.execute(text("UPDATE articles SET copy_group = NULL, story_id = NULL, grouped_at = NULL"))
        connection.execute(text("DELETE FROM wordings"))
        connection.execute(text("DELETE FROM copy_marks"))
    stopped = _StopsAfter(groups, 1)
    with pytest.raises(KeyboardInterrupt):
        Grouping(cast("GroupStore", stopped)).run()
    assert len(groups.ungrouped(AT_ONCE)) == 5
    assert Grouping(groups).run() == 5
    assert grouped(store) == [{"n0", "n1"}, {"n2", "n3"}, {"n4", "n5"}]


class _StopsAfter:
    """A group store that is interrupted after so many blocks."""

    def __init__(self, store: SqlGroupStore, blocks: int) -> None:
        self._store = store
        self._blocks = blocks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def record(self, batch: Sequence[Grouped], **told: Any) -> None:
        if self._blocks == 0:
            raise KeyboardInterrupt
        self._blocks -= 1
        self._store.record(batch, **told)


def test_the_decision_is_stored_whole_or_not_at_all(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """An article that cannot be decided leaves the others of its block waiting; one that is gone is passed over."""
    write("a", report(1))
    (waiting,) = groups.ungrouped(1)
    groups.record([Grouped(waiting.key, None, waiting.key, (1, 2), b"", 5), Grouped(waiting.key + 50, None, None, (3,), b"", None)])
    assert groups.holders((1, 2, 3)) == {1: [waiting.key], 2: [waiting.key]}
    write("b", report(2))
    (waiting,) = groups.ungrouped(1)
    with pytest.raises(Exception, match="storing groups"):
        groups.record([Grouped(waiting.key, None, None, (4, 4), b"", None)], disturbed=[waiting.key - 1])
    assert [one.key for one in groups.ungrouped(9)] == [waiting.key]
    assert groups.holders((4,)) == {}


def test_stories_follow_events_through_time(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """Reports of one event are one story across ingests; another event is another; an undated article has none; numbers are not used twice."""
    for i in range(40):
        write(f"background{i}", report(100 + i, 120), DAY - timedelta(days=20))
    write("first", report(1), DAY)
    write("second", report(1)[200:] + " " + report(2, 60), DAY + timedelta(days=1))
    write("elsewhere", report(3), DAY)
    write("undated", report(1)[300:] + report(4, 80), None)
    Grouping(groups).run()
    write("third", report(1)[400:] + " " + report(5, 60), DAY + timedelta(days=2))
    Grouping(groups).run()
    assert [one.id for one in store.story("second")] == ["first", "second", "third"]
    assert [one.id for one in store.story("elsewhere")] == ["elsewhere"]
    assert [(one.id, one.story) for one in store.story("undated")] == [("undated", None)]
    assert store.story("nobody") == []
    numbers = {one.story for one in store.articles()}
    store.remove("elsewhere")
    write("elsewhere", report(3), DAY)
    Grouping(groups).run()
    (again,) = store.story("elsewhere")
    assert again.story not in numbers


def test_an_archive_in_no_order_is_placed_in_parts(
    store: SqlArticleStore, groups: SqlGroupStore, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles of many years in one block are weighed with what lies around each, never with more than fits; copies on one day are one story."""
    monkeypatch.setattr(grouping, "MAX_AROUND", 8)
    monkeypatch.setattr(stories, "MAX_AROUND", 8)
    seen: list[int] = []
    around = groups.around

    def counted(*given: int) -> list[Around]:
        found = around(*given)
        seen.append(len(found))
        return found

    monkeypatch.setattr(groups, "around", counted)
    for half in ("early", "late"):
        for i in range(20):
            write(f"{half}{i}", report(i), DAY + timedelta(days=30 * (i * 7 % 20)))
        Grouping(groups).run()
    assert 0 < max(seen) <= 8
    by_id = {one.id: one.story for one in store.articles()}
    assert all(by_id[f"early{i}"] == by_id[f"late{i}"] for i in range(20))
    assert len(set(by_id.values())) == 20


def test_what_lies_around_comes_by_days_and_keys(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """Only articles of these days, with lower keys, the last so many in the order of their keys; undated ones never come, but tell what is common."""
    for i in range(6):
        write(f"n{i}", report(i), DAY + timedelta(days=i // 2))
    write("undated", report(9), None)
    Grouping(groups).run()
    first = int(DAY.timestamp()) // 86_400

    def keys(found: list[Around]) -> list[int]:
        return [one.key for one in found]

    assert keys(groups.around(first + 1, first + 2, 100, 100)) == [3, 4, 5, 6]
    assert keys(groups.around(first + 1, first + 2, 6, 100)) == [3, 4, 5]
    assert keys(groups.around(first, first + 9, 6, 2)) == [4, 5]
    assert groups.count_around(first, first + 9, 6) == 5
    assert len(groups.background(8, 100)) == 7
    assert groups.background(7, 2) == [one.terms for one in groups.around(first, first + 9, 7, 2)[::-1]]


def test_a_story_is_decided_once_by_the_words_the_article_came_with(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """A revision stays in its story and is found by its first words; a date that is learnt late gives a story, and a corrected one no other."""
    for i in range(40):
        write(f"background{i}", report(100 + i, 120), DAY - timedelta(days=20))
    write("first", report(1))
    write("undated", report(1)[300:], None)
    Grouping(groups).run()
    assert story_of(store, "first") == {"first"}
    write("first", report(2))
    write("undated", report(1)[300:], DAY + timedelta(days=1))
    Grouping(groups).run()
    assert story_of(store, "first") == {"first", "undated"}
    write("second", report(1)[200:], DAY + timedelta(days=1))
    write("other", report(2)[200:], DAY + timedelta(days=1))
    write("undated", report(1)[300:], DAY + timedelta(days=50))
    Grouping(groups).run()
    assert story_of(store, "first") == {"first", "undated", "second"}
    assert story_of(store, "other") == {"other"}


def story_of(store: SqlArticleStore, name: str) -> set[str]:
    """The ids of the articles of its story."""
    return {one.id for one in store.story(name)}


def test_a_change_is_passed_on_to_all_that_depend_on_it(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """An earlier article that becomes the wire report takes over its group, and gives it back; those above learn of it in the same pass."""
    write("early", report(7))
    for name in ("a", "b"):
        write(name, report(1))
    write("cut", " ".join(report(1).split()[:80]))
    Grouping(groups).run()
    keys = {one.id: one.key for one in store.articles()}
    write("early", f"{report(1)} {report(8, 40)}")
    Grouping(groups).run()
    assert {one.copy_group for one in store.articles()} == {keys["early"]}
    write("early", report(7))
    Grouping(groups).run()
    assert {one.id: one.copy_group for one in store.articles()} == {"early": None} | dict.fromkeys(("a", "b", "cut"), keys["a"])
    assert store.integrity() == []


def test_copies_are_read_with_the_earliest_first(store: SqlArticleStore, groups: SqlGroupStore, write: Write) -> None:
    """The articles of a report come in the order of their publication, undated ones last; a report of one article is not in it."""
    write("late", report(1), DAY + timedelta(days=1))
    write("early", report(1), DAY)
    write("undated", report(1), None)
    write("alone", report(2))
    Grouping(groups).run()
    reports = {article.id: article.report for article in store.articles()}
    found = store.copies(set(reports.values()))
    assert {report: [one.id for one in articles] for report, articles in found.items()} == {reports["late"]: ["early", "late", "undated"]}


def test_every_revision_can_be_read_again(store: SqlArticleStore, write: Write) -> None:
    """The current text and each earlier one by its number, for quotes already given; nothing for what never was or is gone."""
    write("a", "Three died")
    write("a", "Five died")
    assert store.text("a") == (2, "Five died")
    assert store.text("a", 1) == (1, "Three died")
    assert store.text("a", 3) is None
    store.remove("a")
    assert store.text("a") is None
