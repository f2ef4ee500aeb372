"""Why nothing can be posted in a chat. In: what Telegram said, the chat's name, and what waits. Out: a sentence, or a message to an owner. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Language
from bot.render.html import Html, escape
from bot.render.text import clip
from bot.telegram.outcomes import Outcome

NAMES = 5
"""Named one by one; there may be dozens."""
NAME_CHARS = 100


def why(reason: str, title: str, words: Language) -> str:
    """One sentence. reason: the value of an ``Outcome``, as a subscription that is cut off keeps it."""
    if reason == Outcome.KICKED:
        said = words.gettext("I was removed from {chat}.")
    elif reason == Outcome.BLOCKED:
        said = words.gettext("{chat} has blocked me.")
    elif reason == Outcome.CHAT_GONE:
        said = words.gettext("{chat} does not exist any more.")
    elif reason == Outcome.TOPIC_CLOSED:
        said = words.gettext("The topic in {chat} in which I posted was closed or deleted.")
    else:
        said = words.gettext("I may not post in {chat} any more.")
    return said.format(chat=clip(title, NAME_CHARS))


def cut_off(reason: str, title: str, wishes: Sequence[str], words: Language) -> Html:
    """The message to whoever made these subscriptions. wishes: what each is to, empty for everything."""
    waits = words.ngettext(
        "Your subscription there waits, and goes on by itself when I can post again: {names}",
        "Your {n} subscriptions there wait, and go on by themselves when I can post again: {names}",
        len(wishes),
    ).format(n=words.number(len(wishes)), names=_names(wishes, words))
    return escape(f"{why(reason, title, words)}\n\n{waits}")


def again(title: str, wishes: Sequence[str], words: Language) -> Html:
    """The same when they go on."""
    goes_on = words.ngettext(
        "I can post in {chat} again. Your subscription there goes on: {names}",
        "I can post in {chat} again. Your {n} subscriptions there go on: {names}",
        len(wishes),
    ).format(n=words.number(len(wishes)), chat=clip(title, NAME_CHARS), names=_names(wishes, words))
    return escape(goes_on)


def _names(wishes: Sequence[str], words: Language) -> str:
    names = [f"“{clip(wish, NAME_CHARS)}”" if wish else words.gettext("everything") for wish in wishes[:NAMES]]
    return ", ".join(names) + (" …" if len(wishes) > NAMES else "")
