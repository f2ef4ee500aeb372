"""``dateline ask``: one answer, or one for each line of a file."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.answering.wire import to_json
from index.cli.app import Exit, app, complain
from index.cli.opening import open_from_settings
from index.cli.show import show
from index.domain.answers import Answer, Status
from index.domain.passages import Filters
from index.errors import QuestionError
from index.service import NewsIndex
from index.text.moments import parse_date

DEFAULT_LIMIT = 10
MAX_LIMIT = 100


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know, in quotation marks.")] = None,
    batch: Annotated[
        Path | None, typer.Option(metavar="FILE", help='JSON Lines of {"id", "question"} and filters; - for standard input.')
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer object instead of text.")] = False,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Published on that day or later.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Published on that day or earlier.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="What had been published by the end of that day.")] = None,
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this outlet; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="The most passages.")] = DEFAULT_LIMIT,
) -> None:
    """Answer a question from the coverage, or, with --batch, one answer object a line in the order of the file."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give a question, or --batch FILE")
    if batch is not None:
        if not _answer_all(batch, {"since": since, "until": until, "as_of": as_of, "source": source, "limit": limit}):
            raise typer.Exit(Exit.PARTLY)
        return
    assert question is not None
    try:
        filters = _filters(since, until, as_of, source or [])
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with open_from_settings() as index:
        answer = index.answer(question, filters, limit)
    if as_json:
        _write(to_json(answer))
    else:
        show(answer)


def _names(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _Line(BaseModel):
    """A line of a batch; its filters take the place of the command's."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    question: str
    since: str | None = None
    until: str | None = None
    as_of: str | None = None
    source: Annotated[list[str] | None, BeforeValidator(_names)] = None
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


def _answer_all(batch: Path, common: dict[str, Any]) -> bool:
    """Answer every line of the file in order. True if all of them could be; a line that could not gets an object that says why."""
    given = {name: value for name, value in common.items() if value}
    complete = True
    if str(batch) != "-" and not batch.is_file():
        raise typer.BadParameter(f"there is no file {batch}", param_hint="--batch")
    with open_from_settings() as index, nullcontext(sys.stdin.buffer) if str(batch) == "-" else batch.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            answered = _answer_line(index, line, given)
            if "error" in answered:
                complain(f"{batch}:{number}: {answered['error']}")
                complete = False
            _write(answered)
    return complete


def _answer_line(index: NewsIndex, line: bytes, given: dict[str, Any]) -> dict[str, Any]:
    line_id = question = ""
    try:
        content = json.loads(line)
        if not isinstance(content, dict):
            raise ValueError("it is not an object")
        line_id, question = str(content.get("id", "")), str(content.get("question", ""))
        asked = _Line.model_validate(given | content)
        filters = _filters(asked.since, asked.until, asked.as_of, asked.source or [])
        return to_json(index.answer(asked.question, filters, asked.limit, answer_id=line_id or None))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return _unanswered(line_id, question, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    except (ValueError, QuestionError) as error:
        return _unanswered(line_id, question, str(error))


def _unanswered(line_id: str, question: str, reason: str) -> dict[str, Any]:
    """The answer object of a line that could not be asked."""
    nothing = Answer(line_id, question, Status.NOT_COVERED, (), (), (), confidence=0.0, newest_evidence=None, elapsed_ms=0.0)
    return to_json(nothing) | {"error": reason}


def _filters(since: str | None, until: str | None, as_of: str | None, source: list[str]) -> Filters:
    """The filters that the options name. Raises ValueError for what is no date."""
    ends = [_end(one) for one in (until, as_of) if one]
    return Filters(since=parse_date(since) if since else None, until=min(ends, default=None), sources=tuple(source))


def _end(given: str) -> datetime:
    """A day is meant to its end; a moment as it stands."""
    moment = parse_date(given)
    return moment + timedelta(days=1, seconds=-1) if len(given.strip()) == len("2017-02-09") else moment


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()
