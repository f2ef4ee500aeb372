"""A post from a channel or chat to an article draft. In: its text, and where it stands. Out: a draft. Pure.

Knows nothing of the messenger: whoever receives posts says which is which.
"""

from __future__ import annotations

from datetime import datetime

from index.domain.articles import ArticleDraft
from index.errors import ArticleRefusedError
from index.text.clean import clean

MAX_TITLE_CHARS = 120
"""A first line of this length at most, with more lines below, is the post's headline."""


def read_post(
    text: str,
    *,
    id: str | None,  # noqa: A002 the field's own name
    url: str | None,
    source: str | None,
    published_at: datetime,
    modified_at: datetime | None = None,
) -> ArticleDraft:
    """The post as an article; its text whole, headline included.

    id: the same for the same post, whatever it says by now; None where nothing tells. Raises ArticleRefusedError for a post without words.
    """
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise ArticleRefusedError("there are no words in it")
    head, below, _ = cleaned.partition("\n")
    return ArticleDraft(
        text=cleaned,
        url=url,
        title=head.strip() if below and len(head.strip()) <= MAX_TITLE_CHARS else None,
        source=source,
        published_at=published_at,
        published_from="post",
        id=id,
        origin=url or id or "a post",
        modified_at=modified_at,
    )
