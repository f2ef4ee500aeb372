"""HTML for Telegram: the only place where text becomes mark-up. In: any text. Out: ``Html``, escaped, and messages within Telegram's limits. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import NewType
from urllib.parse import urlsplit

Html = NewType("Html", str)
"""Mark-up that is complete: every tag in it is closed, all text in it is escaped."""

MAX_UNITS = 4096
"""UTF-16 units of a message, mark-up not counted (https://core.telegram.org/bots/api#sendmessage)."""
MAX_RAW_BYTES = 24_000
"""Of a message with its mark-up. Telegram documents no limit; its servers cut texts at 35,000 bytes, and long links alone can pass that."""
MAX_LINK_CHARS = 2_000
"""What every browser opens; a longer address becomes plain text."""

BETWEEN_BLOCKS = Html("\n\n")

_TAG = re.compile(r"<[^>]*>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNFIT_FOR_ADDRESS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028-\u202e\u2066-\u2069\s]")


def escape(text: str) -> Html:
    """The text, to be shown as it is. Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD."""
    return Html(html.escape(_SURROGATE.sub("\ufffd", text), quote=False))


def bold(inner: Html) -> Html:
    """Bold."""
    return Html(f"<b>{inner}</b>")


def italic(inner: Html) -> Html:
    """Italic."""
    return Html(f"<i>{inner}</i>")


def code(inner: Html) -> Html:
    """Something to be typed as it stands: a tap copies it."""
    return Html(f"<code>{inner}</code>")


def quote(inner: Html, *, folded: bool) -> Html:
    """A block of its own; folded, it shows three lines until it is tapped. Must hold no other quote."""
    return Html(f"<blockquote expandable>{inner}</blockquote>" if folded else f"<blockquote>{inner}</blockquote>")


def link(inner: Html, *addresses: str | None) -> Html:
    """The inner text, linked to the first address that is a web address of bearable length; unlinked if none is."""
    for address in addresses:
        if address is not None and is_web_address(address):
            return Html(f'<a href="{html.escape(address)}">{inner}</a>')
    return inner


def is_web_address(address: str) -> bool:
    """Whether it may become a link: http or https with a host, nothing in it that is not visible, and not too long."""
    if len(address) > MAX_LINK_CHARS or _UNFIT_FOR_ADDRESS.search(address) or _SURROGATE.search(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def utf16_units(text: str) -> int:
    """The length that Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def shown(markup: Html) -> str:
    """The text that a reader sees."""
    return html.unescape(_TAG.sub("", markup))


def messages(blocks: Iterable[Html]) -> list[Html]:
    """Blocks put together into as few messages as keeping their order allows; no block is broken.

    A block alone must be within the limits; whoever makes one clips its texts.
    """
    packed: list[Html] = []
    for block in blocks:
        together = Html(f"{packed[-1]}{BETWEEN_BLOCKS}{block}") if packed else block
        if packed and fits(together):
            packed[-1] = together
        else:
            packed.append(block)
    return packed


def fits(message: Html) -> bool:
    """Whether Telegram takes it as one message."""
    return utf16_units(shown(message)) <= MAX_UNITS and len(message.encode()) <= MAX_RAW_BYTES
