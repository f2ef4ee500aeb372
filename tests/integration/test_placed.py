"""A question that names a day and a place is looked for in the articles of those days that speak of the place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from index import open_index
from index.domain.answers import Status
from index.domain.articles import ArticleDraft

TEXT = (
    "A night of violence shook {0}. Police came at once. The street was closed. {1} people were wounded in the shooting {2}, officers said."
)
AUGUST = datetime(2015, 8, 9, tzinfo=UTC)


def test_a_figure_far_from_the_place_is_found(tmp_path: Path, models_dir: Path) -> None:
    """The city stands in the first sentence, the figure in the fourth; the same figures of other cities, that week and before, are not shown."""
    text = (
        "A night of violence shook {0}. Police came at once. The street was closed. {1} people were wounded in the shooting, officers said."
    )
    places = [("Houston", "Four", AUGUST), *((f"Harbour {number}", "Nine", AUGUST) for number in range(12))]
    old = [("Houston", "Seven", datetime(2013, 1, 2, tzinfo=UTC))]
    with open_index(tmp_path, models_dir=models_dir) as index:
        index.ingest([ArticleDraft(text.format(place, figure), published_at=day) for place, figure, day in places + old])
        answer = index.answer("How many people were wounded in the shooting in Houston, Texas on August 8, 2015?")
        assert answer.status is Status.ANSWERED
        assert [short.value for short in answer.short] == [4.0]


def test_another_event_answers_nobody(tmp_path: Path, models_dir: Path) -> None:
    """What another place or another day has is no answer: it is refused, with the place that nothing speaks of, and shown as the nearest there is."""
    articles = [("Houston", "Four", "on Sunday", AUGUST), ("Houston", "Nine", "on Thursday", datetime(2015, 8, 14, tzinfo=UTC))]
    with open_index(tmp_path, models_dir=models_dir) as index:
        index.ingest([ArticleDraft(TEXT.format(place, figure, when), published_at=day) for place, figure, when, day in articles])
        asked = "How many people were wounded in the shooting in {} on {}?"
        assert [one.value for one in index.answer(asked.format("Houston, Texas", "August 9, 2015")).short] == [4.0]
        assert [one.value for one in index.answer(asked.format("Houston, Texas", "August 13, 2015")).short] == [9.0]
        for place, day, missing in [("Houston, Texas", "August 1, 2013", None), ("Dallas, Texas", "August 9, 2015", "Dallas")]:
            answer = index.answer(asked.format(place, day))
            assert (answer.status, answer.short, answer.missing) == (Status.NOT_COVERED, (), missing)
            assert answer.passages
