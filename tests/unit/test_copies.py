"""What is one report told over, and what only resembles it."""

from __future__ import annotations

import random

import numpy as np
import pytest

from index.intake.copies import MAX_MARKS, MIN_RUNS, RUN_WORDS, carried, wording, words

WORDS = [
    f"{first}{last}" for first in ("har", "fer", "pil", "sto", "qua", "sig", "mor", "eng") for last in ("bour", "ry", "ot", "rm", "ay")
]


def report(seed: int, count: int = 200) -> str:
    """A text of its own, of so many words in sentences of ten, with a name and a figure in each."""
    chance = random.Random(seed)
    sentences = []
    for _ in range(count // 10):
        picked = [chance.choice(WORDS) for _ in range(8)]
        sentences.append(f"The {picked[0]} {' '.join(picked[1:])} Mr{seed}x{chance.randrange(99)} {chance.randrange(1000)}.")
    return " ".join(sentences)


def share(one: str, other: str) -> float:
    """How much of the shorter the longer carries, if they are copies."""
    found = carried(wording(one), wording(other))
    assert found == carried(wording(other), wording(one)), "the order does not matter"
    return found


def test_what_outlets_do_to_wire_copy_leaves_it_a_copy() -> None:
    """The same text, cut from its end, gone on with, under another lead, with a sentence left out or a word changed here and there: all are found."""
    text = report(1)
    sentences = text.split(". ")
    assert share(text, text) == 1.0
    assert share(text, text.upper().replace("  ", " \n")) == 1.0
    assert share(text, " ".join(text.split()[:60])) > 0.9
    assert share(text, f"{text} {report(2)}") == 1.0
    assert share(text, f"{report(3, 30)} {'. '.join(sentences[1:])}") > 0.8
    assert share(text, ". ".join(sentences[:5] + sentences[6:])) > 0.8
    edited = " ".join("(sic)" if i % 19 == 18 else word for i, word in enumerate(text.split()))
    assert 0.5 < share(text, edited) < 0.9


def test_what_is_told_anew_is_no_copy() -> None:
    """Another report in the same vocabulary, and the same facts in other words, are not copies."""
    assert share(report(1), report(2)) == 0.0
    told = "Two people died when a coach left the road near Aix on Friday night, and eleven were taken to hospital, the prefect said in a statement."
    again = "A statement by the prefect says that a coach crash close to Aix late on Friday killed two people while hospitals admitted eleven others."
    assert share(told, again) == 0.0


FORM = (
    "{0} said its board declared a quarterly dividend of {1} cents a share, payable on {2} to shareholders who are on record at the close of "
    "business on that day, and that the annual meeting will be held at its head office in the afternoon. Shareholders who cannot be there may send "
    "a vote by mail or name somebody who votes for them; the papers for this are sent out with the annual report and are to be returned a week "
    "before the meeting at the latest. The board will propose that the auditors stay the same and that the number of its members be lowered."
)


def test_a_form_filled_in_for_another_company_is_no_copy() -> None:
    """Where names and figures differ the wording is a form's, however much of it is the same."""
    one, other = FORM.format("Northern Rail Ltd", "12.5", "March 3"), FORM.format("Baker and Sons", "40", "June 17")
    assert share(one, other) == 0.0
    assert share(one, FORM.format("Northern Rail Ltd", "12.5", "March 4")) > 0.9


def test_a_few_sentences_told_anew_are_no_copy_though_phrases_stay() -> None:
    """Of a short text nearly every run has to stand in the other; of a longer one half of them, if they are many."""
    text = report(1)
    short, edited = " ".join(text.split()[:60]), "(sic)"
    again = " ".join(edited if i % 20 == 19 else word for i, word in enumerate(short.split()))
    assert share(short, again) == 0.0
    assert share(short, f"{short} Ends.") == 1.0
    assert share(text, " ".join(edited if i % 20 == 19 else word for i, word in enumerate(text.split()))) > 0.7


def test_short_texts_are_copies_of_nothing() -> None:
    """Nothing can be said of a line or two: no marks, no comparison; nor of an empty text."""
    short = " ".join(report(1).split()[: MIN_RUNS + RUN_WORDS - 2])
    assert wording(short).marks == ()
    assert share(short, short) == 0.0
    assert share("", report(1)) == 0.0
    assert wording(" ".join(report(1).split()[: MIN_RUNS + RUN_WORDS + 20])).marks


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    """A Chinese report cut short is a copy; another one is not."""
    text = "渡轮星期五在港口附近搁浅船上二百名乘客全部获救海岸警卫队说天气恶劣能见度很低调查已经开始船长正在接受询问"
    other = "市议会星期二决定关闭老桥因为检查发现钢缆受损修复需要三个月时间居民对此表示不满商店担心失去顾客和收入"
    assert share(text, text[:34]) == 1.0
    assert share(text, other) == 0.0


def test_parts_share_marks_with_the_whole() -> None:
    """Copies are found by marks: a third of a text, from its beginning or its end, shares enough of them in nearly every case."""
    pieces = [(wording(text), wording(" ".join(part))) for seed in range(60) for text in (report(seed, 300),) for part in thirds(text)]
    shared = [len(set(whole.marks) & set(part.marks)) for whole, part in pieces]
    assert np.mean([count >= 2 for count in shared[::2]]) == 1.0, "beginnings"
    assert np.mean([count >= 2 for count in shared[1::2]]) > 0.9, "ends"
    strangers = [len(set(wording(report(seed)).marks) & set(wording(report(seed + 100)).marks)) for seed in range(30)]
    assert sum(strangers) == 0


def thirds(text: str) -> tuple[list[str], list[str]]:
    """The first third of the words and the last."""
    tokens = text.split()
    return tokens[: len(tokens) // 3], tokens[-(len(tokens) // 3) :]


def test_marks_fit_a_database_and_are_the_same_everywhere() -> None:
    """Marks are signed 64-bit numbers, bounded in number for a book, and fixed for good: stored ones are compared with new ones."""
    book = wording(report(5, 60_000))
    assert len(book.marks) == MAX_MARKS
    assert all(-(2**63) <= mark < 2**63 for mark in book.marks)
    counted = " ".join(f"word{i}" for i in range(80))
    assert wording(counted).marks[:3] == FIXED


FIXED = (218540490197156479, 618428719046562750, 883530112937315110)


@pytest.mark.parametrize("text", ["\0\0\0", "a" * 100_000, "🚑 " * 500, "١٢٣ " * 100, "\u202e\u0301 " * 60])
def test_any_text_can_be_compared(text: str) -> None:
    """Neither odd characters nor endless words stop an ingest."""
    assert share(text, text) in (0.0, 1.0)


def test_spelling_and_case_do_not_tell_words_apart() -> None:
    """Ligatures, full-width letters and capitals are one with their plain forms."""
    assert words("Oﬃcers ＳＡＷ it.") == ["officers", "saw", "it"]
