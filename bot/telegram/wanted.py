"""Which kinds of update the handlers take, so that Telegram is asked for these and no others. In: handlers. Out: names for ``allowed_updates``.

Pure. A filter is read as what it says about the kind of update: "and", "or" and "not" over parts of which some decide by the kind and the rest may
turn out either way. A kind is wanted unless some handler's filter surely refuses it and no other handler takes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from telegram import Chat, Message, Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

_A_MESSAGE = Message(1, datetime(2017, 2, 9, tzinfo=UTC), Chat(1, Chat.PRIVATE))
_MESSAGES = {
    Update.MESSAGE: Update(1, message=_A_MESSAGE),
    Update.EDITED_MESSAGE: Update(1, edited_message=_A_MESSAGE),
    Update.CHANNEL_POST: Update(1, channel_post=_A_MESSAGE),
    Update.EDITED_CHANNEL_POST: Update(1, edited_channel_post=_A_MESSAGE),
}
_MEMBERS: dict[int | None, tuple[str, ...]] = {
    ChatMemberHandler.MY_CHAT_MEMBER: (Update.MY_CHAT_MEMBER,),
    ChatMemberHandler.CHAT_MEMBER: (Update.CHAT_MEMBER,),
    ChatMemberHandler.ANY_CHAT_MEMBER: (Update.MY_CHAT_MEMBER, Update.CHAT_MEMBER),
}
_BY_CLASS: dict[type[BaseHandler[Any, Any, Any]], tuple[str, ...]] = {
    CallbackQueryHandler: (Update.CALLBACK_QUERY,),
    InlineQueryHandler: (Update.INLINE_QUERY,),
    ChosenInlineResultHandler: (Update.CHOSEN_INLINE_RESULT,),
    ChatJoinRequestHandler: (Update.CHAT_JOIN_REQUEST,),
    TypeHandler: (),  # goes along with whatever the others take
}


def wanted_updates(handlers: Iterable[BaseHandler[Any, Any, Any]]) -> list[str]:
    """Kinds of update, sorted. Raises TypeError for a class of handler that is not known here."""
    return sorted({kind for handler in handlers for kind in _taken(handler)})


def _taken(handler: BaseHandler[Any, Any, Any]) -> Iterable[str]:
    if isinstance(handler, (MessageHandler, CommandHandler)):
        return [kind for kind, update in _MESSAGES.items() if _may_take(handler.filters, update) is not False]
    if isinstance(handler, ChatMemberHandler):
        return _MEMBERS[handler.chat_member_types]
    if type(handler) not in _BY_CLASS:
        raise TypeError(f"say in bot/telegram/wanted.py which updates {type(handler).__name__} takes")
    return _BY_CLASS[type(handler)]


def _may_take(given: filters.BaseFilter | None, update: Update) -> bool | None:
    """Whether the filter takes updates of this kind; None when that depends on more than the kind."""
    if given is None:
        return True
    if type(given).__qualname__.startswith(filters.UpdateType.__name__):
        return bool(given.check_update(update))
    # The library keeps the classes of combined filters to itself, not what they are made of.
    if (inverted := getattr(given, "inv_filter", None)) is not None:
        taken = _may_take(inverted, update)
        return None if taken is None else not taken
    if (other := getattr(given, "and_filter", None)) is not None:
        return _both(_may_take(given.base_filter, update), _may_take(other, update))  # type: ignore[attr-defined]  # a merged filter has one
    if (other := getattr(given, "or_filter", None)) is not None:
        return _either(_may_take(given.base_filter, update), _may_take(other, update))  # type: ignore[attr-defined]  # likewise
    return None


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False
