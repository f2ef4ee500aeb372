"""Links with text fragments: a browser that follows the specification must open the page at the passage and nowhere else."""

from __future__ import annotations

from itertools import count
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.fragments import MAX_FRAGMENT_CHARS, link_to
from index.text.sentences import split

URL = "https://news.example/bus"


def directive(link: str | None) -> str:
    """What follows ``:~:text=``."""
    assert link is not None
    return link.partition(":~:text=")[2]


def open_page(directive: str, blocks: list[str]) -> str | None:
    """What a browser shows: the specification's search (section 3.5.2), written out plainly, over a page whose blocks are given.

    Case is ignored, white space is collapsed, no term reaches over a block's end, and the first match wins.
    """
    terms = directive.split(",")
    prefix = _term(terms.pop(0).removesuffix("-")) if terms[0].endswith("-") else ""
    suffix = _term(terms.pop().removeprefix("-")) if terms[-1].startswith("-") else ""
    first, last = _term(terms[0]), _term(terms[1]) if len(terms) > 1 else ""
    page = "\n".join(" ".join(block.split()) for block in blocks)
    text = page.lower()
    position = 0
    while True:
        start = _find(text, prefix or first, position, ends_word=not prefix and bool(last or not suffix))
        if start < 0:
            return None
        position = start + 1
        if prefix:
            start = _skip_space(text, start + len(prefix))
            if not text.startswith(first, start):
                continue
        end = start + len(first)
        while last:
            found = _find(text, last, end, ends_word=not suffix)
            if found < 0:
                return None
            end = found + len(last)
            if not suffix or text.startswith(suffix, _skip_space(text, end)):
                return page[start:end]
        if not suffix or text.startswith(suffix, _skip_space(text, end)):
            return page[start:end]


def _term(encoded: str) -> str:
    return unquote(encoded).lower()


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _find(text: str, term: str, position: int, *, ends_word: bool) -> int:
    """The first place where the term stands at the start of a word and, if asked for, at the end of one."""
    while (found := text.find(term, position)) >= 0:
        end = found + len(term)
        starts = found == 0 or not (text[found - 1].isalnum() and term[0].isalnum())
        ends = not ends_word or end == len(text) or not (text[end].isalnum() and term[-1].isalnum())
        if starts and ends:
            break
        position = found + 1
    return found


_WORDS = st.sampled_from(["the", "The", "army", "said", "so", "re-elected", "a,b", "R&D", "five", "soldiers", "naïve", "“yes”", "died"])
_SENTENCE = st.lists(_WORDS, max_size=30).map(" ".join)
_PARAGRAPHS = st.lists(st.lists(_SENTENCE, min_size=1, max_size=4), min_size=1, max_size=5)


class TestOpensAtThePassage:
    @given(_PARAGRAPHS, st.data())
    def test_the_first_match_is_the_passage(self, paragraphs: list[list[str]], data: st.DataObject) -> None:
        """Few words and many repeats, told apart by a number at each sentence's end: the browser shows the passage, to the character."""
        numbers = count(101)
        blocks = [" ".join(f"{sentence} No {next(numbers)}." for sentence in sentences) for sentences in paragraphs]
        text = "\n\n".join(blocks)
        spans = split(text)
        chosen = data.draw(st.integers(0, len(spans) - 1))
        until = data.draw(st.integers(chosen, min(chosen + 2, len(spans) - 1)))
        start, end = spans[chosen].start, spans[until].end
        wanted = "\n".join(" ".join(line.split()) for line in text[start:end].split("\n\n"))
        assert open_page(directive(link_to(URL, text, start, end)), blocks) == wanted

    def test_a_short_passage_is_named_whole(self) -> None:
        """All of its words are in the address."""
        text = "It was cold. Two people were hurt in the crash. It rained."
        assert directive(link_to(URL, text, 13, 47)) == "Two%20people%20were%20hurt%20in%20the%20crash."

    def test_a_long_passage_is_named_by_its_ends(self) -> None:
        """A few whole words of each end are enough, so that a link inside the sentence or a typographer's hand breaks nothing."""
        text = "Two people were hurt on Thursday when a bus left the road near the old bridge and came to rest in the river below."
        first, last = directive(link_to(URL, text, 0, len(text))).split(",")
        assert text.startswith(unquote(first) + " ")
        assert text.endswith(" " + unquote(last))

    def test_a_repeated_passage_is_told_apart_by_what_surrounds_it(self) -> None:
        """The same words stand twice; the words before and after say which is meant."""
        blocks = [
            "The mayor was asked. She declined to comment on it. She left.",
            "The driver was asked. She declined to comment on it. She stayed.",
        ]
        text = "\n\n".join(blocks)
        start = text.rindex("She declined")
        link = directive(link_to(URL, text, start, start + len("She declined to comment on it.")))
        assert link.startswith("driver%20was%20asked.-,")
        assert link.endswith(",-She%20stayed.")

    def test_a_very_short_passage_is_never_named_alone(self) -> None:
        """ "Yes." may stand in a menu or a caption of the page, which the text does not show."""
        text = "Will he resign? Yes. He will go in May."
        assert directive(link_to(URL, text, 16, 20)) == "Will%20he%20resign%3F-,Yes.,-He%20will%20go"

    def test_no_term_reaches_over_a_paragraph_break(self) -> None:
        """A browser looks for each term within one block of the page."""
        text = "He left.\n\nShe stayed on\nThe end."
        assert directive(link_to(URL, text, 0, len(text))) == "He%20left.,The%20end."

    def test_white_space_at_the_passages_ends_is_not_looked_for(self) -> None:
        """A page collapses spaces, and a wrapped line is one line there."""
        text = "  Two  people\twere hurt.  "
        assert directive(link_to(URL, text, 0, len(text))) == "Two%20people%20were%20hurt."

    def test_text_without_spaces(self) -> None:
        """Where words are not parted, the pieces between punctuation marks are."""
        text = "军方周四表示，三名士兵在北部丧生，另有十一人受伤，其中两人伤势严重，"
        text += "已被送往首都的医院接受治疗，家属已接到通知，调查仍在进行，结果将于下周公布，总统将发表讲话。"
        link = directive(link_to(URL, text, 0, len(text)))
        assert open_page(link, [text]) == text


class TestAddresses:
    def test_the_syntaxs_own_characters_are_encoded(self) -> None:
        """Hyphen, comma, ampersand, hash, percent and quotation marks in the passage are no syntax."""
        text = "“Re-elected,” R&D said #1: 100%"
        assert directive(link_to(URL, text, 0, len(text))) == "%E2%80%9CRe%2Delected%2C%E2%80%9D%20R%26D%20said%20%231%3A%20100%25"

    @pytest.mark.parametrize(
        ("url", "start"),
        [
            ("https://news.example/a?b=1", "https://news.example/a?b=1#:~:text="),
            ("https://news.example/a#top", "https://news.example/a#top:~:text="),
            ("https://news.example/a#", "https://news.example/a#:~:text="),
            ("https://news.example/a#top:~:text=old", "https://news.example/a#top:~:text="),
            ("HTTP://news.example", "HTTP://news.example#:~:text="),
        ],
    )
    def test_a_fragment_that_is_there_stays(self, url: str, start: str) -> None:
        """The page's own fragment is kept, an older text fragment is replaced."""
        assert link_to(url, "Two people were hurt.", 0, 21) == start + "Two%20people%20were%20hurt."

    @pytest.mark.parametrize(
        "url",
        [
            None,
            "",
            "news.example/a",
            "ftp://news.example/a",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "http://[::1",
            "https://a b.example/",
            "https://a.example/\n",
        ],
    )
    def test_what_is_no_web_address_never_becomes_a_link(self, url: str | None) -> None:
        """Only http and https addresses with a host are linked."""
        assert link_to(url, "Two people were hurt.", 0, 21) is None

    def test_an_empty_passage_gives_the_page(self) -> None:
        """Nothing to find is nothing to add."""
        assert link_to(URL, "a  b", 1, 3) == URL

    def test_a_fragment_too_long_to_send_is_left_away(self) -> None:
        """One endless word would make an address that no browser takes."""
        text = "ю" * MAX_FRAGMENT_CHARS
        assert link_to(URL, text, 0, len(text)) == URL

    @given(st.text(), st.integers(0, 50), st.integers(0, 50))
    def test_any_passage_gives_a_valid_address(self, text: str, start: int, length: int) -> None:
        """Whatever the text, the link is one address without white space, on the same page."""
        link = link_to(URL, text, start, start + length)
        assert link is not None
        assert link.isascii()
        assert not set(link) & set(' "<>\n\t')
        assert urlsplit(link)._replace(fragment="").geturl() == URL
