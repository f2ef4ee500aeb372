"""Which sentences of an article a subscriber is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.updates.choosing import Page, chosen, closest, may_be_sent, opening
from bot.updates.subscription import Wanted, Wish
from index import Article, Span

TOPIC = Wish(Wanted.TOPIC, "al-Bab casualties")


def page(*sentences: str, title: str | None = "Syria", source: str = "EuroNews", added: tuple[bool, ...] | None = None) -> Page:
    """An article of these sentences."""
    text, spans = " ".join(sentences), list[Span]()
    for one in sentences:
        begin = spans[-1].end + 1 if spans else 0
        spans.append(Span(begin, begin + len(one)))
    article = Article(1, "a", 1, text, None, title, source, None, "en")
    return Page(article, tuple(spans), added or (True,) * len(sentences), datetime(2017, 2, 9, tzinfo=UTC))


def cosines(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Of each sentence."""
    return np.array(values, dtype=np.float32)


def test_the_best_sentence_and_its_neighbour() -> None:
    """The neighbour is shown if it is nearly as near; one further off is not."""
    three = page("One died.", "Two fell ill.", "Rain fell.")
    choice = chosen(TOPIC, three, cosines(0.5, 0.55, 0.1), 0.3)
    assert choice is not None
    assert (choice.best, choice.first, choice.last) == (1, 0, 1)
    assert chosen(TOPIC, three, cosines(0.2, 0.1, 0.1), 0.3) is None


def test_only_what_the_article_did_not_say_before_is_news() -> None:
    """However near it is."""
    choice = chosen(TOPIC, page("One died.", "Two died.", added=(False, True)), cosines(0.9, 0.4), 0.3)
    assert choice is not None
    assert choice.best == 1


def test_words_that_must_and_must_not_be_there_are_those_of_what_is_sent() -> None:
    """In the headline or the sentences, whole, upper and lower case alike; what stands elsewhere in the article is not sent."""
    wish = Wish(Wanted.TOPIC, "casualties", must=("AL-BAB",), must_not=("ill",))
    two = page("One died in al-Bab.", "Two fell ill.")
    choice = chosen(wish, two, cosines(0.5, 0.55), 0.3)
    assert choice is not None
    assert (choice.first, choice.last) == (0, 0)
    assert not may_be_sent(wish, page("One died in al-Babiya."), 0, 0)
    assert may_be_sent(wish, page("Will anybody say who died?", title="In Al-Bab"), 0, 0)


def test_an_outlet_is_its_name() -> None:
    """Upper and lower case alike; the first sentence that may be sent opens the article."""
    wish = Wish(Wanted.SOURCE, "euronews", must_not=("rain",))
    choice = opening(wish, page("Rain fell.", "One died."))
    assert choice is not None
    assert choice.best == 1
    assert opening(wish, page("One died.", source="Courier")) is None
    assert opening(Wish(Wanted.EVERYTHING, must=("snow",)), page("Rain fell.")) is None


def test_a_sentence_is_read_in_context() -> None:
    """With those beside it, under the headline."""
    four = page("A.", "B.", "C.", "D.", title="News. ")
    assert four.in_context(1) == "News. A. B. C."
    assert page("A.", title=None).in_context(0) == "A."


def test_what_replaced_a_quote_is_most_like_it() -> None:
    """By its words."""
    choice = closest("Three soldiers were killed.", page("Rain fell.", "Four soldiers were killed.", "Prices rose."))
    assert choice.best == 1


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=6), st.data())
@pytest.mark.filterwarnings("error")
def test_what_is_chosen_is_near_new_and_one_or_two_sentences(values: list[float], data: st.DataObject) -> None:
    """Whatever the cosines are."""
    added = tuple(data.draw(st.booleans()) for _ in values)
    several = page(*(f"Sentence {number}." for number in range(len(values))), added=added)
    choice = chosen(TOPIC, several, cosines(*values), 0.3)
    near = [place for place, value in enumerate(cosines(*values)) if added[place] and value >= 0.3]
    assert (choice is None) == (not near)
    if choice is not None:
        assert choice.best in near
        assert choice.first <= choice.best <= choice.last <= choice.first + 1
