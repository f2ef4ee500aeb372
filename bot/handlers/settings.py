"""/settings: what the people of a chat choose. In a group its admins alone, asked of Telegram at that moment, and again at each press of a button."""

from __future__ import annotations

import asyncio

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update, User
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

from bot.addressing import GROUPS
from bot.chat_settings import ChatSettings
from bot.context import NewsContext
from bot.errors import NotPermittedError
from bot.language import Language, language
from bot.render.settings import choose, settings_choices, settings_text
from bot.telegram.sender import reply
from bot.telegram.standing import is_admin, runs_the_group

_NOT_MODIFIED = "not modified"


async def show_settings(update: Update, context: NewsContext) -> None:
    """Show what is chosen, with buttons. Raises NotPermittedError for whoever does not run the group."""
    message = update.message
    assert message is not None  # the handler table passes messages only
    in_group = message.chat.type in GROUPS
    if in_group and not await runs_the_group(message):
        raise NotPermittedError(context.words.gettext("Only the admins of this group can change its settings."))
    text = settings_text(context.settings, context.words, in_group=in_group)
    await reply(message, [text], _buttons(context.settings, context.words, in_group=in_group), words=context.words)


async def change_setting(update: Update, context: NewsContext) -> None:
    """A button was pressed: keep what it says, and show it. Whoever does not run the group is told so, and changes nothing."""
    query = update.callback_query
    assert query is not None  # the handler table passes presses only
    words, chat = context.words, query.message.chat if query.message is not None else None
    if chat is None or chat.type not in (ChatType.PRIVATE, *GROUPS):
        await query.answer(words.gettext("This button has expired. Please type /settings again."))
        return
    in_group = chat.type in GROUPS
    if in_group and not await is_admin(context.bot, chat.id, query.from_user.id):
        await query.answer(words.gettext("Only the admins of this group can change its settings."), show_alert=True)
        return
    settings = choose(context.settings, query.data or "", in_group=in_group)
    if settings is None:
        await query.answer(words.gettext("This button has expired. Please type /settings again."))
        return
    await asyncio.to_thread(context.store.chats.choose, chat.id, settings)
    words = _words(settings, query.from_user)
    await query.answer(words.gettext("Saved."))
    try:
        await query.edit_message_text(
            settings_text(settings, words, in_group=in_group),
            parse_mode=ParseMode.HTML,
            reply_markup=_buttons(settings, words, in_group=in_group),
        )
    except BadRequest as error:  # pressed twice: it shows that already
        if _NOT_MODIFIED not in str(error).lower():
            raise


def _buttons(settings: ChatSettings, words: Language, *, in_group: bool) -> InlineKeyboardMarkup:
    rows = settings_choices(settings, words, in_group=in_group)
    return InlineKeyboardMarkup([[InlineKeyboardButton(one.label, callback_data=one.data) for one in row] for row in rows])


def _words(settings: ChatSettings, user: User) -> Language:
    return language(settings.language or user.language_code)
