"""Cleaning and decoding: what is taken away, what is left alone, and what is refused; and Markdown without its markup."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleRefusedError
from index.text.clean import clean, decode
from index.text.markdown import read_markdown

_NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\r\n\t \u00a0\u2028\u2029\u3000\ufeff\u00ad\x00\x85\u0301e\u202e\ud800")))


class TestClean:
    @given(_NASTY)
    def test_what_is_clean_stays_as_it_is(self, text: str) -> None:
        """Cleaning twice changes nothing, so a text can be brought in again and be found unchanged."""
        assert clean(clean(text)) == clean(text)

    @given(_NASTY)
    def test_nothing_unseen_remains(self, text: str) -> None:
        """The only control characters left are the line break and the tab; spaces are plain; the form is NFC; it can be stored as UTF-8."""
        cleaned = clean(text)
        assert unicodedata.is_normalized("NFC", cleaned)
        assert all(character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp") for character in cleaned)
        assert all(character == " " or unicodedata.category(character) != "Zs" for character in cleaned)
        assert "\n\n\n" not in cleaned
        assert " \n" not in cleaned
        assert cleaned == cleaned.strip()

    @given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Po"])))
    def test_letters_digits_and_marks_are_never_lost(self, text: str) -> None:
        """Whatever is written in letters, digits and punctuation comes out the same, but for its normal form."""
        assert clean(text) == unicodedata.normalize("NFC", text)

    def test_line_breaks_of_every_kind(self) -> None:
        """Windows, old Macintosh and Unicode line breaks become one kind; a paragraph separator becomes an empty line."""
        assert clean("a\r\nb\rc\u2028d\x85e\u2029f\vg") == "a\nb\nc\nd\ne\n\nf\ng"

    def test_blank_lines_and_trailing_spaces(self) -> None:
        """Runs of blank lines become one, spaces before a line break go, indentation and tables stay."""
        assert clean("\n\na  \n \t\n\n\n  b\tc  d\n\n") == "a\n\n  b\tc  d"

    def test_marks_nobody_sees(self) -> None:
        """Byte order marks, NUL, soft hyphens and marks that turn the reading direction go; what joins letters and emoji stays."""
        assert clean("\ufeffsol\u00addiers\x00 \u202eleft\u202c 1\u00a0000") == "soldiers left 1 000"
        assert clean("می\u200cخواهم \U0001f468\u200d\U0001f469") == "می\u200cخواهم \U0001f468\u200d\U0001f469"

    def test_wrongly_decoded_letters_are_left_alone(self) -> None:
        """No guess is made at what a garbled letter once was: a guess would put words into an article."""
        assert clean("cafÃ©") == "cafÃ©"


class TestDecode:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_the_encodings_that_say_what_they_are(self, encoding: str) -> None:
        """UTF-8 with or without a byte order mark, and UTF-16 with one, give the same text."""
        assert decode("Überfall — три погибли\r\n".encode(encoding)) == "Überfall — три погибли\r\n"

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "there is no text in it"),
            (b" \r\n\t", "there is no text in it"),
            ("\ufeff\u00a0".encode(), "there is no text in it"),
            (b"caf\xe9 au lait", "byte 4 is not valid UTF-8"),
            (b"\xef\xbb\xbfcaf\xe9 ", "byte 7 is not valid UTF-8"),
            ("abc".encode("utf-16") + b"x", "byte 9 is not valid UTF-16"),
            (b"\x89PNG\r\n\x1a\n\x00", "byte 1 is not valid UTF-8"),
            (b"GIF89a\x01\x00\x01", "binary"),
            ("hello".encode("utf-16-le"), "binary"),
        ],
    )
    def test_anything_else_is_refused_with_its_reason(self, data: bytes, reason: str) -> None:
        """Empty files, pictures, other encodings: each says what is wrong, and where."""
        with pytest.raises(ArticleRefusedError, match=reason):
            decode(data)


class TestMarkdown:
    def test_a_leading_heading_is_the_title(self) -> None:
        """The heading moves from the text to the title; what is left reads like the page, with no marks in it."""
        draft = read_markdown(
            "# Bus *leaves* the [road](https://a.example/x)\n\nTwo people were **hurt** &\nlater `discharged`.\n\n"
            "## Reactions\n\n> It was late.\n\n- one\n- two\n\n1. first\n2. second\n\n| who | how many |\n|---|---|\n| hurt | 2 |\n"
        )
        assert draft.title == "Bus leaves the road"
        assert draft.text == (
            "Two people were hurt & later discharged.\n\nReactions\n\nIt was late.\n\n- one\n- two\n\n1. first\n2. second\n\nwho\thow many\nhurt\t2"
        )

    def test_front_matter_says_what_the_article_is(self) -> None:
        """Title, address, outlet, language and date are taken from it; unknown keys are passed over; a repeated title is not text."""
        draft = read_markdown(
            "---\ntitle: 'Bus leaves the road'\nurl: https://a.example/x\nsource: The Example\nlanguage: en\ndate: 2017-02-09\ntags: [a]\n---\n"
            "# Bus leaves the road\n\nTwo people were hurt.\n"
        )
        assert (draft.title, draft.url, draft.source, draft.language) == ("Bus leaves the road", "https://a.example/x", "The Example", "en")
        assert draft.published_at == datetime(2017, 2, 9, tzinfo=UTC)
        assert draft.text == "Two people were hurt."

    def test_html_inside_it_becomes_its_words(self) -> None:
        """Tags go, their words stay, scripts and pictures do not."""
        draft = read_markdown(
            "<div>Two <b>hurt</b> &amp; one missing.<script>run()</script></div>\n\nA <i>bus</i> ![a bus](bus.png) left.\n"
        )
        assert draft.text == "Two hurt & one missing.\n\nA bus left."

    @pytest.mark.parametrize(
        ("text", "reason"),
        [("---\ndate: soon\n---\nText.", "'soon' is not an ISO 8601 date"), ("# Only a title", "no text"), ("![x](y.png)", "no text")],
    )
    def test_what_is_no_article_is_refused(self, text: str, reason: str) -> None:
        """A date that is none, or nothing but a title or a picture, is refused with its reason."""
        with pytest.raises(ArticleRefusedError, match=reason):
            read_markdown(text)

    @given(st.text())
    def test_any_text_is_a_draft_or_refused(self, text: str) -> None:
        """No text, however malformed as Markdown, ends in anything but a draft or a refusal."""
        try:
            draft = read_markdown(clean(text))
        except ArticleRefusedError:
            return
        assert draft.text == clean(draft.text) != ""
