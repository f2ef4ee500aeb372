"""Quality on the development suites of ../shared, through the commands a user has: ingest, ask --batch, score.

    python benchmarks/quality.py --shared ../shared                      measure and print the table of the README
    python benchmarks/quality.py --shared ../shared --gate               fail if a measure fell below its floor in tests/quality/floors.json
    python benchmarks/quality.py --shared ../shared --set-floors         raise the floors to what was measured, less a margin
    python benchmarks/quality.py --shared ../shared --set-floors --lower  …also where that lowers one (say why in CHANGELOG.md)

Floors belong to the data they were measured on: its digest is kept beside them, and other data is an error, not a pass.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ROOT / "tests" / "quality" / "floors.json"
SUITES = ("squad2", "realtimeqa")
EXACT = ("verbatim", "grounded")
"""Measures that are 1 or wrong."""
GATED = ("evidence@1", "evidence@5", "mrr@10", "cited", "refused_none", "auroc", "em", "f1", "short_top", "short_any", "shown", "em_shown")
MARGIN = 0.02
"""A floor lies this far below what was measured: ties in a ranking may fall otherwise on another processor."""
SHOWN = (*GATED[:5], "refused_some", *GATED[5:], *EXACT)


def main() -> int:
    """Measure, then print, compare or keep. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--gate", action="store_true")
    parser.add_argument("--set-floors", action="store_true")
    parser.add_argument("--lower", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for suites, indexes and answers, kept for a look (default: a temporary one)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        measured = {suite: measure(suite, options.shared.resolve(), folder / suite, models=folder / "models") for suite in SUITES}
    print(table(measured))
    if options.set_floors:
        return set_floors(measured, lower=options.lower)
    return gate(measured) if options.gate else 0


def measure(suite: str, shared: Path, folder: Path, models: Path) -> dict[str, Any]:
    """The suite's scores, its data's digest, and how long it took."""
    folder.mkdir(parents=True, exist_ok=True)
    run(sys.executable, str(shared / "eval" / "suites.py"), suite, str(folder))
    environment = {"DATELINE_STORAGE__DATA_DIR": str(folder / "data"), "DATELINE_INDEX__MODELS_DIR": str(models)}
    started = time.monotonic()
    run(sys.executable, "-m", "index", "ingest", str(folder / "articles.jsonl"), environment=environment)
    ingested = time.monotonic()
    answers = run(sys.executable, "-m", "index", "ask", "--batch", str(folder / "questions.jsonl"), environment=environment)
    asked = time.monotonic()
    (folder / "answers.jsonl").write_text(answers, encoding="utf-8")
    scores = json.loads(run(sys.executable, str(shared / "eval" / "score.py"), str(folder), str(folder / "answers.jsonl"), "--json"))
    problems = scores.pop("problems")
    if problems:
        print("\n".join(problems), file=sys.stderr)
    plain = runpy.run_path(str(shared / "eval" / "score.py"))["norm"]
    scores |= shown((json.loads(line) for line in answers.splitlines()), folder / "gold.jsonl", plain)
    digest = hashlib.sha256()
    for name in ("articles.jsonl", "questions.jsonl", "gold.jsonl"):
        digest.update((folder / name).read_bytes())
    return {"scores": scores, "digest": digest.hexdigest(), "ingest_s": ingested - started, "ask_s": asked - ingested}


def shown(answers: Iterable[dict[str, Any]], gold: Path, plain: Callable[[str], str]) -> dict[str, Any]:
    """How many of the answerable questions got a short answer that people see, and the share of these that is exact. ``em`` counts doubtful ones too.

    plain: a text as the scorer compares it.
    """
    wanted = {str(row["id"]): row["answers"] for row in map(json.loads, gold.read_text("utf-8").splitlines()) if not row["none"]}
    seen = [one for one in answers if str(one["id"]) in wanted and one["short"] and not one["short"][0].get("doubtful")]
    exact = sum(plain(one["short"][0]["text"]) in map(plain, wanted[str(one["id"])]) for one in seen)
    return {"shown": {"mean": round(len(seen) / len(wanted), 3)}, "em_shown": {"mean": round(exact / max(1, len(seen)), 3)}}


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    """Standard output of a command that must succeed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | (environment or {})).stdout


def table(measured: dict[str, dict[str, Any]]) -> str:
    """Markdown: a row a suite."""
    rows = ["| suite | " + " | ".join(SHOWN) + " | p50 / p95 ms |", "|---" * (len(SHOWN) + 2) + "|"]
    for suite, result in measured.items():
        scores = result["scores"]
        cells = [f"{scores[name]['mean']:.3f}" if name in scores else "–" for name in SHOWN]
        rows.append(f"| {suite} | " + " | ".join(cells) + f" | {scores['elapsed_ms']['p50']:.0f} / {scores['elapsed_ms']['p95']:.0f} |")
    return "\n".join(rows)


def gate(measured: dict[str, dict[str, Any]]) -> int:
    """1 if anything fell below its floor, or was measured on other data; else 0."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    faults = []
    for suite, result in measured.items():
        if floors[suite]["digest"] != result["digest"]:
            faults.append(f"{suite}: the data is not what the floors were measured on; look at what changed, then --set-floors")
        for name, floor in floors[suite]["floors"].items():
            if result["scores"][name]["mean"] < floor:
                faults.append(f"{suite}: {name} is {result['scores'][name]['mean']}, below its floor {floor}")
        exact = {name: result["scores"][name]["mean"] for name in EXACT if name in result["scores"]}
        faults += [f"{suite}: {name} is {value}, not 1" for name, value in exact.items() if value != 1.0]
    print("\n".join(faults) or "quality gate: every measure is at or above its floor")
    return 1 if faults else 0


def set_floors(measured: dict[str, dict[str, Any]], *, lower: bool) -> int:
    """Keep new floors; refuse to lower one unless asked to."""
    old = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    new: dict[str, Any] = {}
    for suite, result in measured.items():
        before = old.get(suite, {}).get("floors", {})
        floors = {name: round(result["scores"][name]["mean"] - MARGIN, 3) for name in GATED}
        fallen = {name: floor for name, floor in floors.items() if floor < before.get(name, 0.0)}
        if fallen and not lower:
            kept = {name: before[name] for name in fallen}
            print(f"{suite}: kept {kept}; {fallen} would lower them: --lower does, with a line in CHANGELOG.md")
            floors |= kept
        new[suite] = {"digest": result["digest"], "floors": floors}
    FLOORS.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
