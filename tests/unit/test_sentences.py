"""The sentence splitter: what every text may rely on, and what readers of news expect."""

from __future__ import annotations

import textwrap
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.sentences import MAX_SENTENCE_CHARS, WINDOW_CHARS, split

# Pieces that trip sentence splitters, so that random texts are nasty rather than merely random.
_PIECES = st.sampled_from(
    [
        *" \t\n\r.!?…:;,\"'()[]-–—*•“”„«»‹›‘’。！？「」।۔؟،\u00a0\u2028\u2029\u200b\ufeff\x00\x85\u0301\U0001f600\ud800",
        *(
            "\n\n",
            "\r\n",
            "word",
            "Word",
            "U.S.",
            "a.m.",
            "Mr.",
            "J.",
            "e.g.",
            "12",
            "[3]",
            "1.",
            "b)",
            "- ",
            "http://a.example/B.C",
            "d@e.example",
        ),
        *("г.", "Слово", "слово", "他走了", "كلمة", "शब्द", "λέξη"),
    ]
)
_NASTY = st.one_of(st.text(), st.lists(_PIECES, max_size=80).map("".join))


def cut(text: str, language: str | None = None) -> list[str]:
    """The sentences themselves."""
    return [text[span.start : span.end] for span in split(text, language)]


def check(marked: str, language: str | None = None) -> None:
    """Compare with a text whose true ends are marked: ``|`` where a space follows, ``‖`` where nothing does."""
    text = marked.replace("|", " ").replace("‖", "")
    assert cut(text, language) == marked.replace("‖", "|").split("|")


class TestEveryText:
    @given(_NASTY, st.sampled_from([None, "en", "en-GB", "ru", "uk", "ar", "hi", "ja", "zh-Hant", "de", "x-unknown", ""]))
    @example("", None)
    @example(" \n\u2029 ", None)
    @example("\ud800", None)
    def test_spans_hold_everything_but_white_space(self, text: str, language: str | None) -> None:
        """Spans run forward without overlap, begin and end on something visible, keep within the limit, and leave out only white space."""
        position = 0
        for span in split(text, language):
            assert span.start >= position
            assert not text[position : span.start].strip()
            piece = text[span.start : span.end]
            assert piece == piece.strip()
            assert len(piece) <= MAX_SENTENCE_CHARS
            position = span.end
        assert not text[position:].strip()

    @given(_NASTY, _NASTY)
    def test_a_blank_line_always_ends_a_sentence(self, one: str, other: str) -> None:
        """No sentence reaches over an empty line, whatever stands on either side of it."""
        text = f"{one}\n\n{other}"
        border = len(one)
        assert not [span for span in split(text) if span.start < border and span.end > border + 2]

    @given(st.lists(_PIECES, min_size=1, max_size=12).map("".join), st.integers(2, 400))
    def test_long_paragraphs_are_cut_the_same_way_as_short_ones(self, piece: str, times: int) -> None:
        """A text beyond the window still obeys the limit and loses nothing."""
        text = f"{piece} and so on. " * times
        pieces = cut(text)
        assert "".join("".join(pieces).split()) == "".join(text.split())
        assert max(map(len, pieces), default=0) <= MAX_SENTENCE_CHARS


class TestLongRuns:
    def test_a_run_without_a_full_stop_is_cut_between_words(self) -> None:
        """What has no sentence end is still quotable: it is cut at white space, just under the limit."""
        pieces = cut("word " * 1_000)
        assert all(set(piece.split()) == {"word"} for piece in pieces)
        assert all(len(piece) > MAX_SENTENCE_CHARS - 10 for piece in pieces[:-1])

    def test_a_run_without_a_space_is_cut_at_the_limit(self) -> None:
        """Not even a word may be longer than a message can show."""
        assert [len(piece) for piece in cut("x" * 2_500)] == [1_000, 1_000, 500]

    def test_sentences_around_the_windows_edge_stay_whole(self) -> None:
        """Where the library's window happens to end never shows in the result."""
        sentence = "Three soldiers were killed near the town of al-Bab on Thursday, Mr. Smith said at 8 a.m. in the U.S. Senate."
        text = " ".join([sentence] * (3 * WINDOW_CHARS // len(sentence)))
        assert set(cut(text)) == {sentence}

    @pytest.mark.parametrize(
        "unit",
        [
            "x",
            "word ",
            "The end. ",
            '"',
            "(. ",
            ".) ",
            "“A. ",
            "« ",
            "1. ",
            "1) A ",
            "? ! ",
            "他走了。",
            "\u0301",
            "' ",
            "a\n",
            "\n",
            "x\n\n",
            "A. ",
        ],
    )
    def test_time_grows_with_the_text_and_no_faster(self, unit: str) -> None:
        """Eight times the text takes about eight times as long: nothing in it, one line or many, takes quadratic time."""

        def seconds(chars: int) -> float:
            """Of this process alone, so that whatever else the machine does leaves it as it is."""
            text = unit * (chars // len(unit))
            started = time.process_time()
            split(text)
            return time.process_time() - started

        seconds(1_000)
        small = min(seconds(25_000) for _ in range(3))
        assert min(seconds(200_000) for _ in range(2)) < 30 * small + 0.2  # quadratic would be 64 times


class TestEnglishNews:
    @pytest.mark.parametrize(
        "text",
        [
            "ANKARA, Feb. 9 (Reuters) — Three soldiers were killed in the north, the army said on Thursday.|At least 11 were hurt.",
            "WASHINGTON (AP) — Gen. J. R. Brown met Mr. Ivanov in St. Petersburg.|They spoke for an hour.",
            "The strike came at 8:40 a.m. on Thursday.|Rescuers arrived at 9 a.m. and left at noon.",
            "It began at 7 p.m. Friday, at 8 A.M. Sept. 3 and at 6 a.m. ET.|He left at 9 p.m.|The hall was empty by then.",
            "The U.S. Senate voted.|The troops left the U.S.|They will be back.",
            "Sales at Acme Inc. rose 3.5 percent to $1.2 billion.|Shares fell.",
            "Send it to No. 10 Downing St. in London, e.g. by post.|Dr. A. B. Jones will answer.",
            "Late Ms. Amini was remembered.|Sen. Ann Lee (R-Ariz.) objected.",
            "What?!|No...|Really?|Yes!!!",
            "The D.C.'s mayor resigned.|The players' union had asked her to.",
            "He left.|Visit www.example.com or https://example.com/A.B.C for more.|Write to Jane.Doe@example.com.",
            "He left early.‖The others stayed.|Nobody spoke.",
            "The study (see Fig. 2) was withdrawn.[4]|Nobody objected.",
            "The talks failed.|(Nobody was surprised.)|They resume on Monday.",
        ],
    )
    def test_abbreviations_names_times_and_datelines(self, text: str) -> None:
        """A full stop inside an abbreviation, an initial, a time, a number, an address or a dateline ends nothing."""
        check(text)

    def test_a_short_quotation_stays_with_its_speaker(self) -> None:
        """Two quoted sentences and who said them are one sentence, so that a citation names its speaker."""
        text = "“The town is ours. The rest will follow,” the minister said on Wednesday. Nobody else said so."
        assert cut(text) == ["“The town is ours. The rest will follow,” the minister said on Wednesday.", "Nobody else said so."]

    def test_a_question_quoted_in_mid_sentence_ends_nothing(self) -> None:
        """Lower case after a closing quotation mark means that the sentence goes on."""
        assert cut("“Who fired?” he asked. “Leave!” she yelled.") == ["“Who fired?” he asked.", "“Leave!” she yelled."]

    @pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "«»", "()"])
    def test_a_long_quotation_is_cut_inside(self, opening: str, closing: str) -> None:
        """A speech of many sentences is not one sentence, and its last one keeps the closing mark."""
        speech = [f"We have counted the wounded of district number {number} and found them all." for number in range(1, 11)]
        pieces = cut(f"{opening}{' '.join(speech)}{closing} The hall was silent.")
        assert pieces == [opening + speech[0], *speech[1:-1], speech[-1] + closing, "The hall was silent."]

    def test_a_quotation_mark_never_closed_swallows_nothing(self) -> None:
        """One stray mark does not glue the rest of a paragraph together."""
        speech = [f"We have counted the wounded of district number {number} and found them all." for number in range(1, 11)]
        assert cut(f'"{" ".join(speech)}') == [f'"{speech[0]}', *speech[1:]]

    def test_smileys_and_asterisks_are_no_sentences(self) -> None:
        """What holds no letter and no digit stays with the sentence before it."""
        assert cut("We won! :)\n\nThey left. ***\n\n* * *") == ["We won! :)", "They left. ***", "* * *"]

    def test_an_enumerator_stays_with_its_item(self) -> None:
        """The full stop of "1." does not leave a sentence that says nothing but "1."."""
        assert cut("1. Open the door.\n2. Leave.\nQ. Who? A. Me.") == ["1. Open the door.", "2. Leave.", "Q. Who?", "A. Me."]


class TestLines:
    def test_each_line_of_unwrapped_text_is_a_paragraph(self) -> None:
        """Headlines, bylines and list items without a full stop end where their line ends."""
        text = "Putin apologises to Erdogan\nBy A. Reporter\nThree soldiers were killed, the army said.\n- first\n- second\r\n• third\u2028last"
        assert cut(text) == [
            "Putin apologises to Erdogan",
            "By A. Reporter",
            "Three soldiers were killed, the army said.",
            "- first",
            "- second",
            "• third",
            "last",
        ]

    @pytest.mark.parametrize("width", [50, 60, 72, 80, 100])
    @pytest.mark.parametrize("indent", ["", "    "])
    def test_hard_wrapped_text_is_read_across_its_lines(self, width: int, indent: str) -> None:
        """Lines broken by a typewriter's margin do not break sentences; the headline, the blank line, the indented first line and the list do."""
        sentences = [
            "The army said on Thursday that three of its soldiers had been killed in a strike near the town and that it was carried out by mistake.",
            "The president of the other country called to apologise within hours of it, said a person who was told of what they spoke about.",
            "It did not say when the two of them had spoken, nor whether they would meet, as had been announced, in the spring.",
        ]
        paragraph = textwrap.fill(" ".join(sentences), width, initial_indent=indent)
        text = f"Soldiers killed in strike\n{paragraph}\n\n{paragraph}\n\n- one thing that matters\n- Another\n"
        assert [" ".join(piece.split()) for piece in cut(text)] == [
            "Soldiers killed in strike",
            *sentences,
            *sentences,
            "- one thing that matters",
            "- Another",
        ]

    def test_a_list_of_headlines_is_not_taken_for_wrapped_text(self) -> None:
        """Lines of similar length that each begin anew stay apart."""
        lines = [
            "Three soldiers killed in strike on building near al-Bab",
            "President apologises for strike in call to counterpart",
            "Inquiry promised by both sides, but no date given for it",
        ]
        assert cut("\n".join(lines)) == lines


class TestOtherScripts:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Трое военных погибли 9 февраля 2017 г. в Сирии.|Ущерб — 5 млн. рублей.|«Это ошибка», — сказал Д. С. Волков.", None),
            ("У 2016 р. загинули троє.|Це підтвердив В. Б. Коваль.", None),
            ("وصل الوزير يوم الخميس.|هل قُتل ثلاثة جنود؟|نعم، قال الجيش!", None),
            ("یہ پہلا جملہ ہے۔|یہ دوسرا ہے۔", None),
            ("यह पहला वाक्य है।|डॉ. शर्मा कल आए।|क्या यह सच है?", None),
            ("Ο κ. Παππάς μίλησε.|Τι είναι αυτό;|Δεν ξέρω.", None),
            ("Am 17. Januar sprach Dr. Meier, z. B. über Elisabeth II. und Karl.|Danach ging er.", "de-AT"),
            ("8. Cumhurbaşkanı 3 Mayıs'ta geldi.|II. Dünya Savaşı bitti.", "tr"),
            ("El Sr. W. Burns llegó.|Habló poco.", "es"),
            ("Han gick hem.|”Vi är klara.”|Ingen svarade.", "sv"),
        ],
    )
    def test_languages_with_spaces(self, text: str, language: str | None) -> None:
        """Each script's own marks end sentences; its abbreviations, initials and ordinals do not."""
        check(text, language)

    @pytest.mark.parametrize(
        "text", ["他走了。‖真的吗？‖是的！", "次の文です。‖本当ですか？‖「はい。行きます。」‖彼は言った。", "서울에 왔다.|정말인가?"]
    )
    def test_chinese_japanese_korean(self, text: str) -> None:
        """Full stops of their own width end sentences with no space after them."""
        check(text)
