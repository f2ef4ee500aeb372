"""What a chat can choose, on one screen. In: what is chosen now. Out: a text, and buttons that say what they would choose; and back again. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.chat_settings import Asking, ChatSettings, Length
from bot.language import CODES, Language, language
from bot.render.html import Html, bold, escape

PREFIX = "settings:"
CHOSEN = "✓ "
LANGUAGES_IN_A_ROW = 2


class Choice(NamedTuple):
    """One button."""

    label: str
    data: str
    """What comes back when it is pressed; ``choose`` reads it. A few dozen bytes at most."""


def settings_text(settings: ChatSettings, words: Language, *, in_group: bool) -> Html:
    """What is chosen now, a line each."""
    title = words.gettext("Settings of this group") if in_group else words.gettext("Settings")
    lines = [
        words.gettext("Language: {language}").format(language=_language(settings.language, words)),
        words.gettext("Answers: {length}").format(length=_length(settings.length, words)),
    ]
    if in_group:
        lines.append(words.gettext("Who may ask: {who}").format(who=_asking(settings.asking, words)))
        if settings.asking is Asking.ADMINS:
            lines.append(words.gettext("Everybody else gets no reply."))
    return Html("\n".join([bold(escape(title)), "", *map(escape, lines)]))


def settings_choices(settings: ChatSettings, words: Language, *, in_group: bool) -> list[list[Choice]]:
    """The buttons, row by row; what is chosen now is ticked."""
    codes = [None, *CODES]
    languages = [_choice("language", code or "", _language(code, words), code == settings.language) for code in codes]
    rows = [languages[:1]] + [languages[at : at + LANGUAGES_IN_A_ROW] for at in range(1, len(languages), LANGUAGES_IN_A_ROW)]
    rows.append([_choice("length", one, _length(one, words), one is settings.length) for one in Length])
    if in_group:
        rows.append([_choice("asking", one, _asking(one, words), one is settings.asking) for one in Asking])
    return rows


def choose(settings: ChatSettings, data: str, *, in_group: bool) -> ChatSettings | None:
    """The settings after that button. None for what no button of ours carries: whoever has a client of their own can send anything."""
    kind, _, value = data.removeprefix(PREFIX).partition(":")
    if kind == "language" and value in ("", *CODES):
        return replace(settings, language=value or None)
    if kind == "length" and value in list(Length):
        return replace(settings, length=Length(value))
    if kind == "asking" and value in list(Asking) and in_group:
        return replace(settings, asking=Asking(value))
    return None


def _choice(kind: str, value: str, label: str, is_chosen: bool) -> Choice:
    return Choice(f"{CHOSEN if is_chosen else ''}{label}", f"{PREFIX}{kind}:{value}")


def _language(code: str | None, words: Language) -> str:
    """Each by its own name, so that whoever cannot read this finds theirs."""
    return words.gettext("as whoever writes has it in Telegram") if code is None else language(code).name


def _length(length: Length, words: Language) -> str:
    return words.gettext("short") if length is Length.SHORT else words.gettext("full")


def _asking(asking: Asking, words: Language) -> str:
    return words.gettext("admins only") if asking is Asking.ADMINS else words.gettext("everyone")
