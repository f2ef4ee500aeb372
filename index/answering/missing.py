"""What a refusal says is missing. In: the words of the question that nothing found speaks of, and the question's grammar. Out: the part of them worth
naming. Pure.

"Nothing on “Messi”" says more than "nothing on “Messi score”", and "nothing on “lost”" more than "nothing on “country lost”" where it was asked which
country lost. Nothing is put in another order: what is named stands in the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.answering.figures.asked import asks_how_many
from index.ports.grammar import Parsed, Token

_VERBS = {"VERB", "AUX", "PART", "ADP"}
_KIND_OF = {"which", "what"}


def worth_naming(missing: str, question: Parsed) -> str | None:
    """Without the verb that the words end or begin in, and without the kind of thing that is asked for, as long as anything is left. None for a
    verb alone where it is asked how many: nothing on "died" says nothing.
    """
    start = question.text.find(missing)
    tokens = [one for one in question.tokens if start <= one.start and one.end <= start + len(missing)] if start >= 0 else []
    kept = _trimmed(_trimmed(tokens, lambda one: _is_kind(one, question)), lambda one: one.part in _VERBS)
    if kept and asks_how_many(question.text) and all(one.part in _VERBS for one in kept):
        return None
    return question.text[kept[0].start : kept[-1].end] if kept else missing


def _trimmed(tokens: Sequence[Token], idle: Callable[[Token], bool]) -> Sequence[Token]:
    """Without idle ones at either end; all of them if there are no others."""
    told = [at for at, one in enumerate(tokens) if not idle(one)]
    return tokens[told[0] : told[-1] + 1] if told else tokens


def _is_kind(token: Token, question: Parsed) -> bool:
    """Whether it is the noun of "which country", "what kind"."""
    return any(one.lemma.casefold() in _KIND_OF and question.tokens[one.head] is token and one.relation == "det" for one in question.tokens)
