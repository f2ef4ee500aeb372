"""Reading a parse. In: ``index.ports.grammar.Parsed``. Out: words, subtrees, and stretches of text.

Pure; used by the rooms that read what a sentence says and who says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from index.domain.articles import Span
from index.ports.grammar import Parsed, Token


class Syntax:
    """A parsed text as a tree. Tokens are numbers: their places in ``parsed.tokens``."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.tokens = parsed.tokens

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """Of each token, the tokens whose head it is, in the order of the text."""
        below: list[list[int]] = [[] for _ in self.tokens]
        for number, token in enumerate(self.tokens):
            if token.head != number:
                below[token.head].append(number)
        return tuple(map(tuple, below))

    def word(self, number: int) -> str:
        """As it stands in the text."""
        token = self.tokens[number]
        return self.parsed.text[token.start : token.end]

    def child(self, number: int, *relations: str) -> int | None:
        """Its first child of these relations."""
        return next((one for one in self.children[number] if self.tokens[one].relation in relations), None)

    def under(self, number: int, without: Callable[[int], bool] = lambda _: False) -> list[int]:
        """It and all that hangs on it, in the order of the text. without: leaves out a token below it, and what hangs on that."""
        found, waiting = [], [number]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting.extend(child for child in self.children[one] if not without(child))
        return sorted(found)

    def at(self, span: Span) -> list[int]:
        """The tokens that overlap the span."""
        return [number for number, token in enumerate(self.tokens) if token.start < span.end and token.end > span.start]

    def span(self, numbers: Iterable[int]) -> Span:
        """From the first of these tokens to the end of the last."""
        all_of = list(numbers)
        return Span(self.tokens[min(all_of)].start, self.tokens[max(all_of)].end)


def trimmed(tokens: Sequence[Token], numbers: Sequence[int], drop: Callable[[Token], bool]) -> list[int]:
    """The numbers without the leading and trailing ones whose tokens are to be dropped. They are in the order of the text."""
    first, last = 0, len(numbers)
    while first < last and drop(tokens[numbers[first]]):
        first += 1
    while last > first and drop(tokens[numbers[last - 1]]):
        last -= 1
    return list(numbers[first:last])
