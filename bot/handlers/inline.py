"""Inline mode: the bot's name and a question in any chat, and cited answers to choose from. Nothing is said in the chat until somebody chooses."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import NewsContext
from bot.errors import TooManyRequestsError
from bot.language import Language
from bot.render.inline import InlineResult, inline_results
from index import Answer, NewsError, QuestionError

_log = logging.getLogger(__name__)

LEAST_CHARS = 3
"""Fewer letters are no question yet."""
CACHE_S = 60
"""Telegram keeps an answer that long for the same person and question. Not for others: words and dates are in the asker's language."""
START_PARAMETER = "inline"
"""What /start is told when somebody comes over from inline mode."""


async def answer_inline(update: Update, context: NewsContext) -> None:
    """Results for what was typed so far; no answer at all to a query that was typed on, because Telegram waits for the last one only."""
    query = update.inline_query
    assert query is not None  # the handler table passes nothing else
    words = context.words
    if len(query.query.strip()) < LEAST_CHARS or query.offset:
        await _answer(query, [], words.gettext("Type a question about the news"), CACHE_S)
        return
    try:
        found = await context.inline.find(query.from_user.id, query.query, order=update.update_id)
    except QuestionError:
        await _answer(query, [], words.gettext("Ask in words"), CACHE_S)
        return
    except TooManyRequestsError:
        await _answer(query, [], words.gettext("I am busy. Please ask me in private"), 0)
        return
    except NewsError:
        await _answer(query, [], words.gettext("Something went wrong. Please ask me in private"), 0)
        raise
    if found is not None:
        results = inline_results(found.answer, words) if found.answer is not None else []
        await _answer(query, results, _invitation(found.answer, words), CACHE_S if found.is_final else 0)


def _invitation(answer: Answer | None, words: Language) -> str:
    """What stands on the button over the results; it leads to the private chat."""
    if answer is None:
        return words.gettext("Still looking. Ask me in private")
    if answer.remark is not None:
        return words.gettext("Type a question about the news")
    return words.gettext("Ask me in private") if answer.passages else words.gettext("Nothing found. Ask me in private")


async def _answer(query: InlineQuery, results: Sequence[InlineResult], invitation: str, cache_s: int) -> None:
    try:
        await query.answer(
            [_article(one) for one in results],
            cache_time=cache_s,
            is_personal=True,
            button=InlineQueryResultsButton(invitation, start_parameter=START_PARAMETER),
        )
    except BadRequest as error:  # too late: there is nobody left to show it to
        _log.info("an inline query could not be answered: %s", error)


def _article(result: InlineResult) -> InlineQueryResultArticle:
    content = InputTextMessageContent(result.message, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True))
    return InlineQueryResultArticle(result.id, result.title, content, url=result.url, description=result.description)
