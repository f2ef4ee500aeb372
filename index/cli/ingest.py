"""``dateline ingest``: articles from files, folders, standard input, web pages and feeds into the coverage."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from config.settings import load_settings
from index.build import open_fetcher
from index.cli.app import Exit, app, complain, err, out, remark
from index.cli.opening import is_coverage_empty, open_from_settings
from index.domain.articles import ArticleDraft
from index.domain.ingest import IngestReport, Outcome, Refusal
from index.intake.files import Defaults, read_lines, read_paths, total_bytes
from index.intake.web import read_address
from index.text.moments import parse_date

_STDIN = "-"
_WEB = ("http://", "https://")


@app.command()
def ingest(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH_OR_URL…",
            help="Files (.txt .md .html .jsonl), folders, addresses of pages and feeds, or - for JSON Lines on standard input.",
        ),
    ],
    source: Annotated[str | None, typer.Option(help="Outlet of articles that do not name theirs.")] = None,
    published: Annotated[
        str | None, typer.Option(metavar="DATE", help="Date of articles that do not give theirs, like 2017-02-10.")
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language of articles that do not state theirs, like en.")] = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing if there is coverage already.")] = False,
) -> None:
    """Add articles. What is known already is left alone; what changed becomes a new revision; what is refused is listed with its reason."""
    defaults = Defaults(source, _date(published), language)
    settings = load_settings()
    if if_empty and not is_coverage_empty(settings):
        return
    fetcher = open_fetcher(allow_private_hosts=settings.ingest.allow_private_hosts)
    paths = [Path(one) for one in what if one != _STDIN and not one.startswith(_WEB)]
    with open_from_settings(settings, create=True) as index, _progress() as progress:
        task = progress.add_task(
            "reading", total=None if len(paths) < len(what) else total_bytes(path for path in paths if path.exists()), tally=""
        )
        counts: Counter[Outcome] = Counter()

        def on_bytes(read: int) -> None:
            progress.advance(task, read)

        def seen(outcome: Outcome) -> None:
            counts[outcome] += 1
            progress.update(task, tally=", ".join(f"{n} {kind}" for kind, n in counts.items()))

        def items() -> Iterator[ArticleDraft | Refusal]:
            for one in what:
                if one == _STDIN:
                    yield from read_lines(sys.stdin.buffer, "standard input", defaults, on_bytes)
                elif one.startswith(_WEB):
                    yield from read_address(one, fetcher, defaults)
                else:
                    yield from read_paths([Path(one)], defaults, on_bytes)

        report = index.ingest(
            items(), seen=seen, purpose="dateline ingest", on_wait=lambda holder: remark(f"{holder} Waiting for it to finish.")
        )
    _show(report)
    if report.refused:
        raise typer.Exit(Exit.PARTLY)


def _show(report: IngestReport) -> None:
    for refusal in report.refused:
        complain(f"refused {refusal.origin}: {refusal.reason}")
    for notice in report.notices:
        remark(f"{notice.origin}: {notice.what}")
    tally = f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged, {report.duplicate} duplicate, {len(report.refused)} refused"
    out.print(f"{tally}; {report.sentences:,} sentences, {report.encoded:,} of them encoded, in {report.elapsed_s:.1f} s", markup=False)


def _date(given: str | None) -> datetime | None:
    try:
        return parse_date(given) if given else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--published") from error


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.fields[tally]}"))
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
