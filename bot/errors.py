"""The bot's branch of the error tree, what people are told when something fails, and the one error handler.

    NewsError [index.errors]
    └─ RequestError              what a chat asked of the bot
       ├─ UsageError               the command was typed wrongly
       ├─ NotPermittedError        the asker may not do that
       └─ TooManyRequestsError     somebody asked too often; a retry may help
          └─ BusyError               there is too much to do already; likewise

Ours become a sentence in the chat. Telegram's own are logged, for there is nobody to tell, or they have been told. Everything else is a mistake in
this program: it is logged with a reference, and the chat is told the reference and nothing more.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext

from bot.language import Language, language
from bot.telegram.outcomes import Consequence, judge
from bot.telegram.sender import reply_plain
from bot.telling import told
from index import ArticleNotFoundError, IndexNotBuiltError, NewsError, QuestionError

_log = logging.getLogger(__name__)

_ENGLISH = language(None)

REFERENCE_BYTES = 4
"""Eight hexadecimal digits: short enough to type, and two alike in one log are unlikely."""


class RequestError(NewsError):
    """A chat asked for something it cannot have as asked."""


class UsageError(RequestError):
    """The command was typed wrongly; the remedy shows how it is meant."""


class NotPermittedError(RequestError):
    """The asker may not do that."""


class TooManyRequestsError(RequestError):
    """Somebody asked too often."""

    retryable = True


class BusyError(TooManyRequestsError):
    """There is too much to do already."""


FOR_THE_ASKER = (RequestError, QuestionError, ArticleNotFoundError)
"""Their remedies are the asker's to follow; any other remedy is an operator's and goes to the log."""


def sentence(error: NewsError, words: Language = _ENGLISH) -> str:
    """What the chat is told."""
    if isinstance(error, BusyError):
        return words.gettext("I am answering as many questions as I can. Please try again in a moment.")
    if isinstance(error, IndexNotBuiltError):
        return words.gettext("No coverage is loaded yet, so I have nothing to answer from.")
    if isinstance(error, FOR_THE_ASKER):
        return told(error, words)
    return f"{error.message} {words.gettext('Please try again in a moment.')}" if error.retryable else error.message


async def handle_error(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Tell whoever wrote the update, and the log. Called by python-telegram-bot for whatever a handler raises."""
    error = context.error
    if isinstance(error, TelegramError):
        # Somebody who blocked the bot is no trouble of ours.
        failure = judge(error)
        is_trouble = failure.consequence not in (Consequence.PAUSE, Consequence.NOTHING)
        _log.log(logging.WARNING if is_trouble else logging.INFO, "Telegram refused (%s): %s", failure.outcome.value, error)
        return
    words = getattr(context, "words", _ENGLISH)  # an error outside of an update comes with a context of its own
    if isinstance(error, NewsError):
        text = sentence(error, words)
        if not isinstance(error, FOR_THE_ASKER):
            _log.error("%s", error, exc_info=error)
    else:
        reference = secrets.token_hex(REFERENCE_BYTES)
        text = words.gettext("Something went wrong on our side. Reference: {reference}").format(reference=reference)
        _log.error("an update failed", exc_info=error, extra={"reference": reference})
    message = update.effective_message if isinstance(update, Update) else None
    if message is None:
        return
    try:
        await reply_plain(message, text)
    except TelegramError as refused:
        _log.warning("could not say that something failed: %s", refused)
