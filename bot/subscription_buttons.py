"""Buttons of subscriptions, and what they carry. In: subscriptions, choices. Out: keyboards, and callback data read back. Pure.

As in ``bot.buttons`` what comes back is believed in nothing: who may do it is asked anew at each press.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import MAX_BUTTON_CHARS, button
from bot.language import Language
from bot.render.schedule_choices import times_choices, zone_choices
from bot.render.settings import Choice
from bot.updates.subscription import State, Subscription

PREFIX = "sub:"
"""Of buttons about a subscription that there is: ``sub:<act>:<number>:<value>``."""
NEW = "new:"
"""Of buttons that make one: ``new:<chat>:<what>``."""
SURE = "sure:"
"""Of the answer to whether it is to be made all the same: ``sure:<answer>:<token>``."""
ALL = "all"
OFFERED_OUTLETS = 6
NUMBERS_IN_A_ROW = 5

_DATA = re.compile(r"sub:(?P<act>[a-z]+):(?P<id>\d{1,18})(?::(?P<value>[\w/+-]{1,36}))?", re.ASCII)
_NEW = re.compile(r"new:(?P<chat>-?\d{1,18}):(?P<what>[a-z0-9]{1,16})", re.ASCII)
_SURE = re.compile(r"sure:(?P<answer>[a-z]{1,8}):(?P<token>[\w-]{1,40})", re.ASCII)


class Act(StrEnum):
    """What a button does with a subscription."""

    OPEN = "open"
    LIST = "list"
    """Shows all; the number is that of the one it was pressed under."""
    PAUSE = "pause"
    RESUME = "resume"
    TIMES = "times"
    """Shows the times; with a value, chooses one."""
    ZONES = "zones"
    WORDS = "words"
    """Says how words are changed."""
    PREVIEW = "preview"
    DELETE = "delete"
    """Asks whether to."""
    DELETED = "deleted"
    """Does it."""
    UNSURE = "unsure"
    """Shows the updates of which nobody knows whether they arrived."""
    AGAIN = "again"
    """Sends those up to the value again, for whoever says that they are not there."""
    THERE = "there"
    """They are there."""


class Sure(StrEnum):
    """The answer to whether to subscribe to a great deal."""

    YES = "yes"
    DAILY = "daily"
    NO = "no"


class Press(NamedTuple):
    """What a button of a subscription said."""

    act: str
    subscription_id: int
    value: str


def data(act: Act, subscription_id: int, value: str | None = None) -> str:
    """Callback data."""
    return f"{PREFIX}{act}:{subscription_id}" if value is None else f"{PREFIX}{act}:{subscription_id}:{value}"


def read(callback_data: str | None) -> Press | None:
    """What it says; None for what no button of ours carries."""
    found = _DATA.fullmatch(callback_data or "")
    return Press(found["act"], int(found["id"]), found["value"] or "") if found is not None else None


def read_new(callback_data: str | None) -> tuple[int, str] | None:
    """For which chat, and what; likewise."""
    found = _NEW.fullmatch(callback_data or "")
    return (int(found["chat"]), found["what"]) if found is not None else None


def read_sure(callback_data: str | None) -> tuple[str, str] | None:
    """The answer and the token; likewise."""
    found = _SURE.fullmatch(callback_data or "")
    return (found["answer"], found["token"]) if found is not None else None


def outlet_key(outlet: str) -> str:
    """What stands for an outlet on a button: names can be longer than a button may carry."""
    return hashlib.blake2b(outlet.encode("utf-8", "replace"), digest_size=8).hexdigest()


def to_begin(chat_id: int, outlets: Iterable[str], words: Language) -> InlineKeyboardMarkup:
    """Everything, or one of the outlets that have most."""
    rows = [[button(words.gettext("Everything"), f"{NEW}{chat_id}:{ALL}")]]
    names = [name for name in outlets if name.strip()][:OFFERED_OUTLETS]
    rows += [[button(name[:MAX_BUTTON_CHARS], f"{NEW}{chat_id}:{outlet_key(name)}")] for name in names]
    return InlineKeyboardMarkup(rows)


def to_be_sure(token: str, words: Language) -> InlineKeyboardMarkup:
    """All of it, a digest, or not at all."""
    labels = {Sure.DAILY: words.gettext("Yes, once a day"), Sure.YES: words.gettext("Yes, all of it"), Sure.NO: words.gettext("No")}
    return InlineKeyboardMarkup([[button(label, f"{SURE}{answer}:{token}")] for answer, label in labels.items()])


def under_card(subscription: Subscription, words: Language, *, unsure: int = 0) -> InlineKeyboardMarkup:
    """What can be done with it. unsure: how many updates of it may not have arrived."""
    number = subscription.id
    is_served = subscription.state is State.ACTIVE
    pause = (
        button(words.gettext("Pause"), data(Act.PAUSE, number)) if is_served else button(words.gettext("Resume"), data(Act.RESUME, number))
    )
    rows = [
        [button(words.gettext("Times…"), data(Act.TIMES, number)), button(words.gettext("Words…"), data(Act.WORDS, number))],
        [button(words.gettext("Preview"), data(Act.PREVIEW, number)), pause],
        [button(words.gettext("Delete…"), data(Act.DELETE, number)), button(words.gettext("All subscriptions"), data(Act.LIST, number))],
    ]
    if unsure:
        asked = words.gettext("Did it arrive? ({n})").format(n=words.number(unsure))
        rows.insert(0, [button(asked, data(Act.UNSURE, number))])
    return InlineKeyboardMarkup(rows)


def under_list(subscriptions: Sequence[Subscription]) -> InlineKeyboardMarkup | None:
    """A number for each; None for none."""
    buttons = [button(str(number), data(Act.OPEN, one.id)) for number, one in enumerate(subscriptions, start=1)]
    rows = [buttons[at : at + NUMBERS_IN_A_ROW] for at in range(0, len(buttons), NUMBERS_IN_A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def under_times(subscription: Subscription, words: Language) -> InlineKeyboardMarkup:
    """All times, the zone, and back."""
    zone = words.gettext("Time zone: {zone}").format(zone=subscription.schedule.zone)
    rows = _chosen(subscription, times_choices(subscription.schedule, words))
    return InlineKeyboardMarkup([*rows, [button(zone, data(Act.ZONES, subscription.id))], _back(subscription)])


def under_zones(subscription: Subscription) -> InlineKeyboardMarkup:
    """Zones, and back to the times."""
    back = [button("‹", data(Act.TIMES, subscription.id))]
    return InlineKeyboardMarkup([*_chosen(subscription, zone_choices(subscription.schedule)), back])


def only_back(subscription: Subscription) -> InlineKeyboardMarkup:
    """Back to the subscription."""
    return InlineKeyboardMarkup([_back(subscription)])


def to_delete(subscription: Subscription, words: Language) -> InlineKeyboardMarkup:
    """Yes or no."""
    yes = button(words.gettext("Yes, delete it"), data(Act.DELETED, subscription.id))
    return InlineKeyboardMarkup([[yes, button(words.gettext("No, keep it"), data(Act.OPEN, subscription.id))]])


def if_arrived(subscription: Subscription, upto: int, words: Language) -> InlineKeyboardMarkup:
    """Not there, or there, and back. upto: the number of the last update that is asked about."""
    again = button(words.gettext("Not there: send again"), data(Act.AGAIN, subscription.id, str(upto)))
    there = button(words.gettext("All there"), data(Act.THERE, subscription.id, str(upto)))
    return InlineKeyboardMarkup([[again, there], _back(subscription)])


def _chosen(subscription: Subscription, rows: Sequence[Sequence[Choice]]) -> list[list[InlineKeyboardButton]]:
    return [[button(one.label, data(Act.TIMES, subscription.id, one.data)) for one in row] for row in rows]


def _back(subscription: Subscription) -> list[InlineKeyboardButton]:
    return [button("‹", data(Act.OPEN, subscription.id))]
