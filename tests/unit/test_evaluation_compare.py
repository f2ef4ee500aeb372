"""Two evaluations compared question by question, and the log they are compared by."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.domain.answers import Status
from index.errors import SuiteError
from index.evaluation.compare import compare
from index.evaluation.outcomes import Loss, Outcome, read_log, to_line


def outcome(id_: str, rank: int | None = 1, *, answerable: bool = True, refused: bool = False, question: str = "what?") -> Outcome:
    status = Status.NOT_COVERED if refused else Status.ANSWERED
    loss = Loss.FUSION if answerable and rank is None else None
    return Outcome(id_, question, answerable, rank, 0.5, status, loss, None, 12.5)


def by_id(*outcomes: Outcome) -> dict[str, Outcome]:
    return {one.id: one for one in outcomes}


def test_what_was_won_and_lost_is_told_apart() -> None:
    """The rank and the decision are compared apart: a better rank is won, a wrong refusal lost, and the mean is of the differences."""
    before = by_id(outcome("a", 4), outcome("b", 1), outcome("c", None), outcome("d", 3), outcome("n", None, answerable=False))
    after = by_id(
        outcome("a", 1),
        outcome("b", 2),
        outcome("c", None),
        outcome("d", 3, refused=True),
        outcome("n", None, answerable=False, refused=True),
    )
    found = compare(before, after)
    assert found.ranking is not None
    assert [(one.id, one.before, one.after) for one in found.ranking.won] == [("a", "4", "1")]
    assert [(one.id, one.before, one.after) for one in found.ranking.lost] == [("b", "1", "2")]
    assert found.ranking.unchanged == 2
    assert found.ranking.mean == pytest.approx((3 / 4 - 1 / 2) / 4)
    assert found.ranking.low < found.ranking.mean < found.ranking.high
    assert [(one.id, one.before, one.after) for one in found.refusal.won] == [("n", "answered", "refused")]
    assert [(one.id, one.before, one.after) for one in found.refusal.lost] == [("d", "answered", "refused")]
    assert (found.refusal.unchanged, found.refusal.mean) == (3, 0.0)


def test_the_same_run_twice_shows_no_difference() -> None:
    """Nothing won, nothing lost, and an interval of no width at 0."""
    same = by_id(outcome("a", 4), outcome("b", None), outcome("n", None, answerable=False))
    found = compare(same, same)
    assert found.ranking is not None
    for view in (found.ranking, found.refusal):
        assert (view.won, view.lost, view.mean, view.low, view.high) == ((), (), 0.0, 0.0, 0.0)
    assert compare(by_id(outcome("n", None, answerable=False)), by_id(outcome("n", None, answerable=False))).ranking is None


def test_other_questions_are_not_compared() -> None:
    """A question that only one run asked, or that reads otherwise, is named and left out; no common question is an error."""
    before = by_id(outcome("a", 4), outcome("b"), outcome("c", question="who?"))
    after = by_id(outcome("a", 4), outcome("c", question="when?"), outcome("d"))
    found = compare(before, after)
    assert found.ranking is not None
    assert found.ranking.unchanged == 1
    assert (found.only_before, found.only_after) == (("b", "c"), ("c", "d"))
    with pytest.raises(SuiteError, match="no question in common"):
        compare(by_id(outcome("a")), by_id(outcome("b")))


def test_a_log_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Each field survives the line, in any script; a broken or an empty log is an error with its place."""
    kept = [outcome("a", None, question="какой\n\u2028паром?"), outcome("n", None, answerable=False, refused=True)]
    file = tmp_path / "log.jsonl"
    file.write_text("".join(map(to_line, kept)), encoding="utf-8")
    assert list(read_log(file).values()) == kept
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"id": "b", "question": "what?"}\n')
    with pytest.raises(SuiteError, match=r"log\.jsonl:3: answerable: it is missing"):
        read_log(file)
    file.write_text("", encoding="utf-8")
    with pytest.raises(SuiteError, match="is empty"):
        read_log(file)
    with pytest.raises(SuiteError, match="cannot be read"):
        read_log(tmp_path / "nothing.jsonl")
