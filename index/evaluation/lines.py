"""JSON and JSON Lines from outside. In: a file, a pydantic model. Out: rows, or a SuiteError that names the file and the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

from pydantic import BaseModel, BeforeValidator, StringConstraints, TypeAdapter, ValidationError

from index.errors import SuiteError
from index.intake.files import MAX_BYTES
from index.intake.jsonl import reason

Row = TypeVar("Row")

BOM = b"\xef\xbb\xbf"

_PLACE_DEPTH = 8
"""Steps down to a field of SQuAD: data, 0, paragraphs, 3, qas, 1, answers, 0."""


def _number_is_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


Id = Annotated[str, BeforeValidator(_number_is_text), StringConstraints(min_length=1)]
"""An id, or a number that is meant as one."""


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """The file, open for reading. Raises SuiteError if it cannot be read."""
    try:
        with file.open("rb") as stream:
            yield stream
    except OSError as error:
        raise SuiteError(f"{file} cannot be read: {error.strerror}.") from error


def read_rows(file: Path, row: TypeAdapter[Row]) -> Iterator[tuple[int, Row]]:
    """The rows of a JSON Lines file with their line numbers; blank lines are passed over. Raises SuiteError for the first that is broken."""
    with opened(file) as stream:
        number = 0
        while line := stream.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES:
                raise SuiteError(f"{file}:{number}: the line has more than {MAX_BYTES:,} bytes.")
            if line.strip():
                yield number, _parsed(line, row, f"{file}:{number}", depth=1)


def read_json(file: Path, model: type[BaseModel]) -> Any:
    """A whole JSON file as an instance of ``model``. Raises SuiteError that names the place in it."""
    with opened(file) as stream:
        return _parsed(stream.read(), TypeAdapter(model), str(file), depth=_PLACE_DEPTH)


def _parsed(data: bytes, row: TypeAdapter[Row], place: str, depth: int) -> Row:
    try:
        return row.validate_json(data.removeprefix(BOM))
    except ValidationError as error:
        raise SuiteError(f"{place}: {reason(error, depth=depth)}.", remedy="Correct the file; nothing was evaluated.") from error
