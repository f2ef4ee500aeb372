"""The feeds that are followed: listed a page at a time, added, removed, paused; by argument or by button."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_buttons import ask, button
from bot.handlers.admin_guard import Request, Result, administration, renew
from bot.render.admin import failed, followed, lines, short
from bot.render.admin_feeds import feed_list, page_of, pages
from bot.store.audit import Outcome
from bot.telegram.activity import working
from bot.telegram.sender import reply
from bot.updates.incoming import FEEDS
from index import Feed, FeedNotFoundError, NewsError

PAGE, PAUSE, RESUME, REMOVE = "feeds", "fpause", "fresume", "fremove"
"""What the buttons do."""


async def feeds(request: Request, context: NewsContext) -> Result:
    """/feeds lists them; /feeds add, remove, pause or resume ADDRESS changes one. Raises UsageError, FeedNotFoundError."""
    if not request.words:
        found = await _feeds(context)
        text = feed_list(found, 0, context.words)
        await request.message.reply_text(text, parse_mode="HTML", reply_markup=_buttons(found, 0))
        return Result()
    verb, *addresses = request.words
    if verb not in ("add", "remove", "pause", "resume") or not addresses or (verb != "add" and len(addresses) != 1):
        raise UsageError(
            context.words.gettext("I do not understand that."),
            remedy=context.words.gettext("Type /feeds, or /feeds add, remove, pause or resume with an ADDRESS."),
        )
    if verb == "add":
        return await _add(addresses, request, context)
    if verb == "remove":
        return await _ask_removal(addresses[0], request, context)
    feed = await _set_paused(addresses[0], verb == "pause", context)
    await reply(request.message, lines([_paused_text(feed, verb == "pause", context)]))
    return Result()


async def turn_page(request: Request, context: NewsContext) -> Result:
    """A button: another page of the list."""
    await _show_again(_number(request), request, context)
    return Result()


async def pause(request: Request, context: NewsContext) -> Result:
    """A button: leave one alone. Raises FeedNotFoundError when it was removed meanwhile."""
    return await _press(request, context, paused=True)


async def resume(request: Request, context: NewsContext) -> Result:
    """A button: go on with one. Likewise."""
    return await _press(request, context, paused=False)


async def remove(request: Request, context: NewsContext) -> Result:
    """A button: ask whether one is to be removed. Likewise."""
    return await _ask_removal((await _by_key(request, context)).url, request, context)


ACTIONS = {PAGE: turn_page, PAUSE: pause, RESUME: resume, REMOVE: remove}


async def _add(addresses: list[str], request: Request, context: NewsContext) -> Result:
    admin = administration(context)
    said: list[str] = []
    good = 0
    async with working(request.message, context):
        for address in addresses[:10]:
            try:
                said += followed(await admin.background.run(admin.newsroom.add_feed, address), context.words)
                good += 1
            except NewsError as error:
                said.append(failed(address, str(error)))
    admin.timetable.wake(FEEDS)
    await reply(request.message, lines(said))
    return Result("; ".join(said), Outcome.DONE if good else Outcome.FAILED)


async def _ask_removal(address: str, request: Request, context: NewsContext) -> Result:
    question = context.words.gettext("Follow {address} no more? Its articles are kept.").format(address=short(address))
    return await ask("feeds remove", address, question, request, context)


async def _press(request: Request, context: NewsContext, *, paused: bool) -> Result:
    feed = await _by_key(request, context)
    await _set_paused(feed.url, paused, context)
    await _show_again(int(request.words[1]) if len(request.words) > 1 and request.words[1].isdecimal() else 0, request, context)
    return Result(f"{'paused' if paused else 'resumed'} {feed.url}")


async def _set_paused(address: str, paused: bool, context: NewsContext) -> Feed:
    admin = administration(context)
    feed = await admin.background.run(admin.newsroom.pause_feed if paused else admin.newsroom.resume_feed, address)
    if not paused:
        admin.timetable.wake(FEEDS)
    return feed


def _paused_text(feed: Feed, paused: bool, context: NewsContext) -> str:
    text = context.words.gettext("{address} is paused.") if paused else context.words.gettext("{address} is read again.")
    return text.format(address=short(feed.url))


async def _show_again(page: int, request: Request, context: NewsContext) -> None:
    found = await _feeds(context)
    await renew(request.message, feed_list(found, page, context.words), _buttons(found, page))


async def _feeds(context: NewsContext) -> list[Feed]:
    admin = administration(context)
    return await admin.background.run(admin.newsroom.feeds)


async def _by_key(request: Request, context: NewsContext) -> Feed:
    key = _number(request)
    for feed in await _feeds(context):
        if feed.key == key:
            return feed
    raise FeedNotFoundError(context.words.gettext("That feed is not followed any more."))


def _number(request: Request) -> int:
    """The number in the button's data; 0 for what is none, or too large to be one."""
    return int(request.words[0]) if request.words and request.words[0].isdecimal() and len(request.words[0]) < 10 else 0


def _buttons(feeds: list[Feed], page: int) -> InlineKeyboardMarkup | None:
    last = pages(len(feeds)) - 1
    page = min(max(page, 0), last)
    rows = [
        [
            button(f"▶ {number}", RESUME, str(feed.key), str(page))
            if feed.paused or feed.state.gone
            else button(f"⏸ {number}", PAUSE, str(feed.key), str(page)),
            button(f"✖ {number}", REMOVE, str(feed.key)),
        ]
        for number, feed in page_of(feeds, page)
    ]
    turns = []
    if page > 0:
        turns.append(button("‹", PAGE, str(page - 1)))
    if page < last:
        turns.append(button("›", PAGE, str(page + 1)))
    if turns:
        rows.append(turns)
    return InlineKeyboardMarkup(rows) if rows else None
