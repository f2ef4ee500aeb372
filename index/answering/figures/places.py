"""Where it happened, as the question says. In: the question's grammar. Out: the names of places; and whether an article speaks of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.ports.grammar import Parsed

_PLACES = frozenset(["GPE", "LOC", "FAC"])


def places_in(question: Parsed) -> list[str]:
    """The names of places in the order of the question, each without what only says where it lies: of "Houston, Texas" the city."""
    found: list[str] = []
    end = -1
    for entity in question.entities:
        if entity.label not in _PLACES:
            continue
        beside = end >= 0 and re.fullmatch(r",\s*", question.text[end : entity.start]) is not None
        if not beside:
            found.append(question.text[entity.start : entity.end])
        end = entity.end
    return found


def speaks_of(places: Sequence[str], text: str) -> bool:
    """Whether the text names each of the places; true if there are none."""
    return all(re.search(rf"(?<!\w){re.escape(place)}(?!\w)", text, re.IGNORECASE) for place in places)
