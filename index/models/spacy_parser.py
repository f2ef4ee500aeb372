"""Grammar of sentences, by spaCy. In: sentences. Out: their tokens, entities and noun phrases, with offsets.

Implements ``index.ports.grammar.Parser``, for the few sentences that an answer is cut from, never for the corpus: one takes some 5 to 10 ms on
one core.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.domain.articles import Span
from index.errors import EncodingError
from index.models.loaded import LoadedModel
from index.ports.grammar import Entity, Parsed, Token

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

REMEMBERED = 2_000
"""Sentences whose grammar is kept: some 10 kB each. The same ones are asked about again and again."""

MAX_CHARS = 2_000
"""A longer text is parsed up to here: time and memory grow with its length, and no sentence that people wrote is as long."""


class SpacyParser(LoadedModel):
    """A spaCy pipeline with tagger, parser, lemmatizer and entity recognizer. Loaded at its first use. Safe for several threads."""

    def __init__(self, folder: Path, *, fingerprint: str, name: str) -> None:
        super().__init__(fingerprint=fingerprint, name=name)
        self._folder = folder
        self._language: Language | None = None
        self._known: OrderedDict[str, Parsed] = OrderedDict()
        self._turn = Lock()
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="parser")

    def parse(self, texts: Sequence[str]) -> list[Parsed]:
        """One for each text, in order. Raises EncodingError if the pipeline cannot be loaded."""
        with self._turn:  # spaCy's vocabulary grows as it reads, and is not made for two threads
            fresh = list(dict.fromkeys(text for text in texts if text not in self._known))
            if fresh:
                language = self._loaded()
                for text, doc in zip(fresh, language.pipe(text[:MAX_CHARS] for text in fresh), strict=True):
                    self._known[text] = _parsed(text, doc)
            parsed = [self._known[text] for text in texts]
            for text in texts:
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return parsed

    def prefetch(self, text: str) -> None:
        """Begin to parse it, and to load the pipeline if nobody has, while the caller searches: encoding a question leaves a core idle."""
        self._ahead.submit(self.parse, [text])

    def _loaded(self) -> Language:
        if self._language is None:
            with _without_torch():
                import spacy
            try:
                self._language = spacy.load(self._folder)
            except (OSError, ValueError) as error:
                raise EncodingError(
                    f"The parser {self.name} cannot be loaded: {error}", remedy="Reinstall it, or correct the setting."
                ) from error
        return self._language


@contextmanager
def _without_torch() -> Iterator[None]:
    """spaCy imports torch wherever it is installed, 1.2 s and 190 MB, and the small pipelines do not use it."""
    if "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        del sys.modules["torch"]


def _parsed(text: str, doc: Doc) -> Parsed:
    return Parsed(
        text=text,
        tokens=tuple(
            Token(
                start=token.idx,
                end=token.idx + len(token),
                lemma=token.lemma_,
                part=token.pos_,
                tag=token.tag_,
                relation=token.dep_,
                head=token.head.i,
            )
            for token in doc
        ),
        entities=tuple(Entity(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents),
        noun_phrases=tuple(Span(phrase.start_char, phrase.end_char) for phrase in doc.noun_chunks),
    )
