"""A saved web page to an article draft, by trafilatura. In: bytes of HTML. Out: its main text, cleaned, and what it says of itself."""

from __future__ import annotations

from index.domain import ArticleDraft
from index.errors import ArticleRefusedError
from index.text.clean import clean
from index.text.moments import parse_date


def read_page(data: bytes) -> ArticleDraft:
    """The article on the page. Raises ArticleRefusedError if there is none."""
    from trafilatura import bare_extraction  # half a second to import, and only pages need it
    from trafilatura.settings import Document

    page = bare_extraction(data, with_metadata=True, include_comments=False, include_tables=True)
    if not isinstance(page, Document) or not (page.text or "").strip():
        raise ArticleRefusedError("there is no article text on this page")
    published = None
    if page.date:
        try:
            published = parse_date(page.date)
        except ValueError:
            published = None  # a page that misdates itself is undated
    return ArticleDraft(
        text=clean(page.text or ""),
        url=page.url if page.url and page.url.startswith(("http://", "https://")) else None,
        title=page.title or None,
        source=page.sitename or page.hostname or None,
        published_at=published,
        language=page.language or None,
    )
