"""What ``index.ports.search.LexicalIndex`` promises, on every implementation there is (one so far)."""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import StorageError
from index.ports.search import NO_DATE, Scope
from index.search.analysis import terms
from index.search.lexical import MAX_QUESTION_TERMS, TantivyLexicalIndex
from tests.contract.lexical_oracle import assert_best, bm25, found, put, rows, some

Kind = type[TantivyLexicalIndex]

TEXTS = {
    1: "Three soldiers were killed near al-Bab on Thursday.",
    2: "The army said five soldiers had been wounded.",
    3: "Erdoğan spoke to the president by telephone.",
    4: "Офицер сказал, что солдаты живы.",
    5: "أعلن الجيش مقتل ثلاثة جنود",
    6: "三名士兵在星期四死亡。",
    7: "The strike happened at 8:40 in the morning.",
}

on_disk = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(params=[TantivyLexicalIndex])
def kind(request: pytest.FixtureRequest) -> Kind:
    """The class under test."""
    made: Kind = request.param
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the index goes; not there yet."""
    return tmp_path / "generation" / "lexical"


@pytest.fixture
def index(kind: Kind, folder: Path) -> Iterator[TantivyLexicalIndex]:
    """An empty one, open for writing."""
    with kind.create(folder) as index:
        yield index


@pytest.fixture
def news(index: TantivyLexicalIndex) -> TantivyLexicalIndex:
    """One with ``TEXTS`` committed."""
    put(index, TEXTS)
    return index


# Scores and order

words = st.sampled_from(["soldier", "strike", "al-Bab", "army", "8:40", "killed", "Erdoğan", "the", "of", "Thursday", "死亡", "солдаты"])
some_words = st.lists(words, min_size=1, max_size=8).map(" ".join)
texts_by_id = st.dictionaries(st.integers(0, 2**40), st.lists(words, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=60)


@on_disk
@given(texts=texts_by_id, question=some_words, k=st.integers(1, 70))
def test_hits_and_scores_are_those_of_the_formula(kind: Kind, texts: dict[int, str], question: str, k: int) -> None:
    """Ids, scores and order are what a naive BM25 over the same terms gives."""
    with TemporaryDirectory() as folder, kind.create(Path(folder)) as index:
        put(index, texts)
        assert_best(index.search(question, k), bm25(texts, question), k)


@pytest.mark.parametrize("commits", [1, 7])
def test_the_number_of_commits_does_not_show(index: TantivyLexicalIndex, commits: int) -> None:
    """Sentences that came in over many commits have the ids, scores and order of those that came in at once."""
    choose = random.Random(2)
    vocabulary = ["soldier", "strike", "army", "town", "river", "bridge", "minister", "court"]
    texts = {i: " ".join(choose.choices(vocabulary, k=choose.randint(3, 30))) for i in range(700)}
    for start in range(commits):
        put(index, {i: text for i, text in texts.items() if i % commits == start})
    for question in ("the soldier at the bridge", "army town river", "court court court"):
        assert_best(index.search(question, 50), bm25(texts, question), 50)


def test_equal_sentences_come_by_id_however_many_there_are(index: TantivyLexicalIndex) -> None:
    """Of five thousand equal sentences that came in any order, over several commits, the smallest ids are shown."""
    ids = list(range(5000))
    random.Random(3).shuffle(ids)
    for start in range(0, 5000, 1250):
        put(index, dict.fromkeys(ids[start : start + 1250], "Reporting by our own staff."))
    put(index, {9000: "Our staff."})
    assert found(index, "reporting staff", 40) == list(range(40))
    assert found(index, "staff", 5) == [9000, 0, 1, 2, 3]


def test_a_search_gives_at_most_k(news: TantivyLexicalIndex) -> None:
    """k is a limit, not a wish: none, one, or far more than there are."""
    assert found(news, "soldiers", 0) == []
    assert found(news, "soldiers killed", 1) == [1]
    assert found(news, "soldiers", 10**12) == [2, 1]


# Filters

moments = st.integers(-5, 5)
scopes = st.builds(
    Scope,
    since=st.none() | moments,
    until=st.none() | moments,
    source_ids=st.none() | st.frozensets(st.integers(0, 4)),
    article_keys=st.none() | st.frozensets(st.integers(0, 5)),
)
facts_of_one = st.tuples(st.integers(1, 4), st.integers(0, 3), moments | st.just(NO_DATE))


def lets_through(scope: Scope, key: int, source: int, published: int) -> bool:
    """The naive filter."""
    if scope.since is not None and (published == NO_DATE or published < scope.since):
        return False
    if scope.until is not None and (published == NO_DATE or published > scope.until):
        return False
    return (scope.source_ids is None or source in scope.source_ids) and (scope.article_keys is None or key in scope.article_keys)


@on_disk
@given(facts=st.lists(facts_of_one, min_size=1, max_size=40), scope=scopes)
def test_a_scope_lets_through_what_a_naive_filter_does(kind: Kind, facts: list[tuple[int, int, int]], scope: Scope) -> None:
    """Within a scope a search gives those hits of the whole search that satisfy it, with the same scores in the same order."""
    keys, sources, published = zip(*facts, strict=True)
    texts = [f"The strike {'strike ' * (i % 3)} hit a bridge over the {'river ' * (i % 5)}" for i in range(len(facts))]
    with TemporaryDirectory() as folder, kind.create(Path(folder)) as index:
        index.add(rows(range(len(facts)), keys, sources, published), texts)
        index.commit()
        everything = index.search("strike river", 100)
        assert len(everything) == len(facts)
        assert index.search("strike river", 100, scope) == [hit for hit in everything if lets_through(scope, *facts[hit.sentence_id])]


def test_a_scope_works_inside_the_search(index: TantivyLexicalIndex) -> None:
    """The best of a small outlet are found though a thousand sentences of another score higher."""
    index.add(rows(range(1000), sources=[1] * 1000), ["Strike."] * 1000)
    index.add(rows(range(1000, 1005), sources=[2] * 5), ["Somebody somewhere spoke of a strike."] * 5)
    index.commit()
    assert found(index, "strike", 3, Scope(source_ids=frozenset({2}))) == [1000, 1001, 1002]


@pytest.mark.parametrize("scope", [Scope(source_ids=frozenset()), Scope(article_keys=frozenset()), Scope(since=10, until=9)])
def test_a_scope_that_lets_nothing_through_finds_nothing(news: TantivyLexicalIndex, scope: Scope) -> None:
    """An empty set, or a span of time that ends before it begins, is neither an error nor the lack of a filter."""
    assert found(news, "soldiers", 10, scope) == []


def test_limits_in_time_are_inclusive(index: TantivyLexicalIndex) -> None:
    """A sentence published at the very second of a limit is within it, before 1970 too."""
    index.add(rows([1, 2, 3], published=[-86_400, 0, 86_400]), ["A strike."] * 3)
    index.commit()
    assert found(index, "strike", 9, Scope(since=-86_400, until=0)) == [1, 2]
    assert found(index, "strike", 9, Scope(since=86_400)) == [3]


# What is in it


def test_adding_twice_is_adding_once(news: TantivyLexicalIndex) -> None:
    """A repeated call, before the commit or after it, changes nothing that is found."""
    news.add(rows(list(TEXTS)), list(TEXTS.values()))
    put(news, TEXTS)
    assert len(news) == len(TEXTS)
    assert news.ids().tolist() == sorted(TEXTS)
    assert found(news, "soldiers killed") == [1, 2]


def test_a_known_id_is_replaced(news: TantivyLexicalIndex) -> None:
    """Of a sentence that comes again only the newest text and facts are found, also when it comes twice in one call."""
    news.add(rows([1, 1], sources=[8, 9]), ["Nobody was hurt.", "A bridge was closed."])
    news.commit()
    assert found(news, "killed hurt") == []
    assert found(news, "bridge", 9, Scope(source_ids=frozenset({8}))) == []
    assert found(news, "bridge", 9, Scope(source_ids=frozenset({9}))) == [1]
    assert len(news) == len(TEXTS)


def test_removing_what_is_not_there_is_no_error(news: TantivyLexicalIndex) -> None:
    """Ids that are not there are passed over; the others are gone after the commit."""
    news.remove(some(2, 999))
    news.remove(some())
    news.commit()
    assert news.ids().tolist() == [1, 3, 4, 5, 6, 7]
    assert found(news, "soldiers wounded") == [1]


def test_nothing_shows_before_the_commit(index: TantivyLexicalIndex) -> None:
    """Added or removed, it shows in searches, counts and ids from the commit on and not earlier."""
    index.add(rows([1]), ["A strike."])
    assert (found(index, "strike"), len(index), index.ids().tolist()) == ([], 0, [])
    index.commit()
    index.remove(some(1))
    assert (found(index, "strike"), len(index), index.ids().tolist()) == ([1], 1, [1])


@pytest.mark.parametrize("end", ["release", "close"])
def test_what_was_not_committed_is_dropped(kind: Kind, folder: Path, news: TantivyLexicalIndex, end: str) -> None:
    """Letting go without a commit leaves the last one, and the next writer starts from that."""
    news.add(rows([50]), ["A strike."])
    news.remove(some(1))
    getattr(news, end)()
    with kind.open(folder) as again:
        assert again.ids().tolist() == sorted(TEXTS)
        put(again, {51: "A bridge."})
        assert again.ids().tolist() == [*sorted(TEXTS), 51]


steps = st.tuples(
    st.sampled_from(["add", "add", "add", "remove", "commit", "commit", "release", "reopen"]),
    st.dictionaries(st.integers(0, 15), st.sampled_from(["A strike.", "A bridge over a river.", "The army struck."]), max_size=6),
)


@on_disk
@given(history=st.lists(steps, max_size=14))
def test_any_history_leaves_what_a_dict_would_hold(kind: Kind, history: list[tuple[str, dict[int, str]]]) -> None:
    """After any adds, removals, commits and restarts it holds the last commit; and one built from that from scratch finds the same sentences."""
    committed: dict[int, str] = {}
    pending: dict[int, str] = {}
    with TemporaryDirectory() as folder:
        index = kind.create(Path(folder) / "grown")
        for step, texts in history:
            if step == "add":
                index.add(rows(list(texts)), list(texts.values()))
                pending |= texts
            elif step == "remove":
                index.remove(some(*texts))
                pending = {i: text for i, text in pending.items() if i not in texts}
            elif step == "commit":
                index.commit()
                committed = dict(pending)
            else:
                index.release() if step == "release" else index.close()
                index = index if step == "release" else kind.open(Path(folder) / "grown")
                pending = dict(committed)
            assert len(index) == len(committed)
        assert index.ids().tolist() == sorted(committed)
        with kind.create(Path(folder) / "scratch") as scratch:
            put(scratch, committed)
            for question in ("strike", "bridge army", "over"):
                assert sorted(found(index, question)) == sorted(found(scratch, question))
        index.close()


def test_a_rebuilt_index_is_the_same_in_every_hit(kind: Kind, tmp_path: Path) -> None:
    """Built from the same sentences in another order, it gives the same ids, scores and order."""
    texts = {i: f"The {'army' if i % 3 else 'court'} {'spoke ' * (i % 7)}of a {'bridge' if i % 2 else 'river'}." for i in range(300)}
    with kind.create(tmp_path / "one") as one, kind.create(tmp_path / "other") as other:
        put(one, texts)
        put(other, dict(sorted(texts.items(), key=lambda item: -item[0])))
        assert one.search("army bridge spoke", 50) == other.search("army bridge spoke", 50)


# Questions


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many soldiers were KILLED?", [1, 2]),
        ("Al Bab", [1]),
        ("al-bab", [1]),
        ("who phoned erdogan", [3]),
        ("8:40", [7]),
        ("солдаты", [4]),
        ("الجيش", [5]),
        ("士兵死亡", [6]),
        ("what was the", [2, 3, 7]),
        ("football", []),
    ],
)
def test_a_question_finds_what_shares_a_word(news: TantivyLexicalIndex, question: str, expected: list[int]) -> None:
    """Case, accents, hyphens and endings do not matter, any script is searched, and stop words count only where there is nothing else."""
    assert sorted(found(news, question)) == expected


@pytest.mark.parametrize(
    "question",
    [
        'soldiers AND killed"',
        "(soldiers killed",
        "text:soldiers killed^9",
        "soldiers -killed",
        "+soldiers NOT killed",
        "/soldiers.*/ killed~2",
        "[soldiers TO killed}",
        "soldiers killed IN [1 2]",
        "'; DROP TABLE soldiers; -- killed",
        "soldiers\x00killed\ud83d",
        "killed " + "soldiers " * 600,
    ],
)
def test_operators_are_plain_characters(news: TantivyLexicalIndex, question: str) -> None:
    """What a query language would act upon, or choke on, is read as the words in it."""
    assert found(news, question) == [1, 2]


@pytest.mark.parametrize("question", ["", " \n\t", "?!… — “”", "🚑🚒🔥", "\u200d\ufeff\ud800", '" AND NOT', "x" * 5000])
def test_a_question_without_a_word_of_the_coverage_finds_nothing(news: TantivyLexicalIndex, question: str) -> None:
    """Nothing to search for is no error."""
    assert found(news, question) == []


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(st.characters(), max_size=300))
def test_any_text_is_a_question(news: TantivyLexicalIndex, question: str) -> None:
    """No text raises; every hit scores above 0, is there once, and comes in order, the same each time."""
    hits = news.search(question, 10)
    assert all(hit.score > 0 for hit in hits)
    assert len({hit.sentence_id for hit in hits}) == len(hits)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.sentence_id)) == news.search(question, 10)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=200))
def test_any_text_can_be_added(news: TantivyLexicalIndex, text: str) -> None:
    """No sentence is refused, whatever is in it, and it is found by itself if there is any word in it."""
    put(news, {99: text})
    assert 99 in news.ids()
    assert (99 in found(news, text)) == bool(terms(text))


def test_a_long_question_is_asked_by_its_rarest_words(index: TantivyLexicalIndex) -> None:
    """A pasted article has more words than are looked for, yet it finds the sentence that shares only its last and rarest word."""
    usual = [f"word{i}" for i in range(MAX_QUESTION_TERMS + 200)]
    put(index, {i: " ".join(usual) for i in range(20)} | {77: "Gaziantep"})
    unknown = " ".join(f"absent{i}" for i in range(500))
    assert 77 in found(index, f"{unknown} {' '.join(usual)} Gaziantep")


def test_a_repeated_word_counts_once(news: TantivyLexicalIndex) -> None:
    """Saying a word three times in a question gives it no more weight."""
    assert news.search("soldiers soldiers SOLDIER killed", 10) == news.search("soldier killed", 10)


# Threads, limits


def test_threads_search_while_another_writes(news: TantivyLexicalIndex) -> None:
    """Each search sees one commit, whole: of a pair of sentences that are always written together, both or neither."""
    stop = threading.Event()
    seen: list[list[int]] = []

    def ask() -> None:
        while not stop.is_set():
            seen.append(found(news, "bridge", 500))

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    for pair in range(100, 140, 2):
        put(news, {pair: "A bridge.", pair + 1: "A bridge."})
    stop.set()
    for reader in readers:
        reader.join()
    assert len(seen) > 3
    assert all(hits == list(range(100, 100 + len(hits))) and len(hits) % 2 == 0 for hits in seen)
    assert found(news, "bridge", 500) == list(range(100, 140))


def test_an_index_is_not_made_over_another(kind: Kind, folder: Path, news: TantivyLexicalIndex) -> None:
    """Creating where there is one already is refused and harms nothing."""
    with pytest.raises(StorageError, match="already"):
        kind.create(folder)
    assert found(news, "soldiers") == [2, 1]


def test_one_opened_for_reading_does_not_write(kind: Kind, folder: Path, news: TantivyLexicalIndex) -> None:
    """Adding and removing are refused; committing and letting go of nothing are not."""
    with kind.open(folder, writable=False) as reader:
        with pytest.raises(StorageError, match="for reading"):
            reader.add(rows([50]), ["A strike."])
        with pytest.raises(StorageError, match="for reading"):
            reader.remove(some(1))
        reader.commit()
        reader.release()
        assert len(reader) == len(TEXTS)


def test_a_closed_one_says_so(news: TantivyLexicalIndex) -> None:
    """Whatever is asked of it after ``close`` but a second ``close``, the error names the reason."""
    news.close()
    news.close()
    for call in (lambda: found(news, "soldiers"), lambda: put(news, TEXTS), news.ids, lambda: len(news)):
        with pytest.raises(StorageError, match="closed"):
            call()


def test_rows_that_cannot_be_are_refused(news: TantivyLexicalIndex) -> None:
    """Unequal lengths and negative ids are the caller's mistake, and nothing of the call goes in."""
    with pytest.raises(ValueError, match="2 rows and 1 texts"):
        news.add(rows([50, 51]), ["A strike."])
    with pytest.raises(ValueError, match="-1 is negative"):
        news.add(rows([50, -1]), ["A strike.", "A bridge."])
    news.commit()
    assert len(news) == len(TEXTS)


def test_rarer_words_weigh_more(news: TantivyLexicalIndex) -> None:
    """Weights are BM25's, for the terms that a search counts: a word nobody wrote weighs most, stop words are not weighed."""
    weights = news.weights("how many of the xylophones were in the strike?")
    assert list(weights) == ["xylophon", "strike"]
    assert weights["xylophon"] == pytest.approx(math.log(1 + (len(news) + 0.5) / 0.5))
    assert 0 < weights["strike"] < weights["xylophon"]
    news.remove(news.ids())
    news.commit()
    assert all(weight > 0 for weight in news.weights("strike in the harbour").values())


def test_what_an_article_says_is_said_by_one_of_its_sentences(index: TantivyLexicalIndex) -> None:
    """Of the terms asked for those that stand anywhere in it; of an article that is not there nothing."""
    index.add(rows([1, 2, 3], [7, 7, 8]), ["Three soldiers died.", "The strikes went on.", "A soldier spoke."])
    index.commit()
    wanted = ["soldier", "strike", "xylophon"]
    assert [index.said(key, wanted) for key in (7, 8, 9)] == [{"soldier", "strike"}, {"soldier"}, set()]


def test_words_are_counted_in_any_of_their_forms(index: TantivyLexicalIndex) -> None:
    """Capitals, accents and endings do not matter; a word that no sentence has, and what is no word, counts nothing."""
    put(index, {1: "Two strikes hit Ankara.", 2: "A strike near Áden."})
    assert index.counts(["STRIKE", "aden", "Ankara", "Ankarra", "", "!?"]) == [2, 1, 1, 0, 0, 0]
    assert index.counts([]) == []
