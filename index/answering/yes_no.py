"""Short answers to yes/no questions: the clause that says so, cut from its sentence. In: the question and evidence. Out: short answers. Pure.

The answer's words are the article's; that they mean yes or no is told beside them (``ShortAnswer.affirms``), for whoever shows it to put into a word.
Where no sentence says it outright, there are only quotes. docs/decisions/0017-yes-or-no.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.answering.attribution import attribute
from index.answering.evidence import Evidence
from index.answering.proposition import Proposition, proposition
from index.answering.short import cut_from
from index.answering.verdict import may_tell, verdict
from index.domain.answers import ShortAnswer
from index.domain.articles import Span
from index.ports.grammar import Parse

CONFIDENCE = 0.8
"""That the clause says what was asked about; benchmarks/yes_no.py measures it."""


def yes_or_no(
    question: str, evidence: Sequence[Evidence], headlines: Mapping[int, str | None], parse: Parse
) -> tuple[ShortAnswer, ...] | None:
    """The first clause that says it is so and the first that says it is not, the one of the better evidence first; none where nothing does.

    None where the question is what befell somebody and the evidence tells of others alone: condolences of Putin's do not answer whether he is dead.
    headlines: of the articles, by citation number.
    """
    asked = proposition(question, parse)
    if asked is None:
        return ()
    parse([one.text for one in evidence])  # at once, which is faster; after this they are known
    if not any(may_tell(asked, one.parsed) for one in evidence):
        return None
    found: dict[bool, ShortAnswer] = {}
    for one in evidence:
        if (said := _said(asked, one, headlines.get(one.citation), evidence)) is not None and said.affirms is not None:
            found.setdefault(said.affirms, said)
    return tuple(found.values())


def _said(asked: Proposition, one: Evidence, headline: str | None, evidence: Sequence[Evidence]) -> ShortAnswer | None:
    found = verdict(asked, one.parsed, f"{headline or ''} {one.passage_text}")
    if found is None:
        return None
    who = attribute(one.parsed, found.clause)
    if who is not None and who.hedge:
        return None
    start = one.span.start
    return replace(cut_from(one, Span(start + found.clause.start, start + found.clause.end), CONFIDENCE, evidence), affirms=found.so)
