"""The bot's page in Telegram: its menus, by who sees them and in which language, and what it says of itself. In: our admins. Out: Telegram has them.

Done beside the serving, at each start. What is there is asked for first, so that as a rule nothing is changed. The bot's name is its operator's, who
gave it to @BotFather, and is left alone. The bot answers without any of this: a failure goes to the log, and the next start tries again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, TelegramError

from bot.commands import Audience, Command, for_audience, in_groups
from bot.language import CODES, DEFAULT, Language, language

_log = logging.getLogger(__name__)


async def publish_profile(bot: Bot, admins: Sequence[int] = ()) -> None:
    """Bring menus and descriptions up to date. admins: the user ids of ours, who see their own commands too. Raises nothing of Telegram's."""
    try:
        for words in map(language, CODES):
            code = None if words.code == DEFAULT else words.code  # no code: for everyone who has none of the others
            for scope, commands in menus(admins):
                menu = [BotCommand(command.name, words.gettext(command.help)) for command in commands]
                await _publish_menu(bot, scope, menu, code)
            await _publish_descriptions(bot, words, code)
    except TelegramError as error:
        _log.warning("the bot's menus and descriptions could not be set: %s", error)


def menus(admins: Sequence[int]) -> Iterator[tuple[BotCommandScope, tuple[Command, ...]]]:
    """Who sees which commands: everyone, everyone in a group, a group's admins, and each of ours. Pure. Telegram shows the narrowest that fits."""
    yield BotCommandScopeDefault(), for_audience(Audience.EVERYONE)
    yield BotCommandScopeAllGroupChats(), in_groups(Audience.EVERYONE)
    yield BotCommandScopeAllChatAdministrators(), in_groups(Audience.GROUP_ADMINS)
    for admin in admins:
        yield BotCommandScopeChat(admin), for_audience(Audience.ADMINS)


def description(words: Language) -> str:
    """What stands in an empty chat with the bot: at most 512 characters (https://core.telegram.org/bots/api#setmydescription)."""
    return words.gettext(
        "Ask about the news, and I show the sentence that says so, who says it, and when. What the coverage does not say, I do not say."
    )


def short_description(words: Language) -> str:
    """What stands on the bot's page: at most 120 characters (https://core.telegram.org/bots/api#setmyshortdescription)."""
    return words.gettext("Answers about the news, with the sentence that says so.")


async def _publish_menu(bot: Bot, scope: BotCommandScope, menu: list[BotCommand], code: str | None) -> None:
    try:
        if list(await bot.get_my_commands(scope, code)) != menu:
            await bot.set_my_commands(menu, scope, code)
    except BadRequest as error:  # an admin who never wrote to the bot has no chat to show a menu in; the others have
        _log.warning("the menu of %s could not be set: %s", getattr(scope, "chat_id", scope.type), error)


async def _publish_descriptions(bot: Bot, words: Language, code: str | None) -> None:
    long, short = description(words), short_description(words)
    if (await bot.get_my_description(code)).description != long:
        await bot.set_my_description(long, code)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
