"""Misspelt words of a question: which are looked at, and what they are read as."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from index.search.spelling import misspelt, respelled

COVERAGE = (
    "President Erdogan spoke to Vladimir Putin.",
    "Erdogan flew to Ankara.",
    "Ankara paid tributes to César Gaviria.",
    "The vBNS link is cut.",
)


def read(question: str, *, known: tuple[str, ...] = (), coverage: tuple[str, ...] = COVERAGE) -> str:
    """The question as it is searched for in a small coverage; ``known``: what the encoder has in its vocabulary."""

    def has(text: str, word: str) -> bool:
        bare = text.casefold().replace("é", "e")
        return word.casefold() in bare.replace(".", "").split()

    instead = misspelt(
        question,
        counts=lambda words: [sum(has(text, word) for text in coverage) for word in words],
        is_word=lambda word: word in known,
        sentences=lambda word: [text for text in coverage if has(text, word)],
    )
    return respelled(question, instead)


def test_swapped_missing_doubled_and_wrong_letters_are_forgiven() -> None:
    """Each of the four slips, once in a word."""
    assert read("what did erdgoan say?") == "what did Erdogan say?"
    assert read("what did Erdgan say to Vladmir?") == "what did Erdogan say to Vladimir?"
    assert read("flights to Ankarra") == "flights to Ankara"
    assert read("flights to Amkara") == "flights to Ankara"


def test_a_word_that_the_coverage_or_the_encoder_knows_is_left_alone() -> None:
    """Small coverage lacks many words that are spelt right."""
    assert read("is Putin in Ankara?") == "is Putin in Ankara?"
    assert read("who paid tribute?") == "who paid tributes?"
    assert read("who paid tribute?", known=("tribute",)) == "who paid tribute?"


def test_short_words_are_only_swapped_or_lack_a_letter() -> None:
    """Otherwise every short word would be some other."""
    assert read("is Lutin near the lint?") == "is Lutin near the lint?"
    assert read("what is Putn?", coverage=("Put in.",)) == "what is Putn?"
    assert read("is the lnik cut?") == "is the link cut?"
    assert read("what of Chna?", coverage=("China won.",)) == "what of China?"
    assert read("what of Chima?", coverage=("China won.",)) == "what of China?"
    assert read("what of Chin?", coverage=("Chip won.",)) == "what of Chin?"


def test_the_first_letter_of_a_long_word_may_be_wrong() -> None:
    """Swapped, left out, one too many, or the key beside it; any other letter makes another word."""
    for wrong in ("Nakara", "Sankara", "Snkara", "Anakra"):
        assert read(f"flights to {wrong}") == "flights to Ankara"
    assert read("flights to nkaraa", coverage=("Ankara won.",)) == "flights to nkaraa"
    assert read("who is rdogan?") == "who is Erdogan?"
    assert read("a racket", coverage=("A packet came.",)) == "a racket"


def test_what_is_only_longer_than_a_word_is_another() -> None:
    """A name or a form that the coverage does not have is not made one that it has; a letter doubled at the end still is."""
    assert read("who owns SpaceX?", coverage=("Space is cold.",)) == "who owns SpaceX?"
    assert read("who saw Ankarae?") == "who saw Ankarae?"
    assert read("who saw Ankaraa?") == "who saw Ankara?"


def test_a_word_is_written_as_the_coverage_writes_it() -> None:
    """With its accents and capitals: that is what the models know it by."""
    assert read("who is cesra?") == "who is César?"
    assert read("what is vNBS?") == "what is vBNS?"


def test_more_sentences_decide_between_two_readings() -> None:
    """What is written more often is more often meant."""
    assert read("Merin", coverage=("Marin won.", "Merit won.", "Merit lost.")) == "Merit"


def test_a_form_that_nobody_wrote_is_not_what_was_meant() -> None:
    """An index of stems says that it has "linked" where it only has "link"; the sentences say that it has not."""
    found = misspelt("lniked", counts=lambda words: [1 for _ in words], is_word=lambda _: False, sentences=lambda _: ["The link is cut."])
    assert found == {}


@given(st.text(alphabet=string.printable + "éжİßﬁ\u0301\u200d", max_size=60))
def test_whatever_is_asked_only_words_that_nothing_knows_change(question: str) -> None:
    """Any text at all is a question, and where everything is known it stays what it was."""
    assert read(question, coverage=()) == question
    assert misspelt(question, counts=lambda words: [1 for _ in words], is_word=lambda _: False, sentences=lambda _: []) == {}
