"""A question that names a day and a place is looked for in the articles of those days that speak of the place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from index import open_index
from index.domain.answers import Status
from index.domain.articles import ArticleDraft

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
