"""From drafts to stored articles. In: drafts and refusals, as a reader yields them. Out: an IngestReport.

Articles are gathered until their sentences fill a batch; the new sentences among them are encoded; then the batch is stored in one transaction,
vectors included. A kill between two batches loses nothing that was stored, and what was not is new to the next run. The indexes follow
every few seconds and at the end, so that what comes in is found soon and a large delivery is not slowed by it.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.domain.articles import ArticleDraft
from index.domain.ingest import IngestReport, Notice, Outcome, Refusal
from index.errors import ArticleRefusedError
from index.intake.addresses import canonical
from index.ports.articles import ArticleStore, ArticleWrite, Facts
from index.ports.grammar import Splitter
from index.ports.models import Encoder, Vectors

BATCH_SENTENCES = 1024
"""Sentences in a transaction: two seconds of encoding, and enough for batches of like lengths."""

_FOLLOW_EVERY_S = 5.0
_MAX_ID_CHARS = 200

Seen = Callable[[Outcome], None]
"""Called once for every article, when it is stored, known, or refused."""


@dataclass(frozen=True, slots=True)
class _Pending:
    write: ArticleWrite
    texts: tuple[str, ...]
    """The sentences, in the order of ``write.digests``."""


class Pipeline:
    """One ingest, from the first draft to the report. Used once, under the writer's lock."""

    def __init__(
        self,
        store: ArticleStore,
        encoder: Encoder,
        split: Splitter,
        *,
        group: Callable[[], object],
        follow: Callable[[], object],
        seen: Seen | None = None,
    ) -> None:
        """group: decides about the copies and stories of what is stored and waits. follow: does so and brings the indexes up to date."""
        self._store = store
        self._encoder = encoder
        self._split = split
        self._group = group
        self._follow = follow
        self._seen = seen or (lambda _: None)
        self._counts: Counter[Outcome] = Counter()
        self._refusals: list[Refusal] = []
        self._notices: list[Notice] = []
        self._sentences = self._encoded = 0
        self._first: dict[str, tuple[bytes, str]] = {}
        """Article id → text digest and origin, of all that came in this run."""
        self._pending: list[_Pending] = []
        self._pending_sentences = 0
        self._followed_at = time.monotonic()

    def run(self, items: Iterable[ArticleDraft | Refusal]) -> IngestReport:
        """Take in everything; what is refused is counted and the rest goes in."""
        started = time.monotonic()
        try:
            for item in items:
                if isinstance(item, Refusal):
                    self._refuse(item)
                    continue
                try:
                    self._take(item)
                    self._notices += [Notice(item.origin, what) for what in item.notices]
                except ArticleRefusedError as error:
                    self._refuse(Refusal(item.origin, error.message))
                if self._pending_sentences >= BATCH_SENTENCES:
                    self._flush()
        finally:
            # Also when the source broke off in the middle: what came before is an article like any other.
            self._flush()
            self._follow()
        counts = {str(outcome): self._counts[outcome] for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.DUPLICATE)}
        elapsed = time.monotonic() - started
        return IngestReport(
            **counts,
            sentences=self._sentences,
            encoded=self._encoded,
            elapsed_s=elapsed,
            refused=tuple(self._refusals),
            notices=tuple(self._notices),
        )

    def _take(self, draft: ArticleDraft) -> None:
        _refuse_unstorable(draft)
        digest = text_digest(draft.text)
        address = None if draft.url is None else canonical(draft.url, draft.canonical_url)
        article_id = draft.id or derived_id(address, digest)
        earlier = self._first.get(article_id)
        if earlier is not None:
            if earlier[0] == digest:
                self._count(Outcome.DUPLICATE)
                return
            if draft.id is not None:
                raise ArticleRefusedError(
                    f"the id {draft.id!r} was given to another text before, at {earlier[1]}: give each article an id of its own"
                )
            self._flush()  # the same address again, with a newer text: a revision of what is still waiting
        self._first[article_id] = digest, draft.origin
        known = self._store.find(id=draft.id, address=address, text_digest=digest)
        if known is not None and known.text_digest == digest:
            if not known.news(Facts.of(draft), address):
                self._count(Outcome.UNCHANGED)
                return
            self._add(ArticleWrite(draft, known.id, address, known, digest, None, ()), ())
            return
        spans = self._split(draft.text, draft.language)
        if not spans:
            raise ArticleRefusedError("there is no text in it")
        texts = tuple(draft.text[span.start : span.end] for span in spans)
        digests = tuple(text_digest(text) for text in texts)
        self._add(ArticleWrite(draft, known.id if known else article_id, address, known, digest, tuple(spans), digests), texts)

    def _add(self, write: ArticleWrite, texts: tuple[str, ...]) -> None:
        self._pending.append(_Pending(write, texts))
        self._pending_sentences += len(texts)

    def _flush(self) -> None:
        if not self._pending:
            return
        texts = {digest: text for one in self._pending for digest, text in zip(one.write.digests, one.texts, strict=True)}
        known = self._store.vectors(self._encoder, list(texts))
        missing = [digest for digest in texts if digest not in known]
        vectors: dict[bytes, Vectors] = (
            dict(zip(missing, self._encoder.encode([texts[digest] for digest in missing]), strict=True)) if missing else {}
        )
        if any(one.write.known for one in self._pending):
            self._group()  # what came before a change is told by what stood there then, whenever the indexes follow
        self._store.write([one.write for one in self._pending], self._encoder, vectors)
        for one in self._pending:
            self._count(Outcome.NEW if one.write.known is None else Outcome.CHANGED)
        self._sentences += self._pending_sentences
        self._encoded += len(missing)
        self._pending.clear()
        self._pending_sentences = 0
        if time.monotonic() - self._followed_at > _FOLLOW_EVERY_S:
            self._follow()
            self._followed_at = time.monotonic()

    def _count(self, outcome: Outcome) -> None:
        self._counts[outcome] += 1
        self._seen(outcome)

    def _refuse(self, refusal: Refusal) -> None:
        self._refusals.append(refusal)
        self._seen(Outcome.REFUSED)


def text_digest(text: str) -> bytes:
    """16 bytes that stand for a text: of an article, to see whether it changed; of a sentence, as the key of its vector."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def derived_id(address: str | None, digest: bytes) -> str:
    """The id of an article that came without one: the same for the same canonical address, or else for the same text."""
    return hashlib.blake2b(address.encode() if address else digest, digest_size=6).hexdigest()


def _refuse_unstorable(draft: ArticleDraft) -> None:
    """No database keeps a NUL in a text, no encoding a lone surrogate. Stored text is never altered, so these are refused."""
    for name in ("text", "url", "title", "source", "author", "id", "canonical_url"):
        value = getattr(draft, name)
        if value is not None and "\0" in value:
            raise ArticleRefusedError(f"{name} holds a NUL character")
        try:
            (value or "").encode()
        except UnicodeEncodeError as error:
            raise ArticleRefusedError(f"{name} holds half of a surrogate pair at character {error.start}") from error
    if draft.id is not None and not 0 < len(draft.id) <= _MAX_ID_CHARS:
        raise ArticleRefusedError(f"an id has 1 to {_MAX_ID_CHARS} characters, not {len(draft.id)}")
