"""What the README says is what the code has."""

from __future__ import annotations

import json
import re

from bot.commands import COMMANDS
from config.settings import variables
from docs.tables import README, filled

TEXT = README.read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_code() -> None:
    """Every command and every setting stands in the README as the code has it; `python -m docs.tables` renews them."""
    assert filled(TEXT) == TEXT
    for name, _ in variables():
        assert f"`{name}`" in TEXT
    for command in COMMANDS:
        assert f"`/{command.name}` in a chat" in TEXT


def test_every_file_it_links_to_exists() -> None:
    """No link inside the repository leads nowhere."""
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link]
    assert len(links) >= 5
    for link in filter(None, links):
        assert (README.parent / link).exists(), link


def test_every_suite_in_the_quality_table_has_its_floors() -> None:
    """A suite that is shown is gated, and the other way round."""
    floors = json.loads((README.parent / "tests" / "quality" / "floors.json").read_text(encoding="utf-8"))
    shown = re.findall(r"^\| (squad2|realtimeqa|shootings|conflicts|ramdocs) \|", TEXT, flags=re.MULTILINE)
    assert sorted(set(shown)) == sorted(floors)
