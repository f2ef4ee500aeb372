"""What is said when Telegram refuses our mark-up. In: HTML, even broken. Out: the same words without mark-up, in pieces within the limit. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

from bot.render.html import MAX_UNITS, Html
from bot.render.text import clip


class _Words(HTMLParser):
    """Collects text, and puts each link's address behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._address: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            self.words.append(f" ({self._address})")
            self._address = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def plain(markup: Html) -> str:
    """The words, each link with its address behind it in brackets."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return "".join(parser.words)


def pieces(text: str) -> list[str]:
    """The text cut into messages, between words where there are any."""
    found: list[str] = []
    while text := text.strip():
        found.append(clip(text, MAX_UNITS))
        text = text[len(found[-1]) :]
    return found
