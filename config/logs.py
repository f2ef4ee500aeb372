"""Logging, set up once at start. In: a level and the secrets to hide. Out: records on stderr, in colour on a terminal, as JSON lines elsewhere.

stdout belongs to answers; nothing here ever writes there. Every record is cleared of secrets as its last step before it is written, so tracebacks,
arguments and what libraries log are covered too.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import Processor

HIDDEN = "[hidden]"

BOT_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
"""What a bot token looks like; it stands in every Bot API address."""

CHATTY = ("alembic", "apscheduler", "asyncio", "faiss", "httpcore", "httpcore2", "httpx", "httpx2", "sentence_transformers", "transformers")
"""At INFO these log each request's address (the token with it) or their own housekeeping."""

REPORTED = ("trafilatura",)
"""These log as an error each page they find nothing on, which the report of an ingest says with its address and reason."""


class Redactor:
    """Text in, the same text without secrets out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A secret with a quote or a backslash in it looks different inside a JSON string.
        spellings = {spelling for secret in secrets if secret for spelling in (secret, json.dumps(secret)[1:-1])}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), BOT_TOKEN.pattern]))

    def __call__(self, text: str) -> str:
        """The text with each secret, and whatever looks like a bot token, replaced."""
        return self._pattern.sub(HIDDEN, text)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders a record whole, traceback included, and then hides what is secret in it."""

    def __init__(self, redact: Redactor, renderers: list[Processor], before: list[Processor]) -> None:
        super().__init__(processors=renderers, foreign_pre_chain=before)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


def set_up_logging(level: str = "INFO", secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every record of ``level`` and above, ours and the libraries', to ``stream`` (stderr when None). A second call replaces the first.

    secrets: values never to be written, such as the token and the webhook secret.
    """
    stream = sys.stderr if stream is None else stream
    described: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # structlog's own loggers go the way of the standard library's; left alone they would print to stdout.
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *described,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    renderers: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if stream.isatty():
        renderers.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    else:
        renderers += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_RedactingFormatter(Redactor(secrets), renderers, [*described, structlog.stdlib.ExtraAdder()]))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in REPORTED:
        logging.getLogger(name).setLevel(logging.CRITICAL)
