"""From scored sentences to passages: each with its neighbours as context, near-copies folded, no article crowding out the others. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.domain.articles import Span
from index.domain.passages import Passage
from index.ports.articles import StoredSentence
from index.ports.models import Examined
from index.search.contrary import contrary, figures, overlap

MAX_PER_ARTICLE = 3
"""Passages of one article in an answer: a third still shows context, more would hide what other outlets say."""

QUOTE_MARGIN = 4.0
"""A neighbour is quoted with the best sentence if its score is at most this far below: it has to matter itself. On the reranker's scale…"""

QUOTE_MARGIN_COSINE = 0.1
"""…and on the encoder's, where nothing was reranked."""

COPY_OVERLAP = 0.8
"""Jaccard overlap of words from which two passages are one report told twice…"""

SAME_REPORT_OVERLAP = 0.5
"""…and where it is known that their articles carry one report, which may be cut and edited."""

MAX_CHARS = 1000
"""A passage takes in no neighbour that would make it longer, so that it stays one that a person reads."""

ANSWERS = 0.75
"""What a passage scores more for each logit that it answers (docs/decisions/0005-retrieval.md)."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence with its article. Neighbouring sentences of an article have neighbouring ids."""

    stored: StoredSentence
    score: float
    """How relevant it is: the reranker's score, or the cosine where nothing was reranked."""
    order: float
    """What ranks it, larger first: the score less what it loses for its age, or the fused one where nothing was reranked."""


@dataclass(frozen=True, slots=True)
class Window:
    """A sentence that was found, with the sentence before and after it, and the part of the three that is worth quoting."""

    sentences: tuple[StoredSentence, ...]
    """One to three, in the order of the text."""
    focus: Span
    """From the first to the last sentence worth quoting, as offsets into the article."""
    score: float
    """How relevant it is, as that of its best sentence."""
    order: float
    """What ranks it, as that of its best sentence."""

    @property
    def text(self) -> str:
        """The article's text from the first sentence to the last."""
        return self.sentences[0].article.text[self.sentences[0].sentence.start : self.sentences[-1].sentence.end]

    @property
    def under_its_headline(self) -> str:
        """The same, after the article's headline if it has one: what "it" and "the strike" are is often said there alone."""
        return headed(self.sentences[0].article.title, self.text)


def headed(headline: str | None, text: str) -> str:
    """A text after its headline, if it has one."""
    title = (headline or "").rstrip(". ")
    return f"{title}. {text}" if title else text


def to_windows(scored: Sequence[ScoredSentence], neighbours: Mapping[int, StoredSentence], margin: float) -> list[Window]:
    """Windows around the sentences, best first, no two of them overlapping.

    neighbours: current sentences by id; whatever is not in it cannot become context. A sentence that already stands in a better one's window
    gets none of its own. Equal ones keep the order of ``scored``.
    """
    ordered = sorted(scored, key=lambda one: -one.order)
    scores = {one.stored.sentence.id: one.score for one in ordered}
    taken: set[int] = set()
    windows = []
    for one in ordered:
        if one.stored.sentence.id in taken:
            continue
        around = _around(one.stored, neighbours, taken)
        taken.update(each.sentence.id for each in around)
        windows.append(Window(tuple(around), _focus(one, around, scores, margin), one.score, one.order))
    return windows


def fold(windows: Iterable[Window], limit: int) -> list[Window]:
    """The first ``limit`` windows that are no near-copy of an earlier one, at most ``MAX_PER_ARTICLE`` from one report.

    Articles that carry one report count as one. Two passages with different figures are never copies of each other, nor two of which one says the
    opposite of the other, or another name: that is how reports differ.
    """
    kept: list[tuple[Window, Counter[str]]] = []
    per_report: Counter[int] = Counter()
    for window in windows:
        report = window.sentences[0].article.report
        words = Counter(_WORD.findall(window.text.casefold()))
        if per_report[report] == MAX_PER_ARTICLE or any(
            overlap(words, other) >= (SAME_REPORT_OVERLAP if report == one.sentences[0].article.report else COPY_OVERLAP)
            and _say_the_same(window, one)
            for one, other in kept
        ):
            continue
        per_report[report] += 1
        kept.append((window, words))
        if len(kept) == limit:
            break
    return [window for window, _ in kept]


def reread(windows: Sequence[Window], examined: Sequence[Examined]) -> list[Window]:
    """The windows in a new order after the first ``len(examined)`` of them were judged as a whole, best first.

    A judged one scores the mean of its best sentence and its whole, and ``ANSWERS`` for each logit that it answers: the sentence knows what is spoken
    of, the whole what "it" and "the strike" are, the reader whether what was asked for is said. Measured, each ranks better with the others than
    alone (docs/decisions/0005-retrieval.md). What it lost for its age it loses again. The rest keep their order behind them and are given no better
    score: what was judged by a sentence alone is known less well.
    """
    scored = ((window, (window.score + one.score) / 2 + ANSWERS * one.answers) for window, one in zip(windows, examined, strict=False))
    judged = (replace(window, score=score, order=score + window.order - window.score) for window, score in scored)
    head = sorted(judged, key=lambda one: -one.order)
    ceiling = min((window.score for window in head), default=float("inf"))
    tail = []
    for window in windows[len(examined) :]:
        ceiling = min(ceiling, window.score)
        tail.append(replace(window, score=ceiling))
    return head + tail


def to_passages(windows: Sequence[Window]) -> list[Passage]:
    """The windows as passages, ranked from 1 in the order given."""
    passages = []
    for rank, window in enumerate(windows, start=1):
        article = window.sentences[0].article
        facts = (article.id, article.url, article.title, article.source, article.published_at)
        start, end = window.sentences[0].sentence.start, window.sentences[-1].sentence.end
        passages.append(
            Passage(
                rank, window.score, *facts, start, end, window.text, window.focus, article.revision, article.report, story=article.story
            )
        )
    return passages


def _around(centre: StoredSentence, neighbours: Mapping[int, StoredSentence], taken: set[int]) -> list[StoredSentence]:
    around = [centre]
    for step in (-1, 1):
        near = neighbours.get(centre.sentence.id + step)
        if near is None or near.sentence.id in taken or near.article.key != centre.article.key:
            continue
        longer = [near, *around] if step < 0 else [*around, near]
        if longer[-1].sentence.end - longer[0].sentence.start <= MAX_CHARS:
            around = longer
    return around


def _focus(centre: ScoredSentence, around: Sequence[StoredSentence], scores: Mapping[int, float], margin: float) -> Span:
    worthy = [each.sentence for each in around if scores.get(each.sentence.id, float("-inf")) >= centre.score - margin]
    return Span(worthy[0].start, worthy[-1].end)  # at least the centre; with at most three, no gap is possible


def _say_the_same(window: Window, other: Window) -> bool:
    """Whether two that are nearly alike differ in no figure, no name and no denial."""
    if _figures(window) != _figures(other):
        return False
    of_one_report = window.sentences[0].article.report == other.sentences[0].article.report
    if not of_one_report and _exchange_a_name(*(set(_WORD.findall(one.text)) for one in (window, other))):
        return False
    return not contrary(_sentences(window), _sentences(other))


def _sentences(window: Window) -> list[str]:
    return [one.article.text[one.sentence.start : one.sentence.end] for one in window.sentences]


def _exchange_a_name(one: set[str], other: set[str]) -> bool:
    """Whether each says a name that the other does not: then one contradicts it, however alike they are."""
    return all(any(word[0].isupper() for word in some) for some in (one - other, other - one))


def _figures(window: Window) -> set[str]:
    """The figures of what would be quoted."""
    return figures(window.sentences[0].article.text[window.focus.start : window.focus.end])
