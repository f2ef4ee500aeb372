"""What became of each question, and the log that keeps it: JSON Lines, one outcome a line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from index.domain.answers import Status
from index.errors import SuiteError
from index.evaluation.lines import read_rows


class Loss(StrEnum):
    """Where the right passage was lost on its way to the first place."""

    NOT_RETRIEVED = "not retrieved"
    """No right sentence was among what the vectors found, nor among what the words found."""
    FUSION = "lost in fusion"
    """One was, but none came into the head that is looked at one by one."""
    RERANKING = "lost in reranking"
    """One came into the head, and was ranked behind a wrong one."""
    JOINED_AWAY = "joined away"
    """One ranked among the passages, and was left out as a near-copy or because its article had its share."""
    REFUSED = "refused"
    """A right passage came first, and the answer was that the coverage does not say."""
    NOT_ASKED = "not asked"
    """The question cannot be searched for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question."""

    id: str
    question: str
    answerable: bool
    """As the test set says."""
    rank: int | None
    """Of the first right passage, from 1; None if none of the passages is right, or none could be."""
    confidence: float
    """0..1; 0 for a question that could not be asked."""
    status: Status
    loss: Loss | None
    """None where the first passage was right and was not refused, and for every unanswerable question."""
    short: str | None
    """The first short answer, if there was one."""
    elapsed_ms: float
    error: str | None = None
    """Why the question could not be asked."""

    @property
    def refused(self) -> bool:
        """Whether the answer was that the coverage does not say."""
        return self.status is Status.NOT_COVERED

    @property
    def reciprocal_rank(self) -> float:
        """1 / rank, 0 for no rank."""
        return 1 / self.rank if self.rank else 0.0


_OUTCOME = TypeAdapter(Outcome)


def to_line(outcome: Outcome) -> str:
    """The line of the log, with its end."""
    return json.dumps(asdict(outcome), ensure_ascii=False) + "\n"


def read_log(file: Path) -> dict[str, Outcome]:
    """The outcomes that an earlier evaluation kept, by question id. Raises SuiteError."""
    found = {outcome.id: outcome for _, outcome in read_rows(file, _OUTCOME)}
    if not found:
        raise SuiteError(f"{file} is empty.", remedy="It should be what `dateline evaluate --log` wrote.")
    return found
