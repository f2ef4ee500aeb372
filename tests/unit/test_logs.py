"""Logging: where it goes, what it looks like, and what never gets into it."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from config.logs import CHATTY, HIDDEN, Redactor, set_up_logging

TOKEN = "123456789:AAE-this_is_not_a_real_token_0123456"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The root logger is put back, so that no other test is touched."""
    root = logging.getLogger()
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in CHATTY}
    root.handlers = []  # set_up_logging closes what it finds; pytest's own are not to be closed
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_json_lines_off_a_terminal() -> None:
    """Each record is one JSON object with time, level, logger, message and the extra fields."""
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logging.getLogger("bot.errors").error("it failed: %s", "here", extra={"reference": "ab12cd34"})
    record = json.loads(stream.getvalue())
    assert record["event"] == "it failed: here"
    assert record["reference"] == "ab12cd34"
    assert record["level"] == "error"
    assert record["logger"] == "bot.errors"
    assert record["timestamp"].endswith("Z")


@pytest.mark.parametrize("stream_type", [io.StringIO, Terminal])
@pytest.mark.parametrize("secret", [TOKEN, "a webhook secret", 'with "quotes" and \\'])
def test_secrets_are_hidden_everywhere(stream_type: type[io.StringIO], secret: str) -> None:
    """A secret in the message, an argument, an extra field or a traceback is not written, on a terminal or off it."""
    stream = stream_type()
    set_up_logging(secrets=[secret], stream=stream)
    log = logging.getLogger("somewhere")
    log.warning("in the message %s", secret)
    log.warning("in an extra", extra={"url": f"https://api.example.org/bot{secret}/getMe", "nested": {"deep": [secret]}})
    try:
        raise ValueError(f"The token `{secret}` was rejected")
    except ValueError:
        log.exception("in a traceback")
    written = stream.getvalue()
    assert written.count(HIDDEN) >= 4
    assert secret not in written
    assert json.dumps(secret)[1:-1] not in written
    assert "ValueError" in written


def test_an_unknown_token_is_hidden_too() -> None:
    """Whatever looks like a bot token is hidden even when nobody said it was secret."""
    assert Redactor()(f"https://api.example.org/bot{TOKEN}/getMe") == f"https://api.example.org/bot{HIDDEN}/getMe"


def test_ordinary_text_is_left_alone() -> None:
    """Times, ratios and ids are not taken for secrets."""
    text = "at 12:30:45 chat 1234567:ok article 2017-02-09:abc"
    assert Redactor([""])(text) == text


def test_http_clients_do_not_log_their_requests() -> None:
    """httpx logs every address at INFO, with the token in it; that is off."""
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logging.getLogger("httpx").info("HTTP Request: POST https://api.example.org/botX/getMe")
    logging.getLogger("httpcore.http11").debug("send_request_headers.started")
    assert stream.getvalue() == ""


def test_nothing_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """stdout belongs to answers."""
    set_up_logging()
    logging.getLogger("x").warning("to stderr")
    said = capsys.readouterr()
    assert said.out == ""
    assert "to stderr" in said.err


def test_structlog_goes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    """A logger of structlog's own writes where the others do, with its fields, traceback and no secret; on its own it would use stdout."""
    stream = io.StringIO()
    set_up_logging(stream=stream)
    log = structlog.get_logger("index.cli.app")
    log.debug("too fine")
    try:
        raise ValueError(TOKEN)
    except ValueError:
        log.exception("command %s", "failed", reference="ab12cd34")
    record = json.loads(stream.getvalue())
    assert record["event"] == "command failed"
    assert record["reference"] == "ab12cd34"
    assert record["logger"] == "index.cli.app"
    assert "ValueError" in record["exception"]
    assert TOKEN not in stream.getvalue()
    assert capsys.readouterr().out == ""


def test_setting_up_twice_writes_once() -> None:
    """A second set-up replaces the first."""
    first, second = io.StringIO(), io.StringIO()
    set_up_logging(stream=first)
    set_up_logging(stream=second)
    logging.getLogger("x").warning("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_warnings_are_logged() -> None:
    """A warning of a library goes the same way as a record."""
    stream = io.StringIO()
    set_up_logging(stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn("this will change", stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "this will change" in stream.getvalue()
