"""Who may do an admin's work, and where. In: who wrote or pressed, and where that was. Out: the reason against it, or none. Pure; fails closed.

An admin is one of the numeric ids in DATELINE_ACCESS__ADMINS; a name can be taken by anybody, a number cannot. They are obeyed in their private chat
with the bot, and in groups that one of them marked. What Telegram does not name a person for is nobody's: an anonymous administrator of a group, a
channel, a bot. A message passed on from somewhere else is what somebody else wrote, whoever passed it on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Asker:
    """What Telegram says of whoever wants something done."""

    user_id: int | None
    """None where it names nobody."""
    chat_id: int | None
    """Where the message stands, or the button; None if Telegram does not say."""
    is_private: bool = False
    """That chat is one between a person and the bot."""
    is_group: bool = False
    is_bot: bool = False
    speaks_as_chat: bool = False
    """The message stands there in the name of a group or channel: an anonymous administrator, a channel's post."""
    is_passed_on: bool = False
    """It was forwarded, or written by way of another bot."""


class Reason(StrEnum):
    """Why somebody is not obeyed."""

    NOBODY = "nobody"
    """Telegram names no person."""
    ANONYMOUS = "anonymous"
    """It is said in the name of a group or channel."""
    BOT = "bot"
    PASSED_ON = "passed on"
    """Forwarded, or by way of another bot: not their own words."""
    STRANGER = "stranger"
    """Not in the list, or not any more."""
    ELSEWHERE = "elsewhere"
    """An admin, in a chat where admins are not obeyed."""


def why_not(asker: Asker, admins: Collection[int], *, in_admin_group: bool, any_group: bool = False) -> Reason | None:
    """Why this is not done; None if it may be. in_admin_group: that chat was marked. any_group: this may be asked for in any group."""
    if asker.speaks_as_chat:
        return Reason.ANONYMOUS
    if asker.user_id is None:
        return Reason.NOBODY
    if asker.is_bot:
        return Reason.BOT
    if asker.user_id not in admins:
        return Reason.STRANGER
    if asker.is_passed_on:
        return Reason.PASSED_ON
    # A private chat has its person's number (https://core.telegram.org/bots/api#chat): another's is no place to obey.
    at_home = asker.is_private and asker.chat_id == asker.user_id
    if at_home or (asker.is_group and (in_admin_group or any_group)):
        return None
    return Reason.ELSEWHERE
