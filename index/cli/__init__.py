"""The coverage commands of ``dateline``, which need no Telegram: ``python -m index``. ``bot.__main__`` adds ``run`` and ``chat`` to the same app."""

from index.cli import ask, evaluate, feeds, ingest, upkeep
from index.cli.app import app, start

__all__ = ["app", "ask", "evaluate", "feeds", "ingest", "start", "upkeep"]
