"""What came of an update, put down. In: what ``posting`` found. Out: the outbox and the subscriptions say so.

Blocking. The same call again changes nothing more, so it may be repeated when the database fails.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.store.store import BotStore
from bot.telegram.outcomes import Failure, Outcome
from bot.updates.outgoing import Update
from bot.updates.posting import Posted
from bot.updates.reach import lost
from bot.updates.subscription import State
from bot.updates.verdicts import Decision, Verdict

_log = logging.getLogger(__name__)


def settle(store: BotStore, update: Update, posted: Posted, decision: Decision | None, now: datetime, title: str | None = None) -> None:
    """decision: about its failure, if it has one. title: of the chat, where it is known. Raises StorageError."""
    outbox, progress = store.outbox, posted.progress
    if decision is not None and posted.failure is not None:
        _follow(store, update, posted.failure, decision, now, title)
    if posted.is_unsure:
        outbox.unknown(update.id, posted.error, progress.message_id)
    elif decision is None:
        if progress.texts == len(update.body.texts):
            outbox.sent(update.id, progress.message_id)
        else:
            outbox.put_back(update.id, progress)
    elif decision.verdict is Verdict.LATER:
        outbox.later(update.id, now + timedelta(seconds=decision.wait_s), chat_id=update.place.chat_id, progress=progress)
    elif decision.verdict is Verdict.DROPPED or (decision.verdict is Verdict.CUT_OFF and not _waits_for_its_chat(store, update)):
        _log.warning("update %d cannot be sent: %s", update.id, posted.error)
        outbox.dropped(update.id, posted.error, progress.message_id)
    else:
        outbox.put_back(update.id, progress)


def _follow(store: BotStore, update: Update, failure: Failure, decision: Decision, now: datetime, title: str | None) -> None:
    """What a failure says about the chat holds for more than this update."""
    place = update.place
    if decision.verdict is Verdict.CUT_OFF:
        topic = place.thread_id if failure.outcome is Outcome.TOPIC_CLOSED else None
        lost(store, place.chat_id, failure.outcome, now, thread_id=topic, title=title)
    elif decision.verdict is Verdict.MOVED and failure.new_chat_id is not None:
        store.move_chat(place.chat_id, failure.new_chat_id)


def _waits_for_its_chat(store: BotStore, update: Update) -> bool:
    """Otherwise it is nobody's: a word to an owner, or of a subscription that is paused or gone."""
    subscription = store.subscriptions.get(update.subscription_id) if update.subscription_id is not None else None
    return subscription is not None and subscription.state is State.CUT_OFF
