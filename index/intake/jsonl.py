"""One line of JSON to an article draft, or the reason why it is none. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from index.domain.articles import ArticleDraft
from index.errors import ArticleRefusedError
from index.text.moments import parse_date


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        return parse_date(value) if value.strip() else None
    if value is None:
        return None
    raise ValueError("it is not an ISO 8601 date in quotation marks")


def _blank_is_none(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


_Optional = Annotated[str | None, BeforeValidator(_blank_is_none)]


class _Line(BaseModel):
    """The fields of DESIGN.md, section 2. Others are somebody's own and are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore")

    text: Annotated[str, StringConstraints(min_length=1)]
    url: _Optional = None
    title: _Optional = None
    source: _Optional = None
    published_at: Annotated[datetime | None, BeforeValidator(_moment)] = None
    language: _Optional = None
    id: Annotated[str | int | None, BeforeValidator(_blank_is_none)] = None


def parse_line(line: bytes) -> ArticleDraft:
    """The draft a line holds; its text is unchanged. Raises ArticleRefusedError with the reason."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleRefusedError(f"byte {error.start + 1} of the line is not UTF-8") from error
    try:
        article = _Line.model_validate_json(line.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise ArticleRefusedError(reason(error)) from error
    if not article.text.strip():
        raise ArticleRefusedError("text: there is only white space in it")
    given_id = None if article.id is None else str(article.id)
    return ArticleDraft(article.text, article.url, article.title, article.source, article.published_at, article.language, given_id)


def reason(error: ValidationError, *, depth: int = 1) -> str:
    """What is wrong first, in words. depth: how much of the place to name, counted in steps from the outermost object."""
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"][:depth])
    if first["type"] == "json_invalid":
        return f"it is not valid JSON ({first['ctx']['error']})"
    if first["type"] == "missing":
        return f"{field}: it is missing"
    if first["type"] == "string_too_short":
        return f"{field}: it is empty"
    if first["type"] == "model_type":
        return "it is JSON, but not an object"
    message = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{field}: {message}"
