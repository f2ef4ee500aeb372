"""An evaluation on the terminal. In: a Report. Out: tables and short lists for a person."""

from __future__ import annotations

from rich.table import Table

from index.cli.app import out
from index.cli.show import visible
from index.evaluation.compare import Change, Difference
from index.evaluation.report import Report

_LISTED = 10
"""Changed questions shown of each kind; --json has all."""
_QUESTION_CHARS = 90


def show_report(report: Report) -> None:
    """Print what was asked, the measures, where misses were lost, and what changed."""
    unanswerable = report.asked - report.answerable
    out.print(
        f"{report.articles:,} articles, {report.sentences:,} sentences; {report.asked:,} questions: {report.answerable:,} answerable, "
        f"{unanswerable:,} not; {report.skipped:,} skipped, {report.not_asked:,} could not be asked",
        markup=False,
    )
    out.print(f"{report.encoder}, {report.reranker or 'no reranker'}; {report.short_answers:,} short answers", markup=False)
    table = Table(box=None, pad_edge=False)
    for name in ("measure", "value", "95% interval", "questions"):
        table.add_column(name, justify="left" if name == "measure" else "right")
    for name, measure in report.measures.items():
        table.add_row(name, f"{measure.value:.3f}", f"{measure.low:.3f} to {measure.high:.3f}", f"{measure.questions:,}")
    out.print(table)
    missed = ", ".join(f"{count:,} {loss}" for loss, count in report.losses.items() if count)
    out.print(f"Misses: {missed or 'none'}.", markup=False)
    if report.comparison is None:
        return
    if report.comparison.ranking is not None:
        _show("reciprocal rank", report.comparison.ranking)
    _show("right to refuse or answer", report.comparison.refusal)
    alone = len(report.comparison.only_before), len(report.comparison.only_after)
    if any(alone):
        out.print(f"Not compared: {alone[0]:,} questions of the earlier evaluation, {alone[1]:,} of this one.", markup=False)


def _show(view: str, difference: Difference) -> None:
    out.print(
        f"\n{view}: {difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f}); "
        f"{len(difference.won):,} won, {len(difference.lost):,} lost, {difference.unchanged:,} unchanged",
        markup=False,
    )
    for name, changes in (("won", difference.won), ("lost", difference.lost)):
        for change in changes[:_LISTED]:
            out.print(f"  {name:4} {_line(change)}", markup=False)
        if len(changes) > _LISTED:
            out.print(f"  …and {len(changes) - _LISTED:,} more {name} (--json lists them)", markup=False)


def _line(change: Change) -> str:
    question = " ".join(visible(change.question).split())
    shown = question if len(question) <= _QUESTION_CHARS else question[: _QUESTION_CHARS - 1] + "…"
    return f"{change.before} → {change.after}: {shown}"
