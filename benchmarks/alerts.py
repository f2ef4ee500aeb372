"""Do followed questions hear of changed figures, and of nothing else? ``event_updates`` and ``outlet_timelines`` played as feeds in date order.

    python -m benchmarks.alerts --shared ../shared [--models FOLDER] [--set event_updates] [--show]

Every update of an annotator, every entry of an outlet's timeline, is an article of its day; the annotators, or outlets, come one after the other.
``followed_figures.tsv`` holds the questions and the figures that answer them, each with the day on which it was first said: found with patterns, and
labelled by reading what these found. It has no text. ``open`` marks figures that somebody may hold to be an answer or not, such as an estimate of
what something may cost in the end: being told of one counts neither way. Each question is followed from before the first article on, through the real
matching, index and database, and each update is an alert. It is right if a figure is new in it that is a ``change``, was said by that day, and was
not told before; so what a second annotator says in other words must not raise one. A change is found if it was told on its day. Events are played
from the first day to 30 days after the last figure, events without questions not at all.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from benchmarks.measuring import note, read_gz
from bot.store.database import open_database
from bot.store.store import BotStore
from bot.updates.followed import Followed, same
from bot.updates.followed_json import from_json
from bot.updates.matching import Matching
from bot.updates.report import Value
from bot.updates.subscription import Place, Schedule, Wanted, Wish
from bot.updates.telling import Telling
from index import ArticleDraft, open_index

FIGURES = Path(__file__).with_name("followed_figures.tsv")
PLAYED_ON = timedelta(days=30)
"""After the last figure of an event: long enough for it to be said again and again."""
CLOSE = 0.005
"""Figures are read as equal within half a percent: 2.35 billion, however it was multiplied."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said in answer from some day on."""

    on: date
    values: tuple[float, ...]
    """Several for a range, of which one end is enough."""
    is_change: bool

    def is_said_by(self, value: Value) -> bool:
        """Whether that value is this figure."""
        number = value.value if value.value is not None else float(value.text) if value.text.isdecimal() else None
        return number is not None and any(abs(number - one) <= CLOSE * one for one in self.values)


@dataclass(slots=True)
class Score:
    """Of one question."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    open: int = 0
    found: list[Figure] = field(default_factory=list)


def main() -> None:
    """Play the sets, and print precision and recall of each and of each question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("data/models"))
    parser.add_argument("--set", choices=["event_updates", "outlet_timelines"], action="append")
    parser.add_argument("--event", action="append", help="play this event alone")
    parser.add_argument("--show", action="store_true", help="print wrong alerts and changes that were missed")
    options = parser.parse_args()
    result = {}
    for name in options.set or ["event_updates", "outlet_timelines"]:
        asked = {key: rows for key, rows in _asked(name).items() if options.event is None or key[0] in options.event}
        if not asked:
            continue
        figures = {question: rows for (_, question), rows in asked.items()}
        feed = sorted(_feed(name, options.shared / "data", _last_days(asked)), key=lambda one: (one.published_at, one.id))
        scores = play(feed, figures, options.models)
        result[name] = _summed(name, scores, figures, show=options.show)
    print(json.dumps(result))


def play(feed: Sequence[ArticleDraft], figures: dict[str, list[Figure]], models: Path) -> dict[str, Score]:
    """Follow the questions while the articles come in one by one."""
    clock = _Clock(feed[0].published_at or datetime.now(UTC))
    scores = {question: Score() for question in figures}
    with tempfile.TemporaryDirectory() as folder, open_index(Path(folder), models_dir=models) as index:
        store = BotStore(open_database(Path(folder)), clock.now)
        telling = Telling(index, store.subscriptions, Matching(index), clock.now)
        telling.run()
        ids = {
            question: store.subscriptions.add(Place(number), 1, Wish(Wanted.QUESTION, question), Schedule()).id
            for number, question in enumerate(figures, start=1)
        }
        telling.run()
        told = {question: from_json(store.subscriptions.answered(number) or "") for question, number in ids.items()}
        for place, draft in enumerate(feed):
            if place % 100 == 0:
                note(f"{place} of {len(feed)} articles")
            clock.moment = draft.published_at or clock.moment
            index.ingest([draft])
            telling.run()
            for question, number in ids.items():
                after = from_json(store.subscriptions.answered(number) or "")
                if after.changes > told[question].changes:
                    _judge(scores[question], figures[question], told[question], after, clock.moment.date())
                told[question] = after
        store.close()
    return scores


def _judge(score: Score, figures: Sequence[Figure], before: Followed, after: Followed, today: date) -> None:
    new = [value for value in after.told if not any(same(value, other) for other in before.told)]
    said = [one for one in figures if one.on <= today and any(one.is_said_by(value) for value in new)]
    fresh = [one for one in said if one.is_change and one not in score.found]
    if fresh:
        score.right += 1
        score.found += [one for one in fresh if one.on == today]
    elif any(not one.is_change for one in said):
        score.open += 1
    else:
        texts = [[f"{value.text} ({value.quote.text})" for value in some] for some in (before.told, after.told)]
        score.wrong.append(f"{today}: {texts[0]} -> {texts[1]}")


def _summed(name: str, scores: dict[str, Score], figures: dict[str, list[Figure]], *, show: bool) -> dict[str, float]:
    for question, score in scores.items():
        changes = [one for one in figures[question] if one.is_change]
        counts = f"{score.right} right, {len(score.wrong)} wrong, {score.open} open; {len(score.found)} of {len(changes)} changes"
        print(f"{name:17} {question:75} {counts}")
        if show:
            missed = [f"{one.on}: {one.values}" for one in changes if one not in score.found]
            print(*(f"    wrong   {one}" for one in score.wrong), *(f"    missed  {one}" for one in missed), sep="\n")
    right, wrong = sum(one.right for one in scores.values()), sum(len(one.wrong) for one in scores.values())
    found, all_of_them = sum(len(one.found) for one in scores.values()), sum(one.is_change for rows in figures.values() for one in rows)
    summed = {"precision": right / max(1, right + wrong), "recall": found / max(1, all_of_them)}
    print(
        f"{name:17} precision {summed['precision']:.3f} ({right} of {right + wrong}), recall {summed['recall']:.3f} ({found} of {all_of_them})"
    )
    return summed


class _Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment - timedelta(days=1)

    def now(self) -> datetime:
        return self.moment


def _asked(name: str) -> dict[tuple[str, str], list[Figure]]:
    asked: defaultdict[tuple[str, str], list[Figure]] = defaultdict(list)
    with FIGURES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["set"] == name:
                values = tuple(float(one) for one in row["figure"].split("-"))
                figure = Figure(date.fromisoformat(row["date"]), values, row["kind"] == "change")
                asked[row["event"], row["question"]].append(figure)
    return asked


def _last_days(asked: dict[tuple[str, str], list[Figure]]) -> dict[str, date]:
    """Until when each event is played."""
    last: dict[str, date] = {}
    for (event, _), figures in asked.items():
        last[event] = max([last.get(event, date.min), *(one.on + PLAYED_ON for one in figures)])
    return last


def _feed(name: str, data: Path, last: dict[str, date]) -> Iterator[ArticleDraft]:
    for number, row in enumerate(read_gz(data / name / "dev.jsonl.gz")):
        if name == "event_updates" and row["date"] <= str(last.get(row["event"], "")):
            text = row["update"].replace("\\n", "\n")
            yield _article(text, f"annotator {row['annotator']}", row["date"], row["annotator"], f"{number:05}")
        if name == "outlet_timelines" and row["topic"] in last:
            for place, entry in enumerate(one for one in row["entries"] if one["date"] <= str(last[row["topic"]])):
                text = " ".join(map(_put_together, entry["sentences"]))
                yield _article(text, f"{row['outlet']} ({row['collection']})", entry["date"], number % 20, f"{number:05}-{place:03}")


def _article(text: str, source: str, day: str, hour: int, name: str) -> ArticleDraft:
    at = datetime.combine(date.fromisoformat(day), time(hour), tzinfo=UTC)
    return ArticleDraft(text, source=source, published_at=at, language="en", id=name)


def _put_together(tokens: str) -> str:
    """A sentence as it was printed before it was cut into tokens."""
    for cut, whole in (("-LRB- ", "("), (" -RRB-", ")"), ("`` ", "“"), (" ''", "”"), ("$ ", "$"), (" n't", "n't")):
        tokens = tokens.replace(cut, whole)
    return re.sub(r" (?=[.,;:!?%]|'\w)", "", tokens)


if __name__ == "__main__":
    main()
