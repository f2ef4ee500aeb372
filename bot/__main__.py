"""The ``dateline`` command: the coverage commands of ``index.cli``, and with them ``run`` and ``chat``.

Telegram's library is imported only when one of these two is called: everything else works without it, and starts sooner.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from config.fields import split_address
from config.logs import Redactor, set_up_logging
from config.settings import Settings, load_settings
from index.cli import app, start
from index.cli.app import Exit, complain, out, remark
from index.cli.opening import follow_settings, open_from_settings

if TYPE_CHECKING:
    from bot.store.store import BotStore

EMPTY = "No coverage is loaded yet. Load some with: dateline ingest FILE"
SWITCH_S = 0.0005
"""Python's turn, instead of its 5 ms: the event loop needs dozens of turns for a /start, and before each it may wait for every thread that computes.
Measured with two that do: /start in 17 ms instead of 68 (p50), 44 instead of 137 (p95). A switch costs some microseconds."""
INTERRUPTED = 128 + signal.SIGINT
"""The exit status that shells expect of a program ended by Ctrl-C."""


@app.command()
def run() -> None:
    """Serve Telegram, by polling or by webhook; with no token set, open the local chat."""
    _require_telegram()
    settings = load_settings()
    if settings.telegram.token is None:
        _talk(settings)
    else:
        _serve(settings, settings.telegram.token.get_secret_value())


@app.command()
def chat() -> None:
    """Talk to the bot in the terminal; from a pipe, a question a line."""
    _require_telegram()
    _talk(load_settings())


def main() -> None:
    """Run the command line, and end the process with its status."""
    start()


def _serve(settings: Settings, token: str) -> None:
    from telegram.error import InvalidToken, NetworkError

    from bot.app import administer, serve_telegram
    from bot.telegram.server import Webhook
    from bot.updates.matching import Matching

    telegram, webhook = settings.telegram, None
    secrets = [token]
    if telegram.mode == "webhook":
        assert telegram.webhook_url is not None  # the settings see to both
        assert telegram.webhook_secret is not None
        host, port = split_address(telegram.listen)
        webhook = Webhook(telegram.webhook_url, telegram.webhook_secret.get_secret_value(), host, port)
        secrets += [webhook.secret, webhook.path]
    if settings.storage.database_url is not None:
        secrets.append(settings.storage.database_url.get_secret_value())
    set_up_logging(secrets=secrets)
    sys.setswitchinterval(SWITCH_S)
    with open_from_settings(settings, create=True) as index, closing(_store(settings)) as store:
        follow_settings(index, settings)
        matching = Matching(index)
        if not index.stats().articles:
            remark(EMPTY)
        try:
            asyncio.run(
                serve_telegram(
                    index,
                    store,
                    token=token,
                    base_url=telegram.base_url,
                    base_file_url=telegram.file_url,
                    threads=settings.index.threads,
                    webhook=webhook,
                    operators=split_address(settings.ops.listen) if settings.ops.listen is not None else None,
                    per_person=settings.access.questions_per_minute,
                    per_group=settings.access.group_questions_per_minute,
                    administration=partial(
                        administer,
                        index,
                        store,
                        admins=settings.access.admins,
                        folders=settings.ingest.folders,
                        redact=Redactor(secrets),
                        matching=matching,
                    ),
                    matching=matching,
                )
            )
        except InvalidToken:
            # The library's message has the token in it.
            complain(f"{telegram.base_url} does not know the token in DATELINE_TELEGRAM__TOKEN. Copy it from @BotFather again.")
            raise typer.Exit(Exit.USAGE) from None
        except NetworkError as error:
            complain(f"Telegram cannot be reached at {telegram.base_url}: {error}")
            raise typer.Exit(Exit.PARTLY) from error
        except OSError as error:
            complain(f"{error.strerror or error}. Change DATELINE_TELEGRAM__LISTEN or DATELINE_OPS__LISTEN, or stop what listens there.")
            raise typer.Exit(Exit.PARTLY) from error


def _talk(settings: Settings) -> None:
    from bot.app import talk
    from bot.local.chat import HINT, piped_lines, typed_lines
    from bot.local.terminal import show
    from bot.updates.matching import Matching

    set_up_logging("WARNING")
    # asyncio would wait for the end of the line that is being read; this ends it at once.
    signal.signal(signal.SIGINT, _interrupt)
    is_person = sys.stdin.isatty()
    with open_from_settings(settings, create=True) as index, closing(_store(settings)) as store:
        follow_settings(index, settings)
        if not index.stats().articles:
            remark(EMPTY)
        if is_person:
            remark(HINT)
        try:
            lines = typed_lines() if is_person else piped_lines()
            asyncio.run(talk(index, store, lines, partial(show, console=out), matching=Matching(index)))
        except KeyboardInterrupt:
            if is_person:
                remark("")  # the shell's prompt starts on a line of its own
            raise typer.Exit(INTERRUPTED) from None


def _store(settings: Settings) -> BotStore:
    """What the bot remembers, in the database of the coverage."""
    from bot.store.database import open_database
    from bot.store.store import BotStore

    storage = settings.storage
    address = storage.database_url.get_secret_value() if storage.database_url is not None else None
    return BotStore(open_database(storage.data_dir, address), lambda: datetime.now(UTC))


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _require_telegram() -> None:
    try:
        import telegram.ext  # noqa: F401 - only to see whether it is there
    except ImportError:
        complain("python-telegram-bot is not installed. Type: pip install 'dateline[telegram]'")
        raise typer.Exit(Exit.USAGE) from None


if __name__ == "__main__":
    main()
