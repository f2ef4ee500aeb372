"""How a text is built: its sentences, and the grammar of each. Adapters: ``index.text.sentences`` and ``index.models.spacy_parser``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.domain.articles import Span


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


Parse = Callable[[Sequence[str]], list[Parsed]]
"""``Parser.parse``."""


class Parser(Protocol):
    """The grammar of a few sentences. Safe for several threads."""

    def parse(self, texts: Sequence[str]) -> list[Parsed]:
        """One for each text, in order; some 5 to 10 ms each, unless it was parsed before. Raises EncodingError."""

    def prefetch(self, text: str) -> None:
        """Begin to parse it beside whatever the caller does next; returns at once. What goes wrong is raised by ``parse``."""


class Splitter(Protocol):
    """Text to sentences. Pure."""

    def __call__(self, text: str, language: str | None = None) -> list[Span]:
        """Spans in order, not overlapping, each without white space at either end; together they hold every character but white space."""
