"""Who asks what is new, and who asks something."""

from __future__ import annotations

import pytest

from index.answering.headlines import asks_for_headlines, headlines_on


@pytest.mark.parametrize(
    "typed",
    ["news", "News?", "latest news",
     "what's new?", "What’s new", "any news today?", "show me the headlines", "what is the latest", "what's happening?",
     "what's going on in the world", "Последние новости", "новини", "son haberler", "Nachrichten", "últimas noticias", "آخر الأخبار"],
)  # fmt: skip
def test_what_is_new_is_asked_of_everything(typed: str) -> None:
    """The newest articles are meant, in any of the languages that the bot speaks."""
    assert asks_for_headlines(typed)


@pytest.mark.parametrize(
    "typed",
    ["news from Ukraine?", "what's new in Ankara?", "who owns Sky News?", "what is happening in Syria?", "what's the news on the strike", "new",
     "what is it", "which articles were withdrawn?", ""],
)  # fmt: skip
def test_a_question_about_something_is_a_question(typed: str) -> None:
    """With a topic it is searched for."""
    assert not asks_for_headlines(typed)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [("latest on Ukraine", "Ukraine"), ("What’s the latest news about Boeing?", "Boeing"), ("news from Ukraine?", "Ukraine"),
     ("any updates on Brexit talks", "Brexit talks"), ("what's the news on the strike", None), ("news about it", None),
     ("latest on who won the cup", None), ("what is the latest", None), ("who owns Sky News?", None), ("what's new in Ankara?", None),
     ("reports on a ferry that sank off Bergen on Friday night", None), ("", None)],
)  # fmt: skip
def test_the_newest_on_a_topic_is_asked_for_by_naming_it_alone(typed: str, topic: str | None) -> None:
    """What says more, or leans on what was said before, is searched for."""
    assert headlines_on(typed) == topic
