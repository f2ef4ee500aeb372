"""Who says so, on the grammar of the real parser."""

from __future__ import annotations

import pytest

from index.answering.attribution import Attribution, attribute
from index.build import DEFAULT_PARSER
from index.domain.articles import Span
from index.models.choose import load_parser
from index.ports.grammar import Parser


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    return load_parser(DEFAULT_PARSER, tmp_path_factory.mktemp("models"))


def who(parser: Parser, *sentences: str, of: str, before: int = 0) -> Attribution | None:
    """Who says ``of``, which stands in the sentence after the first ``before`` ones."""
    parsed = parser.parse(sentences)
    start = sentences[before].index(of)
    return attribute(parsed[before], Span(start, start + len(of)), parsed[:before], parsed[before + 1 :])


def name(found: Attribution | None) -> str | None:
    return None if found is None else found.who


@pytest.mark.parametrize(
    ("sentence", "of", "speaker"),
    [
        ("Officials in Ankara say three soldiers were killed.", "three", "Officials in Ankara"),
        ("Three soldiers were killed, the ministry said on Friday.", "Three", "the ministry"),
        ("According to Radio Free Nation, nine miners are missing.", "nine", "Radio Free Nation"),
        ("Nine miners are missing, according to the mine's owner.", "Nine", "the mine's owner"),
        ("“Nine of them are missing,” said Maria Lopez, who runs the mine.", "Nine", "Maria Lopez"),
        ("Seven villages were flooded, as the Daily Herald reports.", "Seven", "the Daily Herald"),
        ("The bridge, which police claimed two men had blown up, was closed.", "two", "police"),
        ("The mayor told reporters that 40 houses had burned.", "40", "The mayor"),
        ("The fire burned 40 houses, the mayor was told by the brigade.", "The fire", "the brigade"),
        ("A police statement that six people were held was withdrawn.", "six", "A police statement"),
        ("Lopez: “Nine of them are missing.”", "Nine", "Lopez"),
    ],
)
def test_whoever_is_named_with_a_statement_says_it(parser: Parser, sentence: str, of: str, speaker: str) -> None:
    """Each way in which English names a speaker is read, and the name is verbatim."""
    found = who(parser, sentence, of=of)
    assert name(found) == speaker
    assert found is not None
    assert sentence[found.span.start : found.span.end] == speaker


def test_where_nobody_is_named_the_outlet_speaks(parser: Parser) -> None:
    """A plain sentence is nobody's but the outlet's, whoever else is in it."""
    assert who(parser, "Three soldiers were killed when Russia bombed a building.", of="Three") is None
    assert who(parser, "The minister, who said he was sorry, fired three officers.", of="three officers") is None
    assert attribute(parser.parse([""])[0], Span(0, 1)) is None


def test_a_clause_is_governed_by_its_own_verb_alone(parser: Parser) -> None:
    """Of two figures in one sentence each belongs to whoever says it."""
    sentence = "Most reports, and a statement from the government, say three men died, although EuroNews states there were five."
    three, five = who(parser, sentence, of="three"), who(parser, sentence, of="five")
    assert (name(three), name(five)) == ("Most reports, and a statement from the government", "EuroNews")
    assert three is not None
    assert five is not None
    assert (three.hedge, five.hedge) == (True, False)


def test_a_quoted_report_has_whoever_quotes_it_beside_it(parser: Parser) -> None:
    """Both are told: who says it, and who says that they do."""
    found = who(parser, "The Herald quoted a military statement that the strike was at noon.", of="noon")
    assert found is not None
    assert found.via is not None
    assert (found.who, found.via.who) == ("a military statement", "The Herald")


@pytest.mark.parametrize(
    ("sentence", "hedge"),
    [("Five miners were reportedly killed.", "reportedly"), ("Five miners are believed to have been killed.", "are believed")],
)
def test_hearsay_is_marked_where_nobody_is_named(parser: Parser, sentence: str, hedge: str) -> None:
    """What is only said to be so is not shown as the outlet's own word."""
    found = who(parser, sentence, of="killed")
    assert found is not None
    assert (found.who, found.hedge) == (hedge, True)


def test_a_pronoun_is_the_one_who_spoke_before(parser: Parser) -> None:
    """ "He added" names nobody; the sentence before does."""
    found = who(parser, "Defence Minister Carl Berg said the road was open.", "He added that two trucks had passed.", of="two", before=1)
    assert found is not None
    assert (found.who, found.sentence, found.named) == ("Defence Minister Carl Berg", -1, True)


def test_a_pronoun_with_nobody_behind_it_stays_one(parser: Parser) -> None:
    """Nobody is made up; whoever shows it can tell."""
    found = who(parser, "He added that two trucks had passed.", of="two")
    assert found is not None
    assert (found.who, found.named) == ("He", False)


def test_a_role_is_named_in_full_where_it_was(parser: Parser) -> None:
    """ "The ministry" is the ministry of the sentence before."""
    found = who(parser, "Norway's Health Ministry met on Monday.", "The ministry said 12 were ill.", of="12", before=1)
    assert name(found) == "Norway's Health Ministry"


def test_a_quotation_over_several_sentences_has_one_speaker(parser: Parser) -> None:
    """Whether the name comes at its end or at its beginning."""
    ends = ("“The town is besieged.", "The roads are under our control,” General Omar Haddad announced on Wednesday.")
    assert name(who(parser, *ends, of="besieged")) == "General Omar Haddad"
    begins = ("“The town is besieged,” said General Omar Haddad.", "“The roads are ours.”", "Rain is forecast for Sunday.")
    assert name(who(parser, *begins, of="roads", before=1)) == "General Omar Haddad"
    assert who(parser, *begins, of="Rain", before=2) is None
    cut = ("“How many more must die?”", "Haddad said.")
    assert name(who(parser, *cut, of="How many")) == "Haddad"


def test_hostile_text_is_read_without_trouble(parser: Parser) -> None:
    """Unpaired marks, colons, no words: an answer or none, never an exception."""
    for text in ("“““", "''", ": :", "― ―", "“a” ― ", "said said said said", "according to", "A" * 5_000, "x: “y", "He said: “"):
        (parsed,) = parser.parse([text])
        for start in range(min(len(text), 20)):
            attribute(parsed, Span(start, start + 1), [parsed], [parsed])
