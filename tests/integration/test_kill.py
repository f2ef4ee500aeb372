"""SIGKILL at any moment of an ingest: nothing is lost, nothing is half there, and the end is that of an ingest nobody disturbed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.integration.conftest import Dateline

KILLS = 20
ARTICLES = 2000
LOADED_S = 0.8
"""About when the process has loaded its models; kills come from a little before until well into the work."""
SPREAD_S = 1.6

PLACES = "harbour bridge market station school hospital museum airport stadium library".split()
EVENTS = "fire flood strike storm protest blackout crash outage quake landslide".split()


def articles(count: int) -> str:
    """``count`` different short reports, as JSON Lines."""
    rng = random.Random(5)
    lines = []
    for i in range(count):
        place, event = rng.choice(PLACES), rng.choice(EVENTS)
        text = (
            f"A {event} closed the {place} of district {i} on Thursday. Police counted {rng.randint(2, 900)} people at {place} number {i}. "
            f"Case {i * 7} of the {event} is open.\n\nThe mayor of district {i} will speak about it."
        )
        lines.append(json.dumps({"id": f"r{i}", "text": text, "source": f"Outlet {i % 7}", "published_at": f"2017-02-{1 + i % 28:02d}"}))
    return "\n".join(lines) + "\n"


def test_ingest_killed_at_random_moments_ends_like_a_clean_one(dateline: Dateline, environment: dict[str, str], tmp_path: Path) -> None:
    """Twenty kills, a sound index after each, and in the end the same articles, sentences and answers as without."""
    file = tmp_path / "articles.jsonl"
    file.write_text(articles(ARTICLES), encoding="utf-8")
    clean = environment["DATELINE_STORAGE__DATA_DIR"]
    assert dateline("ingest", str(file)).returncode == 0
    wanted = dateline("export").stdout, dateline("ask", "how many people were at the museum of district 77?", "--json").stdout

    environment["DATELINE_STORAGE__DATA_DIR"] = clean + "-killed"
    rng = random.Random(11)
    command = [sys.executable, "-m", "index", "ingest", str(file)]
    counts = [0]
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=tmp_path, env=environment | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}, stderr=subprocess.DEVNULL)
        time.sleep(LOADED_S + rng.random() * SPREAD_S)
        killed += process.poll() is None
        process.kill()
        process.wait()
        if not (Path(environment["DATELINE_STORAGE__DATA_DIR"]) / "dateline.db").exists():
            continue
        done = dateline("check")
        assert done.returncode == 0, done.stderr
        counts.append(len(dateline("export").stdout.splitlines()))
        assert counts[-1] >= counts[-2], "a stored article went missing"
    assert killed >= KILLS // 2, "most kills came too late to hit anything"
    assert any(0 < count < ARTICLES for count in counts), "no kill hit the middle of the work"

    done = dateline("ingest", str(file))
    assert done.returncode == 0, done.stderr
    got = dateline("export").stdout, dateline("ask", "how many people were at the museum of district 77?", "--json").stdout
    assert got[0] == wanted[0]
    passages = [[{**passage, "score": round(passage["score"], 2)} for passage in json.loads(answer)["passages"]] for answer in (got[1], wanted[1])]
    assert passages[0] == passages[1]
    told = json.loads(dateline("stats", "--json").stdout)
    assert (told["articles"], told["revisions"]) == (ARTICLES, ARTICLES)
    assert dateline("check").returncode == 0
