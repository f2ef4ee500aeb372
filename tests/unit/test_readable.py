"""Which questions an encoder can read, and what is said of the others."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from index.answering.readable import SHARED_WORDS, can_read, unread
from index.domain.answers import Answer, Citation, Remark, Status
from index.text.language import TOLD_APART, likelihood, share_in_scripts

ENGLISH_ONLY = "a0bcc0c748d5ff1c"
"""Fingerprint of the default encoder."""

FOREIGN = {
    "ru": "сколько солдат погибло?",
    "uk": "Хто подав у відставку після страйку?",
    "ar": "كم عدد القتلى في الهجوم؟",
    "zh": "有多少士兵死亡？",
    "hi": "कितने सैनिक मारे गए?",
    "el": "πόσοι στρατιώτες πέθαναν;",
    "one word": "забастовка",
    "tr": "saldırıda kaç asker öldü?",
    "de": "wie viele Soldaten starben bei dem Angriff?",
    "es": "¿cuántos soldados murieron en el ataque?",
    "fr": "combien de soldats sont morts pendant la grève ?",
    "sv": "hur många soldater dog under strejken?",
}

READABLE = [
    "how many soldiers died?",
    "soldiers died harbour strike",
    "Putin",
    "al-Bab",
    "Merkel Bundestag",
    "Recep Tayyip Erdoğan",
    "Who is Владимир Путин?",
    "what does Schadenfreude mean in the Bundestag debate",
    "2017",
    "FERRY AGROUND PORT ARLEN",
]


@pytest.mark.parametrize("question", FOREIGN.values(), ids=FOREIGN)
def test_a_language_the_encoder_does_not_know_is_noticed(question: str) -> None:
    """By its script, even from one word, or by its words where it is written in Latin letters."""
    assert not can_read(question, ENGLISH_ONLY)


@pytest.mark.parametrize("question", READABLE)
def test_names_and_english_are_readable(question: str) -> None:
    """English, names of any origin, numbers, and English about something foreign are never called unreadable."""
    assert can_read(question, ENGLISH_ONLY)


@pytest.mark.parametrize("question", FOREIGN.values(), ids=FOREIGN)
def test_an_encoder_that_is_not_listed_reads_everything(question: str) -> None:
    """Nothing is said against a model that nobody described, least of all a multilingual one."""
    assert can_read(question, "no such model")


def test_what_the_encoder_cannot_read_is_answered_by_its_words_or_not_at_all() -> None:
    """An answer stands if half of the question's words are in its article; else, and for every refusal, the reason is said and nothing is cited."""
    quote = Citation(1, "a1", None, None, None, None, None, 0, 3, "Yes")
    found = Answer("q", FOREIGN["tr"], Status.ANSWERED, (), (quote,), (), 0.9, None, 1.0)
    refused = Answer("q", FOREIGN["tr"], Status.NOT_COVERED, (), (), (), 0.1, None, 1.0)
    assert unread(found, SHARED_WORDS) is found
    for answer, words in ((found, SHARED_WORDS - 0.01), (refused, 0.0), (refused, 1.0)):
        left = unread(answer, words)
        assert (left.remark, left.status, left.citations) == (Remark.UNREADABLE_LANGUAGE, Status.NOT_COVERED, ())
        assert left.confidence == 0


def test_letters_are_counted_by_script() -> None:
    """Digits and punctuation do not count, wide forms do, and a text without letters has nothing foreign in it."""
    assert share_in_scripts("abвг 12!", ["LATIN"]) == 0.5
    assert share_in_scripts("ＡＢＣ", ["LATIN"]) == 1
    assert share_in_scripts("2017?", ["LATIN"]) == 1
    assert share_in_scripts("привет abc", ["LATIN", "CYRILLIC"]) == 1


def test_likelihoods_of_several_languages_add_up() -> None:
    """A text is as likely in one of several languages as in each of them together, and surely in one of all."""
    text = "die Soldaten starben bei dem Angriff"
    assert likelihood(text, ["de"]) > 0.9
    assert likelihood(text, ["en"]) < 0.02
    assert likelihood(text, ["de", "en"]) >= likelihood(text, ["de"])
    assert likelihood(text, TOLD_APART) == pytest.approx(1)


def test_the_languages_of_encoders_are_described() -> None:
    """Each language that an encoder is said to read has its script and its words, and can be told from others."""
    data = json.loads(resources.files("index.answering").joinpath("languages.json").read_text(encoding="utf-8"))
    assert len(data["models"]) >= 2
    for languages in data["models"].values():
        assert set(languages) <= set(data["languages"])
    for code, language in data["languages"].items():
        assert code in TOLD_APART or language["script"] != "LATIN"
        assert language["words"]
