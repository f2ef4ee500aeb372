"""Who asks what is new, and who asks something."""

from __future__ import annotations

import pytest

from index.answering.headlines import asks_for_headlines


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
