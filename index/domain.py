"""What the coverage is made of, and what an answer is.

Frozen dataclasses on the standard library alone; every room of this package speaks in these types. Offsets are code points into the stored
article text, end exclusive. Times are aware and in UTC. Nothing here touches a disk, a clock or a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

MAX_PASSAGE_SENTENCES = 3
"""A passage is at most this many sentences (DESIGN.md, section 2)."""


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """An article on its way in: not stored yet, so it has no key and may have no id."""

    text: str
    url: str | None = None
    title: str | None = None
    source: str | None = None
    """The outlet's name, as it is to be shown."""
    published_at: datetime | None = None
    language: str | None = None
    """A BCP 47 code when it is known."""
    id: str | None = None
    """The caller's own id, kept as the article's id."""
    origin: str = ""
    """Where it was read, for reports: ``articles.jsonl:17``."""
    modified_at: datetime | None = None
    """When the outlet says it last changed the text; None when it does not say, or says what cannot be."""
    published_from: str | None = None
    """What ``published_at`` was read from, in words for reports: ``JSON-LD``, ``meta``, ``time element``, ``feed``, ``address``, ``text``."""
    author: str | None = None
    """Who wrote it, as the byline has it; several names are separated by ``; ``."""
    canonical_url: str | None = None
    """The address the page itself says is its own, when it says one; ``url`` stays the one it was found at."""
    notices: tuple[str, ...] = ()
    """What was stated about it and not believed, a sentence each, for the report."""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article in its current revision."""

    key: int
    """The database's number for it; never shown."""
    id: str
    """The id that answers, links and commands use."""
    revision: int
    """1 for the first text, one more for each changed text."""
    text: str
    url: str | None
    title: str | None
    source: str | None
    published_at: datetime | None
    language: str | None
    author: str | None = None
    published_from: str | None = None
    modified_at: datetime | None = None
    copy_group: int | None = None
    """Articles with the same number carry one report; None for an article that nobody else carries."""
    story: int | None = None
    """Articles with the same number tell of one event. None for an undated one, and until that is decided."""

    @property
    def report(self) -> int:
        """What is counted when sources are: equal for all that carry one report, different for any two others."""
        return self.copy_group or self.key


@dataclass(frozen=True, slots=True)
class Kinship:
    """What an article has in common with others, by numbers that are never used for anything else."""

    report: int
    """``Article.report``: equal for all that carry one report. Another one once that article or the first that carried it is changed or removed."""
    story: int | None
    """``Article.story``: equal for all that tell of one event. An article that has one keeps it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, ``text[start:end]``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span runs forward and is not empty, not [{self.start}:{self.end}]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a stored article. It *is* ``article.text[start:end]``; there is no second copy."""

    id: int
    article_key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found, with the score of whatever found it. Larger is better; scales differ by finder."""

    sentence_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Filters:
    """What the asker limits the search to. Undated articles are left out as soon as a date is asked for."""

    since: datetime | None = None
    """Published at this moment or later."""
    until: datetime | None = None
    """Published at this moment or earlier."""
    sources: tuple[str, ...] = ()
    """Any of these outlets, by name, upper and lower case alike; empty means all."""
    articles: tuple[str, ...] = ()
    """Any of these article ids; empty means all."""

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.articles)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Another outlet that carries the same report, with the words that are quoted."""

    article_id: str
    source: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three neighbouring sentences of one article, as evidence. ``text`` equals the article's text at ``[start:end]``."""

    rank: int
    """1 for the best."""
    score: float
    """The reranker's score, or the cosine where there is no reranker. Comparable between answers of one model only."""
    article_id: str
    url: str | None
    title: str | None
    source: str | None
    published_at: datetime | None
    start: int
    end: int
    text: str
    focus: Span
    """The part of it that is worth quoting, as offsets into the article: one to all of its sentences."""
    revision: int = 1
    """The revision of the article that it was taken from, which was the current one."""
    report: int | None = None
    """``Article.report``: passages with the same number are one source, whoever carries them."""
    carried_by: tuple[Carrier, ...] = ()
    """Other outlets whose article carries the focus word for word, one article each."""
    story: int | None = None
    """``Article.story``: passages with the same number tell of one event."""

    def __post_init__(self) -> None:
        if not self.start <= self.focus.start < self.focus.end <= self.end:
            raise ValueError(f"the focus {self.focus} lies outside the passage [{self.start}:{self.end}]")


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
    summary: str | None = None
    """What a language model, where one is set, made of the quotes; each sentence ends with the numbers it rests on: "[1]"."""

    def __post_init__(self) -> None:
        if self.remark is not None and self.status is not Status.NOT_COVERED:
            raise ValueError(f"an answer with status {self.status} was given, and remarked on as {self.remark}")
        if (self.status is Status.NOT_COVERED) != (not self.citations):
            raise ValueError(f"an answer with status {self.status} has {len(self.citations)} citations")
        numbers = {citation.number for citation in self.citations}
        for short in self.short:
            if short.marks and len(short.marks) != len(short.citations):
                raise ValueError(f"the short answer {short.text!r} has {len(short.citations)} citations and {len(short.marks)} marks")
            if not short.citations or not numbers.issuperset(short.citations):
                raise ValueError(f"the short answer {short.text!r} cites {short.citations}, of {sorted(numbers)}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence is a probability, not {self.confidence}")


class Outcome(StrEnum):
    """What became of one article that was brought in."""

    NEW = "new"
    CHANGED = "changed"
    """Known by its id or address, with another text or other facts; what was changed is a new revision."""
    UNCHANGED = "unchanged"
    """Known, and nothing about it differs."""
    DUPLICATE = "duplicate"
    """The same article stood earlier in this very run."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that did not go in."""

    origin: str
    """File and line, or the address."""
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an article that did go in, that somebody should know."""

    origin: str
    what: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of everything that one ingest brought in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    sentences: int = 0
    """Sentences of new and changed articles."""
    encoded: int = 0
    """Of these, how many had to be encoded; the rest were known."""
    elapsed_s: float = 0.0
    refused: tuple[Refusal, ...] = field(default=())
    notices: tuple[Notice, ...] = field(default=())

    @property
    def taken(self) -> int:
        """Articles that are in the coverage now because of, or confirmed by, this run."""
        return self.new + self.changed + self.unchanged + self.duplicate


@dataclass(frozen=True, slots=True)
class FeedState:
    """When a feed is read next, and how it went. ``index.intake.polling`` makes one from another."""

    next_poll_at: datetime
    failures: int = 0
    """In a row, up to now."""
    etag: str | None = None
    last_modified: str | None = None
    """Of the copy that was read last, to ask whether there is another; None also while something of that copy is still to be done."""
    body_digest: bytes | None = None
    """16 bytes that stand for that copy, for sites that never say "not modified"; None likewise."""
    asked_interval_s: float | None = None
    """How long the feed itself asks to be left between two readings."""
    last_success_at: datetime | None = None
    last_status: int | None = None
    """The last HTTP status; None when there was none."""
    last_error: str | None = None
    """Why the last reading failed; None if it did not."""
    gone: bool = False
    """The site says that it is gone for good, or the feed that it is finished. It is not read any more."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is followed."""

    key: int
    """The database's number for it; never shown."""
    url: str
    """Where it is now; it may have been added under another address."""
    title: str | None
    """As the feed gives it; None until it was read."""
    source: str | None
    """The outlet's name for its articles, if whoever added it gave one."""
    added_at: datetime
    paused: bool
    last_new: int
    """New articles by the last reading that was not answered "not modified"."""
    total_new: int
    """New articles since it was added."""
    state: FeedState


class Polled(StrEnum):
    """What came of reading one feed."""

    READ = "read"
    NOT_MODIFIED = "not modified"
    FAILED = "failed"
    """It is tried again, later and later."""
    GONE = "gone"
    """It is not tried again."""
    REMOVED = "removed"
    """Somebody removed it meanwhile; the articles are kept."""


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What came of reading one feed."""

    url: str
    """Where it was asked for."""
    title: str | None
    outcome: Polled
    articles: IngestReport = IngestReport()
    waiting: int = 0
    """Entries whose pages could not be had yet; they are tried again."""
    note: str | None = None
    """Why it failed, or where it moved to."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What came of reading the feeds that were due."""

    feeds: tuple[FeedReport, ...]
    elapsed_s: float

    @property
    def new(self) -> int:
        """New articles."""
        return sum(feed.articles.new for feed in self.feeds)

    @property
    def changed(self) -> int:
        """Articles with a new revision or new facts."""
        return sum(feed.articles.changed for feed in self.feeds)


@dataclass(frozen=True, slots=True)
class AddedFeed:
    """What came of adding a feed."""

    feed: Feed
    is_new: bool
    """False if it was followed already."""
    others: tuple[str, ...] = ()
    """More feeds that the same site offers, by address."""


class Severity(StrEnum):
    """What a finding of ``check`` means."""

    REPAIRED = "repaired"
    """It was wrong and has been put right."""
    NOTICE = "notice"
    """Nothing is wrong, but somebody should know."""
    BROKEN = "broken"
    """It is wrong; the remedy says what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant that does not hold."""

    severity: Severity
    what: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every invariant that was verified, and what was found."""

    checked: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """True when nothing is broken now."""
        return all(finding.severity is not Severity.BROKEN for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a rebuild did."""

    generation: str
    sentences: int
    encoded: int
    """How many had no stored vector and were encoded now."""
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts, sizes, models and freshness."""

    articles: int
    revisions: int
    sentences: int
    sources: int
    oldest_published: datetime | None
    newest_published: datetime | None
    last_change: datetime | None
    database: str
    """Kind of database, never its address."""
    database_bytes: int | None
    index_bytes: int
    generation: str | None
    vector_kind: str | None
    """``flat`` or ``ivf``."""
    vector_recall_at_10: float | None
    """Against exact search on a sample of its own vectors, measured when it was built."""
    encoder: str
    reranker: str | None
    by_source: tuple[tuple[str, int], ...]
    """Outlets with their articles, most first."""
    paused: tuple[str, ...] = ()
    """Outlets that are not searched for the time being."""
