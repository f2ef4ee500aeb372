"""SIGKILL at any moment of an ingest: nothing is lost, nothing is half there, and the end is that of an ingest nobody disturbed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index import Answer, CheckReport, NewsIndex, Severity, open_index
from tests.integration.conftest import Dateline

KILLS = 20
ARTICLES = 2000
LEAST_IN_THE_MIDDLE = 4
"""Kills that must have left some articles stored and some not, or the test looked at nothing. Fifteen of twenty, when it was written."""
LEAST_REPAIRED = 2
"""Kills that must have fallen between the database and the indexes that follow it. Six of twenty, when it was written."""
LATER = 1.15
"""By how much the kills move when one came before anything was stored: the machine is busier than when the clean ingest was measured."""
IDLE_SHARE = 0.35
"""How much of a clean ingest's time one takes that finds everything stored already: starting, looking up, opening the index."""
QUESTION = "who will speak in district 77?"

PLACES = ["harbour", "bridge", "market", "station", "school", "hospital", "museum", "airport", "stadium", "library"]
EVENTS = ["fire", "flood", "strike", "storm", "protest", "blackout", "crash", "outage", "quake", "landslide"]
COMMON = [f"A {event} closed the {place}." for event in EVENTS for place in PLACES]
COMMON += [f"Police counted {count} people at the {place}." for count in range(2, 32) for place in PLACES]
"""Most reports are made of these, so that little has to be encoded and the kills fall on everything else too."""


def reports() -> list[dict[str, str]]:
    """Different short reports; each seventh of ten has a sentence of its own."""
    rng = random.Random(5)
    made = []
    for i in range(ARTICLES):
        sentences = rng.sample(COMMON, 3)
        if i % 10 == 7:
            sentences.append(f"The mayor of district {i} will speak.")
        made.append({"id": f"r{i}", "text": " ".join(sentences), "source": f"Outlet {i % 7}", "published_at": f"2017-02-{1 + i % 28:02d}"})
    return made


REPORTS = reports()


def test_ingest_killed_at_random_moments_ends_like_a_clean_one(
    dateline: Dateline, environment: dict[str, str], models_dir: Path, tmp_path: Path
) -> None:
    """Twenty kills: after each the index is sound and holds the first so many articles whole; when completed, it equals a clean ingest's."""
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps(report) + "\n" for report in REPORTS), encoding="utf-8")
    assert dateline("prepare").returncode == 0
    started = time.monotonic()
    assert dateline("ingest", str(file)).returncode == 0
    clean_s = time.monotonic() - started
    with open_index(Path(environment["DATELINE_STORAGE__DATA_DIR"]), models_dir=models_dir) as index:
        wanted = end_state(index)

    rng = random.Random(11)
    kills = rounds = in_the_middle = repaired = 0
    while kills < KILLS:
        folder = tmp_path / f"round{rounds}"
        stored = 0
        while stored < ARTICLES and kills < KILLS:
            expected_s = clean_s * (IDLE_SHARE + (1 - IDLE_SHARE) * (1 - stored / ARTICLES))
            started = time.monotonic()
            if not ingest_until(rng.uniform(0.15, 0.95) * expected_s, file, environment, folder):
                clean_s = min(clean_s, time.monotonic() - started)  # it was done before its time: the machine is quicker than it was
                break
            kills += 1
            with open_index(folder, models_dir=models_dir) as index:
                before = stored
                stored, mended = verify_killed(index)
                assert stored >= before, "a stored article went missing"
                assert repairs(index.check()) == [], "what was mended is broken again"
                assert_latest_is_found(index, stored)
            in_the_middle += 0 < stored < ARTICLES
            repaired += bool(mended)
            clean_s *= LATER if stored == before else 1
        assert ingest_until(None, file, environment, folder) is False
        with open_index(folder, models_dir=models_dir) as index:
            assert end_state(index) == wanted
            assert repairs(index.check()) == []
        rounds += 1
        assert rounds <= KILLS, "the kills came too late to hit anything"
    assert in_the_middle >= LEAST_IN_THE_MIDDLE, f"{in_the_middle} kills hit the middle of the work, in {rounds} rounds"
    assert repaired >= LEAST_REPAIRED, f"{repaired} kills fell between the database and the indexes, in {rounds} rounds"
    environment["DATELINE_STORAGE__DATA_DIR"] = str(folder)
    assert dateline("check").returncode == 0


def ingest_until(after_s: float | None, file: Path, environment: dict[str, str], folder: Path) -> bool:
    """Ingest, and kill the process after so many seconds. False if it had ended by itself, which it must have done well."""
    command = [sys.executable, "-m", "index", "ingest", str(file)]
    root = str(Path(__file__).resolve().parents[2])
    own = environment | {"PYTHONPATH": root, "DATELINE_STORAGE__DATA_DIR": str(folder)}
    with subprocess.Popen(command, cwd=file.parent, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said, _ = process.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    if process.returncode == -signal.SIGKILL:
        return True
    assert process.returncode == 0, said
    return False


def verify_killed(index: NewsIndex) -> tuple[int, list[str]]:
    """How many articles a killed ingest left, and what had to be mended. They are the first so many of the file, each whole."""
    mended = repairs(index.check())
    found = [(article.id, article.text, article.source, article.revision) for article in index.articles()]
    assert found == [(one["id"], one["text"], one["source"], 1) for one in REPORTS[: len(found)]]
    return len(found), mended


def assert_latest_is_found(index: NewsIndex, stored: int) -> None:
    """The newest stored report with a sentence of its own answers a question about it."""
    latest = max((i for i in range(7, stored, 10)), default=None)
    if latest is not None:
        first = index.answer(f"Who will speak in district {latest}?").passages[0]
        assert (first.article_id, f"The mayor of district {latest} will speak." in first.text) == (f"r{latest}", True)


def repairs(report: CheckReport) -> list[str]:
    """What a check mended; nothing may be broken."""
    assert report.sound, report.findings
    return [finding.what for finding in report.findings if finding.severity is Severity.REPAIRED]


def end_state(index: NewsIndex) -> dict[str, Any]:
    """All that must be the same, however the ingest went."""
    told = asdict(index.stats())
    told = {
        name: told[name] for name in ("articles", "revisions", "sentences", "sources", "oldest_published", "newest_published", "by_source")
    }
    return {"stats": told, "articles": list(index.articles()), "passages": passages(index.answer(QUESTION))}


def passages(answer: Answer) -> list[tuple[str, int, int, float]]:
    """Where the evidence lies, and its score to two digits: the same model in other batches differs in the fourth."""
    assert answer.passages
    return [(one.article_id, one.start, one.end, round(one.score, 2)) for one in answer.passages]
