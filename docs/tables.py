"""The README's command and settings tables, made from the code. A test compares them; ``python -m docs.tables`` writes them into README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

import bot.__main__  # noqa: F401  adds its commands to the app
from bot.commands import COMMANDS
from config.settings import variables
from index.cli import app

README = Path(__file__).resolve().parent.parent / "README.md"


def commands() -> str:
    """Markdown: the commands of ``dateline``, then those of the chat."""
    rows = ["| command | does |", "|---|---|"]
    command_line = get_command(app)
    for name, command in _walk(command_line):
        arguments = [parameter.metavar or parameter.name.upper() for parameter in command.params if parameter.param_type_name == "argument"]
        options = [
            f"[{parameter.opts[0]}]" for parameter in command.params if parameter.param_type_name == "option" and not parameter.hidden
        ]
        rows.append(f"| `{' '.join([f'dateline {name}', *arguments, *options])}` | {' '.join((command.help or '').split())} |")
    rows += [f"| `/{command.name}` in a chat | {command.help} |" for command in COMMANDS]
    return "\n".join(rows)


def _walk(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name; one with commands of its own, then those."""
    for name, command in sorted(group.commands.items()):
        yield before + name, command
        if hasattr(command, "commands"):
            yield from _walk(command, f"{before}{name} ")


def settings() -> str:
    """Markdown: every variable with its default and meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in variables():
        default = "" if field.default in (None, "", ()) else f"`{field.default}`"
        rows.append(f"| `{name}` | {default} | {field.description} |")
    return "\n".join(rows)


def filled(readme: str) -> str:
    """``readme`` with the tables between their marks made anew."""
    for name, table in (("commands", commands()), ("settings", settings())):
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        assert mark.search(readme), f"README.md has no marks for {name}"
        readme = mark.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", readme)  # type: ignore[misc]  # a default argument, typed by use
    return readme


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
