"""A parsed sentence as the readers of figures want it: words by number, children of a word, what a word hangs on. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from index.ports.grammar import Parsed, Token


class Grammar:
    """A view of one parsed text. Words are named by their number in it."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.tokens = parsed.tokens
        self.lower = tuple(parsed.text[token.start : token.end].lower() for token in parsed.tokens)
        self._children: list[list[int]] = [[] for _ in parsed.tokens]
        for at, token in enumerate(parsed.tokens):
            if token.head != at:
                self._children[token.head].append(at)

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, at: int) -> Token:
        return self.tokens[at]

    def lemma(self, at: int) -> str:
        """In lower case; the word itself where the tagger took it for a name, as it does in headlines."""
        token = self.tokens[at]
        if token.part == "PROPN":
            return singular(self.lower[at])
        return token.lemma.lower()

    def children(self, at: int, *relations: str) -> list[int]:
        """Those that hang on a word, in order; only by these relations if any is given."""
        own = self._children[at]
        return [child for child in own if self.tokens[child].relation in relations] if relations else list(own)

    def head(self, at: int) -> int | None:
        """What a word hangs on; None for the root."""
        head = self.tokens[at].head
        return None if head == at else head

    def covering(self, start: int, end: int) -> range:
        """The words that lie within these offsets, at least partly."""
        inside = [at for at, token in enumerate(self.tokens) if token.start < end and token.end > start]
        return range(inside[0], inside[-1] + 1) if inside else range(0)

    def top(self, words: range) -> int:
        """Of neighbouring words the one that the others hang on."""
        at = words[-1]
        for _ in words:
            head = self.head(at)
            if head is None or head not in words:
                return at
            at = head
        return at

    def ancestors(self, at: int) -> Iterator[int]:
        """What it hangs on, what that hangs on, and so on up to the root."""
        seen = {at}
        head = self.head(at)
        while head is not None and head not in seen:
            yield head
            seen.add(head)
            head = self.head(head)


def singular(word: str) -> str:
    """A plain guess, for words that the tagger did not lemmatise."""
    irregular = {"men": "man", "women": "woman", "children": "child", "people": "people", "policemen": "policeman", "lives": "life"}
    if word in irregular:
        return irregular[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
