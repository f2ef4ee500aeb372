"""Where the bot can post and where not any more. In: what was heard of a chat. Out: its subscriptions wait or go on, and their owners know why.

Blocking: call it off the event loop. An owner is told in private, through the outbox, in the transaction that makes the subscriptions wait: once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from bot.language import language
from bot.render.cut_off import cut_off
from bot.store.store import BotStore
from bot.telegram.outcomes import CONSEQUENCES, Consequence, Outcome
from bot.updates.outgoing import Body, NewUpdate
from bot.updates.subscription import Place, Subscription

_log = logging.getLogger(__name__)

_OF_A_TOPIC = (Outcome.TOPIC_CLOSED.value,)
_OF_A_CHAT = tuple(
    outcome.value for outcome, consequence in CONSEQUENCES.items() if consequence is Consequence.PAUSE and outcome.value not in _OF_A_TOPIC
)


def lost(
    store: BotStore, chat_id: int, reason: Outcome, now: datetime, *, thread_id: int | None = None, title: str | None = None
) -> list[Subscription]:
    """The chat cannot be written to; thread_id: nor can that one topic, and the rest can. Returns what waits from now on. Raises StorageError."""

    def tell(waiting: Sequence[Subscription]) -> list[NewUpdate]:
        owners = groupby(sorted(waiting, key=lambda one: one.owner_id), lambda one: one.owner_id)
        return [
            _word(store, owner, list(theirs), reason, now, title or str(chat_id))
            for owner, theirs in owners
            if _can_be_told(owner, chat_id)
        ]

    waiting = store.subscriptions.cut_off(chat_id, reason.value, thread_id=thread_id, tell=tell)
    if waiting:
        _log.info("chat %d is cut off (%s): %d subscriptions wait", chat_id, reason.value, len(waiting))
    return waiting


def regained(store: BotStore, chat_id: int, *, thread_id: int | None = None) -> list[Subscription]:
    """The chat, or that topic of it, can be written to again. Returns what goes on. Raises StorageError."""
    reasons = _OF_A_CHAT if thread_id is None else _OF_A_TOPIC
    back = store.subscriptions.reconnect(chat_id, thread_id=thread_id, reasons=reasons)
    if back:
        _log.info("chat %d can be written to again: %d subscriptions go on", chat_id, len(back))
        store.outbox.filled()
    return back


def _can_be_told(owner_id: int, chat_id: int) -> bool:
    """People can, whose numbers are positive; but not in the very chat that is lost."""
    return owner_id > 0 and owner_id != chat_id


def _word(store: BotStore, owner_id: int, waiting: Sequence[Subscription], reason: Outcome, now: datetime, title: str) -> NewUpdate:
    words = language(store.chats.settings(owner_id).language or waiting[0].language)
    text = cut_off(reason, title, [one.wish.words for one in waiting], words)
    # By the moment: lost once more, it is told once more.
    key = f"cut off {waiting[0].id} {int(now.timestamp())}"
    return NewUpdate(Place(owner_id), key, Body((text,)))
