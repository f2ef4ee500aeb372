"""Joining, folding and ranking of passages, and the fusion before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.domain.articles import Article, Sentence
from index.domain.passages import MAX_PASSAGE_SENTENCES, Hit, Passage
from index.ports.articles import StoredSentence
from index.ports.models import Examined
from index.search.fusion import RANK_CONSTANT, fuse
from index.search.passages import (
    MAX_CHARS,
    MAX_PER_ARTICLE,
    QUOTE_MARGIN,
    ScoredSentence,
    fold,
    reread,
    to_passages,
    to_windows,
)
from index.search.retrieve import merged

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


def stored(*owners: tuple[Article, list[Sentence]]) -> dict[int, StoredSentence]:
    """All sentences of these articles, as the store would give them."""
    return {sentence.id: StoredSentence(sentence, article) for article, sentences in owners for sentence in sentences}


def passages_of(found: list[ScoredSentence], *owners: tuple[Article, list[Sentence]], limit: int = 10) -> list[Passage]:
    return to_passages(fold(to_windows(found, stored(*owners), QUOTE_MARGIN), limit))


def test_of_an_article_that_changed_between_two_look_ups_the_later_counts() -> None:
    """Else one answer would quote two versions of it, at offsets of either."""
    (old, sentences), other = article(1, 3), article(2, 1)
    new = replace(old, revision=2)
    both = merged(stored((old, sentences), other), {150: StoredSentence(Sentence(150, 1, 0, 5), new)})
    assert {number: one.article.revision for number, one in both.items()} == {200: 1, 150: 2}
    unchanged = {102: StoredSentence(sentences[2], old)}
    assert merged(stored((old, sentences[:2])), unchanged) == stored((old, sentences))


def test_a_passage_is_the_sentence_with_its_neighbours() -> None:
    """The sentence before and the one after are context; what is quoted is the sentence itself."""
    owner = article(1, 5)
    (passage,) = passages_of(scored(owner, {2: 5.0}), owner)
    assert passage.text == owner[0].text[owner[1][1].start : owner[1][3].end]
    assert owner[0].text[passage.focus.start : passage.focus.end] == "harbour 33 happened here."


def test_a_relevant_neighbour_is_quoted_too() -> None:
    """Two neighbours that both matter are quoted together, scored as the better one; one far below is context only."""
    owner = article(1, 5)
    (passage,) = passages_of(scored(owner, {1: 5.0, 2: 3.0}), owner)
    assert owner[0].text[passage.focus.start : passage.focus.end] == "bridge 32 happened here. harbour 33 happened here."
    assert (passage.score, passage.rank) == (5.0, 1)
    (passage,) = passages_of(scored(owner, {1: 5.0, 2: 5.0 - QUOTE_MARGIN - 0.1}), owner)
    assert owner[0].text[passage.focus.start : passage.focus.end] == "bridge 32 happened here."


def test_neighbours_of_two_articles_are_never_joined() -> None:
    """Sentence ids may follow each other across articles; texts do not."""
    one, other = article(1, 100), article(2, 3)
    found = passages_of(scored(one, {99: 5.0}) + scored(other, {0: 5.0}), one, other)
    assert [passage.article_id for passage in found] == ["a1", "a2"]


def test_a_passage_does_not_grow_beyond_what_a_person_reads() -> None:
    """A neighbour that would make the passage longer than MAX_CHARS is left out; the other one is taken."""
    text = "a" * 600 + ". " + "b" * 300 + ". " + "c" * 300 + "."
    made = Article(1, "a1", 1, text, None, None, None, None, None)
    sentences = [Sentence(100, 1, 0, 601), Sentence(101, 1, 602, 903), Sentence(102, 1, 904, 1205)]
    (passage,) = passages_of(scored((made, sentences), {1: 5.0}), (made, sentences))
    assert (passage.start, passage.end) == (0, 903)


def test_copies_are_folded_into_the_better_ranked() -> None:
    """The same report at another outlet is shown once; a different one is shown."""
    one, copy, other = article(1, 1), article(2, 1), article(3, 1, ["volcano"])
    twin = Article(2, "a2", 1, one[0].text, "https://b.example", "Other title", "Herald", None, "en")
    found = scored(one, {0: 5.0}) + scored((twin, copy[1]), {0: 4.0}) + scored(other, {0: 1.0})
    assert [passage.article_id for passage in passages_of(found, one, (twin, copy[1]), other)] == ["a1", "a3"]


def test_one_article_does_not_crowd_out_the_others() -> None:
    """At most MAX_PER_ARTICLE passages come from one article, and ranks stay without gaps."""
    one, other = article(1, 16), article(2, 1, ["volcano"])
    found = passages_of(scored(one, {i: 9.0 - i for i in range(1, 16, 3)}) + scored(other, {0: -9.0}), one, other)
    assert [passage.article_id for passage in found] == ["a1"] * MAX_PER_ARTICLE + ["a2"]
    assert [passage.rank for passage in found] == [1, 2, 3, 4]


def test_what_was_read_in_context_comes_first_and_scores_no_lower() -> None:
    """The head is ordered by the mean of both scores and whether it answers; the tail keeps its order and gets no better score than its last."""
    one = article(1, 16)
    windows = to_windows(scored(one, {1: 9.0, 4: 8.0, 7: 7.0, 10: 6.0}), stored(one), QUOTE_MARGIN)
    again = reread(windows, [Examined(-7.0, 0.0), Examined(4.0, 0.0)])
    assert [window.score for window in again] == [6.0, 1.0, 1.0, 1.0]
    assert [window.sentences[0].sentence.id for window in again] == [103, 100, 106, 109]
    assert reread(windows, []) == windows
    answering, other = reread(windows, [Examined(-7.0, 8.0), Examined(4.0, 0.0)])[:2]
    assert (answering.sentences[0].sentence.id, answering.score, other.score) == (100, 7.0, 6.0)


@given(
    positions=st.dictionaries(st.integers(0, 11), st.floats(-10, 10), max_size=12),
    others=st.dictionaries(st.integers(0, 5), st.floats(-10, 10), max_size=6),
    limit=st.integers(1, 8),
    judged=st.lists(st.floats(-10, 10), max_size=4),
)
def test_passages_keep_their_invariants(positions: dict[int, float], others: dict[int, float], limit: int, judged: list[float]) -> None:
    """Whatever the scores: text is the slice, at most three sentences, no overlap within an article, best first, ranked from 1."""
    one, other = article(1, 12), article(2, 6, ["volcano", "glacier", "desert"])
    windows = fold(to_windows(scored(one, positions) + scored(other, others), stored(one, other), QUOTE_MARGIN), limit)
    passages = to_passages(reread(windows, [Examined(score, 0.0) for score in judged[: len(windows)]]))
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


def folded(one: Article, sentences: list[Sentence], other: Article, others: list[Sentence]) -> list[str]:
    """The ids of the articles whose passages are left of one of each."""
    found = scored((one, sentences), {1: 5.0}) + scored((other, others), {1: 4.0})
    return [passage.article_id for passage in passages_of(found, (one, sentences), (other, others))]


def lines(key: int, *sentences: str, copy_group: int | None = None) -> tuple[Article, list[Sentence]]:
    """An article of these sentences."""
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    made = Article(key, f"a{key}", 1, text, None, None, None, None, None, copy_group=copy_group)
    return made, [
        Sentence(100 * key + i, key, start, start + len(line)) for i, (start, line) in enumerate(zip(starts, sentences, strict=True))
    ]


def test_copies_of_one_report_are_folded_though_they_were_edited() -> None:
    """What is known to be one report is folded at half the words in common, what is not known to be only at nearly all."""
    first = ("Rescuers came by night.", "The ferry struck rocks off Skagen.", "Fog was thick.")
    second = ("It was windy.", "The ferry struck rocks off Skagen.", "Fog was thick then.")
    assert folded(*lines(1, *first, copy_group=1), *lines(2, *second, copy_group=1)) == ["a1"]
    assert folded(*lines(1, *first), *lines(2, *second)) == ["a1", "a2"]


@pytest.mark.parametrize(("one", "other"), [("7", "9"), ("Seven", "Nine"), ("1,200", "1,300")])
def test_reports_that_differ_in_a_figure_are_never_folded(one: str, other: str) -> None:
    """However alike the words: a reader has to see both figures, in one report's versions too."""
    said = "{} passengers of the ferry that struck rocks off Skagen in thick fog were hurt, the coast guard said."
    for group in (None, 1):
        first, second = (lines(key, "It is late.", said.format(figure), "Bye.", copy_group=group) for key, figure in ((1, one), (2, other)))
        assert folded(*first, *second) == ["a1", "a2"]
    same = (lines(key, "It is late.", said.format(one), "Bye.") for key in (1, 2))
    assert folded(*[part for pair in same for part in pair]) == ["a1"]  # type: ignore[arg-type]


_HARBOUR = "Officials of the port said on Friday that the harbour of Skagen {} before the end of the coming winter."


@pytest.mark.parametrize("group", [None, 1])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("will be opened", "will not be opened"),
        ("will be opened", "won’t be opened"),
        ("will be opened", "will be closed"),
        ("was opened by Mrs Holm", "was opened by Mrs Krogh"),
        ("will be opened for 3 ships", "will be opened for ships"),
    ],
)
def test_a_sentence_that_says_the_opposite_is_never_folded(one: str, other: str, group: int | None) -> None:
    """One word of twenty turns the meaning, or stands in another's place: both are to be seen, in one report's versions too."""
    for first, second in ((one, other), (other, one)):
        pair = [
            lines(key, "It is late.", _HARBOUR.format(said), "The town has waited for long.", copy_group=group)
            for key, said in ((1, first), (2, second))
        ]
        assert folded(*pair[0], *pair[1]) == ["a1", "a2"]


def test_what_stands_beside_the_sentence_is_not_folded_away_either() -> None:
    """A neighbour that says the opposite is part of the passage, and of what is shown."""
    alike = _HARBOUR.format("will be opened")
    pair = [lines(key, "Nobody knows the price.", alike, f"Fishermen {said} against it.") for key, said in ((1, "are"), (2, "are not"))]
    assert folded(*pair[0], *pair[1]) == ["a1", "a2"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("will be opened", "will be opened again"), ("will be opened", "would be opened"), ("WILL be opened", "will be opened")],
)
def test_an_edited_copy_is_still_folded(one: str, other: str) -> None:
    """A word added or left out, another tense, other letters: it is the same report told twice."""
    pair = [lines(key, "It is late.", _HARBOUR.format(said), "The town has waited.") for key, said in ((1, one), (2, other))]
    assert folded(*pair[0], *pair[1]) == ["a1"]
    told = [
        lines(key, "It is late.", _HARBOUR.format(one).replace("said", said), "The town has waited.")
        for key, said in ((1, "said"), (2, "announced"))
    ]
    assert folded(*told[0], *told[1]) == ["a1"]


def test_one_report_does_not_crowd_out_the_others_through_its_copies() -> None:
    """Passages of all articles that carry a report count together."""
    kinds = ["volcano", "glacier", "desert", "forest", "marsh", "river", "delta", "tundra"]
    pairs = [
        lines(key, *(f"{kind} {kind}s {key * i} happened near {kind}ville." for i in (1, 2, 3)), copy_group=1)
        for key, kind in enumerate(kinds, 1)
    ]
    other = lines(9, "Meanwhile.", "A bridge was closed in town.", "Yes.")
    found = [one for key, pair in enumerate(pairs) for one in scored(pair, {1: 9.0 - key})] + scored(other, {1: -9.0})
    assert [passage.article_id for passage in passages_of(found, *pairs, other)] == ["a1", "a2", "a3", "a9"]
