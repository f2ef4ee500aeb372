"""``dateline feeds`` and ``dateline refresh``: which feeds are followed, and reading those that are due."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.text import Text

from config.settings import load_settings
from index.cli.app import Exit, app, complain, err, out, remark
from index.cli.opening import follow_settings, open_from_settings
from index.domain.feeds import Feed, FeedReport, Polled
from index.errors import FeedNotFoundError, IndexNotBuiltError, SourceError
from index.service import NewsIndex

feeds_app = typer.Typer()
app.add_typer(feeds_app, name="feeds")

_Where = Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Where the feed is, or was before it moved.")]


@feeds_app.callback(invoke_without_command=True)
def feeds(context: typer.Context) -> None:
    """List the feeds that are followed, with their last success, errors and yield."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    try:
        with open_from_settings(settings, create=bool(settings.ingest.feeds)) as index:
            follow_settings(index, settings)
            followed = index.feeds()
    except IndexNotBuiltError:
        followed = []
    if not followed:
        out.print("No feed is followed. Add one with: dateline feeds add ADDRESS", markup=False)
        return
    for feed in followed:
        read = f"read {_when(feed.state.last_success_at)}, {feed.last_new:,} new then, {feed.total_new:,} in all"
        out.print(Text(_visible(feed.source or feed.title or "(no title yet)"), style="bold") + Text(f": {_state(feed)}; {read}"))
        out.print(Text(f"    {feed.url}", style="dim"))


@feeds_app.command()
def add(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Feeds, or sites: then the likeliest of the site's feeds.")],
    source: Annotated[str | None, typer.Option(help="Outlet of its articles; without it, what they say themselves.")] = None,
) -> None:
    """Follow feeds. Their articles come in with the next `dateline refresh`."""
    failed = False
    with open_from_settings(create=True) as index:
        for address in addresses:
            try:
                added = index.add_feed(address, source=source)
            except SourceError as error:
                complain(f"{address}: {error}" if address not in error.message else str(error))
                failed = True
                continue
            what = "Following" if added.is_new else "Followed already:"
            out.print(f"{what} {_visible(added.feed.title or '')} {added.feed.url}".replace("  ", " "), markup=False)
            if added.others:
                remark(f"The site also has: {', '.join(added.others)}")
    if failed:
        raise typer.Exit(Exit.PARTLY)


@feeds_app.command()
def remove(addresses: _Where) -> None:
    """Follow feeds no more. Their articles are kept."""
    _each(addresses, NewsIndex.remove_feed, "Removed")


@feeds_app.command()
def pause(addresses: _Where) -> None:
    """Leave feeds alone until they are resumed."""
    _each(addresses, NewsIndex.pause_feed, "Paused")


@feeds_app.command()
def resume(addresses: _Where) -> None:
    """Go on with feeds that were paused, or that were gone."""
    _each(addresses, NewsIndex.resume_feed, "Resumed")


@feeds_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list in OPML, as readers of feeds write it; - for standard input.")],
) -> None:
    """Follow the feeds of an OPML list. The next refresh tells whether each is one."""
    if str(file) != "-" and not file.is_file():
        raise typer.BadParameter(f"there is no file {file}")
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    with open_from_settings(create=True) as index:
        new, listed = index.import_feeds(data)
    out.print(f"{new:,} new of {listed:,} feeds in the list.")


@feeds_app.command()
def export() -> None:
    """Write the feeds to standard output as an OPML list."""
    with open_from_settings() as index:
        sys.stdout.buffer.write(index.export_feeds())


@app.command()
def refresh(
    everything: Annotated[bool, typer.Option("--all", help="Every feed that is not paused, whether its time has come or not.")] = False,
) -> None:
    """Read the feeds whose time has come, and take in what is new."""
    settings = load_settings()
    waiting = 0
    failed = False
    with open_from_settings(settings, create=True) as index, _progress() as progress:
        follow_settings(index, settings)
        task = progress.add_task("reading feeds")

        def show(report: FeedReport) -> None:
            nonlocal waiting, failed
            waiting += report.waiting
            failed = failed or report.outcome is Polled.FAILED or bool(report.articles.refused)
            progress.update(task, description=f"read {_visible(report.title or report.url)}")
            _show(report)

        done = index.refresh(show, only_due=not everything)
    left = f", {waiting} left for the next time" if waiting else ""
    read = f"{len(done.feeds)} feed{'' if len(done.feeds) == 1 else 's'} read"
    out.print(f"{read}: {done.new} new articles, {done.changed} changed{left}, in {done.elapsed_s:.1f} s")
    if failed:
        raise typer.Exit(Exit.PARTLY)


def _each(addresses: list[str], verb: Callable[[NewsIndex, str], Feed], said: str) -> None:
    failed = False
    with open_from_settings() as index:
        for address in addresses:
            try:
                out.print(f"{said} {verb(index, address).url}.", markup=False)
            except FeedNotFoundError as error:
                complain(str(error))
                failed = True
    if failed:
        raise typer.Exit(Exit.PARTLY)


def _show(report: FeedReport) -> None:
    for notice in report.articles.notices:
        remark(f"{notice.origin}: {notice.what}")
    for refusal in report.articles.refused:
        complain(f"refused {refusal.origin}: {refusal.reason}")
    if report.note is not None:
        (complain if report.outcome is Polled.FAILED else remark)(f"{report.url}: {report.note}")


def _state(feed: Feed) -> str:
    if feed.paused:
        return "paused"
    if feed.state.gone:
        return f"gone: {feed.state.last_error}"
    if feed.state.last_error is not None:
        times = f"{feed.state.failures} times" if feed.state.failures > 1 else "once"
        return f"failed {times}: {feed.state.last_error}"
    return "ok" if feed.state.last_success_at else "new"


def _when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}", markup=False), console=err, transient=True, disable=not err.is_terminal
    )
