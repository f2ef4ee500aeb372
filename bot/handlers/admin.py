"""The table of what admins can do: each command, button and delivery with its handler, all of them behind ``admin_guard``.

In: the Application. Out: handlers in it. A command for admins that has no handler here stops the start.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot import commands
from bot.commands import COMMANDS, Audience, Command
from bot.context import NewsContext
from bot.handlers import admin_channels, admin_coverage, admin_feeds, admin_reindex, admin_show
from bot.handlers.admin_buttons import answers, remove_article, remove_channel, remove_feed
from bot.handlers.admin_guard import MARK, Do, Request, Result, guarded, guarded_button
from bot.handlers.feedback import show_feedback


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """A command and what it does."""

    command: Command
    do: Do
    any_group: bool = False
    """It may be typed in any group, by an admin."""


ADMIN_COMMANDS = (
    AdminCommand(commands.ADD, admin_coverage.add),
    AdminCommand(commands.FEEDS, admin_feeds.feeds),
    AdminCommand(commands.SOURCE, admin_channels.source),
    AdminCommand(commands.PAUSE, admin_coverage.pause),
    AdminCommand(commands.RESUME, admin_coverage.resume),
    AdminCommand(commands.REMOVE, admin_coverage.remove),
    AdminCommand(commands.REINDEX, admin_reindex.reindex),
    AdminCommand(commands.STATUS, admin_show.show_status),
    AdminCommand(commands.STATS, admin_show.show_stats),
    AdminCommand(commands.FEEDBACK, show_feedback),
    AdminCommand(commands.ADMINS, admin_show.show_admins),
    AdminCommand(commands.ADMIN_GROUP, admin_show.admin_group, any_group=True),
    AdminCommand(commands.LOG, admin_show.show_log),
)

BUTTONS = {
    **answers({"remove": remove_article, "feeds remove": remove_feed, "source off": remove_channel}),
    **admin_feeds.ACTIONS,
    **admin_reindex.ACTIONS,
    **admin_show.ACTIONS,
}
"""By what the data of a button begins with."""

# Also what a channel says: it is refused, and the log has it. An edit is no command: what it once said was dealt with.
_SAID = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST


def admin_handlers(admins: Collection[int]) -> list[BaseHandler[Any, NewsContext, None]]:
    """The handlers, in their order. admins: whose files and forwarded posts are taken in; everybody else's are a matter of other handlers."""
    without = {one.name for one in COMMANDS if one.audience is Audience.ADMINS} - {one.command.name for one in ADMIN_COMMANDS}
    assert not without, f"these have no handler: {without}"
    found: list[BaseHandler[Any, NewsContext, None]] = [
        CommandHandler(one.command.name, guarded(one.command.name, one.do, any_group=one.any_group), _SAID) for one in ADMIN_COMMANDS
    ]
    by_admin = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(list(admins))
    for verb, do in (("pause", admin_coverage.pause), ("resume", admin_coverage.resume)):
        # "/sources pause …": the rest of /sources is everybody's.
        typed = filters.Regex(rf"^/sources(@\w+)?\s+{verb}\b")
        found.append(MessageHandler(_SAID & typed, guarded(f"sources {verb}", _without_verb(do))))
    found += [
        CallbackQueryHandler(guarded_button(BUTTONS), pattern=f"^{MARK}"),
        # Files before forwarded posts: a forwarded file is a file.
        MessageHandler(by_admin & filters.Document.ALL, guarded("upload", admin_coverage.take_document, takes_forwards=True)),
        MessageHandler(
            by_admin & filters.FORWARDED & ~filters.COMMAND, guarded("forward", admin_coverage.take_forward, takes_forwards=True)
        ),
        MessageHandler(filters.UpdateType.CHANNEL_POSTS & ~filters.COMMAND, admin_channels.take_post),
    ]
    return found


def _without_verb(do: Do) -> Do:
    async def doing(request: Request, context: NewsContext) -> Result:
        return await do(replace(request, words=request.words[1:]), context)

    return doing
