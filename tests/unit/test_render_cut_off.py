"""What the owner of subscriptions hears when a chat is lost: every reason has a sentence, and names are no mark-up."""

from __future__ import annotations

import pytest

from bot.language import language
from bot.render.cut_off import NAMES, cut_off, why
from bot.render.html import fits
from bot.telegram.outcomes import CONSEQUENCES, Consequence

ENGLISH = language(None)
REASONS = [outcome for outcome, consequence in CONSEQUENCES.items() if consequence is Consequence.PAUSE]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_a_sentence_of_its_own(reason: str) -> None:
    """By the value that a subscription keeps."""
    sentences = {why(str(one), "Harbour", ENGLISH) for one in REASONS}
    assert len(sentences) == len(REASONS) == 5
    assert "Harbour" in why(str(reason), "Harbour", ENGLISH)


def test_many_hostile_names_fit_and_stay_words() -> None:
    """A dozen long names of topics, and a title that looks like mark-up."""
    text = cut_off("kicked", "<b>" * 200, ["<i>" * 2_000] * 12, ENGLISH)
    assert fits(text)
    assert "<" not in text
    assert text.count("“") == NAMES
    assert "Your 12 subscriptions there wait" in text


def test_a_subscription_to_everything_has_a_name() -> None:
    """It was made without words."""
    assert cut_off("kicked", "Harbour", [""], ENGLISH).endswith("when I can post again: everything")
