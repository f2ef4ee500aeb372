"""Telegram messages on a terminal. In: a Bot API message. Out: lines, with quotes behind a bar and each link's address behind its text.

Colours and bold on a terminal, unless NO_COLOR is set; plain text that is never wrapped anywhere else.
"""

from __future__ import annotations

import re
from itertools import accumulate

from rich.console import Console
from rich.text import Text

from bot.local.entities import utf16_length
from bot.local.state import JSON

STYLES = {"bold": "bold", "italic": "italic", "underline": "underline", "strikethrough": "strike", "text_link": "cyan"}
QUOTES = ("blockquote", "expandable_blockquote")
BAR = "│ "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""What could move the cursor, ring, or recolour: a terminal must not obey an article."""


def show(message: JSON, console: Console) -> None:
    """Print the message and an empty line."""
    for part, is_quote in _parts(message):
        bar = Text(BAR, style="dim") if is_quote else Text()
        width = max(console.width - len(bar), 20)
        for line in part.wrap(console, width) if console.is_terminal else part.split("\n", allow_blank=True):
            console.print(Text.assemble(bar, line), soft_wrap=True, highlight=False)
    for row in _buttons(message):
        console.print(row, soft_wrap=True, highlight=False)
    console.print()


def _buttons(message: JSON) -> list[Text]:
    """The buttons, row by row, each with what to type to press it: "!1 Context   !2 More passages"."""
    rows: list[Text] = []
    number = 0
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        shown = Text()
        for button in row:
            number += 1
            shown.append(f"{'   ' if shown else ''}!{number} ", style="bold cyan")
            shown.append(_CONTROL.sub("\ufffd", button["text"]), style="cyan")
        rows.append(shown)
    return rows


def _parts(message: JSON) -> list[tuple[Text, bool]]:
    """The text in stretches that are wholly a quote or wholly not."""
    text = _CONTROL.sub("\ufffd", message["text"])
    # Entities count in UTF-16 units; where each character begins in those says which characters are meant.
    begins = [0, *accumulate(utf16_length(character) for character in text)]
    place = {units: index for index, units in enumerate(begins)}
    styled = Text(text)
    links: list[tuple[int, str]] = []
    quotes: list[tuple[int, int]] = []
    for entity in message.get("entities", []):
        start, end = place[entity["offset"]], place[entity["offset"] + entity["length"]]
        styled.stylize(STYLES.get(entity["type"], ""), start, end)
        if entity["type"] in QUOTES:
            quotes.append((start, end))
        elif entity["type"] == "text_link":
            links.append((end, entity["url"]))
    parts: list[tuple[Text, bool]] = []
    at = 0
    for start, end in [*quotes, (len(text), len(text))]:
        parts += [(_with_links(styled, at, start, links), False), (_with_links(styled, start, end, links), True)]
        at = end
    return [(part, is_quote) for part, is_quote in parts if part.plain]


def _with_links(styled: Text, start: int, end: int, links: list[tuple[int, str]]) -> Text:
    """One stretch with the addresses put behind its links, without the line break that parts it from the next stretch."""
    pieces: list[Text] = []
    for link_end, url in sorted(links):
        if start < link_end <= end:
            pieces += [styled[start:link_end], Text(f" ({url})", style="dim")]
            start = link_end
    whole = Text.assemble(*pieces, styled[start:end])
    # Around a quote a terminal breaks the line anyway.
    first = 1 if whole.plain.startswith("\n") else 0
    last = len(whole) - 1 if whole.plain.endswith("\n") and len(whole) > 1 else len(whole)
    return whole[first:last]
