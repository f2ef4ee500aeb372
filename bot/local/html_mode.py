"""The HTML parse mode, as Telegram's own server reads it. In: the text of a message. Out: its plain text and the stretches that are marked up.

It takes what https://core.telegram.org/bots/api#html-style documents and refuses the rest in Telegram's words. Where the documentation is silent it
does what the open server (tdlib, ``parse_html``) does: an unknown ``&name;`` stays as it is, ``</>`` closes whatever is open, attributes that mean
nothing are passed over, and the place in an error is counted in bytes. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TYPES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
"""Every tag that is allowed, with the entity it makes."""

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_MAX_REFERENCE = 10
"""Characters of a numeric reference, without the semicolon; a longer one is left as it is."""

_SPACE = " \t\r\n\v"
_TAG_NAME = re.compile(rf"[^{_SPACE}>]*")
_ATTRIBUTE_NAME = re.compile(rf"""[^{_SPACE}=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_SPACES = re.compile(rf"[{_SPACE}]*")

_LINK_SCHEMES = ("http", "https", "tg", "ton", "tonsite")


class EntityError(Exception):
    """The text cannot be parsed; the message is Telegram's."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of the plain text, in code points, end exclusive."""

    type: str
    start: int
    end: int
    extra: dict[str, Any] = field(default_factory=dict, hash=False)
    """The entity's further fields: ``url``, ``language``…"""


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int


def parse_html(text: str) -> tuple[str, list[Marked]]:
    """The plain text, and what is marked up in it, outer before inner. Raises EntityError."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._plain: list[str] = []
        self._open: list[_Open] = []
        self._marked: list[Marked] = []

    def parse(self) -> tuple[str, list[Marked]]:
        text = self._text
        while self._at < len(text):
            if text.startswith("</", self._at):
                self._end_tag()
            elif text[self._at] == "<":
                self._start_tag()
            elif (character := self._reference()) is not None:
                self._plain.append(character)
            else:
                self._plain.append(text[self._at])
                self._at += 1
        if self._open:
            raise EntityError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        plain = "".join(self._plain)
        if any("\ud800" <= character <= "\udfff" for character in plain):
            raise EntityError(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
            )
        return plain, sorted(self._marked, key=lambda marked: (marked.start, -marked.end))

    def _reference(self) -> str | None:
        """The character that a reference at this place stands for; None when there is none, and then nothing is read."""
        found = _REFERENCE.match(self._text, self._at)
        if found is None:
            return None
        if (name := found["name"]) is not None:
            character = _NAMED.get(name)
        else:
            code = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
            written = len(found[0].removesuffix(";"))
            character = chr(code) if 0 < code < 0x10FFFF and written < _MAX_REFERENCE else None
        if character is not None:
            self._at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        tag = self._take(_TAG_NAME, begin + 1).lower()
        if self._at >= len(self._text):
            raise EntityError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in TYPES:
            raise EntityError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        attributes: dict[str, str] = {}
        while True:
            self._take(_SPACES)
            if self._peek() == ">":
                break
            self._attribute(tag, begin, attributes)
        self._at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise EntityError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._open.append(_Open(tag, attributes, len(self._plain)))

    def _attribute(self, tag: str, begin: int, attributes: dict[str, str]) -> None:
        name = self._take(_ATTRIBUTE_NAME)
        if not name:
            raise EntityError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        self._take(_SPACES)
        if self._peek() == "=":
            self._at += 1
            self._take(_SPACES)
            self._require_more(f'Unclosed start tag "{tag}"', begin)
            attributes[name] = self._quoted() if self._peek() in ('"', "'") else self._token()
            self._require_more("Unclosed start tag", begin)
        else:
            self._require_more(f'Unclosed start tag "{tag}"', begin)
            attributes[name] = ""

    def _token(self) -> str:
        begin = self._at
        token = self._take(_NAME_TOKEN)
        if self._peek() not in (*_SPACE, ">", ""):
            raise EntityError(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return token.lower()

    def _quoted(self) -> str:
        quote = self._text[self._at]
        self._at += 1
        value: list[str] = []
        while self._at < len(self._text) and self._text[self._at] != quote:
            character = self._reference()
            if character is None:
                character = self._text[self._at]
                self._at += 1
            value.append(character)
        self._at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise EntityError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        found = self._take(_TAG_NAME, begin + 2).lower()
        self._take(_SPACES)
        if self._peek() != ">":
            raise EntityError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        opened = self._open.pop()
        if found not in ("", opened.tag):
            raise EntityError(f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{found}>"')
        if len(self._plain) > opened.start:
            self._mark(opened)

    def _mark(self, opened: _Open) -> None:
        start, end = opened.start, len(self._plain)
        kind = TYPES[opened.tag]
        extra: dict[str, Any] = {}
        match opened.tag:
            case "a":
                url = opened.attributes.get("href") or "".join(self._plain[start:end])
                if not _is_link(url):
                    return  # Telegram shows the text and drops the link
                extra = {"url": url}
            case "blockquote" if "expandable" in opened.attributes:
                kind = "expandable_blockquote"
            case "pre" if (
                self._marked and (inner := self._marked[-1]).type == "code" and (inner.start, inner.end) == (start, end) and inner.extra
            ):
                self._marked[-1] = Marked("pre", start, end, inner.extra)
                return
            case "code" if (language := opened.attributes.get("class", "")).startswith("language-") and language != "language-":
                extra = {"language": language.removeprefix("language-")}
            case "tg-emoji":
                if not re.fullmatch(r"[1-9]\d*", opened.attributes.get("emoji-id", "")):
                    raise EntityError("Invalid custom emoji identifier specified")
                extra = {"custom_emoji_id": opened.attributes["emoji-id"]}
            case "tg-time":
                if not re.fullmatch(r"[1-9]\d*", opened.attributes.get("unix", "")):
                    return
                if not re.fullmatch(r"r|[tTdDwW]*", opened.attributes.get("format", "")):
                    raise EntityError("Invalid date format used")
                extra = {"unix_time": int(opened.attributes["unix"]), "date_time_format": opened.attributes.get("format", "")}
        self._marked.append(Marked(kind, start, end, extra))

    def _take(self, pattern: re.Pattern[str], start: int | None = None) -> str:
        found = pattern.match(self._text, self._at if start is None else start)
        assert found is not None  # each of the patterns matches nothing, too
        self._at = found.end()
        return found[0]

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _require_more(self, what: str, begin: int) -> None:
        if self._at >= len(self._text):
            raise EntityError(f"{what} at byte offset {self._bytes(begin)}")

    def _bytes(self, at: int) -> int:
        return len(self._text[:at].encode("utf-8", "surrogatepass"))


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        host, _port = parts.hostname or "", parts.port  # a port that is no number raises
    except ValueError:
        return False
    return parts.scheme in _LINK_SCHEMES and not re.search(r"\s", host) and (parts.scheme == "tg" or "." in host or ":" in host)
