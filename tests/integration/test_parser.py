"""The grammar of sentences, by the real pipeline."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.build import DEFAULT_PARSER
from index.errors import EncodingError
from index.models.choose import load_parser
from index.models.spacy_parser import SpacyParser
from index.ports.grammar import Parser

SENTENCE = "Officials in Ankara say three soldiers were killed on Thursday."


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Parser:
    return load_parser(DEFAULT_PARSER, tmp_path_factory.mktemp("models"))


def test_tokens_entities_and_noun_phrases_stand_in_the_text(parser: Parser) -> None:
    """Offsets are into the text, the number hangs on its noun, and names are named."""
    (parsed,) = parser.parse([SENTENCE])
    words = [SENTENCE[token.start : token.end] for token in parsed.tokens]
    assert "".join(words) == SENTENCE.replace(" ", "")
    three = parsed.tokens[words.index("three")]
    assert (three.part, three.relation, words[three.head]) == ("NUM", "nummod", "soldiers")
    assert (SENTENCE[parsed.entities[0].start : parsed.entities[0].end], parsed.entities[0].label) == ("Ankara", "GPE")
    assert "three soldiers" in [SENTENCE[phrase.start : phrase.end] for phrase in parsed.noun_phrases]


def test_the_order_is_kept_and_repeats_and_empty_texts_are_no_trouble(parser: Parser) -> None:
    """One result for each text, whatever was parsed before."""
    texts = [SENTENCE, "", "Two died.", SENTENCE]
    assert [one.text for one in parser.parse(texts)] == texts
    assert parser.parse([]) == []


def test_a_very_long_text_is_parsed_up_to_a_limit(parser: Parser) -> None:
    """Somebody's 100 kB without a full stop costs no minutes."""
    (parsed,) = parser.parse(["many words " * 10_000])
    assert 0 < len(parsed.tokens) < 1_000


def test_what_was_prefetched_is_only_waited_for(tmp_path: Path) -> None:
    """Whoever parses it next gets the very object that was made meanwhile."""
    parser = load_parser(DEFAULT_PARSER, tmp_path)
    parser.prefetch(SENTENCE)
    (first,), (second,) = parser.parse([SENTENCE]), parser.parse([SENTENCE])
    assert first is second
    assert first.tokens


def test_what_goes_wrong_while_prefetching_is_raised_by_parse(tmp_path: Path) -> None:
    """A prefetch has nobody to tell."""
    parser = SpacyParser(tmp_path / "nowhere", fingerprint="none", name="none")
    parser.prefetch(SENTENCE)
    with pytest.raises(EncodingError, match="cannot be loaded"):
        parser.parse([SENTENCE])


def test_loading_it_brings_no_torch(tmp_path: Path) -> None:
    """spaCy would import torch, 190 MB that nothing here uses, and an import of torch works afterwards all the same."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom index.build import DEFAULT_PARSER\nfrom index.models.choose import load_parser\n"
        f"load_parser(DEFAULT_PARSER, Path({str(tmp_path)!r})).parse(['Two died.'])\n"
        "assert 'torch' not in sys.modules\nimport torch\nassert torch.__version__"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
