"""What people do in Telegram, as the bot sees it. In: who says what where. Out: the update that Telegram would send.

An update is only made here; hand it to ``Application.process_update``, or to ``LocalTelegram.deliver`` for a bot that polls.
"""

from __future__ import annotations

import itertools
import re

from bot.local.entities import utf16_length
from bot.local.state import JSON, Chat, ChatType, State

_TAPPABLE = re.compile(r"(?:(?<=\s)|^)(?:(?P<bot_command>/\w{1,64}(?:@\w+)?)|(?P<mention>@\w+))", re.ASCII)


class People:
    """Everyone but the bot."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._groups = 0
        self._presses = itertools.count(1)

    def person(self, first_name: str, *, language_code: str = "en", is_bot: bool = False) -> JSON:
        """Somebody new."""
        user: JSON = {"id": self._state.new_user_id(), "is_bot": is_bot, "first_name": first_name, "language_code": language_code}
        self._state.users[user["id"]] = user
        return user

    def private_chat(self, user: JSON) -> Chat:
        """The person's chat with the bot."""
        chat_id = user["id"]
        chat = Chat(chat_id, "private", {"first_name": user["first_name"]}, members={chat_id: "member"})
        return self._state.chats.setdefault(chat_id, chat)

    def group(self, title: str, *members: JSON, kind: ChatType = "supergroup", username: str | None = None) -> Chat:
        """A group or channel with the bot in it; the first member owns it. username: of a public one."""
        self._groups += 1
        chat_id = -self._groups if kind == "group" else -1_000_000_000_000 - self._groups
        statuses = {user["id"]: "member" if place else "creator" for place, user in enumerate(members)}
        chat = Chat(chat_id, kind, {"title": title} | ({"username": username} if username else {}), members=statuses)
        self._state.chats[chat_id] = chat
        return chat

    def writes(self, user: JSON, chat: Chat, text: str, *, reply_to: JSON | None = None) -> JSON:
        """A text message, with its commands and mentions marked as Telegram marks them."""
        content = said(text)
        if reply_to is not None:
            content["reply_to_message"] = reply_to
        return self.sends(user, chat, content)

    def sends(self, user: JSON, chat: Chat, content: JSON) -> JSON:
        """A message of any kind: ``content`` is what it has beside sender, chat and date."""
        kind = "channel_post" if chat.type == "channel" else "message"
        return self._state.new_update(kind, self._state.new_message(chat, user, content))

    def presses(self, user: JSON, message: JSON, data: str) -> JSON:
        """A tap on a button under a message; ``data`` is what the button carries, or what somebody with a client of their own made up."""
        query: JSON = {"id": f"press-{next(self._presses)}", "from": user, "chat_instance": "1", "message": message, "data": data}
        self._state.open_callbacks.add(query["id"])
        return self._state.new_update("callback_query", query)

    def sends_file(self, user: JSON, chat: Chat, name: str, data: bytes) -> JSON:
        """A document, which the bot can fetch with getFile."""
        number = len(self._state.files) + 1
        # Telegram's paths are its own; the sender's name of the file is only told.
        self._state.files[f"f{number}"] = f"documents/file_{number}", data
        document = {"file_id": f"f{number}", "file_unique_id": f"uf{number}", "file_name": name, "file_size": len(data)}
        return self.sends(user, chat, {"document": document})

    def forwards(self, user: JSON, chat: Chat, post: JSON) -> JSON:
        """A message from elsewhere, passed on: its text, and where it comes from."""
        origin: JSON = {"date": post["date"]}
        if post["chat"]["type"] == "channel":
            origin |= {"type": "channel", "chat": post["chat"], "message_id": post["message_id"]}
        else:
            origin |= {"type": "user", "sender_user": post["from"]}
        kept: JSON = {name: post[name] for name in ("text", "entities", "caption", "document", "photo") if name in post}
        return self.sends(user, chat, {**kept, "forward_origin": origin})

    def posts(self, channel: Chat, content: JSON) -> JSON:
        """A post in a channel: nobody's in particular."""
        return self._state.new_update("channel_post", self._state.new_message(channel, None, {"sender_chat": channel.shown(), **content}))

    def edits_post(self, post: JSON, text: str) -> JSON:
        """Another text for a post that was made before."""
        post.update(text=text, edit_date=self._state.now())
        return self._state.new_update("edited_channel_post", post)

    def edits(self, message: JSON, text: str) -> JSON:
        """Another text for a message that was sent before."""
        message.update(text=text, edit_date=self._state.now())
        return self._state.new_update("edited_message", message)


def said(text: str) -> JSON:
    """What a message holds that says this, with its commands and mentions marked as Telegram marks them."""
    entities = _tappable(text)
    return {"text": text, "entities": entities} if entities else {"text": text}


def _tappable(text: str) -> list[JSON]:
    found: list[JSON] = []
    for match in _TAPPABLE.finditer(text):
        assert match.lastgroup is not None  # one of the two always takes part
        found.append({"type": match.lastgroup, "offset": utf16_length(text[: match.start()]), "length": utf16_length(match[0])})
    return found
