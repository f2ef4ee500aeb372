"""What a refusal names, with the real parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.answering.missing import worth_naming
from index.build import DEFAULT_PARSER
from index.models.choose import load_parser
from index.ports.grammar import Parser


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    """The default one."""
    return load_parser(DEFAULT_PARSER, Path(tmp_path_factory.mktemp("models")))


@pytest.mark.parametrize(
    ("question", "missing", "named"),
    [
        ("how many goals did Messi score?", "Messi score", "Messi"),
        ("who replaced Ingrid Moe?", "replaced Ingrid Moe", "Ingrid Moe"),
        ("how many civilians died?", "civilians died", "civilians"),
        ("which country lost the war?", "country lost", "lost"),
        ("Which company bought the ferry?", "company", "company"),
        ("was anybody rescued?", "rescued", "rescued"),
        ("how many soldiers died?", "died", None),
        ("how many died in the Maui fires?", "Maui fires", "Maui fires"),
    ],
)
def test_the_verb_and_the_kind_of_thing_are_left_out_while_anything_is_left(
    parser: Parser, question: str, missing: str, named: str | None
) -> None:
    """What remains is what nothing speaks of, as it was typed."""
    assert worth_naming(missing, parser.parse([question])[0]) == named


def test_words_that_the_grammar_does_not_have_are_named_as_they_are(parser: Parser) -> None:
    """A question may have been read otherwise than it was parsed."""
    assert worth_naming("elsewhere", parser.parse(["who won?"])[0]) == "elsewhere"
