"""Verbs of saying and thinking. In: the grammar of a sentence and its quotations. Out: the statements that verbs make. Pure.

"Officials say three died", "three died, officials said", "as the BBC reports", "a strike that both governments claim hit a building", '"No," said
Smith', "saying that…", "was told by…", "are believed to have died". A statement with no clause of its own ("he said:") has no content; what is
quoted beside its sentence may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.answering.quotations import Quotation
from index.answering.reporting import DOUBTING, NAMING, SAYING, THINKING
from index.answering.statement import Statement, merged, reserved, runs, source_span, without
from index.answering.syntax import Syntax
from index.domain.articles import Span

_SUBJECTS = ("nsubj", "nsubjpass")
_LIGHT = ("aux", "auxpass", "neg", "advmod", "prt")
_MAIN = ("ROOT", "conj", "ccomp", "relcl", "advcl", "parataxis")
_SET_IN = ("parataxis", "nsubj", "dep", "intj")
_OBJECTS = ("dobj", "attr", "oprd")
_TOLD = frozenset(("quote", "tell", "inform", "assure", "remind"))
_SPEAKING = frozenset(("i", "we", "you"))
"""Who speaks in a quotation is its speaker, whatever they say of themselves."""
_FAR = 120
"""Characters between a verb and its quotation: with a title and an afterthought in between."""
_LEAST_QUOTED = 12
"""Characters of a quotation that makes a saying of any verb beside it: shorter ones are names and single words."""


def said(syntax: Syntax, quoted: Sequence[Quotation]) -> Iterator[Statement]:
    """The statements that verbs make, in the order of the verbs."""
    for number, token in enumerate(syntax.tokens):
        lemma = token.lemma.lower()
        if token.part not in ("VERB", "AUX", "NOUN", "PROPN") or (
            lemma not in SAYING | THINKING and not _ends_a_quotation(syntax, number, quoted)
        ):
            continue
        subject = _subject(syntax, number)
        if subject is not None and syntax.word(subject).lower() in _SPEAKING:
            continue
        content, is_quoted = _content(syntax, number, subject, quoted)
        cue = _cue(syntax, number)
        if not content and not (subject is not None and token.head == number and lemma in SAYING):
            continue
        if syntax.child(number, "auxpass") is not None and (subject is None or syntax.tokens[subject].relation == "nsubjpass"):
            if (agent := _agent(syntax, number)) is not None:
                subject = agent
            elif lemma in DOUBTING or lemma == "say":
                around = runs(syntax, [one for one in syntax.under(number) if not cue.start <= syntax.tokens[one].start < cue.end])
                yield Statement(None, None, cue, tuple(around), hedge=True, quoted=False)
                continue
            elif lemma not in _TOLD:
                continue
        if subject is not None:
            yield Statement(
                source_span(syntax, subject), subject, cue, content, reserved(syntax, subject, number), is_quoted or not content
            )


def _cue(syntax: Syntax, verb: int) -> Span:
    """The verb with its auxiliaries and particles, as far as they stand next to it."""
    light = {one for one in syntax.children[verb] if syntax.tokens[one].relation in _LIGHT}
    first = last = verb
    while first - 1 in light:
        first -= 1
    while last + 1 in light:
        last += 1
    return syntax.span((first, last))


def _subject(syntax: Syntax, verb: int) -> int | None:
    """Who does the saying: the verb's subject, or that of the verb it goes with ("said three died, adding that…")."""
    token = syntax.tokens[verb]
    subjects = [one for one in syntax.children[verb] if syntax.tokens[one].relation in _SUBJECTS]
    if subjects:  # "who said", "which police claimed"
        named = [one for one in subjects if syntax.tokens[one].tag not in ("WP", "WDT")]
        return named[0] if named else token.head if token.relation == "relcl" else subjects[0]
    if token.head == verb:
        return None
    if token.relation in ("conj", "advcl", "xcomp", "pcomp", "dep") or (token.relation == "ccomp" and token.tag in ("VBG", "VB")):
        above = token.head
        while syntax.tokens[above].relation in ("prep", "pcomp") and syntax.tokens[above].head != above:
            above = syntax.tokens[above].head
        return _subject(syntax, above) if syntax.tokens[above].part in ("VERB", "AUX") and above < verb else None
    return token.head if token.relation in ("acl", "relcl") and token.tag == "VBG" else None


def _agent(syntax: Syntax, verb: int) -> int | None:
    by = syntax.child(verb, "agent")
    return None if by is None else syntax.child(by, "pobj")


def _content(syntax: Syntax, verb: int, subject: int | None, quoted: Sequence[Quotation]) -> tuple[tuple[Span, ...], bool]:
    """What the verb governs, and whether some of it is quoted."""
    token, lemma = syntax.tokens[verb], syntax.tokens[verb].lemma.lower()
    beside = [one for one in quoted if _beside(syntax, verb, one)] if lemma not in THINKING else []
    spans = [Span(one.start, one.end) for one in beside]
    for child in syntax.children[verb]:
        relation, under = syntax.tokens[child].relation, syntax.span(syntax.under(child))
        quotes = relation in _OBJECTS and any(under.start < one.end and one.start < under.end for one in beside)
        if (
            relation in ("ccomp", "csubj")
            or (relation == "xcomp" and lemma != "continue" and (lemma in SAYING or lemma in DOUBTING))
            or (relation in _OBJECTS and (lemma in NAMING or quotes))
        ):
            spans.append(under)
    if not spans and lemma in SAYING and _is_set_in(syntax, verb):
        own = set(syntax.under(verb))
        spans.extend(runs(syntax, [one for one in syntax.under(token.head) if one not in own]))
    cuts = [Span(token.start, token.end), *([] if subject is None or subject == token.head else [syntax.span(syntax.under(subject))])]
    for cut in cuts:
        spans = [piece for one in spans for piece in without(one, cut, syntax.parsed.text)]
    content = merged(spans)
    return content, any(one.start < two.end and two.start < one.end for one in quoted for two in content)


def _ends_a_quotation(syntax: Syntax, verb: int, quoted: Sequence[Quotation]) -> bool:
    """Whether a quotation that ends as speech does, with a comma, stands right before the verb and its subject: '"No way," Smith sings'."""
    token, text = syntax.tokens[verb], syntax.parsed.text
    return token.part == "VERB" and any(
        one.closed
        and one.end - one.start >= _LEAST_QUOTED
        and (text[one.end - 1] in ",?!" or text[one.end + 1 : one.end + 2] == ",")
        and one.end < token.start < one.end + _FAR // 2
        and _beside(syntax, verb, one)
        for one in quoted
    )


def _beside(syntax: Syntax, verb: int, quotation: Quotation) -> bool:
    """Whether the quotation belongs to the verb: no other verb, and not much else, stands between them."""
    token = syntax.tokens[verb]
    if quotation.start <= token.start < quotation.end:
        return False
    last, first = (token.end, quotation.start - 1) if quotation.start > token.end else (quotation.end + 1, token.start)
    if (
        first - last > _FAR
        or ";" in syntax.parsed.text[last:first]
        or not (_is_speech(syntax, quotation) or _governs(syntax, verb, quotation))
    ):
        return False
    return not any(
        other.part == "VERB" and last <= other.start < first and number != verb and other.relation in _MAIN
        for number, other in enumerate(syntax.tokens)
    )


def _is_speech(syntax: Syntax, quotation: Quotation) -> bool:
    """Whether it stands as speech does, set off from the sentence, and not as words of it: "the war", he said, is "a con"."""
    text = syntax.parsed.text
    lead = text[: max(0, quotation.start - 1)].rstrip().rstrip("'“")
    begins = not lead or lead[-1] in ",:.?!—-”\"'" or quotation.start == 0
    return begins and (text[quotation.end - 1] in ",.?!—…" or text[quotation.end + 1 : quotation.end + 2] in (",", "."))


def _governs(syntax: Syntax, verb: int, quotation: Quotation) -> bool:
    """Whether the first word of the quotation hangs on the verb."""
    one = next((number for number, token in enumerate(syntax.tokens) if token.start >= quotation.start and token.part != "PUNCT"), None)
    while one is not None and one != verb and syntax.tokens[one].head != one:
        one = syntax.tokens[one].head
    return one == verb


def _is_set_in(syntax: Syntax, verb: int) -> bool:
    """Whether it is set into another clause: "…, as the BBC reports", "three, he said, died"."""
    token = syntax.tokens[verb]
    if token.head == verb:
        return False
    if token.relation in _SET_IN:
        return True
    return token.relation == "advcl" and any(
        syntax.tokens[one].relation in ("mark", "advmod") and syntax.word(one).lower() == "as" for one in syntax.children[verb]
    )
