"""Markup inside a feed to plain text. In: a fragment of HTML. Out: its text, a blank line between paragraphs. Pure; nothing is run or fetched."""

from __future__ import annotations

import re
from typing import Any

from index.text.clean import clean

_PARAGRAPHS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    )
)
_LINES = frozenset(("br", "li", "tr"))
_UNREAD = frozenset(
    (
        "audio",
        "button",
        "canvas",
        "embed",
        "figure",
        "form",
        "head",
        "iframe",
        "input",
        "math",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "video",
    )
)
"""What is not the text: programs, controls, pictures with their captions."""

_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")


def plain_text(fragment: str) -> str:
    """The text of a fragment of HTML, cleaned; empty if there is none. Any text is taken, well-formed or not."""
    from lxml import etree, html  # 0.1 s to import, and a program that reads no feed does without

    if not fragment.strip():
        return ""
    # As bytes: lxml refuses a string that declares an encoding. Without surrogates, which no encoding has.
    data = f"<html><body>{fragment}</body></html>".encode(errors="replace")
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.ParserError:
        return ""  # its word for a document without any content
    pieces: list[str] = []
    unread: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = element.tag if isinstance(element.tag, str) else ""
        opens = event == "start"
        if unread is None and opens and name in _UNREAD:
            unread = element
        if unread is None:
            if name in _PARAGRAPHS:
                pieces.append("\n\n")
            elif name in _LINES and opens:
                pieces.append("\n")
            elif name in ("td", "th") and opens:
                pieces.append(" ")
            if opens:
                pieces.append(_SPACE.sub(" ", element.text or ""))
        elif unread is element and not opens:
            unread = None
        if unread is None and not opens:
            pieces.append(_SPACE.sub(" ", element.tail or ""))
    text = re.sub(r" *\n *", "\n", "".join(pieces))
    return clean(re.sub(r" {2,}", " ", text))


def has_markup(text: str) -> bool:
    """Whether there is a tag in it. Some feeds do not say whether a text is HTML."""
    return _TAG.search(text) is not None


def one_line(text: str) -> str:
    """The text on one line, for titles and names."""
    return " ".join(clean(text).split())
