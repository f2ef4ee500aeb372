"""The statements in a sentence: who, the words that mark it, and what is said. In: its grammar. Out: statements, with offsets. Pure.

What marks one: a verb of saying or thinking with its clause ("officials say three died"), beside a quotation, or set in as a comment ("as the
BBC reports"); "according to"; a noun that takes a clause ("a statement that…"); a colon or a dash between a name and a quotation; and adverbs
and passives that give no name ("reportedly", "are believed to").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.answering.quotations import Quotation, quotations
from index.answering.reporting import DOUBTING, HEDGES, NAMING, NOUNS, RESERVED, RESERVED_NOUNS, SAYING, THINKING
from index.answering.syntax import Syntax, trimmed
from index.domain import Span
from index.ports import Token

_CLAUSES = ("ccomp", "csubj")
_SUBJECTS = ("nsubj", "nsubjpass")
_MAIN = ("ROOT", "conj", "ccomp", "relcl", "advcl", "parataxis")
_LIGHT = ("aux", "auxpass", "neg", "advmod", "prt")


@dataclass(frozen=True, slots=True)
class Statement:
    """Somebody says something. Offsets are into the sentence."""

    source: Span | None
    """Who, as a noun phrase; None where nobody is named."""
    head: int | None
    """The token that heads ``source``."""
    cue: Span
    content: tuple[Span, ...]
    """What is said, in the order of the text."""
    hedge: bool
    quoted: bool
    """Whether a quotation is part of what is said."""

    @property
    def breadth(self) -> int:
        """Characters of what is said: of two statements, one within the other, the inner one has fewer."""
        return sum(one.end - one.start for one in self.content)

    def covers(self, span: Span) -> bool:
        """Whether what stands there is part of what is said."""
        return any(one.start <= span.start and span.end <= one.end for one in self.content)


def statements(syntax: Syntax, *, opened: bool = False) -> list[Statement]:
    """All of them, in the order of their cues. opened: whether the sentence begins within a quotation."""
    quoted = quotations(syntax.parsed.text, opened=opened)
    found = [*_verbs(syntax, quoted), *_according(syntax), *_nouns(syntax), *_labelled(syntax, quoted), *_hedges(syntax)]
    return sorted(found, key=lambda one: one.cue.start)


# Verbs


def _verbs(syntax: Syntax, quoted: list[Quotation]) -> Iterator[Statement]:
    for number, token in enumerate(syntax.tokens):
        if token.part not in ("VERB", "AUX", "NOUN", "PROPN") or token.lemma.lower() not in SAYING | THINKING:
            continue
        if any(one.start <= token.start < one.end for one in quoted) and token.relation not in (
            "ccomp",
            "ROOT",
            "conj",
            "relcl",
            "advcl",
            "parataxis",
        ):
            continue
        subject = _subject(syntax, number)
        content, has_quotation = _content(syntax, number, subject, quoted)
        if not content:
            continue
        impersonal = subject is None or syntax.tokens[subject].relation == "nsubjpass"
        doubt = token.lemma.lower() in DOUBTING
        if impersonal and syntax.child(number, "auxpass") is not None:
            agent = _agent(syntax, number)
            if agent is not None:
                yield _statement(syntax, agent, number, content, has_quotation)
            elif doubt or token.lemma == "say":
                yield Statement(None, None, syntax.span(_cue(syntax, number)), content, hedge=True, quoted=False)
            elif subject is not None and token.lemma in ("quote", "tell", "inform", "assure", "remind"):
                yield _statement(syntax, subject, number, content, has_quotation)
            continue
        if subject is not None:
            yield _statement(syntax, subject, number, content, has_quotation)


def _statement(syntax: Syntax, source: int, verb: int, content: tuple[Span, ...], quoted: bool) -> Statement:
    span = source_span(syntax, source)
    return Statement(span, source, syntax.span(_cue(syntax, verb)), content, _reserved(syntax, source, verb), quoted)


def _cue(syntax: Syntax, verb: int) -> list[int]:
    """The verb with its auxiliaries and particles, as far as they stand next to it."""
    light = {one for one in syntax.children[verb] if syntax.tokens[one].relation in _LIGHT}
    first = last = verb
    while first - 1 in light:
        first -= 1
    while last + 1 in light:
        last += 1
    return list(range(first, last + 1))


def _subject(syntax: Syntax, verb: int) -> int | None:
    """Who does the saying: the verb's subject, or that of the verb it goes with ("said three died, adding that…")."""
    token = syntax.tokens[verb]
    if (own := syntax.child(verb, *_SUBJECTS)) is not None:
        if token.relation == "relcl" and syntax.tokens[own].tag in ("WP", "WDT") and token.head != own:
            return token.head
        return own
    if token.head != verb and token.relation in ("conj", "advcl", "xcomp", "pcomp", "ccomp", "dep") and _follows(token):
        above = token.head
        while syntax.tokens[above].relation in ("prep", "pcomp") and syntax.tokens[above].head != above:
            above = syntax.tokens[above].head
        return _subject(syntax, above) if syntax.tokens[above].part in ("VERB", "AUX") and above < verb else None
    if token.relation in ("acl", "relcl") and token.tag == "VBG":
        return token.head
    return None


def _follows(token: Token) -> bool:
    return token.relation != "ccomp" or token.tag in ("VBG", "VB")


def _agent(syntax: Syntax, verb: int) -> int | None:
    by = syntax.child(verb, "agent")
    return None if by is None else syntax.child(by, "pobj")


def _content(syntax: Syntax, verb: int, subject: int | None, quoted: list[Quotation]) -> tuple[tuple[Span, ...], bool]:
    """What the verb governs, and whether some of it is quoted."""
    token, lemma = syntax.tokens[verb], syntax.tokens[verb].lemma.lower()
    own = {verb, *([] if subject is None else syntax.under(subject))}
    said: list[int] = []
    for child in syntax.children[verb]:
        relation = syntax.tokens[child].relation
        if (
            relation in _CLAUSES
            or (relation == "xcomp" and lemma != "continue")
            or (relation in ("dobj", "attr", "oprd") and lemma in NAMING)
        ):
            said.extend(syntax.under(child))
    spans = [syntax.span(said)] if said else []
    beside = [one for one in quoted if _beside(syntax, verb, one)] if lemma in SAYING else []
    spans.extend(Span(one.start, one.end) for one in beside)
    if not said and not beside and _is_comment(syntax, verb):
        around = [one for one in syntax.under(token.head) if one not in set(syntax.under(verb))]
        spans.extend(_runs(syntax, around))
    cut = syntax.span(own)
    return _merged(piece for one in spans for piece in _without(one, cut, syntax.parsed.text)), bool(beside) or any(
        one.start >= two.start and one.end <= two.end for one in quoted for two in spans
    )


def _beside(syntax: Syntax, verb: int, quotation: Quotation) -> bool:
    """Whether the quotation belongs to the verb: nothing but its own words, or another quotation, stands between them."""
    token = syntax.tokens[verb]
    if quotation.start <= token.start < quotation.end:
        return False
    last, first = (token.end, quotation.start - 1) if quotation.start > token.end else (quotation.end + 1, token.start)
    between = syntax.parsed.text[last:first]
    if len(between) > 120 or ";" in between:
        return False
    begin, end = sorted((token.start, quotation.start))
    return not any(
        other.part == "VERB"
        and begin < other.start < end
        and not quotation.start <= other.start < quotation.end
        and other.relation in _MAIN
        for other in syntax.tokens
    )


def _is_comment(syntax: Syntax, verb: int) -> bool:
    """Whether it is set into another clause: "…, as the BBC reports", "three died, he said"."""
    token = syntax.tokens[verb]
    if token.head == verb:
        return False
    if token.relation == "parataxis":
        return True
    marks = [one for one in syntax.children[verb] if syntax.tokens[one].relation in ("mark", "advmod") and syntax.word(one).lower() == "as"]
    return token.relation == "advcl" and bool(marks)


# According to, nouns, labels, hedges


def _according(syntax: Syntax) -> Iterator[Statement]:
    for number, token in enumerate(syntax.tokens):
        if syntax.word(number).lower() not in ("according", "per") or (token.lemma == "per" and token.relation != "prep"):
            continue
        to = syntax.child(number, "prep") if syntax.word(number).lower() == "according" else number
        source = None if to is None else syntax.child(to, "pobj", "pcomp")
        if source is None or to is None or (syntax.word(number).lower() == "per" and syntax.tokens[source].part != "PROPN"):
            continue
        own = set(syntax.under(number))
        governed = token.head
        while syntax.tokens[governed].part not in ("VERB", "AUX") and syntax.tokens[governed].head != governed:
            governed = syntax.tokens[governed].head
        around = [one for one in syntax.under(governed) if one not in own]
        if around:
            span = source_span(syntax, source)
            yield Statement(
                span, source, syntax.span([number, to]), tuple(_runs(syntax, around)), _reserved(syntax, source, None), quoted=False
            )


def _nouns(syntax: Syntax) -> Iterator[Statement]:
    for number, token in enumerate(syntax.tokens):
        if token.part != "NOUN" or token.lemma.lower() not in NOUNS:
            continue
        clause = next(
            (one for one in syntax.children[number] if syntax.tokens[one].relation in ("acl", "ccomp", "relcl") and _has_that(syntax, one)),
            None,
        )
        if clause is None:
            continue
        owner = syntax.child(number, "poss")
        source = number if owner is None else owner
        span = source_span(syntax, source)
        cue = Span(token.start, token.end)
        yield Statement(span, source, cue, (syntax.span(syntax.under(clause)),), _reserved(syntax, number, None), quoted=False)


def _has_that(syntax: Syntax, clause: int) -> bool:
    return any(syntax.tokens[one].relation == "mark" and syntax.word(one).lower() == "that" for one in syntax.children[clause])


def _labelled(syntax: Syntax, quoted: list[Quotation]) -> Iterator[Statement]:
    """A name, a colon, a quotation; or a quotation, a dash, a name."""
    text = syntax.parsed.text
    for one in quoted:
        lead = text[: max(0, one.start - 1)].rstrip()
        if (
            lead.endswith(":")
            and len(lead) < 60
            and not any(token.part in ("VERB", "AUX") and token.end <= len(lead) for token in syntax.tokens)
        ):
            name = lead[:-1].strip()
            if name:
                start = text.index(name)
                head = syntax.at(Span(start, start + len(name)))
                yield Statement(
                    Span(start, start + len(name)), head[-1], Span(len(lead) - 1, len(lead)), (Span(one.start, one.end),), False, True
                )
        rest = text[one.end + 1 :]
        tail = rest.lstrip()
        if tail[:1] in "―—–" and tail and len(tail) < 80:
            name = tail[1:].strip().rstrip(".")
            if name:
                start = text.index(name, one.end)
                head = syntax.at(Span(start, start + len(name)))
                dash = text.index(tail[0], one.end)
                yield Statement(Span(start, start + len(name)), head[-1], Span(dash, dash + 1), (Span(one.start, one.end),), False, True)


def _hedges(syntax: Syntax) -> Iterator[Statement]:
    for number, token in enumerate(syntax.tokens):
        if syntax.word(number).lower() in HEDGES and token.head != number:
            around = [one for one in syntax.under(token.head) if one != number]
            yield Statement(None, None, Span(token.start, token.end), tuple(_runs(syntax, around)), hedge=True, quoted=False)


# Stretches


def source_span(syntax: Syntax, head: int) -> Span:
    """The noun phrase of a speaker: with its titles and those named beside it, without clauses and afterthoughts."""
    left_out = ("relcl", "acl", "advcl", "appos", "advmod", "parataxis", "dep", "ccomp", "npadvmod")

    def drop(number: int) -> bool:
        token = syntax.tokens[number]
        if token.relation in ("conj", "cc"):
            return number < head
        if token.relation == "prep":
            return syntax.word(number).lower() not in ("of", "for", "in", "from", "at", "with", "on")
        if token.relation == "punct":
            return syntax.word(number) not in ",-’'.&"
        return token.relation in left_out

    numbers = syntax.under(head, drop)
    run = _run_around(numbers, head)
    run = trimmed(syntax.tokens, run, lambda token: token.relation in ("punct", "cc", "case"))
    return syntax.span(run or [head])


def _run_around(numbers: list[int], head: int) -> list[int]:
    """The unbroken run of numbers that has the head in it."""
    there, first, last = set(numbers), head, head
    while first - 1 in there:
        first -= 1
    while last + 1 in there:
        last += 1
    return list(range(first, last + 1))


def _runs(syntax: Syntax, numbers: list[int]) -> list[Span]:
    """The unbroken runs of tokens as spans."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    kept = (trimmed(syntax.tokens, run, lambda token: token.relation == "punct") for run in runs)
    return [syntax.span(run) for run in kept if run]


def _without(span: Span, cut: Span, text: str) -> list[Span]:
    """The span without the part that the cut takes, and without the white space and commas this leaves at its ends."""
    pieces = (
        [(span.start, min(span.end, cut.start)), (max(span.start, cut.end), span.end)] if _overlap(span, cut) else [(span.start, span.end)]
    )
    kept = []
    for first, last in pieces:
        lead = len(text[first:last]) - len(text[first:last].lstrip(" ,\n"))
        if inner := text[first:last].strip(" ,\n"):
            kept.append(Span(first + lead, first + lead + len(inner)))
    return kept


def _overlap(one: Span, two: Span) -> bool:
    return one.start < two.end and two.start < one.end


def _merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    """In order, those that overlap made one."""
    merged: list[Span] = []
    for one in sorted(spans, key=lambda span: span.start):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return tuple(merged)


def _reserved(syntax: Syntax, source: int, verb: int | None) -> bool:
    """Whether it is said with reserve: by "most reports", or as a belief."""
    doubting = verb is not None and syntax.tokens[verb].lemma.lower() in DOUBTING - {"claim"}
    some = any(syntax.word(one).lower() in RESERVED for one in syntax.children[source])
    return doubting or (some and syntax.tokens[source].lemma.lower() in RESERVED_NOUNS)
