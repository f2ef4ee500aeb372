"""What each Bot API method does. In: the state and parameters that fit the description. Out: the result, or a RefusalError in Telegram's words.

One function a method, in the table at the end; a method that is not there is not used by the bot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.local import profile
from bot.local.entities import formatted, utf16_length
from bot.local.faults import RefusalError, bad_request, forbidden
from bot.local.groups import GENERAL, posting_right, thread_of
from bot.local.html_mode import EntityError
from bot.local.inline import answer_inline_query
from bot.local.state import JSON, Chat, State

Parameters = Mapping[str, Any]
Result = JSON | list[JSON] | bool

MAX_TEXT = 4096
"""UTF-16 units after entity parsing. https://core.telegram.org/bots/api#sendmessage"""
MAX_CALLBACK_DATA = 64
"""Bytes. https://core.telegram.org/bots/api#inlinekeyboardbutton"""
MAX_CALLBACK_TEXT = 200
"""Characters. https://core.telegram.org/bots/api#answercallbackquery"""
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""https://core.telegram.org/bots/api#getfile"""
ACTIONS = ("typing", "upload_document", "upload_photo", "choose_sticker", "find_location")
"""What may be shown of the bot; the ones about sound and video are left out, because this bot has neither."""

_GONE = {
    "private": "bot was blocked by the user",
    "group": "bot was kicked from the group chat",
    "supergroup": "bot was kicked from the supergroup chat",
    "channel": "bot was kicked from the channel chat",
}

_NO_RIGHTS = {
    "channel": "need administrator rights in the channel chat",
    "group": "not enough rights to send text messages to the chat",
    "supergroup": "not enough rights to send text messages to the chat",
}


def _chat(state: State, given: Parameters) -> Chat:
    chat_id = given["chat_id"]
    if isinstance(chat_id, int) or str(chat_id).lstrip("-").isdigit():
        chat = state.chats.get(int(chat_id))
    else:
        chat = next((one for one in state.chats.values() if f"@{one.name.get('username')}" == chat_id), None)
    if chat is None:
        raise bad_request("chat not found")
    if chat.upgraded_to is not None:
        moved = "Bad Request: group chat was upgraded to a supergroup chat"
        raise RefusalError(400, moved, migrate_to_chat_id=chat.upgraded_to)
    if chat.blocks_bot:
        raise forbidden(_GONE[chat.type])
    return chat


def _text(given: Parameters) -> JSON:
    """The text as it will be stored: what entities are made of it, and whether it may be sent."""
    text = str(given.get("text", ""))
    if not text:
        raise bad_request("message text is empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    try:
        shown, entities = formatted(text, given.get("parse_mode"))
    except EntityError as error:
        raise bad_request(f"can't parse entities: {error}") from error
    if not shown:
        raise bad_request("text must be non-empty")
    if utf16_length(shown) > MAX_TEXT:
        raise bad_request("message is too long")
    return {"text": shown, **({"entities": entities} if entities else {})}


def _markup(given: Parameters) -> JSON:
    """The buttons under a message, if it has any."""
    markup = given.get("reply_markup")
    if markup is None or "inline_keyboard" not in markup:
        return {}
    for row in markup["inline_keyboard"]:
        for button in row:
            data = str(button.get("callback_data", "x"))
            if not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA:
                raise bad_request("BUTTON_DATA_INVALID")
            if not button["text"] or len(button) < 2:
                raise bad_request("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
    return {"reply_markup": markup}


def _replied(chat: Chat, given: Parameters) -> JSON:
    reply = given.get("reply_parameters")
    if reply is None:
        return {}
    target = chat.messages.get(reply["message_id"])
    if target is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    # As over the wire: the message replied to, without what it replied to itself.
    return {} if target is None else {"reply_to_message": {name: value for name, value in target.items() if name != "reply_to_message"}}


def send_message(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#sendmessage"""
    chat = _chat(state, given)
    thread = thread_of(chat, given)
    if thread is None:
        raise bad_request("message thread not found")
    if given.get("message_thread_id") in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    if not chat.bot_may_post and (chat.type == "channel" or chat.members.get(state.bot["id"]) != "administrator"):
        raise bad_request(_NO_RIGHTS[chat.type])
    kept = {name: given[name] for name in ("link_preview_options",) if name in given}
    return state.new_message(chat, state.bot, {**_text(given), **_markup(given), **_replied(chat, given), **thread, **kept})


def edit_message_text(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#editmessagetext"""
    message = _chat(state, given).messages.get(given.get("message_id", 0))
    if message is None:
        raise bad_request("message to edit not found")
    if message.get("from") != state.bot:
        raise bad_request("message can't be edited")
    after = {**_text(given), **_markup(given)}
    if after == {name: message[name] for name in ("text", "entities", "reply_markup") if name in message}:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    for name in ("entities", "reply_markup"):
        message.pop(name, None)
    message.update(after, edit_date=state.now())
    return message


def delete_message(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#deletemessage"""
    if _chat(state, given).messages.pop(given["message_id"], None) is None:
        raise bad_request("message to delete not found")
    return True


def send_chat_action(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat = _chat(state, given)
    if given.get("message_thread_id") != GENERAL and thread_of(chat, given) is None:
        raise bad_request("message thread not found")
    if given["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def get_file(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#getfile"""
    if given["file_id"] not in state.files:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    path, data = state.files[given["file_id"]]
    if len(data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {"file_id": given["file_id"], "file_unique_id": f"u{given['file_id']}", "file_size": len(data), "file_path": path}


def answer_callback_query(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    query = str(given["callback_query_id"])
    if len(given.get("text", "")) > MAX_CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    if query not in state.open_callbacks:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    state.open_callbacks.remove(query)
    text = str(given.get("text", ""))
    if utf16_length(text) > MAX_CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    if text:
        state.flashed.append(text)
    return True


def get_chat(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#getchat"""
    gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True)
    chat = _chat(state, given)
    rights = {"permissions": {"can_send_messages": chat.bot_may_post}} if chat.type in ("group", "supergroup") else {}
    return {**chat.shown(), **rights, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(state: State, given: Parameters) -> Result:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat = _chat(state, given)
    user = state.bot if given["user_id"] == state.bot["id"] else state.users.get(given["user_id"])
    if user is None:
        raise bad_request("invalid user_id specified")
    status = chat.members.get(given["user_id"], "left")
    return {"user": user, "status": status, **profile.MEMBER_FIELDS[status], **posting_right(chat, status)}


METHODS: dict[str, Callable[[State, Parameters], Result]] = {
    "getMe": lambda state, _: state.bot,
    "logOut": lambda _state, _given: True,
    "close": lambda _state, _given: True,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "deleteMessage": delete_message,
    "sendChatAction": send_chat_action,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    **profile.METHODS,
}
"""Every method but getUpdates, which waits and therefore lives in ``bot.local.api``."""
