"""Whether a document of XML declares entities, asked before any reader of feeds sees it. In: bytes. Out: nothing, or a refusal. Pure.

Entities of a document's own are what turns a kilobyte into a gigabyte, and what has a parser read a file. No feed of today needs them: those of
HTML, such as ``&nbsp;``, are known without. A document type that only names itself is harmless, since nothing is ever loaded.
"""

from __future__ import annotations

from typing import NoReturn
from xml.parsers import expat

from index.errors import ArticleRefusedError

_DECLARATION = b"<!ENTITY"


class _BeginsError(Exception):
    """The first element was met: what may declare entities is over."""


class _DeclaresError(Exception):
    """An entity is declared."""


def refuse_entities(data: bytes) -> None:
    """Raises ArticleRefusedError for a document that declares entities. Stops at the first declaration, so nothing is ever expanded."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = _begins
    parser.EntityDeclHandler = _declares
    try:
        parser.Parse(data, True)
    except _BeginsError:
        return
    except _DeclaresError as error:
        raise ArticleRefusedError("it declares XML entities, which are not taken: they can hide files and floods of text") from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        # Broken before its first element, so lenient readers will guess at it: then no guess may be about entities. ValueError, LookupError: what
        # Python's own codecs raise for an encoding that the document names.
        if _DECLARATION in data.replace(b"\0", b"").upper():
            raise ArticleRefusedError("it is broken XML that speaks of entities, which are not taken") from error


def _begins(_name: str, _attributes: dict[str, str]) -> NoReturn:
    raise _BeginsError


def _declares(*_declaration: object) -> NoReturn:
    raise _DeclaresError
