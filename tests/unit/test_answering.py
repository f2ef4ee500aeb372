"""Questions, calibration, the making of an answer, and its JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.assemble import MAX_CITATIONS, assemble, dated
from index.answering.covered import PLAIN_COSINE, PLAIN_LOGIT, Calibration, OperatingPoint, for_encoder, for_reranker
from index.answering.question import MAX_CHARS, prepare
from index.answering.wire import VERSION, to_json
from index.domain.answers import Answer, Citation, ShortAnswer, Status
from index.domain.articles import Span
from index.domain.passages import Passage
from index.errors import QuestionError
from index.search.signals import Signals

TEXT = "Three people died. Ten were hurt, officials said. The road is closed. A bridge fell. Trains are late. Rain goes on."
DAY = datetime(2017, 2, 9, tzinfo=UTC)
CALIBRATION = Calibration(
    {"score": 1.0, "words": 1.0},
    -1.0,
    1.0,
    0.0,
    {OperatingPoint.PRECISE: 0.9, OperatingPoint.BALANCED: 0.5, OperatingPoint.EAGER: 0.1},
    fitted=True,
)


def passage(rank: int, start: int, end: int, score: float, published: datetime | None = DAY) -> Passage:
    return Passage(rank, score, "a1", "https://a.example/1", "Title", "Courier", published, start, end, TEXT[start:end], Span(start, end))


def signals(score: float, words: float = 1.0) -> Signals:
    return Signals(
        best=score, score=score, best_whole=score, mean_whole=score, answers=0.0, both=score, head=score, words=words, cosine=0.5
    )


def answer(*passages: Passage, point: OperatingPoint = OperatingPoint.BALANCED) -> Answer:
    return assemble(
        answer_id="q1",
        question="how many died?",
        passages=passages,
        texts={"a1": TEXT},
        signals=signals(passages[0].score) if passages else None,
        unsaid="died",
        calibration=CALIBRATION,
        point=point,
        elapsed_ms=1.26,
    )


@pytest.mark.parametrize("asked", ["", "   \n\t ", "\0\x1b", "\u2028"])
def test_an_empty_question_is_told_so(asked: str) -> None:
    """Nothing but white space or control characters is an empty question."""
    with pytest.raises(QuestionError, match="is empty"):
        prepare(asked)


@pytest.mark.parametrize("asked", ["🚑🚑🚑", "???", "—", "👨‍👩‍👧"])
def test_a_question_without_words_is_told_so(asked: str) -> None:
    """Emoji and punctuation alone are not searched for."""
    with pytest.raises(QuestionError, match="no words"):
        prepare(asked)


def test_a_pasted_article_is_no_question() -> None:
    """10,000 characters are refused with both numbers."""
    with pytest.raises(QuestionError, match=rf"10,000 characters.*{MAX_CHARS:,}"):
        prepare("a" * 10_000)


def test_a_question_is_one_clean_line() -> None:
    """White space is folded, letters are composed, any script is kept."""
    assert prepare("  how\n many\x00died?\t") == "how many died?"
    assert prepare("Erdog\u0306an") == "Erdoğan"
    assert prepare("كم عدد القتلى؟") == "كم عدد القتلى؟"


@given(st.text())
def test_any_text_is_a_question_or_a_clear_refusal(asked: str) -> None:
    """No text at all breaks the preparation, and what passes is prepared already."""
    try:
        prepared = prepare(asked)
    except QuestionError:
        return
    assert prepare(prepared) == prepared


@given(st.floats(-1000, 1000), st.floats(0, 1))
def test_confidence_is_a_probability_that_grows_with_what_was_found(score: float, words: float) -> None:
    """No score overflows, and neither a better score nor more of the question's words make it less sure."""
    sure = CALIBRATION.confidence(signals(score, words))
    assert 0 <= sure <= CALIBRATION.confidence(signals(score + 1, words)) <= 1
    assert sure <= CALIBRATION.confidence(signals(score, 1.0))
    assert 0 <= CALIBRATION.relevance(score) <= CALIBRATION.relevance(score + 1) <= 1


@pytest.mark.parametrize(("point", "status"), [("precise", Status.NOT_COVERED), ("balanced", Status.ANSWERED), ("eager", Status.ANSWERED)])
def test_the_operating_point_says_how_sure_is_sure_enough(point: str, status: Status) -> None:
    """The same evidence is an answer to the eager and none to the precise, and the confidence is the same."""
    made = answer(passage(1, 0, 18, 1.0), point=OperatingPoint(point))
    assert made.status is status
    assert made.confidence == answer(passage(1, 0, 18, 1.0)).confidence


def test_what_nothing_speaks_of_is_named_only_where_nothing_answers() -> None:
    """A refusal names the missing words; an answer has none."""
    assert answer(passage(1, 0, 18, -9.0)).missing == "died"
    assert answer(passage(1, 0, 18, 9.0)).missing is None
    assert to_json(answer(passage(1, 0, 18, -9.0)))["missing"] == "died"
    assert "missing" not in to_json(answer(passage(1, 0, 18, 9.0)))


def test_a_model_without_calibration_gets_the_plain_curve() -> None:
    """Unknown models are answered for, and known to be uncalibrated."""
    assert for_reranker("no such model") is PLAIN_LOGIT
    assert for_encoder("no such model") is PLAIN_COSINE
    assert not PLAIN_LOGIT.fitted


def test_relevant_passages_are_cited_and_the_rest_are_not() -> None:
    """Citations are numbered from 1, quote the passages, and leave out what is much less likely to answer."""
    made = answer(passage(1, 0, 18, 4.0), passage(2, 19, 49, 2.0), passage(3, 50, 69, -6.0))
    assert made.status is Status.ANSWERED
    assert [(one.number, one.quote) for one in made.citations] == [(1, "Three people died."), (2, "Ten were hurt, officials said.")]
    assert made.newest_evidence == DAY
    assert made.citations[0].link is not None
    assert made.citations[0].link.startswith("https://a.example/1#:~:text=")


def test_the_quote_is_the_part_that_answers() -> None:
    """A passage may carry context around it; only its focus is quoted, and linked."""
    wide = Passage(1, 5.0, "a1", "https://a.example/1", None, None, None, 0, 69, TEXT[0:69], Span(19, 49))
    (quote,) = answer(wide).citations
    assert (quote.quote, quote.start, quote.end) == ("Ten were hurt, officials said.", 19, 49)
    assert TEXT[19:22] in (quote.link or "")
    with pytest.raises(ValueError, match="outside the passage"):
        Passage(1, 5.0, "a1", None, None, None, None, 0, 18, TEXT[0:18], Span(0, 19))


def test_no_more_quotes_than_a_screen_holds() -> None:
    """However many passages are relevant, MAX_CITATIONS are cited."""
    spans = [(0, 18), (19, 49), (50, 69), (70, 84), (85, 101), (102, len(TEXT))]
    assert len(answer(*(passage(i + 1, start, end, 5.0) for i, (start, end) in enumerate(spans))).citations) == MAX_CITATIONS


def test_below_the_cut_nothing_is_cited() -> None:
    """A low best score is not covered: no citation, the nearest passages still there."""
    made = answer(passage(1, 0, 18, -1.0))
    assert made.status is Status.NOT_COVERED
    assert made.citations == ()
    assert len(made.passages) == 1
    assert answer().confidence == 0


def test_a_quote_nobody_wrote_never_gets_out() -> None:
    """A passage that is not the article's text at its offsets stops the answer."""
    forged = Passage(1, 9.0, "a1", None, None, None, None, 0, 18, "Three people lived", Span(0, 18))
    with pytest.raises(ValueError, match="does not stand in article a1"):
        answer(forged)


def test_an_answer_refuses_to_contradict_itself() -> None:
    """Status and citations agree, short answers cite what exists, confidence is a probability."""
    quote = Citation(1, "a1", None, None, None, None, None, 0, 18, TEXT[:18])
    common = {"id": "q", "question": "?", "passages": (), "newest_evidence": None, "elapsed_ms": 1.0}
    with pytest.raises(ValueError, match="has 0 citations"):
        Answer(status=Status.ANSWERED, citations=(), short=(), confidence=0.9, **common)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has 1 citations"):
        Answer(status=Status.NOT_COVERED, citations=(quote,), short=(), confidence=0.1, **common)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cites"):
        Answer(status=Status.ANSWERED, citations=(quote,), short=(ShortAnswer("three", (2,)),), confidence=0.9, **common)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="probability"):
        Answer(status=Status.ANSWERED, citations=(quote,), short=(), confidence=1.1, **common)  # type: ignore[arg-type]


def test_the_answer_object_has_the_fields_scripts_rely_on() -> None:
    """Every field of DESIGN.md, section 2, under its name, with times as ISO 8601, and nothing JSON cannot say."""
    made = json.loads(json.dumps(to_json(answer(passage(1, 0, 18, 4.0)))))
    assert list(made) == [
        "version", "id", "question", "status", "short", "passages", "citations", "confidence", "newest_evidence", "elapsed_ms",
    ]  # fmt: skip
    assert list(made["passages"][0]) == [
        "rank", "score", "article_id", "url", "title", "source", "published_at", "start", "end", "text",
    ]  # fmt: skip
    assert list(made["citations"][0]) == [
        "number", "article_id", "url", "title", "source", "published_at", "link", "start", "end", "quote", "revision",
    ]  # fmt: skip
    assert (made["version"], made["status"], made["newest_evidence"]) == (VERSION, "answered", "2017-02-09T00:00:00Z")


def test_a_guess_is_marked_as_doubtful() -> None:
    """Scripts find what nobody is shown beside its mark; where something is sure there is no guess."""
    quote = Citation(1, "a1", None, None, None, None, None, 0, 18, TEXT[:18])
    unsure = Answer("q", "?", Status.ANSWERED, (), (quote,), (), 0.9, None, 1.0, guess=ShortAnswer("the road", (1,), confidence=0.2))
    assert to_json(unsure)["short"] == [{"text": "the road", "confidence": 0.2, "citations": [1], "doubtful": True}]
    with pytest.raises(ValueError, match="is sure of"):
        replace(unsure, short=(ShortAnswer("Three", (1,)),))


def test_a_short_answer_says_only_what_it_knows() -> None:
    """Value, unit and attribution are left out of the object where there are none."""
    quote = Citation(1, "a1", None, None, None, None, None, 0, 18, TEXT[:18])
    shorts = (ShortAnswer("Three", (1,), 3.0, attribution="officials"), ShortAnswer("the road", (1,)))
    made = to_json(Answer("q", "?", Status.ANSWERED, (), (quote,), shorts, 0.9, None, 1.0))
    assert made["short"] == [
        {"text": "Three", "value": 3.0, "attribution": "officials", "citations": [1]},
        {"text": "the road", "citations": [1]},
    ]


def test_what_a_quote_says_of_time_is_worked_out_beside_it() -> None:
    """The days are told with the offsets of the words, on the terminal beside the quote, and the quote stays as it was written."""
    text = "The bridge fell on Wednesday."
    found = Passage(1, 3.0, "a1", None, None, "Courier", DAY, 0, len(text), text, Span(0, len(text)))
    assembled = assemble(
        answer_id="q1",
        question="when did it fall?",
        passages=[found],
        texts={"a1": text},
        signals=signals(3.0),
        unsaid=None,
        calibration=CALIBRATION,
        point=OperatingPoint.BALANCED,
        elapsed_ms=1.0,
    )
    made = dated(assembled, {"a1": text})
    (citation,) = made.citations
    assert citation.quote == text
    assert [(text[one.span.start : one.span.end], str(one.first)) for one in citation.times] == [("Wednesday", "2017-02-08")]
    assert to_json(made)["citations"][0]["times"] == [{"start": 19, "end": 28, "first": "2017-02-08", "last": "2017-02-08"}]
    assert "times" not in to_json(answer(passage(1, 0, 18, 3.0)))["citations"][0]
