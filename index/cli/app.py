"""The Typer app that commands register with, and what becomes of an error. Answers go to standard output, all else to standard error."""

from __future__ import annotations

import sys
import uuid
from enum import IntEnum

import structlog
import typer
from rich.console import Console

from config.logs import set_up_logging
from config.settings import SettingsError
from index.errors import NewsError, QuestionError, SuiteError

app = typer.Typer(
    name="dateline",
    help="Answers questions about news coverage, with the sentence that says so.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

log = structlog.get_logger(__name__)


class Exit(IntEnum):
    """The exit statuses scripts rely on."""

    DONE = 0
    """All of it."""
    PARTLY = 1
    """Something was refused, or failed; standard error says what."""
    USAGE = 2
    """The command or its settings make no sense; nothing was done."""


def start() -> None:
    """Run the command line, and end the process with its status."""
    set_up_logging()
    try:
        app()
    except SettingsError as error:
        complain(str(error))
        sys.exit(Exit.USAGE)
    except (QuestionError, SuiteError) as error:
        complain(str(error))
        sys.exit(Exit.USAGE)
    except NewsError as error:
        complain(str(error))
        sys.exit(Exit.PARTLY)
    except Exception:  # the outermost frame: whatever is left is ours, and gets a reference instead of a bare traceback
        reference = uuid.uuid4().hex[:8]
        log.exception("command failed", reference=reference)
        complain(f"Something went wrong on our side. Reference: {reference}")
        sys.exit(Exit.PARTLY)


def complain(sentence: str) -> None:
    """Tell the person at the terminal what is wrong."""
    err.print(f"dateline: {sentence}", style="bold red" if err.is_terminal else None, markup=False)


def remark(sentence: str) -> None:
    """Tell the person at the terminal something worth knowing."""
    err.print(sentence, markup=False)
