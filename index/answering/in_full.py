"""What a question leaves unnamed, named as the nearest passage names it. In: a question's grammar, and sentences'. Out: the question in full. Pure.

"Who is the prime minister?" supposes that everybody knows which one. Coverage that has one does know: it speaks of the Turkish prime minister, and of
an airstrike where the question has "the strike". A cross-encoder, which learned on questions that stand alone, scores such a question low against the
very sentence that answers it (docs/decisions/0006-refusal.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.answering.syntax import Syntax
from index.ports.grammar import Parsed

MAX_NOUN_WORDS = 3
"""Of "the …": more of them say what they mean."""

MAX_ADDED_WORDS = 4

_THE = re.compile(r"\bthe\s+[^\W\d_]", re.IGNORECASE)
_MIN_COMPOUND = 4
"""Letters of a noun that may be the end of another: "strike" of "airstrike", not "man" of "woman"."""
_SAYS_WHICH = ("prep", "relcl", "acl", "poss", "appos", "amod", "compound", "nummod", "nmod")


@dataclass(frozen=True, slots=True)
class Unnamed:
    """ "The prime minister" in a question, of whom nothing more is said."""

    start: int
    """Of the words after the article, as offsets into the question."""
    end: int
    article: int
    """Where "the" begins."""
    words: tuple[str, ...]
    """In lower case."""

    def may_be_in(self, sentence: str) -> bool:
        """Whether the sentence has the words, by a look that costs next to nothing."""
        low = sentence.lower()
        return all(word in low for word in self.words)


def may_be_unnamed(question: str) -> bool:
    """Whether it may have something unnamed, by a look that costs next to nothing: it has an article, and no number."""
    return _THE.search(question) is not None and not any(character.isdigit() for character in question)


def unnamed_in(question: Parsed) -> Unnamed | None:
    """What the question means by a bare "the …"; None if it has none, or several, or names anything else."""
    syntax = Syntax(question)
    found = [one for number in range(len(syntax.tokens)) if (one := _unnamed_at(syntax, number)) is not None]
    tokens = syntax.tokens
    if len(found) != 1 or any(token.part == "PROPN" and not found[0].start <= token.start < found[0].end for token in tokens):
        return None
    around = (number for number, token in enumerate(tokens) if token.part == "ADP" and token.relation != "prt")
    leans_elsewhere = any(
        (thing := syntax.child(number, "pobj")) is not None and not found[0].start <= tokens[thing].start < found[0].end
        for number in around
    )
    return None if leans_elsewhere else found[0]


def in_full(asked: str, unnamed: Unnamed, sentences: Iterable[Parsed]) -> str | None:
    """The question with what the first of the sentences that speaks of it says it is; None if none says more."""
    for sentence in sentences:
        named = _named(unnamed, Syntax(sentence))
        if named is not None:
            begins = unnamed.article if re.search(r"['’]s? ", named) else unnamed.start
            return f"{asked[:begins]}{named}{asked[unnamed.end :]}"
    return None


def _unnamed_at(syntax: Syntax, article: int) -> Unnamed | None:
    """What the article at that token belongs to, if nothing says which one it is."""
    tokens = syntax.tokens
    head = tokens[article].head
    if syntax.word(article).lower() != "the" or not 0 < head - article <= MAX_NOUN_WORDS or tokens[head].part not in ("NOUN", "PROPN"):
        return None
    if any(child > head and tokens[child].relation in _SAYS_WHICH for child in syntax.children[head]):
        return None
    words = tuple(syntax.word(number).lower() for number in range(article + 1, head + 1))
    return Unnamed(tokens[article + 1].start, tokens[head].end, tokens[article].start, words)


def _named(unnamed: Unnamed, sentence: Syntax) -> str | None:
    """The words of the sentence for it, with those that say which one it is; None if they are not there, or no more than the question has."""
    count = len(unnamed.words)
    for first in range(len(sentence.tokens) - count + 1):
        last = first + count - 1
        if not all(_is_the_word(asked, sentence.word(first + at), at == count - 1) for at, asked in enumerate(unnamed.words)):
            continue
        begin, end = _with_what_stands_before(sentence, first), _with_what_it_is_of(sentence, last)
        span = sentence.span(range(begin, end + 1))
        named = sentence.parsed.text[span.start : span.end]
        if named.lower() != " ".join(unnamed.words):
            return named
    return None


def _is_the_word(asked: str, said: str, is_last: bool) -> bool:
    low = said.lower()
    return low == asked or (is_last and len(asked) >= _MIN_COMPOUND and len(low) > len(asked) + 1 and low.endswith(asked))


def _with_what_stands_before(sentence: Syntax, first: int) -> int:
    """The first of the words before it that go on to say which: names and nouns, never a mere adjective."""
    begin = first
    for at in range(first - 1, max(-1, first - 1 - MAX_ADDED_WORDS), -1):
        part = sentence.tokens[at].part
        if part in ("PROPN", "NOUN") or (part == "ADJ" and sentence.word(at)[:1].isupper()):
            begin = at
        elif sentence.tokens[at].tag != "POS" and sentence.word(at) != "-":
            break
    return begin


def _with_what_it_is_of(sentence: Syntax, last: int) -> int:
    """The last word of the name in "of France" after it; ``last`` itself where no name follows."""
    after = range(last + 1, min(len(sentence.tokens), last + 2 + MAX_ADDED_WORDS))
    if not after or sentence.word(last + 1).lower() != "of":
        return last
    end = last
    for at in after[1:]:
        part = sentence.tokens[at].part
        if part == "PROPN":
            end = at
        elif part not in ("DET", "ADJ") and sentence.word(at) != "-":
            break
    return end
