"""Does a figure count what was asked? In: a `Wanted` and a `Figure`. Out: how well it fits, 0 (not at all) to 1. Pure."""

from __future__ import annotations

from index.answering.figures.asked import Wanted
from index.answering.figures.figure import Figure, Measure
from index.answering.figures.vocabulary import vocabulary

PART = 0.35
"""What is left of a fit where the figure is a part of the whole that was asked for: a lone part is still the nearest there is."""

ELSEWHEN = 0.2
"""Likewise where its sentence speaks of another event, or of several together."""

OTHER_YEAR = 0.2
"""Likewise where it names years, and none of them is asked about."""

OTHER_EVENT = 0.2
"""Likewise where it names another kind of event, and not the one asked about."""

WITH_THE_DEAD = 0.25
"""Likewise where the dead are counted with the wounded, who are asked for."""

VAGUE = 0.3
"""Likewise of "several"."""

NARROWER = 0.8
"""Likewise where people are asked for and some kind of people is counted, or the other way round."""

ATTACKERS = 0.3
"""Likewise where the attackers are counted, unless they are asked for."""

BESIDE = 0.5
"""Likewise where people were shot, and the question is how many of them were hurt, or died."""


def fit(wanted: Wanted, figure: Figure, years: frozenset[int] = frozenset()) -> float:
    """How well the figure answers. years: those that the question names, or when the article was published; empty if nothing is known."""
    if figure.measure is not wanted.measure:
        return 0.0
    if wanted.measure is not Measure.COUNT:
        fitting = _other_measure(wanted, figure)
    elif wanted.fate is not None or wanted.noun == "casualty":
        fitting = _fate(wanted, figure) * _people(wanted, figure)
    else:
        fitting = _things(wanted, figure)
    if figure.quantity.vague:
        fitting *= VAGUE
    if figure.part:
        fitting *= PART
    if figure.some_died and wanted.fate == "wounded":
        fitting *= WITH_THE_DEAD
    if figure.elsewhen or wanted.events & figure.several:
        fitting *= ELSEWHEN
    if years and figure.years and not years & figure.years:
        fitting *= OTHER_YEAR
    if _is_other_event(wanted, figure):
        fitting *= OTHER_EVENT
    return fitting


def is_of_others(wanted: Wanted, figure: Figure) -> bool:
    """Whether the figure says the very thing that was asked, of others: three Turkish soldiers where Russian ones were asked for."""
    if figure.measure is not wanted.measure or wanted.fate is None or figure.fate != wanted.fate or figure.part:
        return False
    return (bool(wanted.groups) or bool(wanted.named)) and _people(wanted, figure) == 0.0


def _is_other_event(wanted: Wanted, figure: Figure) -> bool:
    """An accident where a shooting is asked about."""
    broad = vocabulary().broad_events
    return (
        bool(wanted.events and figure.events)
        and not wanted.events & figure.events
        and not (wanted.events & broad and figure.events & broad)
    )


def _fate(wanted: Wanted, figure: Figure) -> float:
    if wanted.fate is None:  # casualties: the killed and the wounded
        return 0.8 if figure.noun == "casualty" or figure.fate in {"killed", "wounded"} else 0.0
    if figure.fate == wanted.fate:
        return 1.0
    return BESIDE if figure.fate == "shot" and wanted.fate == "wounded" else 0.0


def _people(wanted: Wanted, figure: Figure) -> float:
    """Whether those who are counted are those who were asked for."""
    generic = vocabulary().generic
    if wanted.named and not wanted.named <= figure.words:
        return 0.0
    if wanted.groups:
        wider = wanted.groups.union(*(vocabulary().within.get(group, frozenset()) for group in wanted.groups))
        if figure.groups & wider:
            return 1.0 if wanted.noun == figure.noun or figure.groups & wanted.groups else NARROWER
        if figure.groups:
            return 0.0
        return NARROWER if figure.noun is None or figure.noun in generic else 0.0
    if wanted.noun is not None and wanted.noun not in generic:
        return 1.0 if wanted.noun in {figure.noun, figure.counted} else 0.0
    if figure.groups:
        return ATTACKERS if "attackers" in figure.groups and not figure.inherited else 1.0 if figure.inherited else NARROWER
    if figure.noun in vocabulary().events:
        return 0.0
    return 1.0 if figure.noun is None or figure.noun in generic else ATTACKERS


def _things(wanted: Wanted, figure: Figure) -> float:
    """Anything counted: the noun tells, and the verb where there is none."""
    if figure.noun is not None and figure.noun == wanted.noun:
        same = len(wanted.words & figure.words) / len(wanted.words) if wanted.words else 1.0
        verb = 1.0 if figure.verb == wanted.verb or wanted.verb in {None, "be", "have", "do"} else 0.8
        return (0.6 + 0.4 * same) * verb
    if wanted.groups and figure.groups & wanted.groups:
        return 0.6 if wanted.named <= figure.words else 0.0
    if figure.noun is None and wanted.verb is not None and figure.verb == wanted.verb:
        return 0.5
    return 0.0


def _other_measure(wanted: Wanted, figure: Figure) -> float:
    same_verb = wanted.verb is not None and wanted.verb == figure.verb
    if wanted.measure is Measure.DURATION:
        return 1.0 if wanted.noun == figure.noun else 0.5 if same_verb else 0.0
    return 0.9 if same_verb else 0.6
