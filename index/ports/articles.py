"""Where articles are kept, with their revisions, their sentences and the vectors of these. Adapter: ``index.store.articles``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

from index.domain.articles import Article, ArticleDraft, Kinship, Sentence, Span
from index.domain.passages import Filters
from index.ports.models import Encoder, Vectors
from index.ports.search import Rows, Scope


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

    def sentences(self, ids: Collection[int]) -> dict[int, StoredSentence]:
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
