"""The local chat: the bot as a conversation in the terminal. In: lines. Out: what the bot answers, printed.

It drives the same Application and the same handlers as Telegram does, over the in-process Bot API. One line is answered before the next is read.
Buttons are numbered, and "!2" presses the second one of the newest message that has any.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator

from telegram import Update

from bot.context import NewsApplication
from bot.local.api import LocalTelegram
from bot.local.state import JSON, Chat

PROMPT = "› "
HINT = "Write a question about the coverage. !1 presses the first button, /help shows what else you can type; Ctrl-D ends."
GOODBYES = ("exit", "quit")
NO_SUCH_BUTTON = "There is no button {press} to press."

_PRESS = re.compile(r"!(\d{1,3})")


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
                if (press := _PRESS.fullmatch(text)) is None:
                    update = api.people.writes(you, chat, text)
                elif (button := _button(chat, int(press[1]))) is not None:
                    update = api.people.presses(you, *button)
                else:
                    show({"text": NO_SUCH_BUTTON.format(press=text)})
                    continue
                before = {message_id: _face(message) for message_id, message in chat.messages.items()}
                await application.process_update(Update.de_json(update, application.bot))
                for flashed in api.state.flashed:
                    show({"text": flashed})
                api.state.flashed.clear()
                for message_id, message in sorted(chat.messages.items()):
                    if before.get(message_id) != _face(message):
                        show(message)
        finally:
            await application.stop()


def buttons(message: JSON) -> list[JSON]:
    """The buttons under a message, row by row, in the order in which they are numbered."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def _button(chat: Chat, number: int) -> tuple[JSON, str] | None:
    """The newest message with buttons, and what that one of them carries; None if there is no such button."""
    newest = next((message for _, message in sorted(chat.messages.items(), reverse=True) if buttons(message)), None)
    if newest is None or not 1 <= number <= len(buttons(newest)):
        return None
    return newest, str(buttons(newest)[number - 1]["callback_data"])


def _face(message: JSON) -> tuple[object, ...]:
    """What of a message can be seen to change."""
    return message.get("text"), repr(message.get("reply_markup"))


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
