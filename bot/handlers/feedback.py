"""/feedback: what people called wrong, for admins. In: a request that ``admin_guard`` let through. Out: the newest, newest first."""

from __future__ import annotations

import asyncio

from bot.context import NewsContext
from bot.handlers.admin_guard import Request, Result
from bot.render.feedback import render_feedback
from bot.telegram.sender import reply

NEWEST = 10


async def show_feedback(request: Request, context: NewsContext) -> Result:
    """/feedback."""
    said = await asyncio.to_thread(context.store.feedback.newest, NEWEST)
    await reply(request.message, render_feedback(said, context.words), words=context.words)
    return Result()
