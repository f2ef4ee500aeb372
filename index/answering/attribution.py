"""Who says so. In: the grammar of a sentence and of those beside it, and a place in it. Out: the speaker or source, as the article names them.

Pure. A speaker governs the clause that the verb of saying takes, or the quotation beside it, and no more: in "most reports say three died,
although EuroNews states there were five" the five are EuroNews's alone. Where no one is named, the outlet speaks, and the answer is None.
English, as the parser is. The cues were chosen and measured on PolNeAR's development articles (docs/decisions/0013-attribution-and-time.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.answering.quotations import quotations
from index.answering.speakers import resolved
from index.answering.statement import Statement
from index.answering.statements import statements
from index.answering.syntax import Syntax
from index.domain.articles import Span
from index.ports.grammar import Parsed

_SHORT = 40
"""Characters within which a cut-off "he said" stands in its sentence."""
_PRONOUNS = frozenset(
    ["i", "he", "she", "they", "it", "we", "you", "who", "which", "that", "this", "one", "his", "her", "their", "its", "my", "our"]
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something. Offsets are into the sentence that ``sentence`` names."""

    who: str
    """Verbatim. A pronoun where nobody could be found behind it; the hedge itself ("reportedly") where nobody is named."""
    span: Span
    """Where ``who`` stands."""
    sentence: int
    """In which sentence: 0 for the one asked about, -1 for the one before it, 1 for the one after."""
    cue: Span | None
    """The words that mark it, "according to", "said", in the sentence asked about; None where it goes on from a neighbour."""
    hedge: bool
    """Whether it is said with reserve: "most reports", "reportedly", "it is believed"."""
    via: Attribution | None = None
    """Who in turn says that they say so: "Daily Sabah quoted a military statement that …"."""

    @property
    def named(self) -> bool:
        """Whether ``who`` says more than a pronoun."""
        return self.who.lower() not in _PRONOUNS


def attribute(parsed: Parsed, span: Span, before: Sequence[Parsed] = (), after: Sequence[Parsed] = ()) -> Attribution | None:
    """Who says what stands at ``span`` of ``parsed``, a sentence; None where the outlet itself does.

    before, after: the sentences before and after it in the article, in the order of the text; a few are enough.
    """
    within = [one for one in innermost(parsed, before) if one.covers(span)]
    chain = [_named(one, 0, parsed, before, after) for one in within if one.source is not None]
    if not chain and (beside := beside_at(parsed, span, before, after)) is not None:
        chain = [_named(*beside, parsed, before, after)]
    hedged = [one.cue for one in within if one.hedge and one.source is None]
    if not chain:
        return Attribution(parsed.text[hedged[0].start : hedged[0].end], hedged[0], 0, hedged[0], hedge=True) if hedged else None
    return replace(chain[0], via=chain[1] if len(chain) > 1 else None, hedge=chain[0].hedge or bool(hedged))


def _named(statement: Statement, distance: int, parsed: Parsed, before: Sequence[Parsed], after: Sequence[Parsed]) -> Attribution:
    """The attribution of a statement that stands ``distance`` sentences from the one asked about."""
    article, here = [*before, parsed, *after], len(before) + distance
    span, sentence = resolved(Syntax(article[here]), statement, [Syntax(one) for one in article[:here]])
    who = article[here + sentence].text[span.start : span.end]
    return Attribution(who, span, sentence + distance, statement.cue if distance == 0 else None, statement.hedge)


def innermost(parsed: Parsed, before: Sequence[Parsed] = ()) -> list[Statement]:
    """The statements in a sentence; one within another comes before it."""
    return sorted(statements(Syntax(parsed), opened=_left_open(before)), key=lambda one: one.breadth)


def beside_at(parsed: Parsed, span: Span, before: Sequence[Parsed], after: Sequence[Parsed]) -> tuple[Statement, int] | None:
    """The statement in a neighbouring sentence that a quotation here belongs to, and how far away that sentence is; None if it is no quotation.

    A quotation that is still open belongs to whoever is named where it ends; one that stands alone goes on from the one before it, or from the
    statement just before it.
    """
    quoted = next((one for one in quotations(parsed.text, opened=_left_open(before)) if one.covers(span)), None)
    if quoted is None:
        return None
    if quoted.closed and parsed.text[quoted.end - 1] in "?!" and not parsed.text[quoted.end + 1 :].strip():
        spoken = [one for one in statements(Syntax(after[0])) if one.source and not one.content and one.cue.start < _SHORT] if after else []
        if spoken:
            return spoken[0], 1  # “Who knew?” he said: cut in two behind the question mark
    for distance, follower in enumerate(() if quoted.closed else after, start=1):
        spoken = [one for one in statements(Syntax(follower), opened=True) if one.source and not one.within and one.covers(Span(0, 1))]
        if spoken:
            return spoken[0], distance
        if any(one.closed for one in quotations(follower.text, opened=True)):
            break
    for distance in range(1, len(before) + 1):
        previous, earlier = before[-distance], before[: len(before) - distance]
        opened = _left_open(earlier)
        spoken = [
            one for one in statements(Syntax(previous), opened=opened) if one.source and not one.within and (one.quoted or distance == 1)
        ]
        if spoken:
            return spoken[-1], -distance
        if not quotations(previous.text, opened=opened):
            return None
    return None


def _left_open(before: Sequence[Parsed]) -> bool:
    """Whether a quotation that began in these sentences has not ended by their end."""
    opened = False
    for one in before:
        found = quotations(one.text, opened=opened)
        opened = bool(found) and not found[-1].closed
    return opened
