"""Who says so. In: the grammar of a sentence and of those beside it, and a place in it. Out: the speaker or source, as the article names them.

Pure. A speaker governs the clause that the verb of saying takes, or the quotation beside it, and no more: in "most reports say three died,
although EuroNews states there were five" the five are EuroNews's alone. Where no one is named, the outlet speaks, and the answer is None.
English, as the parser is. The cues were chosen and measured on PolNeAR's development articles (docs/decisions/0013-attribution-and-time.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.answering.quotations import quotations
from index.answering.speakers import resolved
from index.answering.statements import Statement, statements
from index.answering.syntax import Syntax
from index.domain import Span
from index.ports import Parsed

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
    syntax = Syntax(parsed)
    found = sorted((one for one in statements(syntax) if one.covers(span)), key=lambda one: one.breadth)
    chain = [_named(one, syntax, before) for one in found if one.source is not None]
    hedged = any(one.hedge for one in found)
    if chain:
        nearest = chain[0] if len(chain) == 1 else replace(chain[0], via=chain[1])
        return replace(nearest, hedge=nearest.hedge or hedged)
    if (goes_on := _from_beside(syntax, span, before, after)) is not None:
        return replace(goes_on, hedge=goes_on.hedge or hedged)
    return next((Attribution(_text(parsed, one.cue), one.cue, 0, one.cue, hedge=True) for one in found if one.hedge), None)


def _named(statement: Statement, syntax: Syntax, before: Sequence[Parsed]) -> Attribution:
    assert statement.source is not None
    span, sentence = resolved(syntax, statement, [Syntax(one) for one in before])
    text = syntax.parsed.text if sentence == 0 else before[sentence].text
    return Attribution(text[span.start : span.end], span, sentence, statement.cue, statement.hedge)


def _from_beside(syntax: Syntax, span: Span, before: Sequence[Parsed], after: Sequence[Parsed]) -> Attribution | None:
    """The speaker of a quotation that began in a sentence before this one, goes on in one after it, or stands alone as a sentence."""
    quoted = next((one for one in quotations(syntax.parsed.text, opened=_left_open(before)) if one.covers(span)), None)
    if quoted is None:
        return None
    if not quoted.closed:
        for distance, follower in enumerate(after, start=1):
            following = Syntax(follower)
            for statement in statements(following, opened=True):
                if statement.quoted and statement.source is not None and statement.covers(Span(0, 1)):
                    named = _named(statement, following, (*before, syntax.parsed, *after[: distance - 1]))
                    return replace(named, sentence=named.sentence + distance, cue=None)
            if any(one.closed for one in quotations(follower.text, opened=True)):
                break
    for distance, previous, earlier in _backwards(before):
        spoken = [one for one in statements(Syntax(previous)) if one.quoted and one.source is not None]
        if spoken:
            named = _named(spoken[-1], Syntax(previous), earlier)
            return replace(named, sentence=named.sentence - distance, cue=None)
        if not quotations(previous.text, opened=_left_open(earlier)):
            spoken = [one for one in statements(Syntax(previous)) if one.source is not None]
            if distance == 1 and spoken:
                named = _named(spoken[-1], Syntax(previous), earlier)
                return replace(named, sentence=named.sentence - distance, cue=None)
            return None
    return None


def _backwards(before: Sequence[Parsed]) -> Iterator[tuple[int, Parsed, Sequence[Parsed]]]:
    """The sentences before, nearest first: how many back, the sentence, and those before it."""
    for distance in range(1, len(before) + 1):
        yield distance, before[-distance], before[: len(before) - distance]


def _left_open(before: Sequence[Parsed]) -> bool:
    """Whether a quotation that began in these sentences has not ended by their end."""
    opened = False
    for one in before:
        found = quotations(one.text, opened=opened)
        opened = bool(found) and not found[-1].closed
    return opened


def _text(parsed: Parsed, span: Span) -> str:
    return parsed.text[span.start : span.end]
