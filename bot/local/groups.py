"""What happens in groups and channels besides talk: who posts under whose name, topics, coming and going, becoming a supergroup.

In: who does what where. Out: the updates that Telegram would send, made as in ``bot.local.people``.
"""

from __future__ import annotations

from typing import Any

from bot.local.profile import MEMBER_FIELDS
from bot.local.state import JSON, Chat, State

# Who Telegram names as the author where the true one is hidden (https://core.telegram.org/bots/api#message, "from" and "sender_chat").
ANONYMOUS: JSON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT: JSON = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: JSON = {"id": 777000, "is_bot": False, "first_name": "Telegram"}

GENERAL = 1
"""The topic that every forum has. Its messages name no topic, and no message may be sent to it by this number."""


class Groups:
    """The life of groups and channels."""

    def __init__(self, state: State) -> None:
        self._state = state

    def writes_anonymously(self, chat: Chat, content: JSON) -> JSON:
        """An admin of the group, who remains anonymous."""
        return self._message(chat, ANONYMOUS, {"sender_chat": chat.shown(), **content})

    def writes_as_channel(self, channel: Chat, chat: Chat, content: JSON) -> JSON:
        """Somebody in the group who shows a channel of theirs instead of themselves."""
        return self._message(chat, CHANNEL_BOT, {"sender_chat": channel.shown(), **content})

    def copies_post(self, channel: Chat, chat: Chat, content: JSON) -> JSON:
        """Telegram copies a post of the channel into the group that is linked with it."""
        origin = {"type": "channel", "chat": channel.shown(), "message_id": 1, "date": self._state.now()}
        carried = {"sender_chat": channel.shown(), "is_automatic_forward": True, "forward_origin": origin}
        return self._message(chat, TELEGRAM, {**carried, **content})

    def opens_topic(self, user: JSON, chat: Chat, name: str) -> int:
        """A topic in a forum, opened by a member or by the bot. Returns its number, which is that of the note that opens it."""
        chat.name["is_forum"] = True
        chat.last_message_id = max(chat.last_message_id, GENERAL)  # no later note can have that number
        note = self._state.new_message(chat, user, {"forum_topic_created": {"name": name, "icon_color": 7322096}, "is_topic_message": True})
        note["message_thread_id"] = note["message_id"]
        chat.topics[note["message_id"]] = note
        return int(note["message_id"])

    def closes_topic(self, user: JSON, chat: Chat, topic: int) -> JSON:
        """Nobody writes there for now."""
        chat.closed_topics.add(topic)
        return self._message(chat, user, {"forum_topic_closed": {}, "message_thread_id": topic, "is_topic_message": True})

    def reopens_topic(self, user: JSON, chat: Chat, topic: int) -> JSON:
        """It is as before."""
        chat.closed_topics.discard(topic)
        return self._message(chat, user, {"forum_topic_reopened": {}, "message_thread_id": topic, "is_topic_message": True})

    def deletes_topic(self, chat: Chat, topic: int) -> None:
        """With all that was said in it. Telegram tells nobody."""
        del chat.topics[topic]

    def deletes(self, chat: Chat) -> None:
        """The chat is gone. Telegram tells nobody."""
        del self._state.chats[chat.id]

    def in_topic(self, chat: Chat, topic: int, content: JSON) -> JSON:
        """``content`` as it looks in a topic: what answers nothing is shown as answering the note that opened it."""
        return {"reply_to_message": chat.topics[topic], "message_thread_id": topic, "is_topic_message": True, **content}

    def permits(self, chat: Chat, may_write: bool) -> None:
        """Whether those who do not run the group may write in it; the bot is one of them. Telegram tells nobody."""
        chat.bot_may_post = may_write

    def sets_bot(self, user: JSON, chat: Chat, status: str, *, before: str = "left", may_post: bool = True) -> JSON:
        """Somebody adds the bot to a chat (``member``, ``administrator``) or removes it (``left``, ``kicked``). may_post: of a channel's admin."""
        chat.members[self._state.bot["id"]] = status
        chat.blocks_bot = status in ("left", "kicked")
        old = self._member(before, chat)
        chat.bot_may_post = may_post
        told = {
            "chat": chat.shown(),
            "from": user,
            "date": self._state.now(),
            "old_chat_member": old,
            "new_chat_member": self._member(status, chat),
        }
        return self._state.new_update("my_chat_member", told)

    def upgrades(self, user: JSON, group: Chat) -> tuple[Chat, JSON, JSON]:
        """A group becomes a supergroup: another chat with another number. Returns it, and the notes in the old one and in the new one."""
        chat = Chat(-1_000_100_000_000_000 + group.id, "supergroup", dict(group.name), members=dict(group.members))
        self._state.chats[chat.id] = chat
        leaving = self._message(group, user, {"migrate_to_chat_id": chat.id})
        group.upgraded_to = chat.id
        return chat, leaving, self._message(chat, ANONYMOUS, {"sender_chat": chat.shown(), "migrate_from_chat_id": group.id})

    def _member(self, status: str, chat: Chat) -> JSON:
        return {"user": self._state.bot, "status": status, **MEMBER_FIELDS[status], **posting_right(chat, status)}

    def _message(self, chat: Chat, sender: JSON, content: JSON) -> JSON:
        return self._state.new_update("message", self._state.new_message(chat, sender, content))


def posting_right(chat: Chat, status: str) -> JSON:
    """What Telegram says of a channel's administrator, the bot above all, and of nobody else."""
    return {"can_post_messages": chat.bot_may_post} if chat.type == "channel" and status == "administrator" else {}


def thread_of(chat: Chat, given: Any) -> JSON | None:
    """What a message sent to a topic is marked with; nothing without a topic; None if there is no such topic here."""
    topic = given.get("message_thread_id")
    if topic is None:
        return {}
    if topic not in chat.topics:
        return None
    return {"message_thread_id": topic, "is_topic_message": True}
