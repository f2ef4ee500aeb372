"""The local chat: the bot as a conversation in the terminal. In: lines. Out: what the bot answers, printed.

It drives the same Application and the same handlers as Telegram does, over the in-process Bot API. One line is answered before the next is read.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator

from telegram import Update

from bot.context import NewsApplication
from bot.local.api import LocalTelegram
from bot.local.state import JSON

PROMPT = "› "
HINT = "Write a question about the coverage. /help shows what else you can type; Ctrl-D ends."
GOODBYES = ("exit", "quit")


async def run_chat(application: NewsApplication, api: LocalTelegram, lines: Iterable[str], show: Callable[[JSON], None]) -> None:
    """Say each line to the bot in a private chat, and hand what it answers to ``show``; until the lines end or one says "exit".

    ``lines`` is read on the event loop: while the person thinks, there is nothing else to do.
    """
    you = api.people.person("you")
    chat = api.people.private_chat(you)
    async with application:
        await application.start()
        try:
            for line in lines:
                text = line.strip()
                if text.lower() in GOODBYES:
                    break
                if not text:
                    continue
                said = chat.last_message_id + 1
                await application.process_update(Update.de_json(api.people.writes(you, chat, text), application.bot))
                for message_id in range(said + 1, chat.last_message_id + 1):
                    if message_id in chat.messages:
                        show(chat.messages[message_id])
        finally:
            await application.stop()


def typed_lines() -> Iterator[str]:
    """What a person types, until Ctrl-D; with the arrow keys of the readline library where there is one."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - importing it is what gives input() its line editing
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            print()  # noqa: T201 - the shell's prompt starts on a line of its own
            return


def piped_lines() -> Iterator[str]:
    """What comes from a pipe or a file, a line at a time; bytes that are no UTF-8 become U+FFFD."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", errors="replace")
