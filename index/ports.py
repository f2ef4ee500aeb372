"""What the core needs from outside itself, as protocols. Adapters implement them; only ``index.build`` picks adapters.

Each says its shapes, its order, its errors, and what threads may do with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.domain import Article, ArticleDraft, Feed, FeedState, Filters, Hit, Kinship, Sentence, Span

Vectors = NDArray[np.float32]
"""float32, shape (n, dimension) unless said otherwise, each row of length 1."""
Ids = NDArray[np.int64]
"""Shape (n,)."""

NO_DATE = np.iinfo(np.int64).min
"""Stands in ``Rows.published`` for an article with no date."""

Progress = Callable[[int], None]
"""Called with how many more items are done."""


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What an index is told of n sentences besides their vectors or texts; four arrays of shape (n,)."""

    sentence_ids: Ids
    article_keys: Ids
    source_ids: Ids
    """The database's number for the outlet; 0 for none."""
    published: Ids
    """Seconds since 1970 UTC, or ``NO_DATE``."""

    def __len__(self) -> int:
        return len(self.sentence_ids)

    def __getitem__(self, which: slice | NDArray[np.bool_] | Ids) -> Rows:
        return Rows(self.sentence_ids[which], self.article_keys[which], self.source_ids[which], self.published[which])


@dataclass(frozen=True, slots=True)
class Scope:
    """Filters in the index's own terms. None means no limit; an empty set matches nothing."""

    since: int | None = None
    """Seconds since 1970 UTC, inclusive. Undated sentences never match a limit in time."""
    until: int | None = None
    """Inclusive."""
    source_ids: frozenset[int] | None = None
    article_keys: frozenset[int] | None = None


class Encoder(Protocol):
    """Texts to unit vectors. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights, tokenizer, pooling and prefixes: equal fingerprints give equal vectors (cosine at least 0.9999)."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (len(texts), dimension), in the order given; texts beyond the model's length are cut. Raises EncodingError."""

    def encode_question(self, question: str) -> Vectors:
        """The same for one question, with the model's prefix for questions if it has one; shape (1, dimension). Raises EncodingError."""

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has this word whole, upper and lower case alike: then people write it so."""


class Reranker(Protocol):
    """How well a text answers a question. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights; calibrations are kept under it."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's raw scores in the order of ``texts``; larger is better, the scale is the model's own. Raises EncodingError."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A text that was read whole under its headline."""

    score: float
    """The reranker's, as ``Reranker.score`` gives it."""
    answers: float
    """Log-odds that the text says what was asked for, and is not just about it."""


class Examiner(Protocol):
    """A reader that says of a text whether it answers, in the same pass that scores it. Safe for several threads."""

    @property
    def fingerprint(self) -> str:
        """Identifies the weights; calibrations are kept under it."""

    def examine(self, question: str, texts: Sequence[tuple[str | None, str]]) -> list[Examined]:
        """Texts with their headlines, in order. Raises EncodingError."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign of a parsed text. Labels are Universal Dependencies' parts of speech, and the pipeline's own tags and relations."""

    start: int
    end: int
    lemma: str
    part: str
    """Part of speech: ``NOUN``, ``VERB``, ``NUM``…"""
    tag: str
    """The finer one: ``NNS``, ``VBD``, ``CD``…"""
    relation: str
    """To its head: ``nsubj``, ``nummod``, ``ROOT``…"""
    head: int
    """Which token that is; its own number at the root."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A name, number or time in a parsed text."""

    start: int
    end: int
    label: str
    """``PERSON``, ``ORG``, ``GPE``, ``CARDINAL``, ``DATE``…: OntoNotes' labels."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The grammar of a text. Offsets are into that text; tokens, entities and noun phrases are in its order."""

    text: str
    tokens: tuple[Token, ...]
    entities: tuple[Entity, ...]
    noun_phrases: tuple[Span, ...]


class Parser(Protocol):
    """The grammar of a few sentences. Safe for several threads."""

    def parse(self, texts: Sequence[str]) -> list[Parsed]:
        """One for each text, in order; some 5 to 10 ms each, unless it was parsed before. Raises EncodingError."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage to be read, and those of its sentences that an answer may be cut from."""

    text: str
    sentences: tuple[tuple[int, Parsed], ...]
    """Where each begins in ``text``, and its grammar."""
    headline: str | None = None
    """Of its article: it may say what "it" and "the strike" are. Nothing is cut from it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A part of a passage that may be the answer to a question."""

    passage: int
    """Which of those that were read."""
    span: Span
    """Where it stands, as offsets into that passage's text: inside one of its sentences."""
    confidence: float
    """How likely it is exactly what was asked for, 0..1."""


class Reader(Protocol):
    """Short answers from passages, always verbatim parts of them. Safe for several threads.

    Its confidence is no score of relevance: it presumes that the passages answer, so whoever asks has made sure of that.
    """

    @property
    def fingerprint(self) -> str:
        """Identifies the weights."""

    @property
    def name(self) -> str:
        """For people: the setting it was loaded from."""

    @property
    def cut(self) -> float:
        """A reading is worth showing from this confidence on, 0..1."""

    def read(self, question: Parsed, passages: Sequence[Readable]) -> list[Reading]:
        """What may answer, best first, at most a few of each passage; empty where nothing can. Raises EncodingError."""


class Writer(Protocol):
    """Sentences made from quotes. Safe for several threads. What it writes is checked before anybody sees it."""

    def write(self, question: str, quotes: Mapping[int, str]) -> str:
        """An answer that cites the quotes by their numbers, "[1]"; may be anything. Takes seconds. Raises WritingError."""

    def close(self) -> None:
        """Let go of connections."""


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over unit vectors. Safe for many searching threads beside one that writes.

    Raises StorageError and its children only.
    """

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Take in sentences. Raises ValueError for an id that is there already or twice in ``rows``, VectorShapeError for another dimension."""

    def remove(self, sentence_ids: Ids) -> int:
        """Forget these; ids that are not there are passed over. Returns how many were there."""

    def search(self, question: Vectors, k: int, scope: Scope | None = None) -> list[Hit]:
        """The k most similar sentences within the scope, best first, equal ones by id; fewer if there are fewer.

        question: shape (1, dimension). ``Hit.score`` is the cosine, in [-1, 1].
        """

    def ids(self) -> Ids:
        """Every sentence id in it, ascending."""

    def __len__(self) -> int: ...


class LexicalIndex(Protocol):
    """BM25 over the same sentences. Safe for many searching threads beside one that writes. Raises StorageError and its children only.

    What was added or removed is found from the next ``commit`` on, and survives a crash from then on.
    """

    def add(self, rows: Rows, texts: Sequence[str]) -> None:
        """Take in sentences; one whose id is there already is replaced, so that a repeated call changes nothing."""

    def remove(self, sentence_ids: Ids) -> None:
        """Forget these; ids that are not there are passed over."""

    def commit(self) -> None:
        """Make all of it lasting and visible to searches, here and in other processes."""

    def search(self, question: str, k: int, scope: Scope | None = None) -> list[Hit]:
        """The k best sentences within the scope that share a word with the question, best first, equal ones by id.

        Any text is a question: what a query language would read as an operator is a plain character here. ``Hit.score`` is BM25's, above 0.
        """

    def terms(self, text: str) -> list[str]:
        """Every term of a text as this index counts it, in order, repeated ones too."""

    def weights(self, question: str) -> dict[str, float]:
        """The terms that a search for the question counts, and how much each says: BM25's ln(1 + (N - n + 0.5) / (n + 0.5)), above 0.

        n of the N sentences have the term; one that none has says most. In the order of the question.
        """

    def counts(self, words: Sequence[str]) -> list[int]:
        """How many sentences have each of these words, in any of its forms, in the order given."""

    def ids(self) -> Ids:
        """Every committed sentence id in it, ascending."""

    def __len__(self) -> int:
        """How many sentences are committed."""

    def release(self) -> None:
        """Drop what was not committed, and let go of what only writing needs."""

    def close(self) -> None:
        """Let go of files and locks; what was not committed is dropped."""


@dataclass(frozen=True, slots=True)
class SentenceBlock:
    """n current sentences on their way from the database to an index."""

    rows: Rows
    texts: tuple[str, ...]
    digests: tuple[bytes, ...]
    """``digest`` of each text: the key under which its vector is kept."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the sentences between two sequence numbers."""

    upto: int
    removed: tuple[range, ...]
    """Sentence ids that are no longer current; an index may or may not hold them."""
    article_keys: tuple[int, ...]
    """Articles whose current sentences are to be taken in."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said about an article, as the database keeps it; times in seconds since 1970 UTC. None: nobody said."""

    url: str | None
    title: str | None
    source: str | None
    author: str | None
    published: int | None
    published_from: str | None
    modified: int | None
    language: str | None

    @classmethod
    def of(cls, draft: ArticleDraft) -> Facts:
        """What a draft says."""
        published, modified = (None if one is None else int(one.timestamp()) for one in (draft.published_at, draft.modified_at))
        return cls(draft.url, draft.title, draft.source, draft.author, published, draft.published_from, modified, draft.language)

    def given(self) -> dict[str, str | int]:
        """Those that are known, by name."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}


@dataclass(frozen=True, slots=True)
class Known:
    """What the store remembers of an article that a draft is about."""

    key: int
    id: str
    revision: int
    text_digest: bytes
    address: str | None
    """The canonical form of its address."""
    facts: Facts

    def news(self, facts: Facts, address: str | None) -> dict[str, str | int]:
        """What a later delivery says that is not known already, by name. It may say less than an earlier one: what it leaves out is no news.

        Neither is the same place with other tracking (links keep the address that came first), nor where the same date was read this time.
        """
        said = {name: value for name, value in facts.given().items() if value != getattr(self.facts, name)}
        if address == self.address:
            said.pop("url", None)
        if facts.published == self.facts.published and self.facts.published_from is not None:
            said.pop("published_from", None)
        return said


@dataclass(frozen=True, slots=True)
class ArticleWrite:
    """An article ready to be stored."""

    draft: ArticleDraft
    id: str
    address: str | None
    """The canonical form of its address."""
    known: Known | None
    """The stored article it revises, if any."""
    text_digest: bytes
    spans: tuple[Span, ...] | None
    """Its sentences; None when the text is the stored one and only the facts about it changed."""
    digests: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A current sentence together with its article, as an answer needs them."""

    sentence: Sentence
    article: Article


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """An article that came in or changed, as it is now."""

    article: Article
    at: datetime
    """When it last did."""
    is_new: bool
    """Whether it came in, rather than changed."""
    sentences: tuple[Sentence, ...]
    """In the order of the text."""
    digests: tuple[bytes, ...]
    """Of each."""
    earlier: frozenset[bytes]
    """Digests of the sentences that it had before."""


@dataclass(frozen=True, slots=True)
class ChangedArticles:
    """What happened to articles between two sequence numbers."""

    upto: int
    articles: tuple[ArticleChange, ...]
    """In the order in which they changed."""
    removed: bool
    """Whether any went."""
    undecided: bool
    """Whether ``upto`` is where it is because it is still to be decided whose copy the next article is."""


class ArticleStore(Protocol):
    """The truth: articles, revisions, sentences, and the vectors computed so far. Safe for several threads. Raises StorageError and its children.

    Whatever changes it needs ``writer``; whatever reads sees whole transactions only.
    """

    def writer(self, purpose: str, *, wait_s: float, on_wait: Callable[[str], None] | None = None) -> AbstractContextManager[None]:
        """The right to write, for the length of a ``with``. Raises WriterBusyError after ``wait_s``, naming the holder."""

    def find(self, *, id: str | None, address: str | None, text_digest: bytes) -> Known | None:  # noqa: A002 the field's own name
        """The stored article a draft is about: by its id if it has one, else by the canonical form of its address, else by its text."""

    def write(self, batch: Sequence[ArticleWrite], encoder: Encoder, new_vectors: Mapping[bytes, Vectors]) -> None:
        """Store articles, their sentences and newly computed vectors in one transaction."""

    def remove(self, article_id: str) -> bool:
        """Delete an article with all its revisions. False if there is none of that id."""

    def pause_source(self, name: str, paused: bool) -> list[str]:
        """Leave an outlet, by name, out of every scope, or take it in again. Returns the stored names that match, upper and lower case alike.

        Needs no ``writer``: no article changes.
        """

    def sequence(self) -> int:
        """Number of the last change; 0 for none yet. Cheap enough to ask before every answer."""

    def changes(self, after: int) -> Changes:
        """All that happened after that number."""

    def changed(self, after: int, limit: int) -> ChangedArticles:
        """The next articles that came in, changed or went after that number, by at most ``limit`` changes, without those of outlets that are paused.

        It ends before the first article of which it is not decided whose copy it is.
        """

    def current(self, article_keys: Sequence[int] | None = None) -> Iterator[SentenceBlock]:
        """The current sentences of these articles, or of all, article by article, in blocks of some thousands."""

    def vectors(self, encoder: Encoder, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Vectors already computed, shape (dimension,), by digest; what is not known is not in it."""

    def save_vectors(self, encoder: Encoder, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep newly computed vectors; known ones are passed over."""

    def sentences(self, ids: Sequence[int]) -> dict[int, StoredSentence]:
        """Those of the ids that are current, by id."""

    def scope(self, filters: Filters) -> Scope:
        """Filters in the index's terms, without outlets that are paused; all None if nothing is left out.

        Raises QuestionError for an outlet or article that does not exist, naming near ones, or if all outlets asked for are paused.
        """

    def sources(self) -> list[str]:
        """The outlets' names, as they are stored, in alphabetical order."""

    def articles(self) -> Iterator[Article]:
        """Every article in its current revision, in the order they first came in."""

    def article(self, article_id: str) -> Article | None:
        """The article of that id in its current revision; None if there is none."""

    def newest(self, limit: int) -> list[Article]:
        """The articles published last, newest first, undated ones after all others."""

    def copies(self, reports: Collection[int]) -> dict[int, list[Article]]:
        """Those of the reports that several articles carry, with these articles, the earliest published first; some dozens of each at most."""

    def story(self, article_id: str) -> list[Article]:
        """The articles that tell of the same event, itself among them, the earliest published first; empty if there is no such article."""

    def kinship(self, ids: Collection[str]) -> dict[str, Kinship]:
        """What these articles have in common with others, by id; what does not exist is not in it."""

    def text(self, article_id: str, revision: int | None = None) -> tuple[int, str] | None:
        """A revision of an article, or its current one: number and text. None if there is none."""

    def integrity(self) -> list[str]:
        """What is wrong with the rows themselves, a sentence each; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class Ungrouped:
    """An article that came in or changed since its copies and its story were decided."""

    key: int
    text: str
    title: str | None
    published: int | None
    copy_group: int | None
    """The group it was in: the key of the group's first article."""
    story: int | None
    reworded: bool
    """Whether it has another text than when it was last grouped, or never was."""
    marks: tuple[int, ...] | None
    """What it left when it was last grouped; None if it never was."""
    terms: bytes | None
    """What its story is found by, of when it was first grouped; None if it never was."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An article that another may be a copy of."""

    key: int
    text: str
    copy_group: int | None


@dataclass(frozen=True, slots=True)
class Around:
    """An article that another may tell the same event as."""

    key: int
    day: int
    """When it was published, in days since 1970 UTC, as it said when it was first grouped."""
    story: int
    terms: bytes


@dataclass(frozen=True, slots=True)
class Grouped:
    """What was decided about an article."""

    key: int
    copy_group: int | None
    """The key of the article that it is a copy of; None for no copy."""
    story: int | None
    marks: tuple[int, ...]
    """What it is to be found by from now on, until its text changes…"""
    terms: bytes
    day: int | None
    """…and for good: both are kept only of an article that is grouped for the first time."""


class GroupStore(Protocol):
    """What articles have in common, kept beside them. The caller holds the writer's lock. Raises StorageError and its children."""

    def ungrouped(self, limit: int) -> list[Ungrouped]:
        """The next that are to be grouped, by rising key."""

    def holders(self, marks: Collection[int]) -> dict[int, list[int]]:
        """The articles that left each of these marks, by mark; what nobody left is not in it."""

    def peers(self, keys: Collection[int]) -> dict[int, Peer]:
        """These articles in their current revisions, by key; what is gone is not in it."""

    def background(self, below: int, limit: int) -> list[bytes]:
        """The terms of the last so many articles with lower keys."""

    def count_around(self, first_day: int, last_day: int, below: int) -> int:
        """How many ``around`` would give without a limit."""

    def around(self, first_day: int, last_day: int, below: int, limit: int) -> list[Around]:
        """The articles of these days with lower keys that have a story: the last so many, by rising key. Days: as when they were first grouped."""

    def record(self, batch: Sequence[Grouped], *, changed: Collection[int] = (), disturbed: Collection[int] = ()) -> None:
        """Store decisions in one transaction. Who begins a group is in it as long as others are.

        changed: articles of the batch on which others may depend, so that those outside the batch which are in their group wait again.
        disturbed: others that wait again.
        """


class Splitter(Protocol):
    """Text to sentences. Pure."""

    def __call__(self, text: str, language: str | None = None) -> list[Span]:
        """Spans in order, not overlapping, each without white space at either end; together they hold every character but white space."""


class ContentKind(StrEnum):
    """What a fetch expects to find; anything else is refused by its content type."""

    PAGE = "page"
    """A web page. The site's robots rules are asked first."""
    FEED = "feed"
    """A feed. Robots rules are not asked: a feed is put up to be polled. HTML is let through too, because many feeds come labelled so."""
    EITHER = "either"
    """An address that somebody typed, which may be either; the content tells. The robots rules are asked first, as for a page."""
    ROBOTS = "robots"
    """A robots.txt, of any content type, cut at the length that crawlers must read."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave."""

    url: str
    """Where it was found in the end, after all redirects."""
    permanent_url: str | None
    """Where the address has moved for good: as far as unbroken 301 and 308 redirects led. None if it has not moved."""
    status: int
    """200, or 304 when it is the one that the caller has; then ``body`` is empty."""
    body: bytes
    """Decompressed."""
    content_type: str
    """Lower case, without parameters, such as ``text/html``; empty when the site did not say."""
    charset: str | None
    """As the Content-Type header states it, lower case; nobody has checked it."""
    etag: str | None
    last_modified: str | None
    """As the site spells it: to be sent back the next time."""
    retry_after_s: float | None
    """How long the site asks to be left alone, if it says."""
    fetched_at: datetime
    max_age_s: float | None = None
    """How long the site says that this copy is good for (Cache-Control: max-age)."""


class Fetcher(Protocol):
    """The one way out to the web. Safe for several threads; waits its turn at each site, so a call may take long when many ask at once."""

    def get(self, url: str, *, accept: ContentKind, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What is at the address. etag, last_modified: of the copy that the caller has; with either, the answer may be a 304.

        Raises SourceUnavailableError where a retry may help (429, 5xx, time limit, no connection); SourceGoneError for 404 and 410;
        AddressRefusedError for an address, or a redirect to one, that is not http(s), not public or not well formed; ArticleRefusedError for
        anything else: another kind of content, too long, forbidden by the site.
        """


@dataclass(frozen=True, slots=True)
class EntryMemory:
    """What was done about one entry of a feed."""

    digest: bytes
    """16 bytes, of what the entry said then."""
    attempts: int = 0
    """How often its page could not be had; 0 when it is done, whether it went in or was refused."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What is to be kept of one reading of a feed. Its articles are stored already."""

    state: FeedState
    moved_to: str | None = None
    """Where it now is for good."""
    title: str | None = None
    """None to keep the one that is known."""
    entries: Mapping[bytes, EntryMemory] | None = None
    """Every entry of the document by its identity; None if there was no document."""
    new: int = 0
    """New articles."""


class FeedStore(Protocol):
    """The feeds that are followed. Safe for several threads; each call is one transaction. Raises StorageError and its children.

    A feed is found by its address and by every address it had before.
    """

    def all(self) -> list[Feed]:
        """All of them, in the order they were added."""

    def find(self, url: str) -> Feed | None:
        """The feed at this address, or that was there before it moved."""

    def add(self, url: str, *, title: str | None = None, source: str | None = None) -> tuple[Feed, bool]:
        """The feed at this address, due at once if it is new; and whether it is new."""

    def remove(self, key: int) -> bool:
        """Forget it and what was done about its entries; articles are kept. False if it is not there."""

    def set_paused(self, key: int, paused: bool) -> Feed | None:
        """Stop reading it, or go on: then it is due at once, and no longer taken for gone. None if it is not there."""

    def known(self, key: int, identities: Sequence[bytes]) -> dict[bytes, EntryMemory]:
        """What was done about these entries; those never seen are left out."""

    def record(self, key: int, reading: FeedReading) -> Feed | None:
        """Keep what came of a reading: the last step of it. None if the feed is not there any more; then nothing is kept.

        If it moved to where another feed is, the two become that other one, with all that is known of both; it stays paused if it was.
        """


class Lock(Protocol):
    """A right that one at a time may have, whoever and wherever it is."""

    def __call__(self, purpose: str, *, wait_s: float, on_wait: Callable[[str], None] | None = None) -> AbstractContextManager[None]:
        """Have it for the length of a ``with``. Raises WriterBusyError after ``wait_s``, naming the holder."""
