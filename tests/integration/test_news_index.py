"""NewsIndex over real SQLite, FAISS and tantivy, with a deterministic encoder: what goes in is found, what goes out is not, whoever stops when."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from index.answering.covered import Calibration, OperatingPoint
from index.asking import Asking
from index.build import DEFAULT_FEED_INTERVAL, DEFAULT_PARSER, _engines, _ensure_tables, _measure, following, open_fetcher
from index.domain.answers import Answer, Status
from index.domain.articles import Article, ArticleDraft
from index.domain.ingest import Refusal
from index.domain.passages import Filters
from index.domain.upkeep import Severity
from index.errors import ArticleNotFoundError, EncoderMismatchError, IndexDamagedError, IndexNotBuiltError, QuestionError
from index.intake.grouping import Grouping
from index.intake.refresh import Following
from index.models.choose import load_parser
from index.offering import SURE
from index.ports.models import Reranker, Writer
from index.search.generations import Generation, Generations
from index.search.lexical import TantivyLexicalIndex
from index.service import NewsIndex
from index.store.articles import SqlArticleStore
from index.store.database import connect, sqlite_url
from index.store.groups import SqlGroupStore
from index.store.measures import copy_sqlite
from index.text.sentences import split
from tests.conftest import HashedWords, SetClock
from tests.dying import die_before, processes

DAY = datetime(2017, 2, 9, tzinfo=UTC)
ALWAYS = Calibration({"score": 10.0}, -4.0, 10.0, -4.0, dict.fromkeys(OperatingPoint, 0.5), fitted=True)


def open_hashed(
    folder: Path,
    encoder: HashedWords | None = None,
    url: str | None = None,
    reranker: Reranker | None = None,
    *,
    clock: SetClock | None = None,
    follow: Callable[[Engine, Path, SetClock], Following] | None = None,
    writer: Writer | None = None,
) -> NewsIndex:
    """A NewsIndex in ``folder`` as ``open_index`` would bind it, but for the models, and for the clock and the feeds if they are given."""
    encoder = encoder or HashedWords()
    folder.mkdir(parents=True, exist_ok=True)
    engine = connect(url or sqlite_url(folder / "dateline.db"))
    _ensure_tables(engine, folder)
    clock = clock or SetClock()
    store = SqlArticleStore(engine, folder, clock)
    asking = Asking(
        store=store,
        generations=Generations(folder / "index", store, encoder, _engines(), clock),
        encoder=encoder,
        reranker=reranker,
        parser=load_parser(DEFAULT_PARSER, folder),
        reader=None,
        read=ALWAYS,
        unread=ALWAYS,
        point=OperatingPoint.BALANCED,
        split=split,
        clock=clock,
        writer=writer,
    )
    return NewsIndex(
        asking=asking,
        following=follow(engine, folder, clock) if follow else following(engine, folder, clock, open_fetcher, DEFAULT_FEED_INTERVAL),
        group=Grouping(SqlGroupStore(engine, clock)).run,
        measure=lambda generations, encoder, reranker: _measure(engine, generations, encoder, reranker),
        save_database=lambda file: copy_sqlite(engine, file),
        close=engine.dispose,
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[NewsIndex]:
    """An empty index."""
    with open_hashed(tmp_path / "data") as opened:
        yield opened


def texts(answer: Answer) -> list[str]:
    """What the passages say, without their context."""
    return [one.text[one.focus.start - one.start : one.focus.end - one.start] for one in answer.passages]


def report(i: int) -> ArticleDraft:
    """One of many different short articles."""
    text = f"Storm number{i} hit place{i}. Damage{i} was reported by witness{i}."
    return ArticleDraft(text, id=f"r{i}", source=f"Outlet {i % 3}", published_at=DAY)


def test_what_goes_in_is_found_and_quoted(index: NewsIndex) -> None:
    """The sentence that shares the question's words comes first, is cited word for word, and carries its article's facts."""
    index.ingest([report(i) for i in range(50)])
    answer = index.answer("damage7 witness7")
    assert answer.status is Status.ANSWERED
    assert texts(answer)[0] == "Damage7 was reported by witness7."
    assert (answer.citations[0].article_id, answer.citations[0].source) == ("r7", "Outlet 1")
    assert answer.newest_evidence == DAY


def test_ingest_twice_changes_nothing(index: NewsIndex) -> None:
    """A second run of the same articles writes no revision, encodes nothing and answers the same."""
    index.ingest([report(i) for i in range(5)])
    before = index.stats(), texts(index.answer("damage3"))
    again = index.ingest([report(i) for i in range(5)])
    assert (again.new, again.changed, again.unchanged, again.encoded) == (0, 0, 5, 0)
    assert (index.stats(), texts(index.answer("damage3"))) == before


def test_a_revision_replaces_the_old_text_and_encodes_only_what_is_new(tmp_path: Path) -> None:
    """After a revision the old sentence is never found, the new one is, and unchanged sentences cost no encoding."""
    encoder = HashedWords()
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([ArticleDraft("Three soldiers died. The road is closed.", id="x")])
        done = index.ingest([ArticleDraft("Five soldiers died. The road is closed.", id="x")])
        assert (done.changed, done.sentences, done.encoded) == (1, 2, 1)
        assert encoder.encoded == ["Three soldiers died.", "The road is closed.", "Five soldiers died."]
        found = texts(index.answer("three soldiers died"))
        assert found
        assert not any("Three" in text for text in found)
        assert any("Five soldiers died." in text for text in found)


def test_what_is_removed_is_found_no_more(index: NewsIndex) -> None:
    """Removal empties search, stats and export, in this process and in the next."""
    index.ingest([report(1), report(2)])
    index.remove("r1")
    assert all(passage.article_id == "r2" for passage in index.answer("damage1 witness1").passages)
    assert [article.id for article in index.articles()] == ["r2"]


def test_filters_work_inside_the_search(index: NewsIndex) -> None:
    """A filter finds the one article that passes among hundreds nearer to the question."""
    crowd = [ArticleDraft(f"Three soldiers died near place{i}.", id=f"c{i}", source="Crowd") for i in range(300)]
    index.ingest([*crowd, ArticleDraft("Soldiers left.", id="rare", source="Rare", published_at=DAY)])
    for filters in (Filters(sources=("rare",)), Filters(since=DAY), Filters(until=DAY), Filters(articles=("rare",))):
        assert [passage.article_id for passage in index.answer("three soldiers died", filters).passages] == ["rare"]
    assert index.answer("three soldiers died", Filters(since=DAY.replace(year=2018))).passages == ()


def test_refusals_are_reported_and_the_rest_goes_in(index: NewsIndex) -> None:
    """NUL, lone surrogates, over-long ids and blank texts are refused with a reason each; good neighbours go in."""
    bad: list[ArticleDraft | Refusal] = [
        ArticleDraft("a\0b", origin="1"),
        ArticleDraft("a \ud800 b", origin="2"),
        ArticleDraft("fine", id="x" * 201, origin="3"),
        ArticleDraft(" \n ", origin="4"),
        Refusal("5", "unreadable"),
    ]
    done = index.ingest([*bad, report(1)])
    assert done.new == 1
    assert [refusal.origin for refusal in done.refused] == ["1", "2", "3", "4", "5"]


def test_the_same_address_twice_in_one_run_is_a_revision(index: NewsIndex) -> None:
    """A page that changed between two deliveries ends with the newer text, both kept as revisions."""
    done = index.ingest([ArticleDraft("Three died.", url="https://a.example"), ArticleDraft("Five died.", url="https://a.example")])
    assert (done.new, done.changed) == (1, 1)
    assert [article.text for article in index.articles()] == ["Five died."]
    assert index.stats().revisions == 2


def test_a_source_that_breaks_off_loses_nothing_it_gave(index: NewsIndex) -> None:
    """An error in the middle of the input is raised, and everything before it is stored and found."""

    def broken() -> Iterator[ArticleDraft]:
        yield report(1)
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        index.ingest(broken())
    assert texts(index.answer("damage1"))[0].endswith("witness1.")


def test_a_second_process_reads_while_one_writes(tmp_path: Path, index: NewsIndex) -> None:
    """A reader that opened earlier finds what a writer added since, removed since and rebuilt since, without being told."""
    with open_hashed(tmp_path / "data") as reader:
        assert reader.answer("damage1").passages == ()
        index.ingest([report(1), report(2)])
        assert texts(reader.answer("damage1 witness1"))[0] == "Damage1 was reported by witness1."
        index.remove("r1")
        index.reindex(full=True)
        index.ingest([report(3)])
        found = reader.answer("damage3 witness3")
        assert texts(found)[0] == "Damage3 was reported by witness3."
        assert "r1" not in {passage.article_id for passage in found.passages}


def test_many_ask_while_one_writes(index: NewsIndex) -> None:
    """Threads that ask during ingest, revision, removal and rebuild always get whole answers and never an error."""
    index.ingest([report(i) for i in range(30)])
    stop, failures, asked = threading.Event(), [], [0]

    def keep_asking() -> None:
        while not stop.is_set():
            try:
                answer = index.answer("damage29 witness29 storm")
                assert answer.passages
                asked[0] += 1
            except Exception as error:  # noqa: BLE001  # a thread's failure has to reach the test
                failures.append(error)
                return

    threads = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_ in range(4):
        index.ingest([report(i + 100 * round_) for i in range(40)])
        index.ingest([ArticleDraft(f"Revised in round {round_}.", id="r5")])
        index.remove(f"r{round_ + 10}")
        index.reindex(full=round_ % 2 == 0)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert asked[0] > 20


def test_rebuilt_and_grown_answer_alike(tmp_path: Path) -> None:
    """Ingest, change, remove and rebuild agree with an index built from scratch: same passages, same scores."""
    with open_hashed(tmp_path / "grown") as grown, open_hashed(tmp_path / "fresh") as fresh:
        grown.ingest([report(i) for i in range(40)])
        grown.ingest([ArticleDraft("Something else entirely happened.", id="r3"), *(report(i) for i in range(40, 60))])
        grown.remove("r8")
        revised = ArticleDraft("Something else entirely happened.", id="r3", source="Outlet 0", published_at=DAY)
        final = [revised if i == 3 else report(i) for i in range(60) if i != 8]
        fresh.ingest(final)
        questions = ["damage3", "storm hit place8", "reported by witness55", "something happened"]

        def asked(index: NewsIndex) -> list[list[tuple[str, int, float]]]:
            return [
                [(one.article_id, one.start, round(one.score, 3)) for one in index.answer(question).passages[:3]] for question in questions
            ]

        grown_answers = asked(grown)
        assert grown_answers == asked(fresh)
        grown.reindex(full=True)
        assert asked(grown) == grown_answers


def test_another_encoder_is_refused_until_a_full_reindex(tmp_path: Path) -> None:
    """Answers and ingests by another encoder are refused by name; a full reindex encodes each sentence once and then serves it."""
    with open_hashed(tmp_path) as index:
        index.ingest([report(1)])
    other = HashedWords("other", 48)
    with open_hashed(tmp_path, other) as index:
        with pytest.raises(EncoderMismatchError, match="reindex --full"):
            index.answer("damage1")
        with pytest.raises(EncoderMismatchError, match="hashed-words"):
            index.ingest([report(2)])
        assert index.reindex(full=True).encoded == 2
        assert texts(index.answer("damage1 witness1"))


def test_a_damaged_index_is_named_and_mended_by_a_reindex(tmp_path: Path) -> None:
    """Cut-short files are an error with its remedy, in asking and in checking; the database rebuilds them."""
    with open_hashed(tmp_path) as index:
        index.ingest([report(i) for i in range(5)])
    for file in (tmp_path / "index").glob("g*/vectors-*"):
        file.write_bytes(file.read_bytes()[:-3])
    with open_hashed(tmp_path) as index:
        with pytest.raises(IndexDamagedError, match="dateline reindex"):
            index.answer("damage1")
        assert [finding.severity for finding in index.check().findings] == [Severity.BROKEN]
        index.reindex()
        assert index.check().findings == ()
        assert texts(index.answer("damage1 witness1"))


def test_check_puts_right_what_an_index_lost(tmp_path: Path) -> None:
    """Sentences missing from either index, or too many in it, are found and put right, and the next check is clean."""
    with open_hashed(tmp_path) as index:
        index.ingest([report(i) for i in range(5)])
        generation = index._generations.current()
        assert generation is not None
        generation.lexical.remove(generation.lexical.ids()[:3])
        generation.lexical.commit()
        generation.vectors.remove(generation.vectors.ids()[2:4])
        found = index.check()
        assert [finding.severity for finding in found.findings] == [Severity.REPAIRED, Severity.REPAIRED]
        assert found.sound
        assert index.check().findings == ()


def test_nobody_waits_while_a_new_generation_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process swapped one in: whoever asks first opens it, and whoever asks meanwhile is answered from the one before."""
    opening, may_open = threading.Event(), threading.Event()
    with open_hashed(tmp_path) as asking, open_hashed(tmp_path) as rebuilding:
        asking.ingest([report(i) for i in range(5)])
        before = asking._generations.current()
        load = asking._generations._load

        def slowly(folder: Path) -> Generation:
            opening.set()
            assert may_open.wait(30)
            return load(folder)

        monkeypatch.setattr(asking._generations, "_load", slowly)
        rebuilding.reindex(full=True)
        first = threading.Thread(target=asking.answer, args=("damage1 witness1",))
        first.start()
        assert opening.wait(30)
        assert texts(asking.answer("damage1 witness1"))
        assert asking._generations._open is before
        may_open.set()
        first.join()
        assert asking._generations._open is not before
        assert texts(asking.answer("damage1 witness1"))


def _empty(postgres_url: str) -> None:
    """A database without tables."""
    engine = connect(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def test_replicas_over_postgresql_each_follow(tmp_path: Path, postgres_url: str) -> None:
    """Two folders over one PostgreSQL: what one replica takes in, the other answers from its own indexes."""
    _empty(postgres_url)
    encoder = HashedWords()
    with open_hashed(tmp_path / "one", url=postgres_url) as one, open_hashed(tmp_path / "two", encoder, url=postgres_url) as two:
        one.ingest([report(1)])
        two.ingest([report(2)])
        assert texts(one.answer("damage2 witness2"))[0] == "Damage2 was reported by witness2."
        one.ingest([report(3)])
        assert texts(two.answer("damage3 witness3"))[0] == "Damage3 was reported by witness3."
        assert "Damage3 was reported by witness3." not in encoder.encoded, "vectors come from the database"
        assert one.check().sound


def test_a_replica_without_an_index_says_so(tmp_path: Path, postgres_url: str) -> None:
    """A folder of its own over a full database: not "the coverage does not say", and after the remedy it answers."""
    _empty(postgres_url)
    with open_hashed(tmp_path / "one", url=postgres_url) as one:
        one.ingest([report(1)])
    with open_hashed(tmp_path / "two", url=postgres_url) as two:
        with pytest.raises(IndexNotBuiltError, match="dateline reindex"):
            two.answer("damage1 witness1")
        two.reindex()
        assert texts(two.answer("damage1 witness1"))[0] == "Damage1 was reported by witness1."


def _ingest_until(step: int, folder: Path) -> None:
    """Ingest in a process that dies, without any clean-up, right before its ``step``-th write of any kind."""
    writes = [(SqlArticleStore, "write"), (SqlArticleStore, "remove"), (SqlGroupStore, "record"), (TantivyLexicalIndex, "commit")]
    die_before(step, [*writes, (Path, "rename"), (Path, "replace"), (os, "replace"), (os, "fsync")])
    _write_all(folder)


def _write_all(folder: Path) -> None:
    """All that is written in the test below, one delivery after the other; what is done already is passed over. A file says how far it got."""
    done = folder / "done"
    with open_hashed(folder) as index:

        def remove(article_id: str) -> None:
            if article_id in {article.id for article in index.articles()}:
                index.remove(article_id)

        steps: list[Callable[[], object]] = [
            lambda: index.ingest([report(i) for i in range(6)] + [wire_copy("c1"), wire_copy("c2")]),
            lambda: index.ingest([ArticleDraft("Revised text stands here.", id="r1"), report(6), wire_copy("c3")]),
            lambda: remove("r2"),
            lambda: remove("c1"),
            lambda: index.reindex(full=True),
        ]
        for step in steps[len(done.read_bytes()) if done.exists() else 0 :]:
            step()
            with done.open("ab") as file:
                file.write(b".")


def wire_copy(name: str) -> ArticleDraft:
    """A long report that several outlets carry."""
    return ArticleDraft(" ".join(f"Word{i} is the next of this long report." for i in range(12)), id=name, source=name, published_at=DAY)


def test_a_stop_between_any_two_writes_leaves_a_whole_store(tmp_path: Path) -> None:
    """For every write there is: a process that dies right before it leaves a store that opens, checks, and ends like an undisturbed one."""
    server = processes()
    step = survived = 0
    ends: list[list[Article]] = []
    while True:
        step += 1
        folder = tmp_path / str(step)
        process = server.Process(target=_ingest_until, args=(step, folder))
        process.start()
        process.join(60)
        assert process.exitcode in (0, 9)
        with open_hashed(folder) as index:
            assert index.check().sound
        _write_all(folder)
        with open_hashed(folder) as index:
            articles = list(index.articles())
            assert [article.id for article in articles] == ["r0", "r1", "r3", "r4", "r5", "c2", "r6", "c3"]
            assert texts(index.answer("damage5 witness5"))[0] == "Damage5 was reported by witness5."
            assert texts(index.answer("revised text stands"))[0] == "Revised text stands here."
            assert index.check().findings == ()
        ends.append(articles)
        if process.exitcode == 0:
            survived = step
            break
    assert survived > 10, "the writes were not counted"
    assert all(articles == ends[-1] for articles in ends), "keys, revisions, groups of copies and stories are those of the undisturbed one"
    assert len({article.copy_group for article in ends[-1]}) == 2


def test_the_latest_can_be_had_by_topic(index: NewsIndex) -> None:
    """Newest first; a topic's articles are those that have its words, in text or headline; nothing is forced."""
    assert index.latest() == []
    assert index.latest(topic="ferry") == []
    days = [datetime(2017, 2, day, tzinfo=UTC) for day in (1, 2, 3)]
    index.ingest(
        [
            ArticleDraft("A ferry ran aground. Nobody was hurt.", id="old", published_at=days[0]),
            ArticleDraft("The harbour was closed.", title="Ferry aground again", id="new", published_at=days[2]),
            ArticleDraft("A ferry is not a bus.", id="middle", published_at=days[1]),
        ]
    )
    assert [one.id for one in index.latest()] == ["new", "middle", "old"]
    assert [one.id for one in index.latest(1)] == ["new"]
    assert [one.id for one in index.latest(topic="ferry aground")] == ["old"]
    assert [one.id for one in index.latest(topic="ferry")] == ["middle", "old"]
    assert index.latest(topic="football") == []
    with pytest.raises(QuestionError):
        index.latest(topic="?!")


def test_a_quote_is_found_in_its_paragraph(index: NewsIndex) -> None:
    """Where it stands now; where it fills its paragraph, with those around it; where it is gone, that."""
    text = "The first paragraph.\n\nThree men fell. They were hurt.\n\nThe last paragraph."
    index.ingest([ArticleDraft(text, id="x")])
    [citation] = index.answer("three men fell").citations[:1]
    found = index.context(citation)
    assert found.quote is not None
    assert text[found.quote.start : found.quote.end] == citation.quote
    assert text[found.paragraph.start : found.paragraph.end] in ("Three men fell. They were hurt.", text)
    index.ingest([ArticleDraft(f"Corrected. {text}", id="x")])
    moved = index.context(citation)
    assert moved.quote is not None
    assert moved.quote.start == citation.start + len("Corrected. ")
    index.ingest([ArticleDraft("Withdrawn.", id="x")])
    assert index.context(citation).quote is None
    index.remove("x")
    with pytest.raises(ArticleNotFoundError):
        index.context(citation)


def test_the_version_tells_of_every_change(index: NewsIndex) -> None:
    """Equal while nothing happens; another after whatever came in, changed or went."""
    seen = [index.version()]
    index.ingest([ArticleDraft("Three men fell.", id="x")])
    seen.append(index.version())
    index.ingest([ArticleDraft("Three men fell.", id="x")])
    assert index.version() == seen[-1]
    index.ingest([ArticleDraft("Four men fell.", id="x")])
    seen.append(index.version())
    index.remove("x")
    seen.append(index.version())
    assert len(set(seen)) == len(seen)


def test_openers_are_questions_that_are_answered(index: NewsIndex) -> None:
    """Each quotes the article it was made from; as many articles as can be take part; told to stop, it stops."""
    assert index.openers() == []
    index.ingest(
        [
            ArticleDraft("Three men were rescued near the pier. Captain Maria Voss said little.", id="a", published_at=DAY),
            ArticleDraft("The Harbour Office announced a new timetable.", id="b", published_at=DAY, language="en"),
            ArticleDraft("Drei Männer were rescued. Kapitän Voss said nichts.", id="c", published_at=DAY, language="de"),
        ]
    )
    found = index.openers(3)
    assert {answer.citations[0].article_id for answer in found[:2]} == {"a", "b"}
    assert all(answer.confidence >= SURE for answer in found)
    assert index.openers(1) != []
    assert index.openers(3, stopped=lambda: True) == []


def test_the_words_of_a_question_limit_the_search(tmp_path: Path) -> None:
    """Within what they name, beyond it only where nothing was found and a time alone was named, and the answer says so."""
    drafts = [
        ArticleDraft("Seven miners died in the pit.", source="Courier", published_at=DAY, id="old"),
        ArticleDraft("Nine miners died in the pit.", source="Herald", published_at=DAY + timedelta(days=3), id="new"),
    ]
    clock = SetClock()
    clock.move(days=3)
    with open_hashed(tmp_path / "data", clock=clock) as index:
        index.ingest(drafts)
        by_name = index.answer("How many miners died in the pit according to the Courier?")
        assert [one.article_id for one in by_name.passages] == ["old"]
        assert by_name.searched == Filters(sources=("Courier",))
        as_of = index.answer("How many miners died in the pit as of 10 February 2017?")
        assert [one.article_id for one in as_of.passages] == ["old"]
        since = index.answer("How many miners died in the pit in the last 2 days?")
        assert [one.article_id for one in since.passages] == ["new"]
        assert not since.widened
        clock.move(days=90)
        beyond = index.answer("How many miners died in the pit in the last 2 days?")
        assert {one.article_id for one in beyond.passages} == {"old", "new"}
        assert beyond.widened
        assert beyond.searched is not None
