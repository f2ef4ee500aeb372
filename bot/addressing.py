"""Is a message in a group meant for the bot, and who speaks in it? In: the message, and who the bot is. Out: the question in it, or None. Pure.

A group hears nothing from the bot unless it was spoken to, whether Telegram shows it every message (privacy mode off) or only some. Spoken to
means: a command of the bot, a mention of it, or a reply to what it said. Whatever is doubtful is not meant for it.

Entities count in UTF-16 units (https://core.telegram.org/bots/api#messageentity), so text is cut in that encoding.
"""

from __future__ import annotations

from enum import StrEnum

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.commands import COMMANDS

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)

TELEGRAM_ITSELF = 777000
"""The user that service notifications and copies of a linked channel's posts come from; it is no person."""

_MENTIONS = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
_AFTER_A_NAME = " \t\n,:;.!–—-"
"""What people put between a name they call and what they say."""


class Speaker(StrEnum):
    """Who speaks in a message, as far as Telegram lets a bot know."""

    PERSON = "person"
    ANONYMOUS_ADMIN = "anonymous_admin"
    """The group itself is shown as the sender. Only its own admins can write so: trusted in this very group, and nowhere else."""
    CHANNEL = "channel"
    """Somebody under a channel's name, or the linked channel, whose posts are copied into its discussion group.

    May ask; is trusted with nothing.
    """
    NOBODY = "nobody"
    """Another bot, or Telegram itself: never answered, or two bots would talk for ever."""


def speaker(message: Message) -> Speaker:
    """Who speaks in it."""
    chat = message.sender_chat
    if chat is not None:
        if chat.id == message.chat.id and message.chat.type in GROUPS:
            return Speaker.ANONYMOUS_ADMIN
        return Speaker.CHANNEL if chat.type == ChatType.CHANNEL else Speaker.NOBODY
    user = message.from_user
    return Speaker.NOBODY if user is None or user.is_bot or user.id == TELEGRAM_ITSELF else Speaker.PERSON


def command_of(message: Message, bot: User) -> str | None:
    """The name of the command that the message begins with; None if it begins with none, or with another bot's.

    Without the bot's name behind it, only what stands in a group's menu is taken: "/start" alone would wake every bot in the group.
    """
    if not message.entities or not message.text:
        return None
    first = message.entities[0]
    if first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    name, _, addressee = message.text[1 : first.length].lower().partition("@")
    if addressee:
        return name if bot.username is not None and addressee == bot.username.lower() else None
    return name if any(command.name == name and command.in_groups is not None for command in COMMANDS) else None


def question_for(message: Message, bot: User) -> str | None:
    """What a group's message asks of the bot in words; None if it does not speak to it.

    The bot's name is taken out. A bare mention under somebody's message asks what that message says, or the part of it that was quoted; empty if
    there is nothing of the kind. Commands are not looked at here.
    """
    if not _can_be_meant(message):
        return None
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities
    if any(entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0 for entity in entities):
        return None
    mentions = [entity for entity in entities if _names(entity, text, bot)]
    if not mentions:
        return text if _replies_to(message, bot) and not _calls_somebody(entities) else None
    return _without(text, mentions) or _pointed_at(message, bot)


def is_for_bot(message: Message, bot: User) -> bool:
    """Whether a group's message speaks to the bot at all: by command, mention or reply."""
    return _can_be_meant(message) and (command_of(message, bot) is not None or question_for(message, bot) is not None)


def _can_be_meant(message: Message) -> bool:
    """Not what was carried here from elsewhere: what another wrote in another place was not said to the bot in this one.

    Telegram's own copies of a linked channel's posts are the exception. A message made with an inline bot, with ours too, is a result and no
    question.
    """
    carried = message.forward_origin is not None and not message.is_automatic_forward
    return message.chat.type in GROUPS and speaker(message) is not Speaker.NOBODY and not carried and message.via_bot is None


def _replies_to(message: Message, bot: User) -> bool:
    """Whether it answers something the bot itself said.

    In a forum a message that answers nothing is shown as a reply to the note that opened its topic, which may have been the bot's doing.
    """
    said = message.reply_to_message
    return (
        said is not None
        and said.from_user is not None
        and said.from_user.id == bot.id
        and said.via_bot is None
        and said.forum_topic_created is None
    )


def _names(entity: MessageEntity, text: str, bot: User) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    if entity.type != MessageEntity.MENTION or bot.username is None:
        return False
    return _cut(text, entity.offset, entity.offset + entity.length).lower() == f"@{bot.username}".lower()


def _calls_somebody(entities: tuple[MessageEntity, ...]) -> bool:
    """Whether it begins with a name: under the bot's message people speak to each other, too. The bot's own name was looked for before."""
    return any(entity.type in _MENTIONS and entity.offset == 0 for entity in entities)


def _without(text: str, mentions: list[MessageEntity]) -> str:
    kept, at = "", 0
    for mention in sorted(mentions, key=lambda entity: entity.offset):
        kept = f"{kept} {_cut(text, at, mention.offset).strip()}".strip()
        at = max(at, mention.offset + mention.length)
        if not kept:  # the name came first: "@bot, how many?"
            at += _leading(_cut(text, at, None))
    return f"{kept} {_cut(text, at, None).strip()}".strip()


def _leading(text: str) -> int:
    """How many characters, one unit each, stand between a name and what is said."""
    return len(text) - len(text.lstrip(_AFTER_A_NAME))


def _pointed_at(message: Message, bot: User) -> str:
    said = message.reply_to_message
    if said is None or said.forum_topic_created is not None or (said.from_user is not None and said.from_user.id == bot.id):
        return ""
    return message.quote.text if message.quote is not None else said.text or said.caption or ""


def _cut(text: str, start: int, end: int | None) -> str:
    """The text between two places counted in UTF-16 units; half a character becomes U+FFFD."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")
