"""Markdown to an article draft: its words without the markup, and what it says of itself.

In: cleaned text of a ``.md`` file. Out: a draft whose text reads like the rendered page. Called by ``intake``. Pure. Markup is read by
markdown-it-py, and HTML inside it by the standard library; nothing is rendered, run or followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from index.domain.articles import ArticleDraft
from index.errors import ArticleRefusedError
from index.text.clean import clean
from index.text.moments import parse_date

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"---\n(?P<fields>(?:(?!---\n).*\n)*?)---(?:\n|$)")
_FIELD = re.compile(r"(\w+)[ \t]*:[ \t]*(.*)")
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def read_markdown(text: str) -> ArticleDraft:
    """The draft a Markdown text holds.

    Front matter between ``---`` lines may give title, url, source, language, and date (or published_at) in ISO 8601, one ``key: value`` a line;
    other keys are passed over. A leading ``# heading`` is the title where no other is given, and is then not part of the text. Raises
    ArticleRefusedError for a date that is none, and where nothing is left to read.
    """
    from markdown_it import MarkdownIt  # 50 ms to import, and only .md files need it

    fields: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        fields = {key.lower(): value.strip().strip("\"'") for key, value in _FIELD.findall(front["fields"])}
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    title = fields.get("title")
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1" and title in (None, "", _plain(tokens[1])):
        title = _plain(tokens[1])
        tokens = tokens[3:]
    body = clean("".join(_pieces(tokens)))
    if not body:
        raise ArticleRefusedError("there is no text in it beside its title")
    return ArticleDraft(
        text=body,
        url=fields.get("url") or None,
        title=title or None,
        source=fields.get("source") or None,
        published_at=_moment(fields.get("published_at") or fields.get("date")),
        language=fields.get("language") or None,
    )


def _moment(value: str | None) -> datetime | None:
    try:
        return parse_date(value) if value else None
    except ValueError as error:
        raise ArticleRefusedError(f"date: {error}") from error


def _pieces(tokens: Iterable[Token]) -> Iterator[str]:
    """The text of each block, with the line breaks and list marks that keep blocks apart."""
    marks: list[str] = []  # of the lists around, innermost last
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                marks.append("-")
            case "bullet_list_close" | "ordered_list_close":
                marks.pop()
                yield "\n"
            case "list_item_open":
                yield f"{token.info}{token.markup} "  # "1." where the list is ordered; its bullet where not
            case "inline":
                yield _plain(token)
            case "code_block" | "fence":
                yield f"{token.content}\n"
            case "html_block":
                yield f"{_text_of_html(token.content)}\n\n"
            case "td_close" | "th_close":
                yield "\t"
            case "tr_close":
                yield "\n"
            case "paragraph_close" if marks:
                yield "\n"
            case "paragraph_close" | "heading_close" | "table_close":
                yield "\n\n"


def _plain(inline: Token) -> str:
    """A block's words: emphasis and links without their marks, code as it is, images and tags left out."""
    kept = (_BREAKS.get(token.type, token.content) for token in inline.children or () if token.type not in ("image", "html_inline"))
    return re.sub(" {2,}", " ", "".join(kept)).strip()


class _Words(HTMLParser):
    """Collects what a page would show."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the base class's signature
        self._hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def _text_of_html(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    return "".join(words.pieces).strip()
