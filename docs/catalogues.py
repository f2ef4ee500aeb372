"""The catalogues of the bot's languages, brought up to date with its code: ``python -m docs.catalogues``.

In: every sentence that the bot may say. Out: ``bot/locales/<code>.po``, with what is new in them untranslated and what is gone taken out; and the
list of what is still to be translated. ``tests/unit/test_locales.py`` fails until nothing is. Sentences are found where they stand:

- ``….gettext("…")`` and ``….ngettext("…", "…", n)``, whose sentences have to be written out there, because translators see nothing else;
- the errors that the index raises to whoever asks (``QuestionError``), and the replies to what is no question;
- each command's line of help.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.commands import COMMANDS
from bot.language import CODES, DEFAULT
from index import Remark, reply_to

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "bot" / "locales"
TRANSLATED = tuple(code for code in CODES if code != DEFAULT)
FOR_THE_ASKER = ("QuestionError",)
"""Errors of the index whose sentences reach a reader as they are."""

_LEFT_OUT = (
    b"# ",
    b"#\n",
    b'"Project-Id',
    b'"Report-Msgid',
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Generated-By',
)
"""Lines of the header that say nothing here, or would change with the clock."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and the file it stands in."""

    message: str | tuple[str, str]
    """Singular and plural, where it has both."""
    file: str


class NotWrittenOutError(ValueError):
    """A sentence is put together where it is to be translated; the message says where."""


def sentences() -> Iterator[Said]:
    """All that may be said, file by file; some stand in several."""
    for folder in ("bot", "index"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            for message in found_in(file.read_text(encoding="utf-8"), where):
                yield Said(message, where)
    for command in COMMANDS:
        yield Said(command.help, "bot/commands.py")
    for remark in Remark:
        yield Said(reply_to(remark), "index/answering/replies.py")


def found_in(source: str, where: str) -> Iterator[str | tuple[str, str]]:
    """The sentences of one file, in their order. Raises NotWrittenOutError."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        at = f"{where}:{node.lineno}"
        if name == "gettext" and isinstance(node.func, ast.Attribute) and not _passes_on(node.args[0]):
            yield _written(node.args[0], at)
        elif name == "ngettext" and not _passes_on(node.args[0]):
            yield _written(node.args[0], at), _written(node.args[1], at)
        elif name in FOR_THE_ASKER:
            yield from (_written(one, at) for one in _choices(node.args[0]))
            yield from (_written(one, at) for keyword in node.keywords if keyword.arg == "remedy" for one in _choices(keyword.value))


def _passes_on(node: ast.expr) -> bool:
    """A variable, or a call: what it holds is listed elsewhere. Sentences put together on the spot are not passed on."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call))


def _choices(node: ast.expr) -> list[ast.expr]:
    """ "a" if x else None: what may be said of it."""
    either = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    return [one for one in either if not (isinstance(one, ast.Constant) and one.value is None) and not _passes_on(one)]


def _written(node: ast.expr, at: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotWrittenOutError(f"{at}: a sentence has to be written out where it is said, with named places for what changes")


def template() -> Catalog:
    """Every sentence once, in order of its text, with the files it stands in."""
    catalogue = Catalog()
    for said in sorted(sentences(), key=lambda one: (one.message if isinstance(one.message, str) else one.message[0], one.file)):
        catalogue.add(said.message, locations=[(said.file, None)])  # type: ignore[list-item]  # babel leaves out the line where it is None
    return catalogue


def read(code: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    file = LOCALES / f"{code}.po"
    if not file.is_file():
        return Catalog(locale=code, fuzzy=False)
    with file.open("rb") as source:
        return read_po(source, locale=code)


def updated(code: str, wanted: Catalog) -> Catalog:
    """The catalogue of a language with exactly the sentences of ``wanted``; what was translated stays translated, and nothing is guessed."""
    before, after = read(code), Catalog(locale=code, fuzzy=False)
    for message in wanted:
        if message.id:
            known = before.get(message.id)
            fits = known is not None and known.pluralizable == message.pluralizable
            after.add(message.id, known.string if known is not None and fits else None, locations=message.locations)
    return after


def written(catalogue: Catalog) -> bytes:
    """As it lies in its file. Without dates and lines, so that it changes only when a sentence does."""
    target = BytesIO()
    write_po(target, catalogue, include_lineno=False, width=140)
    return b"".join(line for line in target.getvalue().splitlines(keepends=True) if not line.startswith(_LEFT_OUT))


def main() -> None:
    """Write the catalogues, and say what is untranslated."""
    wanted = template()
    for code in TRANSLATED:
        catalogue = updated(code, wanted)
        (LOCALES / f"{code}.po").write_bytes(written(catalogue))
        left = [message.id for message in catalogue if message.id and not _is_translated(message.string)]
        sys.stdout.write(f"{code}: {len(catalogue)} sentences, {len(left)} to be translated\n")
        sys.stdout.writelines(f"    {one}\n" for one in left)


def _is_translated(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())


if __name__ == "__main__":
    main()
