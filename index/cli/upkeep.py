"""The commands that look after the coverage: reindex, check, stats, remove, export, backup, restore, prepare, ready."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from config.settings import load_settings
from index.build import prepare_models, restore_database
from index.cli.app import Exit, app, complain, err, out, remark
from index.cli.giving_way import give_way
from index.cli.opening import open_from_settings, require_ready_from_settings
from index.cli.watched import reindex_watched
from index.domain.upkeep import Severity, Stats
from index.errors import StorageError


@app.command()
def reindex(
    full: Annotated[bool, typer.Option("--full", help="Build everything anew beside the running index, then swap.")] = False,
    watched: Annotated[bool, typer.Option("--watched", hidden=True, help="For programs: see index.cli.watched.")] = False,
    wait: Annotated[float, typer.Option("--wait", hidden=True, help="Seconds to wait for another writer, with --watched.")] = 30.0,
) -> None:
    """Bring the indexes up to date; with --full, rebuild them. Sentences whose vectors are known are not encoded again."""
    if watched:
        reindex_watched(open_from_settings, full=full, wait_s=wait)
        return
    if full:
        give_way()  # whoever answers meanwhile comes first
    with open_from_settings() as index:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
            task = progress.add_task("sentences", total=None)
            report = index.reindex(full=full, progress=lambda done: progress.advance(task, done), on_wait=_waiting)
    out.print(f"Generation {report.generation}: {report.sentences:,} sentences, {report.encoded:,} encoded, in {report.elapsed_s:.1f} s")


@app.command()
def check() -> None:
    """Verify every invariant, mend what can be mended, and say the remedy for the rest."""
    with open_from_settings() as index:
        report = index.check(on_wait=_waiting)
    for finding in report.findings:
        line = f"{finding.severity}: {finding.what} {finding.remedy or ''}".rstrip()
        complain(line) if finding.severity is Severity.BROKEN else remark(line)
    if not report.sound:
        raise typer.Exit(Exit.PARTLY)
    out.print(f"Sound. Checked: {'; '.join(report.checked)}.", markup=False)


@app.command()
def stats(as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False) -> None:
    """Counts, sizes, models and freshness."""
    with open_from_settings() as index:
        found = index.stats()
    if as_json:
        sys.stdout.write(json.dumps(asdict(found), default=_plain) + "\n")
    else:
        _show(found)


@app.command()
def remove(article: Annotated[str, typer.Argument(help="The article's id, as answers and `dateline export` give it.")]) -> None:
    """Delete an article and all its revisions for good."""
    with open_from_settings() as index:
        index.remove(article, on_wait=_waiting)
    out.print(f"Removed {article}.", markup=False)


@app.command()
def export() -> None:
    """Write every article to standard output, as JSON Lines that `dateline ingest -` takes."""
    with open_from_settings() as index:
        for article in index.articles():
            facts = {name: getattr(article, name) for name in ("id", "url", "title", "source", "published_at", "language", "text")}
            given = {name: value for name, value in facts.items() if value is not None}
            sys.stdout.write(json.dumps(given, default=_plain, ensure_ascii=False) + "\n")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Copy the database, as of one moment, while others go on using it. Indexes and models are made from it and are not copied."""
    with open_from_settings() as index:
        index.backup(file)
    out.print(f"Backed up to {file}.", markup=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dateline backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace coverage that is there.")] = False,
) -> None:
    """Put a backup in the place of the database and build the indexes from it. Stop the bot first."""
    settings = load_settings()
    if settings.storage.database_url is not None:
        raise StorageError(
            "`dateline restore` restores SQLite databases.", remedy="For PostgreSQL, use pg_restore, then `dateline reindex --full`."
        )
    data_dir = settings.storage.data_dir
    if (data_dir / "index" / "CURRENT").exists() and not yes:
        raise StorageError(
            f"There is coverage in {data_dir} already, and it would be replaced.", remedy="Add --yes if that is what you want."
        )
    restore_database(data_dir, file)
    with open_from_settings(settings) as index:
        report = index.reindex(on_wait=_waiting)
    out.print(f"Restored {report.sentences:,} sentences from {file}.", markup=False)


@app.command()
def prepare() -> None:
    """Find the models and export the encoder, once, so that later starts are quick. An image is built with this."""
    settings = load_settings()
    models_dir = settings.index.models_dir or settings.storage.data_dir / "models"
    prepare_models(
        models_dir, encoder=settings.index.encoder, reranker=settings.index.reranker or None, reader=settings.index.reader or None
    )
    out.print(f"The models are ready in {models_dir}.", markup=False)


@app.command()
def ready() -> None:
    """Whether questions can be answered: status 0, or 1 and what is in the way. Loads no model and changes nothing, for health checks."""
    require_ready_from_settings(load_settings())
    out.print("Ready.")


def _waiting(holder: str) -> None:
    remark(f"{holder} Waiting for it to finish.")


def _show(found: Stats) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    megabytes = 1_000_000
    rows = {
        "articles": f"{found.articles:,} in {found.revisions:,} revisions, from {found.sources:,} sources",
        "sentences": f"{found.sentences:,}",
        "published": f"{_day(found.oldest_published)} to {_day(found.newest_published)}",
        "last change": found.last_change.isoformat(sep=" ", timespec="minutes") if found.last_change else "never",
        "database": f"{found.database}, {(found.database_bytes or 0) / megabytes:.1f} MB",
        "index": f"{found.generation or 'none'}, {found.index_bytes / megabytes:.1f} MB",
        "vectors": f"{found.vector_kind}, recall@10 {found.vector_recall_at_10:.3f}" if found.vector_kind else "none",
        "encoder": found.encoder,
        "reranker": found.reranker or "none",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    for name, count in found.by_source[:10]:
        table.add_row("", f"{count:,} {name}")
    out.print(table, markup=False)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else "unknown"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value)} is no JSON type")
