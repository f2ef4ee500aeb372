"""The bot's page in Telegram: menus by who sees them and in which language, descriptions, and what is left alone."""

from __future__ import annotations

import pytest
from telegram import Bot, BotCommandScopeAllChatAdministrators, BotCommandScopeAllGroupChats, BotCommandScopeChat

from bot.commands import COMMANDS, Audience, Command, for_audience, in_groups
from bot.language import CODES, Language, language
from bot.local.api import LocalTelegram
from bot.local.faults import bad_request, too_many_requests
from bot.local.request import LocalRequest
from bot.telegram.profile import description, publish_profile, short_description

ADMINS = (7, 8)


@pytest.fixture
def api() -> LocalTelegram:
    return LocalTelegram()


@pytest.fixture
def bot(api: LocalTelegram) -> Bot:
    return Bot(api.token, request=LocalRequest(api), get_updates_request=LocalRequest(api))


def changes(api: LocalTelegram) -> list[str]:
    """The methods by which something was changed."""
    return [call.method for call in api.calls if call.method.startswith("set")]


async def test_everyone_sees_what_is_theirs_in_their_language(bot: Bot, api: LocalTelegram) -> None:
    """Private chats, groups, a group's admins and our admins each have their menu, in every language."""
    await publish_profile(bot, ADMINS)
    for code in CODES:
        words, asked = language(code), None if code == "en" else code

        def menu(commands: tuple[Command, ...], words: Language = words) -> list[tuple[str, str]]:
            return [(command.name, words.gettext(command.help)) for command in commands]

        for scope, expected in (
            (None, for_audience(Audience.EVERYONE)),
            (BotCommandScopeAllGroupChats(), in_groups(Audience.EVERYONE)),
            (BotCommandScopeAllChatAdministrators(), in_groups(Audience.GROUP_ADMINS)),
            (BotCommandScopeChat(8), for_audience(Audience.ADMINS)),
        ):
            assert [(one.command, one.description) for one in await bot.get_my_commands(scope, asked)] == menu(expected)
        assert (await bot.get_my_description(asked)).description == description(words)
        assert (await bot.get_my_short_description(asked)).short_description == short_description(words)
    assert "setMyName" not in changes(api)
    assert api.violations == []


async def test_what_is_right_already_is_not_set_again(bot: Bot, api: LocalTelegram) -> None:
    """A second start only asks."""
    await publish_profile(bot, ADMINS)
    api.calls.clear()
    await publish_profile(bot, ADMINS)
    assert changes(api) == []
    await bot.set_my_short_description("another")
    api.calls.clear()
    await publish_profile(bot, ADMINS)
    assert changes(api) == ["setMyShortDescription"]


async def test_an_admin_without_a_chat_costs_nobody_else_their_menu(bot: Bot, api: LocalTelegram, caplog: pytest.LogCaptureFixture) -> None:
    """The refusal is logged, and all that follows is set."""
    api.fail("setMyCommands", bad_request("chat not found"))
    await publish_profile(bot, ADMINS)
    assert "could not be set" in caplog.text
    assert len(changes(api)) == len(CODES) * (3 + len(ADMINS) + 2)


async def test_when_telegram_wants_to_be_left_alone_it_is(bot: Bot, api: LocalTelegram, caplog: pytest.LogCaptureFixture) -> None:
    """Told to wait, the bot asks for nothing more; the next start goes on where this one ended."""
    api.fail("setMyCommands", too_many_requests(30))
    await publish_profile(bot)
    assert len(api.calls) == 2
    assert "could not be set" in caplog.text


@pytest.mark.parametrize("code", CODES)
def test_texts_fit_telegrams_limits(code: str) -> None:
    """In every language: a menu line has 1 to 256 characters, the descriptions at most 512 and 120."""
    words = language(code)
    assert all(1 <= len(words.gettext(command.help)) <= 256 for command in COMMANDS)
    assert len(description(words)) <= 512
    assert len(short_description(words)) <= 120
