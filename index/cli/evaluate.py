"""``dateline evaluate``: a test set taken into an index of its own, asked, and scored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config.settings import load_settings
from index.cli.app import Exit, app, complain, err
from index.cli.opening import open_aside
from index.cli.show_report import show_report
from index.errors import StorageError, SuiteError
from index.evaluation.compare import compare
from index.evaluation.judge import Judged, ask
from index.evaluation.outcomes import Outcome, read_log, to_line
from index.evaluation.read import read_suite
from index.evaluation.report import summarise, to_json
from index.evaluation.suite import Suite
from index.service import NewsIndex


@app.command()
def evaluate(
    suite_path: Annotated[Path, typer.Argument(metavar="DIR", help="A folder in BEIR's layout, or SQuAD JSON, as a file or a folder.")],
    split: Annotated[str | None, typer.Option(metavar="NAME", help="Which file in qrels/; test if there is one, else all.")] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", dir_okay=False, help="Keep the outcome of each question here, as JSON Lines.")
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option("--compare", metavar="FILE", help="The log of an earlier evaluation; what was won and lost since is listed."),
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="Keep the index here; without it, it is thrown away.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Score the answers on a test set, in an index of its own: ranking, refusals, where each miss was lost, with 95% intervals."""
    settings = load_settings()
    before = read_log(earlier) if earlier else None
    suite = read_suite(suite_path, split)
    if before is not None and before.keys().isdisjoint(question.id for question in suite.questions):
        raise SuiteError(f"{earlier} has no question of {suite_path}.", remedy="Compare with a log of the same test set.")
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="dateline-evaluate-")))
        lines = stack.enter_context(_opened(_unfinished(log))) if log else None
        index = stack.enter_context(open_aside(settings, folder))
        progress = stack.enter_context(_progress())
        complete = _take_in(index, suite, progress)
        judged = []
        for one in _asked(index, suite, progress):
            judged.append(one)
            if lines:
                _write(lines, one.outcome)
        stats = index.stats()
    if log:
        _unfinished(log).replace(log)
    after = {one.outcome.id: one.outcome for one in judged}
    report = summarise(
        suite,
        judged,
        sentences=stats.sentences,
        encoder=stats.encoder,
        reranker=stats.reranker,
        comparison=compare(before, after) if before is not None else None,
    )
    if as_json:
        sys.stdout.write(json.dumps(to_json(report), ensure_ascii=False) + "\n")
    else:
        show_report(report)
    for outcome in after.values():
        if outcome.error:
            complain(f"question {outcome.id}: {outcome.error}")
    if report.not_asked or not complete:
        raise typer.Exit(Exit.PARTLY)


def _take_in(index: NewsIndex, suite: Suite, progress: Progress) -> bool:
    """Have the suite's articles, and no others, in the index. True if all of them could be taken in; of the rest each is named."""
    if index.stats().articles:
        ids = {article.id for article in suite.articles}
        strange = next((article.id for article in index.articles() if article.id not in ids), None)
        if strange is not None:
            raise SuiteError(
                f"The index holds an article {strange!r}, which is not of this test set.", remedy="Give --keep another folder."
            )
    task = progress.add_task("articles", total=suite.article_count)
    report = index.ingest(suite.articles, seen=lambda _: progress.advance(task), purpose="dateline evaluate")
    for refusal in report.refused:
        complain(f"refused {refusal.origin}: {refusal.reason}")
    return not report.refused


def _asked(index: NewsIndex, suite: Suite, progress: Progress) -> Iterator[Judged]:
    task = progress.add_task("questions", total=len(suite.questions))
    for question in suite.questions:
        yield ask(index, question, suite.layout)
        progress.advance(task)


def _unfinished(log: Path) -> Path:
    """Where the log grows: an earlier one of its name is replaced by a whole one only."""
    return log.with_name(f"{log.name}.part")


def _opened(file: Path) -> TextIO:
    try:
        return file.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise StorageError(f"The log {file} cannot be written: {error.strerror}.", remedy="Nothing was evaluated; name another.") from error


def _write(lines: TextIO, outcome: Outcome) -> None:
    try:
        lines.write(to_line(outcome))
    except OSError as error:
        raise StorageError(f"The log {lines.name} cannot be written: {error.strerror}.") from error


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
