"""Both sides. In: what each report claims in answer to one question. Out: the claims as sides that cannot both be true, best first. Pure.

Claims that can both be true are one side: "at least 12" and 13, "about 50" and 52, "Putin" and "Vladimir Putin". What a source said before and has
since corrected is no side of its own: it stands with the newer one as superseded. Nothing is averaged, and nothing that is left out contradicts in
silence: a side is shown, or it is too weak for anybody to believe it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from index.answering.evidence import Evidence
from index.answering.figures.quantity import agree
from index.domain.articles import Span

SHOWN = 0.1
"""A side is shown from this share of the first side's weight on…"""

DISPUTES = 0.5
"""…and makes a conflict from this share on."""

EARNEST = 0.5
"""A side contradicts only if one of its claims fits the question this well: a part of a whole, or another event's figure, contradicts nothing."""

CORRECTS = 0.7
"""What the same source says later corrects it if it fits this share as well: two of the three who died are no new toll."""

CORRECTED_WITHIN = timedelta(days=31)
"""What "authorities" say years later is of something else."""

NEARLY = 0.6
"""What counts this much of the heaviest claim of its side may be shown in its place, if it says more."""

MOST_SIDES = 4
"""Sides shown: more are no help to anybody."""

_WORD = re.compile(r"[^\W_]+")
_IGNORED = frozenset(["the", "a", "an", "of", "in", "on", "at", "mr", "mrs", "ms", "dr", "president", "prime", "minister", "sir", "and"])


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence says in answer to the question."""

    text: str
    """Verbatim; ``mark`` is where it stands in the article."""
    mark: Span
    evidence: Evidence
    weight: float
    """How much it counts, 0..1: how well it fits the question and how relevant its passage is."""
    fit: float = 1.0
    """How well it fits the question alone, 0..1."""
    value: float | None = None
    unit: str | None = None
    bounds: tuple[float, float] | None = None
    """The least and the most it can mean; None for what is no figure."""
    who: str | None = None
    """Who says so; None for the outlet."""

    @property
    def report(self) -> str:
        """What counts once: the article, or all copies of it together."""
        return self.evidence.article_id if self.evidence.report is None else f"#{self.evidence.report}"

    @property
    def speaker(self) -> str:
        """Who answers for it: whoever is named, or the outlet, or else the article."""
        return _plain(self.who or self.evidence.source or self.evidence.article_id)


@dataclass(frozen=True, slots=True)
class Side:
    """Claims that can all be true, the one that is shown first, then the heaviest."""

    claims: tuple[Claim, ...]
    superseded: Claim | None = field(default=None)
    """What the same source said before."""

    @property
    def lead(self) -> Claim:
        """The claim that is shown."""
        return self.claims[0]

    @property
    def reports(self) -> int:
        """Independent reports: copies count once."""
        return len({claim.report for claim in self.claims})

    @property
    def newest(self) -> datetime | None:
        """When the newest of them was published; None if none is dated."""
        return max((claim.evidence.published_at for claim in self.claims if claim.evidence.published_at is not None), default=None)

    @property
    def weight(self) -> float:
        """Of all its independent reports together."""
        best: dict[str, float] = {}
        for claim in self.claims:
            best[claim.report] = max(best.get(claim.report, 0.0), claim.weight)
        return sum(best.values())


def to_sides(claims: Sequence[Claim]) -> list[Side]:
    """The sides that are to be shown, best supported first, newer before older where the support is equal."""
    sides = _superseding(_grouped(claims))
    sides.sort(key=lambda side: (side.weight, side.newest.timestamp() if side.newest else 0.0), reverse=True)
    return [side for side in sides if side.weight >= SHOWN * sides[0].weight][:MOST_SIDES]


def disputed(sides: Sequence[Side]) -> bool:
    """Whether these sides contradict each other in earnest."""
    earnest = [side for side in sides if max(claim.fit for claim in side.claims) >= EARNEST]
    return len(earnest) > 1 and earnest[1].weight >= DISPUTES * earnest[0].weight


def compatible(one: Claim, other: Claim) -> bool:
    """Whether both can be true."""
    if one.bounds is not None and other.bounds is not None:
        return agree(one.bounds, other.bounds)
    return same_name(one.text, other.text)


def same_name(one: str, other: str) -> bool:
    """Whether two names can be the same one's: the words of one are among the other's, accents, titles and case aside."""
    first, second = _words(one), _words(other)
    if not first or not second:
        return _plain(one) == _plain(other)
    return first <= second or second <= first


def _grouped(claims: Sequence[Claim]) -> list[Side]:
    """Exact claims found sides, heaviest first; bounded ones ("at least 12") then join the heaviest that they agree with."""
    ordered = sorted(claims, key=lambda claim: (_is_open(claim), -claim.weight))
    groups: list[list[Claim]] = []
    for claim in ordered:
        fitting = [group for group in groups if compatible(group[0], claim)]
        if fitting:
            max(fitting, key=lambda group: sum(one.weight for one in group)).append(claim)
        else:
            groups.append([claim])
    return [Side(_led(group)) for group in groups]


def _led(group: Sequence[Claim]) -> tuple[Claim, ...]:
    """Heaviest first. But where that one says only how many there are at the least, another leads that counts nearly as much and says more: an exact
    one, else the one with the highest bound. A toll grows from "at least four" to "at least 55", and both are true.
    """
    first, *rest = sorted(group, key=lambda claim: -claim.weight)
    if not _is_at_least(first):
        return (first, *rest)
    near = [claim for claim in rest if claim.weight >= NEARLY * first.weight and (_is_at_least(claim) or not _is_open(claim))]
    lead = max((first, *near), key=lambda claim: (not _is_open(claim), claim.bounds or (0.0, 0.0), claim.weight))
    return (lead, *(claim for claim in (first, *rest) if claim is not lead))


def _is_open(claim: Claim) -> bool:
    return claim.bounds is not None and claim.bounds[0] != claim.bounds[1]


def _is_at_least(claim: Claim) -> bool:
    return claim.bounds is not None and claim.bounds[1] == math.inf


def _superseding(sides: list[Side]) -> list[Side]:
    """Without the claims that their own source has since replaced."""
    claims = [claim for side in sides for claim in side.claims]
    kept: list[Side] = []
    for side in sides:
        standing = tuple(claim for claim in side.claims if _corrected_by(claim, claims) is None)
        if standing:
            kept.append(Side(standing))
    for place, side in enumerate(kept):
        earlier = [claim for claim in claims if (later := _corrected_by(claim, claims)) is not None and later in side.claims]
        if earlier:
            kept[place] = replace(side, superseded=max(earlier, key=lambda claim: claim.weight))
    return kept


def _corrected_by(claim: Claim, claims: Sequence[Claim]) -> Claim | None:
    """The newest claim of the same source in a later article that cannot be true beside it."""
    said = claim.evidence.published_at
    if said is None or claim.bounds is None:
        return None
    later = [
        (other.evidence.published_at, other.weight, place)
        for place, other in enumerate(claims)
        if other.evidence.published_at is not None
        and said < other.evidence.published_at <= said + CORRECTED_WITHIN
        and other.evidence.article_id != claim.evidence.article_id
        and other.speaker == claim.speaker
        and other.fit >= CORRECTS * claim.fit
        and not compatible(other, claim)
    ]
    return claims[max(later)[2]] if later else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_plain(text))) - _IGNORED


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in folded if not unicodedata.combining(character)).split())
