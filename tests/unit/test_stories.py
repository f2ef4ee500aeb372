"""Which reports are placed in one story."""

from __future__ import annotations

import numpy as np

from index.intake.stories import WINDOW_S, Dated, place, terms_of

DAY = 86_400

FERRY = [
    "The ferry Nordlys with 200 people aboard ran aground off Skagen on Friday. Seven passengers were hurt. Captain Erik Lund blamed fog.",
    "Rescuers freed the ferry Nordlys near Skagen after a night on the rocks. Seven were hurt. Captain Erik Lund is to be questioned.",
    "The ferry Nordlys had no radar when it ran aground in fog off Skagen, investigators said. Captain Erik Lund had sailed for 30 years.",
]
OTHER_FERRY = (
    "A ferry carrying 150 passengers burned off Batangas on Friday. The Philippine navy said twelve people were injured. Wiring is blamed."
)
STRIKE = [
    "Bus drivers in Leeds began a strike on Friday over pay. The union Unite said 900 drivers stayed at home. First Bus regretted the walkout.",
    "Leeds was without buses as 900 drivers of First Bus walked out. The union Unite wants eight percent more pay; talks resume on Monday.",
]
BUDGET = "The finance minister of Peru presented a budget on Friday that raises spending on schools by a tenth and leaves the tax on fuel as it is."

BACKGROUND = [
    f"The Town{i} council said on Friday that {i} people were at a meeting on the {matter} in Town{i}. Passengers and drivers were among those who "
    f"said that more guards, more pay for the union and fewer boats off the coast were wanted by the captain, and blamed the navy."
    for i in range(12)
    for matter in ("bridge", "harbour", "hospital", "stadium")
]


def dated(key: int, text: str, day: float = 0.0, story: int | None = None) -> Dated:
    """An article of a day."""
    return Dated(key, int(day * DAY), terms_of(None, text), story)


def placed(articles: list[Dated], around: list[Dated] | None = None) -> dict[int, int]:
    """The articles placed among some dozens of others, of long before, from which is known what words are common."""
    background = [dated(1000 + i, text, -99, 1000 + i) for i, text in enumerate(BACKGROUND)]
    return place(articles, [*(around or []), *background])


def test_reports_of_one_event_are_one_story_and_similar_events_are_two() -> None:
    """What outlets write of one accident is together, another accident of the kind is apart, and so is everything else."""
    texts = [FERRY[0], STRIKE[0], FERRY[1], OTHER_FERRY, STRIKE[1], FERRY[2], BUDGET]
    assert placed([dated(key, text, key / 10) for key, text in enumerate(texts, start=1)]) == {
        1: -1,
        3: -1,
        6: -1,
        2: -2,
        5: -2,
        4: -4,
        7: -7,
    }


def test_what_comes_later_joins_the_story_that_is_there() -> None:
    """Placed one by one, each with what is stored around it, articles end in the same stories as placed together."""
    around = [dated(1, FERRY[0], 0, 11), dated(2, STRIKE[0], 0, 12), dated(4, OTHER_FERRY, 0.1, 13), dated(7, BUDGET, 0.1, 14)]
    assert placed([dated(8, FERRY[1], 1)], around) == {8: 11}
    assert placed([dated(9, STRIKE[1], 1)], around) == {9: 12}


def test_a_story_ends_when_nothing_more_comes() -> None:
    """Reports further apart than the window are two stories; one in between makes them one."""
    gap = WINDOW_S / DAY + 1
    assert placed([dated(1, FERRY[0]), dated(2, FERRY[1], gap)]) == {1: -1, 2: -2}
    assert placed([dated(1, FERRY[0]), dated(3, FERRY[2], gap / 2), dated(2, FERRY[1], gap)]) == {1: -1, 3: -1, 2: -1}


def test_the_order_of_arrival_does_not_decide() -> None:
    """What was published first begins the story, whenever it came in."""
    assert placed([dated(5, FERRY[1], 1), dated(9, FERRY[0], 0)]) == {5: -9, 9: -9}


def test_a_changed_article_keeps_its_story_as_long_as_it_fits() -> None:
    """A revision stays where it was; one that turned into something else goes where it belongs, or stays alone with the number it had."""
    around = [dated(1, FERRY[0], 0, 11), dated(2, STRIKE[0], 0, 12)]
    assert placed([dated(3, FERRY[1], 0, 11)], around) == {3: 11}
    assert placed([dated(3, STRIKE[1], 0, 11)], around) == {3: 12}
    assert placed([dated(3, BUDGET, 0, 15)], around) == {3: 15}


def test_titles_count_as_words_of_the_text() -> None:
    """A headline says what a short text leaves out."""
    assert set(terms_of("Ferry aground", "Seven hurt")) == set(terms_of(None, "Ferry aground. Seven hurt"))
    assert len(terms_of("Ferry", "")) == 1


def test_counts_are_kept_and_long_texts_cut() -> None:
    """A word's count stands beside it, bounded; what an article is about is read from its beginning."""
    (term,) = terms_of(None, "ferry " * 300)
    assert int(term) >> 18 == 300
    assert len(terms_of(None, " ".join(f"w{i}" for i in range(5000)))) <= 400


def test_nothing_and_empty_texts_are_placed_without_complaint() -> None:
    """No articles, and articles with no words, which are alike to nothing."""
    assert place([], []) == {}
    empty = Dated(1, 0, np.empty(0, dtype=np.uint32), None)
    assert place([empty, dated(2, FERRY[0])], []) == {1: -1, 2: -2}
