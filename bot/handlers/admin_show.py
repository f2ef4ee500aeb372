"""What admins can look at: the state of things, what was asked, who they are, where they are obeyed, and what they did."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psutil
from telegram import InlineKeyboardMarkup
from telegram.constants import ChatType

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_buttons import button
from bot.handlers.admin_guard import Request, Result, administration, renew
from bot.render.admin import lines, log, short, who
from bot.render.admin_status import Status, status, usage
from bot.store.admins import AdminGroup
from bot.telegram.sender import reply

OLDER = "log"
LOG_ROWS = 12
"""On a page, if they fit: a long row is some 500 characters, and a message holds 4096."""
_POSTS_COUNTED = 1_000


async def show_status(request: Request, context: NewsContext) -> Result:
    """/status."""
    admin = administration(context)
    stats, feeds, posts, outbox = await asyncio.gather(
        asyncio.to_thread(admin.newsroom.stats),
        asyncio.to_thread(admin.newsroom.feeds),
        asyncio.to_thread(context.store.inbox.waiting, _POSTS_COUNTED),
        asyncio.to_thread(context.store.outbox.counts),
    )
    rebuild = admin.rebuilding.current
    found = Status(
        stats=stats,
        feeds=feeds,
        jobs=admin.timetable.states,
        rebuilt_share=rebuild.share if rebuild is not None else None,
        posts_waiting=len(posts),
        memory_bytes=psutil.Process().memory_info().rss,
        errors=tuple(admin.errors.kept),
        outbox=outbox,
    )
    await reply(request.message, lines(status(found, context.words)))
    return Result()


async def show_stats(request: Request, context: NewsContext) -> Result:
    """/stats."""
    now, words = administration(context).now(), context.words
    periods = [
        (words.gettext("Last 24 hours"), timedelta(days=1)),
        (words.gettext("Last 7 days"), timedelta(days=7)),
        (words.gettext("Last 90 days"), timedelta(days=90)),
    ]
    counts = [(name, await asyncio.to_thread(context.store.usage.since, now - length)) for name, length in periods]
    await reply(request.message, lines(usage(counts, words)))
    return Result()


async def show_admins(request: Request, context: NewsContext) -> Result:
    """/admins."""
    groups = await asyncio.to_thread(context.store.admin_groups.all)
    await reply(request.message, lines(who(sorted(administration(context).admins), groups, context.words)))
    return Result()


async def admin_group(request: Request, context: NewsContext) -> Result:
    """/admingroup, /admingroup off: in the group that it is about. Raises UsageError elsewhere."""
    chat, words = request.message.chat, context.words
    if request.words not in ((), ("off",)):
        raise UsageError(words.gettext("I do not understand that."), remedy=words.gettext("Type /admingroup, or /admingroup off."))
    if chat.type == ChatType.PRIVATE:
        raise UsageError(words.gettext("This is no group."), remedy=words.gettext("Type that in the group in which I am to obey admins."))
    if request.words:
        was = await asyncio.to_thread(context.store.admin_groups.unmark, chat.id)
        text = (
            words.gettext("Admins are not obeyed here any more.") if was else words.gettext("Admins were not obeyed here before, either.")
        )
    else:
        group = AdminGroup(chat.id, chat.title or str(chat.id), request.user_id)
        await asyncio.to_thread(context.store.admin_groups.mark, group)
        text = words.gettext("Admins are obeyed in {title} from now on: those in the list, nobody else.").format(title=short(group.title))
    await reply(request.message, lines([text]))
    return Result(text)


async def show_log(request: Request, context: NewsContext) -> Result:
    """/log."""
    text, buttons = await _page(None, context)
    await request.message.reply_text(text, parse_mode="HTML", reply_markup=buttons)
    return Result()


async def show_older(request: Request, context: NewsContext) -> Result:
    """A button: the page before."""
    given = request.words[0] if request.words else ""
    text, buttons = await _page(int(given) if given.isdecimal() and len(given) < 16 else None, context)
    await renew(request.message, text, buttons)
    return Result()


ACTIONS = {OLDER: show_older}


async def _page(before: int | None, context: NewsContext) -> tuple[str, InlineKeyboardMarkup | None]:
    rows = await asyncio.to_thread(context.store.audit.newest, LOG_ROWS + 1, before=before)
    text, shown = log(rows[:LOG_ROWS], context.words)
    older = [[button(context.words.gettext("Older"), OLDER, str(rows[shown - 1].id))]] if len(rows) > shown else None
    return text, InlineKeyboardMarkup(older) if older else None
