"""Groups of copies and stories come out the same however the same articles came in: in which batches, with which interruptions, on which database."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from index import ArticleDraft, NewsError, NewsIndex
from index.intake import pipeline
from index.store.articles import SqlArticleStore
from index.store.database import connect
from index.store.groups import SqlGroupStore
from tests.integration.test_news_index import open_hashed
from tests.unit.test_copies import report

DAY = datetime(2017, 2, 9, tzinfo=UTC)
EVENTS = 8
STEPS = 90

Step = ArticleDraft | str
"""An article that comes in, or the id of one that is removed."""


def history(seed: int) -> list[Step]:
    """Reports of a few events, some cut, copied or gone on with, in no order of dates; revisions, late dates and removals among them."""
    chance = random.Random(seed)
    facts: dict[str, Any] = {}
    steps: list[Step] = []
    for i in range(STEPS):
        known = sorted(facts)
        kind = chance.random()
        if known and kind < 0.08:
            gone = chance.choice(known)
            del facts[gone]
            steps.append(gone)
            continue
        name = chance.choice(known) if known and kind < 0.3 else f"a{i}"
        event = chance.randrange(EVENTS)
        words = report(event).split()
        copied = chance.random() < 0.5
        body = " ".join(words[: chance.choice((80, 120, 200))] if copied else chance.sample(words, 60))
        body += f" {report(100 + chance.randrange(30), 40)}" if chance.random() < 0.5 else ""
        day = DAY + timedelta(days=event % 3 + chance.choice((0, 1, 2, 5)))
        facts[name] = body, day if chance.random() < 0.85 else None
        steps.append(ArticleDraft(facts[name][0], source=f"Outlet {i % 5}", published_at=facts[name][1], id=name))
    return steps


def deliveries(steps: Sequence[Step], sizes: Callable[[], int]) -> Iterator[list[ArticleDraft] | str]:
    """The steps as an ingest gets them: several articles at once, none of them twice, until one is to be removed."""
    batch: list[ArticleDraft] = []
    size = sizes()
    for step in steps:
        if batch and (isinstance(step, str) or len(batch) >= size or step.id in {one.id for one in batch}):
            yield batch
            batch, size = [], sizes()
        if isinstance(step, str):
            yield step
        else:
            batch.append(step)
    yield batch


def take(index: NewsIndex, what: list[ArticleDraft] | str) -> None:
    """One delivery, which may have been begun before."""
    if isinstance(what, list):
        index.ingest(what)
    elif what in {one.id for one in index.articles()}:
        index.remove(what)


def end(index: NewsIndex) -> list[Any]:
    """Every article with its group and its story."""
    assert index.check().findings == ()
    return list(index.articles())


@pytest.fixture(scope="module", params=[1, 2])
def seed(request: pytest.FixtureRequest) -> int:
    """Of a history."""
    return int(request.param)


@pytest.fixture(scope="module")
def wanted(seed: int, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """How it ends when each article comes alone."""
    with open_hashed(tmp_path_factory.mktemp("alone")) as index:
        for what in deliveries(history(seed), lambda: 1):
            take(index, what)
        found = end(index)
    groups = {one.copy_group for one in found if one.copy_group}
    stories = [one.story for one in found if one.story]
    assert len(groups) > 3, "the history has copies"
    assert 4 < len(set(stories)) < len(stories) - 10, "the history has stories"
    return found


@pytest.mark.parametrize("most", [6, STEPS])
def test_how_many_come_at_once_changes_nothing(
    seed: int, wanted: list[Any], most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few or many articles in a delivery and in a transaction, with the pass after each or only at the end, end as one by one."""
    monkeypatch.setattr(pipeline, "BATCH_SENTENCES", most * 5)
    monkeypatch.setattr(pipeline, "_FOLLOW_EVERY_S", 0.0 if most == 6 else 99.0)
    chance = random.Random(most)
    with open_hashed(tmp_path) as index:
        for what in deliveries(history(seed), lambda: chance.randint(1, most)):
            take(index, what)
        assert end(index) == wanted


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize("kills", [3, 4])
def test_where_it_was_killed_changes_nothing(
    seed: int, wanted: list[Any], kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off before or after one in five writes of articles or of decisions, reopened and gone on with, it ends like one that never was."""
    chance = random.Random(kills)
    dead = False
    died = 0

    def mortal(original: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal dead, died
            dying = chance.random() < 0.2
            if dead or (dying and chance.random() < 0.5):
                died += not dead
                dead = True
                raise Killed
            done = original(*arguments, **named)
            if dying:
                dead, died = True, died + 1
                raise Killed
            return done

        return write

    for owner, name in ((SqlArticleStore, "write"), (SqlArticleStore, "remove"), (SqlGroupStore, "record")):
        monkeypatch.setattr(owner, name, mortal(getattr(owner, name)))
    monkeypatch.setattr(pipeline, "BATCH_SENTENCES", 40)
    for what in deliveries(history(seed), lambda: chance.randint(1, 12)):
        while True:
            dead = False
            try:
                with open_hashed(tmp_path) as index:
                    take(index, what)
                break
            except (Killed, NewsError):
                assert dead, "only what was cut off may fail"
    dead, chance = False, random.Random(0)
    monkeypatch.undo()
    with open_hashed(tmp_path) as index:
        assert end(index) == wanted
    assert died > 10


def test_the_database_changes_nothing(seed: int, wanted: list[Any], tmp_path: Path, postgres_url: str) -> None:
    """PostgreSQL counts keys as SQLite does, and comes to the same groups and stories."""
    engine = connect(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    chance = random.Random(3)
    with open_hashed(tmp_path, url=postgres_url) as index:
        for what in deliveries(history(seed), lambda: chance.randint(1, 20)):
            take(index, what)
        assert end(index) == wanted
