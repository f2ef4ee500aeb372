"""What the reader's training shows it: a question with a passage as a search would bring it, one that answers or one that does not.

In: `Asked`. Out: `Posed`. A passage is a sentence with its neighbours under its headline (`index.search.passages`). Passages that do not answer are
of three makes: what shares most words with the question and lacks the answer; SQuAD's own unanswerable questions; and questions whose name, number
or turn of phrase was exchanged, put to the passage that answered them before.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.reader_data import Asked
from index.domain.articles import Span
from index.ports.grammar import Parser
from index.search.passages import MAX_CHARS, headed
from index.text.sentences import split

HEADLINES = 0.6
"""Share of passages that are shown under their title; outlets' headlines are not always of use either."""

OFF_CENTRE = 0.35
"""Share of passages around the neighbour of the sentence that answers."""

MISSES = {"squad": 0.4, "shifts": 0.4, "qed": 0.6, "tydi": 0.6, "qamr": 0.25}
"""For each answerable question, how many passages that do not answer."""

LIKEST = 6
"""A passage that does not answer is one of so many that share most words with the question."""

EDITED = {"squad": 0.2, "shifts": 0.2, "tydi": 0.3}
"""Share of questions that are put once more, edited so that they are not answered."""

_PAIRS = (
    "first last|most least|before after|highest lowest|largest smallest|more less|increase decrease|north south|east west|began ended|won lost",
    "oldest youngest|earliest latest|longest shortest|minimum maximum|allowed forbidden|supported opposed|bought sold|rise fall|start end",
    "strongest weakest|high low|large small|major minor|included excluded|male female|northern southern|eastern western|win lose|best worst",
    "majority minority|positive negative|gained lost|early late|public private|often rarely",
)
_OPPOSITES = {word: other for line in _PAIRS for pair in line.split("|") for word, other in (pair.split(), pair.split()[::-1])}
_AUXILIARY = re.compile(r"\b(did|does|do|is|are|was|were|can|could|would|should|has|have|had)\b(?! not\b)")
_OPPOSITE = re.compile(rf"\b({'|'.join(_OPPOSITES)})\b")


@dataclass(frozen=True, slots=True)
class Posed:
    """A question put to a passage."""

    source: str
    title: str
    question: str
    headline: str | None
    text: str
    sentences: tuple[Span, ...]
    answers: tuple[tuple[int, str], ...]
    """Where each begins in ``text``; none if the passage does not answer."""

    @property
    def read(self) -> str:
        """What goes through the model: the text under its headline."""
        return headed(self.headline, self.text)


def answering(asked: Sequence[Asked], order: random.Random, off_centre: float = OFF_CENTRE) -> Iterator[Posed]:
    """Each answerable question with a passage that holds its answer."""
    for one in asked:
        spans = split(one.text)
        if one.answers and (centre := _holding(spans, one.answers[0][0])) is not None:
            shifted = centre + order.choice((-1, 1)) if order.random() < off_centre else centre
            yield from _posed(one, spans, min(max(shifted, 0), len(spans) - 1), order)


def missing(asked: Sequence[Asked], order: random.Random) -> Iterator[Posed]:
    """Questions with passages that share words with them and do not answer: of their own text or another."""
    passages = list(_passages(asked))
    count = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    table = count.fit_transform([f"{title} {text}" for title, text, _ in passages]).T.tocsc()
    chosen = [one for one in asked if not one.answers or order.random() < MISSES[one.source]]
    for begin in range(0, len(chosen), 256):
        some = chosen[begin : begin + 256]
        likeness = np.asarray((count.transform([one.question for one in some]) @ table).todense())
        for one, row in zip(some, likeness, strict=True):
            if one.answers:
                wanted = one.answers[0][1].casefold()
                likest = [passages[at] for at in np.argsort(-row)[: 4 * LIKEST] if wanted not in passages[at][1].casefold()][:LIKEST]
            else:
                own = [(at, passage) for at, passage in enumerate(passages) if passage[1] in one.text]
                likest = [max(own, key=lambda each: row[each[0]])[1]] if own else []
            if likest:
                title, text, spans = order.choice(likest)
                yield Posed(one.source, one.title, one.question, _headline(title, order), text, spans, ())


def edited(asked: Sequence[Asked], grammar: Parser, order: random.Random) -> Iterator[Posed]:
    """Questions that ask for something else than their passage says: another name or number, the opposite, or "not"."""
    chosen = [one for one in asked if one.answers and order.random() < EDITED.get(one.source, 0.0)]
    names: defaultdict[str, list[str]] = defaultdict(list)
    found = grammar.parse([one.question for one in chosen])
    for parsed in found:
        for name in parsed.entities:
            names[name.label].append(parsed.text[name.start : name.end])
    for one, parsed in zip(chosen, found, strict=True):
        ways = []
        for name in parsed.entities:
            said = parsed.text[name.start : name.end]
            others = [other for other in names[name.label] if other.casefold() != said.casefold()]
            if others:
                ways.append(parsed.text[: name.start] + order.choice(others) + parsed.text[name.end :])
        if turned := _OPPOSITE.sub(lambda word: _OPPOSITES[word.group()], one.question, count=1):
            ways += [turned] if turned != one.question else []
        if not ways and order.random() < 0.5:
            ways = [denied for denied in [_AUXILIARY.sub(r"\1 not", one.question, count=1)] if denied != one.question]
        if ways:
            other = Asked(one.source, one.title, order.choice(ways), one.text, one.answers)
            for posed in answering([other], order, 0.0):
                yield Posed(posed.source, posed.title, posed.question, posed.headline, posed.text, posed.sentences, ())


def _passages(asked: Sequence[Asked]) -> Iterator[tuple[str, str, tuple[Span, ...]]]:
    """Title, text and sentences of the passage around each sentence of each text."""
    for text, title in {one.text: one.title for one in asked}.items():
        spans = split(text)
        for centre in range(len(spans)):
            near = _near(spans, centre)
            begins = near[0].start
            moved = tuple(Span(span.start - begins, span.end - begins) for span in near)
            yield title, text[begins : near[-1].end], moved


def _posed(one: Asked, spans: Sequence[Span], centre: int, order: random.Random) -> Iterator[Posed]:
    near = _near(spans, centre)
    begins, ends = near[0].start, near[-1].end
    said = tuple((start - begins, text) for start, text in one.answers if begins <= start and start + len(text) <= ends)
    if said:
        moved = tuple(Span(span.start - begins, span.end - begins) for span in near)
        yield Posed(one.source, one.title, one.question, _headline(one.title, order), one.text[begins:ends], moved, said)


def _near(spans: Sequence[Span], centre: int) -> Sequence[Span]:
    near = spans[max(0, centre - 1) : centre + 2]
    return near if near[-1].end - near[0].start <= MAX_CHARS else [spans[centre]]


def _holding(spans: Sequence[Span], place: int) -> int | None:
    return next((number for number, span in enumerate(spans) if span.start <= place < span.end), None)


def _headline(title: str, order: random.Random) -> str | None:
    return title if title and order.random() < HEADLINES else None
