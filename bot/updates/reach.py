"""Where the bot can post and where not any more. In: what was heard of a chat. Out: its subscriptions wait or go on, and their owners know why.

Blocking: call it off the event loop. An owner is told in private, through the outbox, in the transaction that makes the subscriptions wait or go on:
once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from bot.language import Language, language
from bot.render.cut_off import again, cut_off
from bot.render.html import Html
from bot.store.store import BotStore
from bot.telegram.outcomes import CONSEQUENCES, Consequence, Outcome
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place, Subscription

_log = logging.getLogger(__name__)

LOST_TOPIC = (Outcome.TOPIC_CLOSED.value,)
"""Why a topic is lost and the rest of its chat is not."""
LOST_CHAT = tuple(
    outcome.value for outcome, consequence in CONSEQUENCES.items() if consequence is Consequence.PAUSE and outcome.value not in LOST_TOPIC
)
"""Why a chat is lost as a whole."""


def reasons_of(thread_id: int | None) -> tuple[str, ...]:
    """Why a chat is lost; thread_id: or that one topic of it."""
    return LOST_CHAT if thread_id is None else LOST_TOPIC


def lost(
    store: BotStore, chat_id: int, reason: Outcome, now: datetime, *, thread_id: int | None = None, title: str | None = None
) -> list[Subscription]:
    """The chat cannot be written to; thread_id: nor can that one topic, and the rest can. Returns what waits from now on. Raises StorageError."""

    def tell(waiting: Sequence[Subscription]) -> list[NewUpdate]:
        # By the moment: lost once more, it is told once more.
        key = f"cut off {int(now.timestamp())}"
        return _words(waiting, chat_id, key, lambda wishes, words: cut_off(reason, title or str(chat_id), wishes, words), store)

    waiting = store.subscriptions.cut_off(chat_id, reason.value, thread_id=thread_id, tell=tell)
    if waiting:
        _log.info("chat %d is cut off (%s): %d subscriptions wait", chat_id, reason.value, len(waiting))
    return waiting


def regained(
    store: BotStore, chat_id: int, *, thread_id: int | None = None, found_out: tuple[datetime, str | None] | None = None
) -> list[Subscription]:
    """The chat, or that topic of it, can be written to again. Returns what goes on. Raises StorageError.

    found_out: when, and what the chat is called, if nobody said so: then the owners are told, who cannot know.
    """

    def tell(back: Sequence[Subscription]) -> list[NewUpdate]:
        if found_out is None:
            return []
        now, title = found_out
        return _words(
            back, chat_id, f"back {int(now.timestamp())}", lambda wishes, words: again(title or str(chat_id), wishes, words), store
        )

    back = store.subscriptions.reconnect(chat_id, thread_id=thread_id, reasons=reasons_of(thread_id), tell=tell)
    if back:
        _log.info("chat %d can be written to again: %d subscriptions go on", chat_id, len(back))
        store.outbox.filled()
    return back


def _can_be_told(owner_id: int, chat_id: int) -> bool:
    """People can, whose numbers are positive; but not in the very chat that is lost."""
    return owner_id > 0 and owner_id != chat_id


def _words(
    concerned: Sequence[Subscription], chat_id: int, key: str, say: Callable[[Sequence[str], Language], Html], store: BotStore
) -> list[NewUpdate]:
    """A word to each owner about theirs, in their language."""
    told = []
    for owner_id, group in groupby(sorted(concerned, key=lambda one: one.owner_id), lambda one: one.owner_id):
        theirs = list(group)
        if _can_be_told(owner_id, chat_id):
            words = language(store.chats.settings(owner_id).language or theirs[0].language)
            text = say([one.wish.words for one in theirs], words)
            told.append(NewUpdate(Place(owner_id), f"{key} {theirs[0].id}", Body((text,))))
    return told
