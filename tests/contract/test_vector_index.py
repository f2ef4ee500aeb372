"""The contract of `ports.VectorIndex`, held by both kinds of the FAISS index against brute force in numpy.

Neighbours are compared, by id and by similarity: tests that count results let wrong ones through.
"""

from __future__ import annotations

import dataclasses
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import VectorShapeError
from index.ports.models import Vectors
from index.ports.search import NO_DATE, Rows, Scope, VectorIndex
from index.search.columns import Columns
from index.search.vectors_faiss import FaissVectorIndex
from index.search.vectors_plan import Kind, Tuning
from tests.contract.vector_oracle import (
    COUNT,
    DIMENSION,
    EVERYTHING,
    FLAT,
    IVF,
    KINDS,
    QUESTIONS,
    BruteForce,
    Coverage,
    assert_ordered,
    clustered,
    coverage,
    each,
    rows_for,
    unit,
)


@pytest.fixture(scope="module", params=[pytest.param(FLAT, id="flat"), pytest.param(IVF, id="ivf")])
def built(request: pytest.FixtureRequest) -> Coverage:
    """Shared by tests that only read."""
    return coverage(request.param)


# What a search finds


def test_neighbours_equal_brute_force(built: Coverage) -> None:
    """The k nearest come with their cosines, best first, for few and for many."""
    for question in each(QUESTIONS):
        for k in (1, 10, 75):
            built.oracle.assert_neighbours(built.index, question, k)


def test_it_is_the_port(built: Coverage) -> None:
    """The index is what the core asks for, and knows its size."""
    port: VectorIndex = built.index
    assert len(port) == COUNT
    assert port.ids().tolist() == sorted(built.rows.sentence_ids.tolist())
    assert built.index.dimension == DIMENSION


def test_ids_given_out_are_a_copy(built: Coverage) -> None:
    """Whoever changes the array of ids does not change the index."""
    built.index.ids()[:] = 0
    assert built.index.ids()[0] == 3


@KINDS
def test_reported_recall_is_what_a_naive_count_gives(tuning: Tuning) -> None:
    """The figure for the manifest is at the goal, and unscoped searches really reach it with the probes that were chosen."""
    made = coverage(tuning)
    assert made.index.recall_at_10 >= tuning.recall_goal
    shares = []
    for place in range(0, COUNT, 10):
        own = int(made.rows.sentence_ids[place])
        true = made.oracle.similarities(made.vectors[place : place + 1], EVERYTHING)
        nearest = sorted((sentence_id for sentence_id in true if sentence_id != own), key=lambda sentence_id: -true[sentence_id])[:10]
        found = [hit.sentence_id for hit in made.index.search(made.vectors[place : place + 1], 11) if hit.sentence_id != own][:10]
        shares.append(len(set(nearest) & set(found)) / 10)
    assert np.mean(shares) == pytest.approx(made.index.recall_at_10, abs=0.015)


def test_an_ivf_index_does_not_look_everywhere() -> None:
    """The number of probes is the smallest that will do, so that the lists are of any use."""
    index = coverage(IVF).index
    assert index.kind is Kind.IVF
    assert 1 <= index.nprobe < 40


def test_more_asked_for_than_there_is(built: Coverage) -> None:
    """All sentences come, each once, and no padding, however few lists a search looks into."""
    hits = built.index.search(QUESTIONS[:1], COUNT + 100)
    assert {hit.sentence_id for hit in hits} == set(built.rows.sentence_ids.tolist())
    assert_ordered(hits)


@KINDS
def test_equal_sentences_come_by_id(tuning: Tuning) -> None:
    """Of 300 copies of a slogan the lowest ids are found, in whatever order they came in, and also after some left and returned."""
    made = coverage(tuning)
    slogan = unit(np.ones((1, DIMENSION)))
    copies = np.random.default_rng(3).permutation(np.arange(20_000, 20_300, dtype=np.int64))
    made.index.add(rows_for(copies), np.repeat(slogan, 300, axis=0))
    assert [hit.sentence_id for hit in made.index.search(slogan, 5)] == [20_000, 20_001, 20_002, 20_003, 20_004]
    made.index.remove(np.array([20_000, 20_001, 20_250]))
    made.index.add(rows_for(np.array([20_001])), slogan)
    assert [hit.sentence_id for hit in made.index.search(slogan, 5)] == [20_001, 20_002, 20_003, 20_004, 20_005]
    assert [hit.sentence_id for hit in made.index.search(slogan, 298)] == [20_001, *range(20_002, 20_250), *range(20_251, 20_300)]


@pytest.mark.parametrize("scope", [None, Scope(source_ids=frozenset([1]))])
def test_search_allocates_nothing_of_the_size_of_the_corpus(scope: Scope | None) -> None:
    """A search costs memory by k, not by how many sentences there are; also within a scope that was searched before."""
    index = coverage(FLAT, count=40_000).index
    index.search(QUESTIONS[:1], 10, scope)
    tracemalloc.start()
    index.search(QUESTIONS[:1], 10, scope)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000


@KINDS
def test_a_scope_searched_before_has_what_came_and_lacks_what_went(tuning: Tuning) -> None:
    """Which sentences it lets through is remembered, and found out anew when some are added or removed."""
    made = coverage(tuning)
    mine, scope = unit(np.ones((1, DIMENSION))), Scope(article_keys=frozenset([77_777]))
    rows = Rows(*(np.array([number], dtype=np.int64) for number in (50_000, 77_777, 1, 0)))
    for _ in range(2):
        assert made.index.search(mine, 5, scope) == []
        made.index.add(rows, mine)
        assert [hit.sentence_id for hit in made.index.search(mine, 5, scope)] == [50_000]
        made.index.remove(rows.sentence_ids)


# Scopes


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(Scope(), id="no limit"),
        pytest.param(Scope(since=1_500), id="since"),
        pytest.param(Scope(until=1_500), id="until"),
        pytest.param(Scope(since=1_234, until=1_234), id="one moment"),
        pytest.param(Scope(since=NO_DATE), id="since ever"),
        pytest.param(Scope(until=5_000), id="until far off"),
        pytest.param(Scope(source_ids=frozenset({2, 3})), id="two outlets"),
        pytest.param(Scope(article_keys=frozenset({77})), id="one article"),
        pytest.param(Scope(article_keys=frozenset(range(0, 900, 7)), source_ids=frozenset({1}), since=1_200), id="all at once"),
        pytest.param(Scope(article_keys=frozenset({10**15})), id="unknown article"),
        pytest.param(Scope(source_ids=frozenset()), id="empty outlets"),
        pytest.param(Scope(article_keys=frozenset()), id="empty articles"),
        pytest.param(Scope(since=1_600, until=1_500), id="upside down"),
    ],
)
def test_scopes_equal_a_naive_filter(built: Coverage, scope: Scope) -> None:
    """Within a scope the nearest of all that match are found: limits are inclusive, undated sentences match no date, an empty set nothing."""
    strict = EVERYTHING if scope == Scope() else scope
    for question in each(QUESTIONS[:10]):
        built.oracle.assert_neighbours(built.index, question, 10, strict)
        assert all(built.oracle.matches(hit.sentence_id, scope) for hit in built.index.search(question, 10, scope))


def test_a_scope_far_from_the_question_is_searched_all_the_same() -> None:
    """The sentences of one outlet are found though they lie in lists that a search without scope would never open."""
    made = coverage(IVF)
    away = unit(-made.vectors[:30] + 0.01)
    made.index.add(Rows(np.arange(50_000, 50_030), np.full(30, 9), np.full(30, 8), np.full(30, 1_000)), away)
    hits = made.index.search(made.vectors[:1], 30, Scope(source_ids=frozenset({8})))
    assert {hit.sentence_id for hit in hits} == set(range(50_000, 50_030))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_recall_holds_in_scopes_too_wide_for_exact_search(share: float) -> None:
    """With a scope that drops most sentences more lists are opened, so that recall stays at the goal."""
    made = coverage(dataclasses.replace(IVF, exact_scope=0))
    scope = Scope(article_keys=frozenset(range(round(share * 3 * COUNT / 10))))
    shares = []
    for question in each(QUESTIONS):
        true = made.oracle.similarities(question, scope)
        nearest = sorted(true, key=lambda sentence_id: -true[sentence_id])[:10]
        shares.append(len(set(nearest) & {hit.sentence_id for hit in made.index.search(question, 10, scope)}) / 10)
    assert np.mean(shares) >= IVF.recall_goal


@KINDS
def test_large_ids_are_filtered_too(tuning: Tuning) -> None:
    """A database that counts from 2^60 costs neither memory nor results."""
    ids, vectors, oracle = np.arange(500, dtype=np.int64) + 2**60, clustered(500, seed=4), BruteForce()
    rows = rows_for(ids)
    oracle.add(rows, vectors)
    index = FaissVectorIndex.from_arrays(DIMENSION, rows, vectors, tuning=tuning)
    for question in each(QUESTIONS[:5]):
        oracle.assert_neighbours(index, question, 10, Scope(source_ids=frozenset({1, 2})))


# Adding and removing


@KINDS
def test_added_piece_by_piece_agrees_with_built_at_once(tuning: Tuning) -> None:
    """An index that grew, lost, and took back sentences finds what one built from the final state finds."""
    grown, whole = coverage(tuning, count=1500, seed=5), coverage(tuning, count=1500, seed=5)
    extra = rows_for(np.arange(10_000, 11_000, dtype=np.int64))
    vectors = clustered(1000, seed=6)
    for start in range(0, 1000, 130):
        grown.index.add(extra[start : start + 130], vectors[start : start + 130])
    gone = grown.rows.sentence_ids[::3]
    assert grown.index.remove(gone) == len(gone)
    kept = np.arange(1500)[np.arange(1500) % 3 > 0]
    kept = kept[np.argsort(grown.rows.sentence_ids[kept])]  # columns come sorted by id
    rows = Rows(*np.concatenate([Columns.of(grown.rows[kept]).table, Columns.of(extra).table], axis=1))
    everything = np.concatenate([whole.vectors[kept], vectors])
    rebuilt = FaissVectorIndex.from_arrays(DIMENSION, rows, everything, tuning=tuning)
    oracle = BruteForce()
    oracle.add(rows, everything)
    assert rebuilt.ids().tolist() == grown.index.ids().tolist()
    for question in each(QUESTIONS[:20]):
        oracle.assert_neighbours(grown.index, question, 10)
        oracle.assert_neighbours(rebuilt, question, 10)
        if tuning is FLAT:
            assert grown.index.search(question, 10) == rebuilt.search(question, 10)


@KINDS
def test_a_replaced_sentence_is_found_where_it_is_now(tuning: Tuning) -> None:
    """After remove and add under the same id only the new vector and the new facts count."""
    made = coverage(tuning)
    target = made.rows.sentence_ids[:1]
    new = unit(-made.vectors[:1])
    assert made.index.remove(target) == 1
    made.index.add(Rows(target, np.array([77_777]), np.array([4]), np.array([1])), new)
    best = made.index.search(new, 1)[0]
    assert best.sentence_id == target[0]
    assert best.score == pytest.approx(1.0, abs=1e-2)
    assert target[0] not in {hit.sentence_id for hit in made.index.search(made.vectors[:1], 50)}
    assert [hit.sentence_id for hit in made.index.search(new, 5, Scope(article_keys=frozenset({77_777})))] == [target[0]]


@KINDS
def test_removing_counts_what_was_there(tuning: Tuning) -> None:
    """Unknown and repeated ids are passed over, an empty list is fine, and an emptied index still answers and takes in."""
    made = coverage(tuning, count=200)
    assert made.index.remove(np.empty(0, dtype=np.int64)) == 0
    assert made.index.remove(np.array([1, 2, -1, 10**12])) == 0
    assert made.index.remove(np.array([3, 3, 6, 1])) == 2
    assert made.index.remove(np.array([3, 6])) == 0
    assert made.index.remove(made.index.ids()) == 198
    assert (len(made.index), made.index.search(QUESTIONS[:1], 3), made.index.ids().tolist()) == (0, [], [])
    made.index.add(made.rows, made.vectors)
    made.oracle.assert_neighbours(made.index, QUESTIONS[:1], 10)


def test_an_empty_index_answers_and_grows() -> None:
    """Before the first article a search finds nothing; adding nothing is fine; adding something makes it found."""
    index = FaissVectorIndex.build(DIMENSION, 0, lambda: iter(()))
    assert (len(index), index.kind, index.search(QUESTIONS[:1], 10), index.recall_at_10) == (0, Kind.FLAT, [], 1.0)
    index.add(rows_for(np.empty(0, dtype=np.int64)), np.empty((0, DIMENSION), dtype=np.float32))
    index.add(rows_for(np.array([5])), QUESTIONS[:1])
    assert [hit.sentence_id for hit in index.search(QUESTIONS[:1], 10)] == [5]


# What is refused


def wrong_length(factor: float) -> Vectors:
    """Two vectors of this length."""
    return np.multiply(QUESTIONS[:2], factor, dtype=np.float32)


def with_nan() -> Vectors:
    """Two vectors, the second with a number that is none."""
    vectors = QUESTIONS[:2].copy()
    vectors[1, 3] = np.nan
    return vectors


@pytest.mark.parametrize(
    ("ids", "vectors", "error", "message"),
    [
        pytest.param([1, 3], QUESTIONS[:2], ValueError, "sentence id 3 is in the index already", id="known"),
        pytest.param([2, 2], QUESTIONS[:2], ValueError, "sentence id 2 is there twice", id="twice"),
        pytest.param([1, -1], QUESTIONS[:2], ValueError, "sentence id -1 is negative", id="negative"),
        pytest.param([1, 2], QUESTIONS[:3], ValueError, "2 rows came with 3 vectors", id="too many vectors"),
        pytest.param([1, 2], QUESTIONS[:1], ValueError, "2 rows came with 1 vectors", id="too few vectors"),
        pytest.param([1, 2], QUESTIONS[:2, :30], VectorShapeError, "30 dimensions and the index has 64", id="dimension"),
        pytest.param([1, 2], QUESTIONS[0], ValueError, "shape", id="one-dimensional"),
        pytest.param([1, 2], wrong_length(1.002), ValueError, "vector 0 has length 1.0020, not 1", id="too long"),
        pytest.param([1, 2], wrong_length(0.0), ValueError, "length 0.0000", id="zero"),
        pytest.param([1, 2], with_nan(), ValueError, "vector 1 has length nan", id="not a number"),
    ],
)
@KINDS
def test_what_cannot_be_taken_in_changes_nothing(
    tuning: Tuning, ids: list[int], vectors: Vectors, error: type[Exception], message: str
) -> None:
    """A wrong call says what is wrong with numbers, and leaves the index as it was; building refuses the same."""
    made = coverage(tuning, count=300)
    before = [made.index.search(question, 10) for question in each(QUESTIONS)]
    rows = rows_for(np.array(ids, dtype=np.int64))
    with pytest.raises(error, match=message):
        made.index.add(rows, vectors)
    assert [made.index.search(question, 10) for question in each(QUESTIONS)] == before
    assert len(made.index) == 300
    if ids != [1, 3]:
        with pytest.raises(error, match=message):
            FaissVectorIndex.from_arrays(DIMENSION, rows, vectors, tuning=tuning)


def test_columns_of_different_lengths_are_refused(built: Coverage) -> None:
    """Rows that do not fit together are no rows."""
    with pytest.raises(ValueError, match="different lengths"):
        built.index.add(Rows(np.array([1]), np.array([1, 2]), np.array([1]), np.array([1])), QUESTIONS[:1])


def test_a_length_within_the_tolerance_is_taken() -> None:
    """Vectors kept in 16 bits come back a little off; that is no error."""
    index = FaissVectorIndex.from_arrays(DIMENSION, rows_for(np.array([1, 2])), wrong_length(1.0009))
    assert index.search(QUESTIONS[:1], 1)[0].score <= 1.0


@pytest.mark.parametrize(
    ("question", "k", "error", "message"),
    [
        pytest.param(QUESTIONS[:1, :16], 5, VectorShapeError, "16 dimensions and the index has 64", id="dimension"),
        pytest.param(QUESTIONS[:2], 5, ValueError, "one question at a time, not 2", id="two questions"),
        pytest.param(QUESTIONS[:1] * 2, 5, ValueError, "length 2.0000", id="not unit"),
        pytest.param(QUESTIONS[:1], 0, ValueError, "k is at least 1, not 0", id="no k"),
    ],
)
def test_a_question_that_is_none_is_refused(built: Coverage, question: Vectors, k: int, error: type[Exception], message: str) -> None:
    """The message has the number that is wrong, where FAISS alone would fail without a word."""
    with pytest.raises(error, match=message):
        built.index.search(question, k)


@pytest.mark.parametrize("announced", [2_999, 3_001])
def test_a_wrong_count_is_refused(announced: int) -> None:
    """An index is not built from fewer or more vectors than were announced."""
    rows, vectors = rows_for(np.arange(3_000, dtype=np.int64)), clustered(3_000, seed=1)
    with pytest.raises(ValueError, match=f"{announced} vectors were announced and 3000 came"):
        FaissVectorIndex.build(DIMENSION, announced, lambda: iter([(rows, vectors)]))


def test_an_id_in_two_blocks_is_refused() -> None:
    """The same sentence twice is an error across blocks too."""
    block = (rows_for(np.arange(100, dtype=np.int64)), clustered(100, seed=1))
    with pytest.raises(ValueError, match="sentence id 0 is there twice"):
        FaissVectorIndex.build(DIMENSION, 200, lambda: iter([block, block]))


# Building


@KINDS
def test_same_input_same_index(tuning: Tuning, tmp_path: Path) -> None:
    """Two builds give the same bytes; cut into other blocks, empty ones among them, the same vectors give the same answers."""
    made = coverage(tuning)

    def blocks() -> Iterator[tuple[Rows, Vectors]]:
        for cut in (slice(0, 700), slice(700, 700), slice(700, 2_100), slice(2_100, COUNT)):
            yield made.rows[cut], made.vectors[cut]

    first = made.index.save(tmp_path, "first")
    again = FaissVectorIndex.from_arrays(DIMENSION, made.rows, made.vectors, tuning=tuning).save(tmp_path, "again")
    assert (first.vectors_sha256, first.columns_sha256) == (again.vectors_sha256, again.columns_sha256)
    in_blocks = FaissVectorIndex.build(DIMENSION, COUNT, blocks, tuning=tuning)
    assert in_blocks.nprobe == made.index.nprobe
    for question in each(QUESTIONS):
        assert in_blocks.search(question, 10) == made.index.search(question, 10)


def test_the_kind_is_chosen_by_count() -> None:
    """Up to the limit everything is compared, above it there are lists."""
    tuning = Tuning(flat_limit=1_000)
    assert coverage(tuning, count=1_000).index.kind is Kind.FLAT
    assert coverage(tuning, count=1_001).index.kind is Kind.IVF


def test_two_bytes_a_number_when_one_is_too_coarse() -> None:
    """A recall goal that one byte cannot reach is reached with two."""
    made = coverage(dataclasses.replace(IVF, recall_goal=0.999))
    assert made.index.recall_at_10 >= 0.999
    assert made.index.size_bytes > coverage(IVF).index.size_bytes + COUNT * (DIMENSION - 1)


def test_needs_rebuild_when_the_kind_no_longer_fits() -> None:
    """A flat index that grew past its limit says so, and so does one with lists that grew fourfold or shrank far below."""
    many = rows_for(np.arange(10**6, 10**6 + 1_600, dtype=np.int64))
    flat = coverage(Tuning(flat_limit=1_000), count=1_000).index
    ivf = coverage(Tuning(flat_limit=400), count=500).index
    said = [flat.needs_rebuild, ivf.needs_rebuild]
    flat.add(many[:1], QUESTIONS[:1])
    ivf.add(many, clustered(1_600, seed=9))
    said += [flat.needs_rebuild, ivf.needs_rebuild]
    ivf.remove(many.sentence_ids)
    said += [ivf.needs_rebuild]
    ivf.remove(ivf.ids()[:300])
    said += [ivf.needs_rebuild]
    assert said == [False, False, True, True, False, True]


# Threads


@KINDS
def test_searches_beside_a_writer_see_whole_states(tuning: Tuning) -> None:
    """While batches come and go, every search finds true cosines, and of each batch all or nothing."""
    made = coverage(tuning)
    size = 4_000
    batch = rows_for(np.arange(50_000, 50_000 + size, dtype=np.int64))
    vectors = np.repeat(unit(-QUESTIONS[:1]), size, axis=0)
    true = made.oracle.similarities(QUESTIONS[:1], EVERYTHING)
    stop, seen, failures = threading.Event(), set[int](), list[str]()

    def read() -> None:
        while not stop.is_set():
            seen.add(sum(hit.sentence_id >= 50_000 for hit in made.index.search(vectors[:1], size)))
            near = made.index.search(QUESTIONS[:1], 10, Scope(until=3_000))
            failures.extend(str(hit) for hit in near if abs(hit.score - true[hit.sentence_id]) > 1e-2)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(30):
        made.index.add(batch, vectors)
        assert made.index.remove(batch.sentence_ids) == size
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert seen <= {0, size}
    assert made.index.ids().tolist() == sorted(made.rows.sentence_ids.tolist())


def test_two_writers_do_not_both_add_one_id() -> None:
    """Of several threads that add the same sentences one succeeds, and the others are told."""
    made = coverage(FLAT, count=300)
    rows, vectors = rows_for(np.arange(10_000, 10_500, dtype=np.int64)), clustered(500, seed=8)
    outcomes: list[bool] = []

    def write() -> None:
        try:
            made.index.add(rows, vectors)
        except ValueError:
            outcomes.append(False)
        else:
            outcomes.append(True)

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(outcomes) == [False] * 5 + [True]
    assert len(made.index) == 800


# Any sequence of calls

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sets(st.integers(0, 60), min_size=1, max_size=20)),
        st.tuples(st.just("remove"), st.sets(st.integers(0, 70), min_size=1, max_size=30)),
        st.tuples(st.just("replace"), st.sets(st.integers(0, 60), min_size=1, max_size=10)),
        st.tuples(st.just("search"), st.sets(st.integers(0, 4), max_size=3)),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Kind], tuple[FaissVectorIndex, BruteForce]]:
    """Gives a small index of a kind to begin a sequence with, and the oracle that holds the same. Loading is quicker than building."""
    folder = tmp_path_factory.mktemp("vectors")
    flat, ivf = coverage(FLAT, count=1_000), coverage(IVF, count=1_000)
    saved = {made.index.kind: made.index.save(folder, made.index.kind) for made in (flat, ivf)}

    def begin(kind: Kind) -> tuple[FaissVectorIndex, BruteForce]:
        oracle = BruteForce()
        oracle.add(flat.rows, flat.vectors)
        return FaissVectorIndex.load(folder, saved[kind]), oracle

    return begin


@pytest.mark.parametrize("kind", list(Kind))
@given(steps=STEPS, seed=st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_any_sequence_of_calls_agrees_with_brute_force(
    kind: Kind, start: Callable[[Kind], tuple[FaissVectorIndex, BruteForce]], steps: list[tuple[str, set[int]]], seed: int
) -> None:
    """Whatever is added, removed, replaced and asked for in whatever order, the index holds and finds what the oracle does."""
    index, oracle = start(kind)
    generator = np.random.default_rng(seed)
    for verb, numbers in steps:
        ids = np.array(sorted(numbers), dtype=np.int64)
        if verb == "search":
            scope = Scope(source_ids=frozenset(numbers)) if numbers else EVERYTHING
            oracle.assert_neighbours(index, QUESTIONS[generator.integers(40)][None], int(generator.integers(1, 30)), scope)
            continue
        if verb in {"remove", "replace"}:
            assert index.remove(ids) == oracle.remove(ids)
        if verb in {"add", "replace"}:
            fresh = ids[[number not in oracle.vectors for number in ids.tolist()]]
            rows, vectors = rows_for(fresh, seed), clustered(len(fresh), int(generator.integers(2**30)))
            if len(fresh) < len(ids):
                with pytest.raises(ValueError, match="is in the index already"):
                    index.add(rows_for(ids), clustered(len(ids), seed))
            index.add(rows, vectors)
            oracle.add(rows, vectors)
        assert index.ids().tolist() == sorted(oracle.vectors)
    for question in each(QUESTIONS[:3]):
        oracle.assert_neighbours(index, question, 10)
