"""Posts become articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from index.errors import ArticleRefusedError
from index.intake.posts import read_post

AT = datetime(2021, 5, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferry aground\n\nSeven passengers were hurt.", "Ferry aground"),
        ("Seven passengers were hurt.", None),
        (f"{'A long first line. ' * 10}\nSeven were hurt.", None),
    ],
)
def test_a_short_first_line_is_the_headline(text: str, title: str | None) -> None:
    """The text is kept whole; its first line is the title too where it is short and not all there is."""
    draft = read_post(text, id="p", url="https://t.me/harbour/1", source="Harbour", published_at=AT)
    assert (draft.title, draft.published_at, draft.source, draft.id) == (title, AT, "Harbour", "p")
    assert draft.text.endswith("hurt.")
    assert title is None or draft.text.startswith(title)


@pytest.mark.parametrize("text", ["", " \n", "🔥🔥🔥", "—"])
def test_a_post_without_words_is_refused(text: str) -> None:
    """A picture's caption of three flames is no report."""
    with pytest.raises(ArticleRefusedError, match="no words"):
        read_post(text, id="p", url=None, source=None, published_at=AT)
