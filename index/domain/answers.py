"""What the coverage says to a question, with the evidence; and what became of a quote that was given earlier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from index.domain.articles import Article, Span
from index.domain.passages import Carrier, Filters, Passage


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that an article states in words, "on Thursday", and the days it means."""

    span: Span
    """Where it stands, as offsets into the article."""
    first: date
    last: date
    """The same day again, unless it means several: "in March"."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands. ``quote`` equals the article's text at ``[start:end]``."""

    number: int
    """1, 2, 3… as shown in the answer."""
    article_id: str
    url: str | None
    link: str | None
    """``url`` with a text fragment that opens the page at the quote; None without a url."""
    title: str | None
    source: str | None
    published_at: datetime | None
    start: int
    end: int
    quote: str
    revision: int = 1
    """The revision of the article that is quoted."""
    carried_by: tuple[Carrier, ...] = ()
    """Other outlets whose article carries the quote word for word, one article each: not further sources."""
    report: int | None = None
    """``Article.report``: citations with the same number are one source, whoever carries them."""
    story: int | None = None
    """``Article.story``."""
    times: tuple[StatedTime, ...] = ()
    """What the quote says of time relative to the day it was published, worked out; dates that name their year are not in it."""


class QuoteState(StrEnum):
    """What became of a quote that was given some time ago."""

    CURRENT = "current"
    """The article still says it, in the same place."""
    MOVED = "moved"
    """The article still says it, elsewhere in its text."""
    CHANGED = "changed"
    """The article's text was changed since and does not say it any more."""
    WITHDRAWN = "withdrawn"
    """The article is gone."""


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """A quote compared with what its article says now."""

    state: QuoteState
    span: Span | None
    """Where it stands now, if it does."""
    revision: int | None
    """The article's current revision, if there is one."""


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """A figure, name or date cut from a cited sentence, never composed."""

    text: str
    citations: tuple[int, ...]
    """The quotes that say it, the one it was cut from first."""
    value: float | None = None
    unit: str | None = None
    attribution: str | None = None
    """Who says so, as the article names them; None where it is the outlet itself."""
    marks: tuple[Span, ...] = ()
    """Where each of ``citations`` says it, as offsets into its article; empty where that is not known."""
    confidence: float | None = None
    """How likely it is what was asked for, 0..1."""
    reports: int = 1
    """Independent reports that carry it; copies of one wire report count once."""
    newest: datetime | None = None
    """When the newest of them was published."""
    affirms: bool | None = None
    """For a question that asks yes or no: whether these words say that it is so; None for any other question."""
    superseded: str | None = None
    """What the same source said before, where that has changed: "three", of what is five now."""


@dataclass(frozen=True, slots=True)
class Context:
    """A quote where it stands, in its article as that is now."""

    article: Article
    paragraph: Span
    """The paragraph or paragraphs that hold it."""
    quote: Span | None
    """Where the quote stands; None if the article was changed and says it no more, and then the paragraph is only where it used to stand."""


class Status(StrEnum):
    """Whether the coverage says what was asked."""

    ANSWERED = "answered"
    """It does; the citations say it."""
    CONFLICT = "conflict"
    """It does, and reports differ; every side is cited."""
    NOT_COVERED = "not_covered"
    """It does not; the passages are only the nearest there is."""


class Remark(StrEnum):
    """Why an answer was not looked for in the coverage, or why none was found there: what to say instead."""

    GREETING = "greeting"
    HOW_ARE_YOU = "how_are_you"
    THANKS = "thanks"
    FAREWELL = "farewell"
    RUDE = "rude"
    PRAISE = "praise"
    ABOUT_ME = "about_me"
    """Who the bot is, what it can do, how it is used."""
    ORDER = "order"
    """To write, translate or play something: what other bots are for."""
    INJECTION = "injection"
    """An attempt to give the bot other rules, or to learn those it has."""
    UNREADABLE_LANGUAGE = "unreadable_language"
    """A question, searched for and not answered, in a language that the encoder was not trained on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the coverage says to a question, with the evidence.

    Invariants: no citations if and only if ``NOT_COVERED``; every short answer points at citations that exist.
    """

    id: str
    question: str
    status: Status
    passages: tuple[Passage, ...]
    citations: tuple[Citation, ...]
    short: tuple[ShortAnswer, ...]
    confidence: float
    """How likely the first passage answers the question, 0..1."""
    newest_evidence: datetime | None
    elapsed_ms: float
    missing: str | None = None
    """Where it is not covered: the words of the question, as typed, that nothing found speaks of; None if each is spoken of somewhere."""
    remark: Remark | None = None
    """Set only where the status is ``NOT_COVERED``."""
    read_as: str | None = None
    """The question as it was searched for, where that is not as it was typed: with a word spelt as the coverage spells it."""
    searched: Filters | None = None
    """What the words of the question limited the search to: "since Monday", "according to EuroNews"; None if nothing."""
    widened: bool = False
    """Whether nothing was found within ``searched``, and the search went beyond it."""
    guess: ShortAnswer | None = None
    """Where nothing is sure enough for ``short``: what it would be. Nobody is shown it; it is for scripts that weigh confidence themselves."""
    summary: str | None = None
    """What a language model, where one is set, made of the quotes; each sentence ends with the numbers it rests on: "[1]"."""

    def __post_init__(self) -> None:
        if self.remark is not None and self.status is not Status.NOT_COVERED:
            raise ValueError(f"an answer with status {self.status} was given, and remarked on as {self.remark}")
        if (self.status is Status.NOT_COVERED) != (not self.citations):
            raise ValueError(f"an answer with status {self.status} has {len(self.citations)} citations")
        numbers = {citation.number for citation in self.citations}
        if self.guess is not None and self.short:
            raise ValueError(f"the answer guesses {self.guess.text!r}, and is sure of {self.short[0].text!r}")
        for short in (*self.short, *([self.guess] if self.guess is not None else [])):
            if short.marks and len(short.marks) != len(short.citations):
                raise ValueError(f"the short answer {short.text!r} has {len(short.citations)} citations and {len(short.marks)} marks")
            if not short.citations or not numbers.issuperset(short.citations):
                raise ValueError(f"the short answer {short.text!r} cites {short.citations}, of {sorted(numbers)}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is a probability, not {self.confidence}")
