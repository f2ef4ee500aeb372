"""What admins put into the coverage and take out: pages, files, posts, articles, outlets."""

from __future__ import annotations

from pathlib import PurePath

from telegram import Document, Message, MessageOriginChannel, MessageOriginChat, MessageOriginHiddenUser, MessageOriginUser

from bot.context import NewsContext
from bot.errors import UsageError
from bot.handlers.admin_buttons import ask
from bot.handlers.admin_guard import Request, Result, administration
from bot.render.admin import failed, followed, lines, short, taken_in
from bot.store.audit import Outcome
from bot.telegram.activity import working
from bot.telegram.sender import reply
from bot.updates.incoming import FEEDS, post_id
from index import AddedFeed, ArticleDraft, ArticleRefusedError, NewsError, read_document, read_post

MAX_ADDRESSES = 10
"""Of one message: each may take a minute."""
MAX_FILE_BYTES = 20 * 1024 * 1024
"""What Telegram gives to bots (https://core.telegram.org/bots/api#getfile)."""
LISTS = (".opml", ".xml")
DOCUMENTS = (".txt", ".md", ".html", ".htm", ".jsonl", *LISTS)
WAIT_S = 60.0
"""For another writer."""


async def add(request: Request, context: NewsContext) -> Result:
    """/add ADDRESS…; or, as an answer to a message, what that message holds. Raises UsageError when there is nothing to add."""
    target = request.message.reply_to_message
    if not request.words and target is not None and (target.document is not None or target.text or target.caption):
        return await (_take_document(target.document, request, context) if target.document else _take_post(target, request, context))
    if not request.words:
        raise UsageError(
            context.words.gettext("There is no address in that."),
            remedy=context.words.gettext("Write it after the command: /add https://example.org/news"),
        )
    if len(request.words) > MAX_ADDRESSES:
        raise UsageError(context.words.gettext("I take {n} addresses at a time.").format(n=MAX_ADDRESSES))
    admin = administration(context)
    said: list[str] = []
    good = 0
    async with working(request.message, context):
        for address in request.words:
            try:
                done = await admin.background.run(admin.newsroom.add_address, address, wait_s=WAIT_S)
            except NewsError as error:
                said.append(failed(address, str(error)))
                continue
            good += 1
            said += followed(done, context.words) if isinstance(done, AddedFeed) else taken_in(address, done, context.words)
    admin.timetable.wake(FEEDS)
    await reply(request.message, lines(said))
    return Result("; ".join(said), Outcome.DONE if good else Outcome.FAILED)


async def take_document(request: Request, context: NewsContext) -> Result:
    """A file that was sent to the bot."""
    assert request.message.document is not None  # the handler table passes documents only
    return await _take_document(request.message.document, request, context)


async def take_forward(request: Request, context: NewsContext) -> Result:
    """A message that was forwarded to the bot."""
    return await _take_post(request.message, request, context)


async def remove(request: Request, context: NewsContext) -> Result:
    """/remove ARTICLE: asks first. Raises UsageError when none is named."""
    if len(request.words) != 1:
        raise UsageError(
            context.words.gettext("Which article?"),
            remedy=context.words.gettext("Write its id or address after the command: /remove ARTICLE"),
        )
    article = request.words[0]
    question = context.words.gettext("Delete the article {article} with all its revisions? It cannot be brought back.").format(
        article=short(article)
    )
    return await ask("remove", article, question, request, context)


async def pause(request: Request, context: NewsContext) -> Result:
    """/pause OUTLET. Raises UsageError when none is named, OutletNotFoundError."""
    name, feeds = await _outlet(request, context, paused=True)
    count = context.words.ngettext("{n} feed", "{n} feeds", feeds).format(n=context.words.number(feeds))
    text = context.words.gettext(
        "{name} is paused: its articles are kept and not searched, and its feeds ({count}) are not read. /resume {name} goes on with it."
    )
    await reply(request.message, lines([text.format(name=short(name), count=count)]))
    return Result()


async def resume(request: Request, context: NewsContext) -> Result:
    """/resume OUTLET. Likewise."""
    name, feeds = await _outlet(request, context, paused=False)
    count = context.words.ngettext("{n} feed", "{n} feeds", feeds).format(n=context.words.number(feeds))
    text = context.words.gettext("{name} is searched again, and its feeds ({count}) are read again.")
    await reply(request.message, lines([text.format(name=short(name), count=count)]))
    administration(context).timetable.wake(FEEDS)
    return Result()


async def _outlet(request: Request, context: NewsContext, *, paused: bool) -> tuple[str, int]:
    if not request.words:
        raise UsageError(context.words.gettext("Which outlet?"), remedy=context.words.gettext("/status and /sources name them."))
    newsroom = administration(context).newsroom
    verb = newsroom.pause_source if paused else newsroom.resume_source
    return await administration(context).background.run(verb, " ".join(request.words))


async def _take_document(document: Document, request: Request, context: NewsContext) -> Result:
    name = document.file_name or "file"
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    if suffix not in DOCUMENTS:
        raise UsageError(
            context.words.gettext("I do not read files of that kind."),
            remedy=context.words.gettext("I read {kinds}.").format(kinds=", ".join(DOCUMENTS)),
        )
    if (document.file_size or 0) > MAX_FILE_BYTES:
        raise _too_large(context)
    admin = administration(context)
    async with working(request.message, context):
        file = await document.get_file()
        if (file.file_size or 0) > MAX_FILE_BYTES:
            raise _too_large(context)
        data = bytes(await file.download_as_bytearray())
        if suffix in LISTS:
            new, listed = await admin.background.run(admin.newsroom.import_feeds, data)
            admin.timetable.wake(FEEDS)
            text = context.words.gettext("{new} new of {listed} feeds in the list.")
            said = [text.format(new=context.words.number(new), listed=context.words.number(listed))]
        else:
            report = await admin.background.run(
                admin.newsroom.ingest, read_document(name, data), purpose="a file sent by an admin", wait_s=WAIT_S
            )
            said = taken_in(name, report, context.words)
    await reply(request.message, lines(said))
    return Result("; ".join([short(name), *said]))


async def _take_post(post: Message, request: Request, context: NewsContext) -> Result:
    """Raises UsageError when there are no words in it."""
    draft = _draft_of(post)
    if draft is None:
        raise UsageError(
            context.words.gettext("There are no words in that."), remedy=context.words.gettext("I take in text, not pictures.")
        )
    admin = administration(context)
    async with working(request.message, context):
        report = await admin.background.run(admin.newsroom.ingest, [draft], purpose="a post passed on by an admin", wait_s=WAIT_S)
    what = draft.url or draft.source or context.words.gettext("The post")
    said = taken_in(what, report, context.words)
    if draft.id is not None and not report.refused:
        said.append(context.words.gettext("/remove {id} takes it out again.").format(id=draft.id))
    await reply(request.message, lines(said))
    return Result("; ".join(said))


def _draft_of(post: Message) -> ArticleDraft | None:
    """A forwarded post under its first author's name; one from a channel is the same article as if it had come from the channel itself."""
    text = post.text or post.caption
    if text is None:
        return None
    origin = post.forward_origin
    article_id = url = None
    source = post.chat.title
    if isinstance(origin, MessageOriginChannel):
        article_id, source = post_id(origin.chat.id, origin.message_id), origin.chat.title
        url = post_address(origin.chat.id, origin.chat.username, origin.message_id)
    elif isinstance(origin, MessageOriginChat):
        source = origin.sender_chat.title
    elif isinstance(origin, MessageOriginUser):
        source = origin.sender_user.full_name
    elif isinstance(origin, MessageOriginHiddenUser):
        source = origin.sender_user_name
    try:
        return read_post(text, id=article_id, url=url, source=source, published_at=origin.date if origin else post.date)
    except ArticleRefusedError:
        return None


def post_address(chat_id: int, username: str | None, message_id: int) -> str:
    """Where a post can be read: by everybody if the channel is public, else by its members (https://core.telegram.org/api/links)."""
    # A channel's number is -100 followed by the one that its links have.
    where = username or f"c/{str(chat_id).removeprefix('-100')}"
    return f"https://t.me/{where}/{message_id}"


def _too_large(context: NewsContext) -> UsageError:
    return UsageError(
        context.words.gettext("Telegram gives me files of up to 20 MB only."),
        remedy=context.words.gettext("Split it, or type on the machine: dateline ingest FILE"),
    )
