"""Which reports are placed in one story."""

from __future__ import annotations

import numpy as np
import pytest

from index.intake import stories
from index.intake.stories import WINDOW_DAYS, Dated, block_start, compare, place, rarity_in, terms_of

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
    f"said that more guards, more pay for the union and fewer ferry boats off the coast were wanted by the captain, and blamed the navy."
    for i in range(12)
    for matter in ("bridge", "harbour", "hospital", "stadium")
]


def dated(key: int, text: str, day: int = 0, story: int | None = None) -> Dated:
    """An article of a day."""
    return Dated(key, day, terms_of(None, text), story)


def placed(articles: list[Dated], around: list[Dated] | None = None) -> dict[int, int]:
    """The articles placed after some dozens of others, from which is known what words are common."""
    rarity = rarity_in([terms_of(None, text) for text in BACKGROUND])
    return place(articles, compare(articles, around or [], rarity), rarity)


def test_reports_of_one_event_are_one_story_and_similar_events_are_two() -> None:
    """What outlets write of one accident is together, another accident of the kind is apart, and so is everything else."""
    texts = [FERRY[0], STRIKE[0], FERRY[1], OTHER_FERRY, STRIKE[1], FERRY[2], BUDGET]
    assert placed([dated(key, text, key // 4) for key, text in enumerate(texts, start=1)]) == {1: 1, 3: 1, 6: 1, 2: 2, 5: 2, 4: 4, 7: 7}


def test_what_comes_later_joins_the_story_that_is_there() -> None:
    """Placed one by one, each with what is stored around it, articles end in the same stories as placed together."""
    around = [dated(1, FERRY[0], 0, 11), dated(2, STRIKE[0], 0, 12), dated(4, OTHER_FERRY, 0, 13), dated(7, BUDGET, 0, 14)]
    assert placed([dated(8, FERRY[1], 1)], around) == {8: 11}
    assert placed([dated(9, STRIKE[1], 1)], around) == {9: 12}


def test_a_story_ends_when_nothing_more_comes() -> None:
    """Reports further apart than the window are two stories; one in between makes them one, if it came in before the later one."""
    gap = WINDOW_DAYS + 1
    assert placed([dated(1, FERRY[0]), dated(2, FERRY[1], gap)]) == {1: 1, 2: 2}
    assert placed([dated(1, FERRY[0]), dated(2, FERRY[2], gap // 2), dated(3, FERRY[1], gap)]) == {1: 1, 2: 1, 3: 1}


def test_the_order_of_keys_decides_whatever_the_dates() -> None:
    """A report that comes in late but was published first joins the story that is there; the order in which the articles are given is nothing."""
    articles = [dated(5, FERRY[1], 1), dated(9, FERRY[0], 0)]
    assert placed(articles) == placed(articles[::-1]) == {5: 5, 9: 5}


def test_only_the_last_so_many_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """An article is weighed against a bounded number of others, the same whether they are stored or come with it."""
    monkeypatch.setattr(stories, "MAX_AROUND", 2)
    first, others, last = dated(1, FERRY[0], 0), [dated(2, STRIKE[0]), dated(3, BUDGET)], dated(4, FERRY[1])
    assert placed([first, others[0], last]) == {1: 1, 2: 2, 4: 1}
    assert placed([first, *others, last]) == {1: 1, 2: 2, 3: 3, 4: 4}
    kept = [dated(1, FERRY[0], 0, 1), dated(2, STRIKE[0], 0, 2)]
    assert placed([last], kept) == {4: 1}
    assert placed([others[1], last], kept) == {3: 3, 4: 4}


def test_blocks_have_fixed_ends() -> None:
    """Every key is in one block, which begins at or before it; blocks grow with the number of articles up to 256."""
    starts = [block_start(key) for key in range(1, 5000)]
    assert starts == sorted(starts)
    assert all(block_start(start) == start for start in starts)
    assert starts[:18] == [*range(1, 17), 16, 18]
    assert sorted(set(starts))[-3:] == [4352, 4608, 4864]


def test_a_word_counts_for_the_less_the_more_have_it() -> None:
    """Rarity falls with the number of articles that have a word, down to nothing; among no articles all words are alike."""
    rarity = rarity_in([terms_of(None, f"everyone some{i % 10} once{i}") for i in range(100)])
    where = [int(terms_of(None, word)[0]) & 0x3FFFF for word in ("once7", "some7", "everyone")]
    for weights in (rarity.of_its_own, rarity.of_others):
        once, some, everyone = weights[where]
        assert once > some > everyone == 0.0
    assert rarity.of_its_own[where[0]] < rarity.of_others[where[0]], "the article that is placed has the word too"
    assert len(set(rarity_in([]).of_others.tolist())) == 1


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
    assert placed([]) == {}
    empty = Dated(1, 0, np.empty(0, dtype=np.uint32), None)
    assert placed([empty, dated(2, FERRY[0])]) == {1: 1, 2: 2}
    assert placed([dated(2, FERRY[0])], [Dated(1, 0, empty.terms, 1)]) == {2: 2}
