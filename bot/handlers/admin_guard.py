"""The door to every admin's command, button and delivery. In: an update. Out: the handler behind it is called, or a refusal; and a row in the log.

Rights are asked at each update anew: what a button says was true when it was sent. Whatever is not plainly allowed is refused, and changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.access import Asker, Reason, why_not
from bot.administration import Administration
from bot.context import NewsContext
from bot.render.admin import refused
from bot.store.audit import Act, Outcome
from bot.telegram.sender import reply_plain
from index import NewsError

_log = logging.getLogger(__name__)

MARK = "adm:"
"""What the data of an admin's button begins with."""
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_UNKNOWN_END = "it broke off; the log of the program says why"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an act, for the log."""

    detail: str = ""
    outcome: Outcome = Outcome.DONE


@dataclass(frozen=True, slots=True)
class Request:
    """An admin's wish, once it is allowed."""

    message: Message
    """The command, or the message with the button."""
    user_id: int
    words: tuple[str, ...]
    """What stands behind the command, or in the button's data."""
    name: str
    """Of the admin, for the log."""
    query: CallbackQuery | None = None
    """The press of a button, if it is one."""


Do = Callable[[Request, NewsContext], Awaitable[Result]]
Handler = Callable[[Update, NewsContext], Coroutine[Any, Any, None]]


def administration(context: NewsContext) -> Administration:
    """What admins work with. Only handlers that were added because there is one may ask."""
    found = context.bot_data.administration
    assert found is not None
    return found


def guarded(act: str, do: Do, *, any_group: bool = False, takes_forwards: bool = False) -> Handler:
    """A handler for messages. act: what the log calls it. any_group: may be asked for in any group. takes_forwards: what is passed on is meant."""

    async def handle(update: Update, context: NewsContext) -> None:
        message = update.effective_message
        assert message is not None  # the handler table passes messages only
        # Of a file or a forwarded post, no word is meant for the bot.
        words = () if takes_forwards else tuple((message.text or "").split()[1:])
        asker = _of_message(message, takes_forwards=takes_forwards)
        reason = await _against(asker, context, any_group=any_group)
        argument = " ".join(words)
        if reason is not None:
            await _refuse(act, argument, asker, _name(message.from_user or message.sender_chat), reason, context)
            await _say_no(message, asker, reason, context)
            return
        assert asker.user_id is not None  # nobody would have been refused
        request = Request(message, asker.user_id, words, _name(message.from_user))
        try:
            await _run(act, argument, do, request, context)
        except NewsError as error:
            # An admin is told the remedy too: it is theirs to follow.
            await reply_plain(message, str(error))

    return handle


def guarded_button(actions: dict[str, Do]) -> Handler:
    """The handler for all buttons of admins. actions: by the word behind ``MARK``; what follows that, between colons, are its words."""

    async def handle(update: Update, context: NewsContext) -> None:
        query = update.callback_query
        assert query is not None  # the handler table passes presses only
        assert query.data is not None
        action, *words = query.data.removeprefix(MARK).split(":")
        asker = _of_press(query)
        reason = await _against(asker, context)
        message = query.message
        if reason is None and (action not in actions or not isinstance(message, Message)):
            reason = Reason.NOBODY  # a button that never was, or a message that Telegram does not show any more
        if reason is not None:
            await _refuse("button", query.data, asker, _name(query.from_user), reason, context)
            await _answer(query, refused(reason, asker.user_id, context.words))
            return
        assert isinstance(message, Message)
        assert asker.user_id is not None
        request = Request(message, asker.user_id, tuple(words), _name(query.from_user), query)
        try:
            await _run("button", query.data, actions[action], request, context)
        except NewsError as error:
            await _answer(query, str(error))
        else:
            await _answer(query)

    return handle


async def note(act: Act, context: NewsContext) -> None:
    """Add a row to the audit log."""
    await asyncio.to_thread(context.store.audit.note, act)


async def renew(message: Message, text: str, buttons: InlineKeyboardMarkup | None) -> None:
    """Show this in the place of a message of ours. That it says so already is no trouble: somebody pressed twice. Raises TelegramError."""
    try:
        await message.edit_text(text, parse_mode=ParseMode.HTML, reply_markup=buttons)
    except BadRequest as error:
        if "not modified" not in str(error).lower():
            raise


async def _run(act: str, argument: str, do: Do, request: Request, context: NewsContext) -> None:
    result = Result(_UNKNOWN_END, Outcome.FAILED)
    try:
        result = await do(request, context)
    except NewsError as error:
        result = Result(str(error), Outcome.FAILED)
        raise
    except TelegramError as error:
        result = Result(f"Telegram did not take what was to be said: {error}", Outcome.FAILED)
        raise
    finally:
        row = Act(act, result.outcome, request.user_id, request.name, request.message.chat_id, argument, result.detail)
        await note(row, context)


async def _against(asker: Asker, context: NewsContext, *, any_group: bool = False) -> Reason | None:
    is_marked = asker.is_group and asker.chat_id is not None and await asyncio.to_thread(context.store.admin_groups.has, asker.chat_id)
    return why_not(asker, administration(context).admins, in_admin_group=is_marked, any_group=any_group)


async def _refuse(act: str, argument: str, asker: Asker, name: str, reason: Reason, context: NewsContext) -> None:
    _log.warning("refused /%s of %s in %s: %s", act, asker.user_id, asker.chat_id, reason.value)
    await note(Act(act, Outcome.REFUSED, asker.user_id, name, asker.chat_id, argument, reason.value), context)


async def _say_no(message: Message, asker: Asker, reason: Reason, context: NewsContext) -> None:
    """Say why, where it helps somebody: in private, and to admins in groups. To strangers in groups the command may be another bot's."""
    helps_in_group = asker.is_group and reason in (Reason.ELSEWHERE, Reason.PASSED_ON)
    if asker.is_private or helps_in_group:
        await reply_plain(message, refused(reason, asker.user_id, context.words))


async def _answer(query: CallbackQuery, text: str | None = None) -> None:
    """End the waiting of the button; with a text, in a box over the chat. Telegram shows at most 200 characters."""
    try:
        await query.answer(text[:200] if text else None, show_alert=bool(text))
    except TelegramError as error:
        _log.info("a press could not be answered: %s", error)  # too old: nobody waits for it


def _of_message(message: Message, *, takes_forwards: bool) -> Asker:
    user = message.from_user
    passed_on = message.via_bot is not None or bool(message.is_automatic_forward)
    return Asker(
        user_id=user.id if user is not None else None,
        chat_id=message.chat_id,
        is_private=message.chat.type == ChatType.PRIVATE,
        is_group=message.chat.type in _GROUPS,
        is_bot=user is not None and user.is_bot,
        speaks_as_chat=message.sender_chat is not None,
        is_passed_on=passed_on or (message.forward_origin is not None and not takes_forwards),
    )


def _of_press(query: CallbackQuery) -> Asker:
    chat = query.message.chat if query.message is not None else None
    return Asker(
        user_id=query.from_user.id,
        chat_id=chat.id if chat is not None else None,
        is_private=chat is not None and chat.type == ChatType.PRIVATE,
        is_group=chat is not None and chat.type in _GROUPS,
        is_bot=query.from_user.is_bot,
    )


def _name(who: object) -> str:
    """As people know them: full name or title, and @name."""
    name = getattr(who, "full_name", None) or getattr(who, "title", None) or ""
    username = getattr(who, "username", None)
    return f"{name} @{username}" if username else str(name)
