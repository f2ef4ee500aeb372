"""Joining, folding and ranking of passages, and the fusion before it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from index.domain import MAX_PASSAGE_SENTENCES, Article, Hit, Sentence
from index.ports import StoredSentence
from index.search.fusion import RANK_CONSTANT, fuse
from index.search.passages import JOIN_MARGIN, MAX_CHARS, MAX_PER_ARTICLE, ScoredSentence, to_passages

WORDS = (
    "storm",
    "bridge",
    "harbour",
    "vote",
    "strike",
    "price",
    "school",
    "fire",
    "rain",
    "train",
    "doctor",
    "island",
    "minister",
    "river",
)


def article(key: int, sentences: int, words: list[str] | None = None) -> tuple[Article, list[Sentence]]:
    """An article whose sentence ids are 100 * key and on, each sentence in words of its own."""
    pieces = [f"{(words or WORDS)[i % len(words or WORDS)]} {key * 31 + i} happened here." for i in range(sentences)]
    text, spans, at = " ".join(pieces), [], 0
    for i, piece in enumerate(pieces):
        spans.append(Sentence(100 * key + i, key, at, at + len(piece)))
        at += len(piece) + 1
    made = Article(key, f"a{key}", 1, text, f"https://a.example/{key}", "Title", "Courier", datetime(2017, 2, 9, tzinfo=UTC), "en")
    return made, spans


def scored(owner: tuple[Article, list[Sentence]], scores: dict[int, float]) -> list[ScoredSentence]:
    """Some of an article's sentences by position, with their scores."""
    return [ScoredSentence(StoredSentence(owner[1][i], owner[0]), score, score) for i, score in scores.items()]


def test_fusion_adds_reciprocal_ranks() -> None:
    """A sentence found twice beats one found once at the same rank; the score is the formula's; ties go by id."""
    fused = fuse([[Hit(7, 0.9), Hit(3, 0.8)], [Hit(3, 12.0), Hit(9, 11.0)]])
    assert [hit.sentence_id for hit in fused] == [3, 7, 9]
    assert fused[0].score == 1 / (RANK_CONSTANT + 2) + 1 / (RANK_CONSTANT + 1)
    assert [hit.sentence_id for hit in fuse([[Hit(5, 1.0)], [Hit(2, 1.0)]])] == [2, 5]
    assert fuse([[], []]) == []


def test_relevant_neighbours_become_one_passage() -> None:
    """Two neighbours that both matter are one passage, text between them included, scored as the better one."""
    owner = article(1, 5)
    (passage,) = to_passages(scored(owner, {1: 5.0, 2: 3.0}), 10)
    assert passage.text == owner[0].text[owner[1][1].start : owner[1][2].end]
    assert (passage.score, passage.rank) == (5.0, 1)


def test_an_irrelevant_neighbour_stays_out() -> None:
    """A neighbour far below the best is a passage of its own, lower down."""
    owner = article(1, 5)
    first, second = to_passages(scored(owner, {1: 5.0, 2: 5.0 - JOIN_MARGIN - 0.1}), 10)
    assert first.text == "bridge 32 happened here."
    assert second.text == "harbour 33 happened here."


def test_neighbours_of_two_articles_are_never_joined() -> None:
    """Sentence ids may follow each other across articles; texts do not."""
    one, other = article(1, 100), article(2, 3)
    passages = to_passages(scored(one, {99: 5.0}) + scored(other, {0: 5.0}), 10)
    assert [passage.article_id for passage in passages] == ["a1", "a2"]


def test_copies_are_folded_into_the_better_ranked() -> None:
    """The same report at another outlet is shown once; a different one is shown."""
    one, copy, other = article(1, 1), article(2, 1), article(3, 1, ["volcano"])
    twin = Article(2, "a2", 1, one[0].text, "https://b.example", "Other title", "Herald", None, "en")
    copies = [ScoredSentence(StoredSentence(copy[1][0], twin), 4.0, 4.0)]
    passages = to_passages(scored(one, {0: 5.0}) + copies + scored(other, {0: 1.0}), 10)
    assert [passage.article_id for passage in passages] == ["a1", "a3"]


def test_one_article_does_not_crowd_out_the_others() -> None:
    """At most MAX_PER_ARTICLE passages come from one article, and ranks stay without gaps."""
    one, other = article(1, 16), article(2, 1, ["volcano"])
    passages = to_passages(scored(one, {i: 9.0 - i for i in range(0, 16, 3)}) + scored(other, {0: -9.0}), 10)
    assert [passage.article_id for passage in passages] == ["a1"] * MAX_PER_ARTICLE + ["a2"]
    assert [passage.rank for passage in passages] == [1, 2, 3, 4]


@given(
    positions=st.dictionaries(st.integers(0, 11), st.floats(-10, 10), max_size=12),
    others=st.dictionaries(st.integers(0, 5), st.floats(-10, 10), max_size=6),
    limit=st.integers(1, 8),
)
def test_passages_keep_their_invariants(positions: dict[int, float], others: dict[int, float], limit: int) -> None:
    """Whatever the scores: text is the slice, at most three sentences, no overlap within an article, best first, ranked from 1."""
    one, other = article(1, 12), article(2, 6, ["volcano", "glacier", "desert"])
    passages = to_passages(scored(one, positions) + scored(other, others), limit)
    texts = {"a1": one[0].text, "a2": other[0].text}
    assert len(passages) <= limit
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    assert [passage.score for passage in passages] == sorted((passage.score for passage in passages), reverse=True)
    taken: dict[str, list[tuple[int, int]]] = {"a1": [], "a2": []}
    for passage in passages:
        assert texts[passage.article_id][passage.start : passage.end] == passage.text
        assert 1 <= passage.text.count("happened") <= MAX_PASSAGE_SENTENCES
        assert len(passage.text) <= MAX_CHARS
        assert all(passage.end <= start or end <= passage.start for start, end in taken[passage.article_id])
        taken[passage.article_id].append((passage.start, passage.end))
