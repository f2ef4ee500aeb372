"""Two hundred people ask within ten seconds: who is answered, who is told "busy", and how long it takes. Prints a Markdown table.

    python -m benchmarks.load --shared ../shared [--people 200] [--within 10] [--sizes 100000] [--threads 2] [--keep DIR] [--json FILE]

The whole way is measured: the bot runs as people run it (``python -m bot run``, a process of its own, coverage made by `benchmarks.coverage`), polls
a Bot API server on loopback (`bot.local.http_server`, in this process), and is asked real questions (RealTime QA) in private chats, each person one,
at moments drawn evenly from the ten seconds. A time is from the moment Telegram has the question to the moment it has the answer. Meanwhile somebody
types /start twice a second. The Bot API server and the bot share the processors. Everyone must be answered or told "busy"; if not, it ends with 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from benchmarks.measuring import ROOT, described, keep, load, machine, note, percentile, table
from benchmarks.questions import read_articles, read_questions
from bot.local.api import LocalTelegram
from bot.local.http_server import served
from bot.local.state import JSON, Chat

SEED = 7
TOKEN = f"{int(time.time())}:AAE-this_is_not_a_real_token_0123456"
"""Another bot each time, so that none knows the updates of the one before."""
BUSY = "as many questions as I can"
WARM_UP = 5
START_EVERY_S = 0.5
LONGEST_S = 180.0
"""After this long, whoever has heard nothing is counted as not answered."""


@dataclass
class Asked:
    """What one person waits for."""

    at: float
    what: str
    """``question`` or ``/start``."""
    chat: Chat
    heard_s: float | None = None
    text: str = ""


@dataclass
class Run:
    """One bot under load."""

    api: LocalTelegram
    asked: dict[int, Asked] = field(default_factory=dict)
    """By chat."""

    def listen(self) -> None:
        """From now on note when each chat hears from the bot."""
        call = self.api.call

        async def noted(method: str, parameters: JSON) -> tuple[int, JSON]:
            status, body = await call(method, parameters)
            one = self.asked.get(parameters.get("chat_id", 0))
            if method in ("sendMessage", "editMessageText") and status == 200 and one is not None:
                # A message that only says "one moment" is edited into the answer: the last word counts.
                one.heard_s, one.text = time.monotonic() - one.at, str(parameters["text"])
            return status, body

        self.api.call = noted  # type: ignore[method-assign, assignment]  # the real one, with a note

    def ask(self, words: str, what: str = "question") -> Asked:
        """Somebody new writes."""
        person = self.api.people.person("Someone")
        chat = self.api.people.private_chat(person)
        self.asked[chat.id] = one = Asked(time.monotonic(), what, chat)
        self.api.deliver(self.api.people.writes(person, chat, words))
        return one

    async def heard(self, *, within_s: float) -> None:
        """Everybody has heard something, and nothing new for a second; or the time is over."""
        async with asyncio.timeout(within_s):
            while not all(one.heard_s is not None for one in self.asked.values()):  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)


async def run(data_dir: Path, models: Path, questions: list[str], *, within_s: float, threads: int) -> dict[str, Any]:
    """Start the bot, ask, stop it. Returns times in seconds and counts."""
    run = Run(LocalTelegram(token=TOKEN))
    run.listen()
    async with served(run.api) as server:
        environment = os.environ | {
            "DATELINE_STORAGE__DATA_DIR": str(data_dir),
            "DATELINE_INDEX__MODELS_DIR": str(models),
            "DATELINE_INDEX__THREADS": str(threads),
            "DATELINE_TELEGRAM__TOKEN": TOKEN,
            "DATELINE_TELEGRAM__BASE_URL": server.base_url,
        }
        with NamedTemporaryFile("w+") as log:
            bot = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=log)
            try:
                for question in questions[:WARM_UP]:
                    run.ask(question)
                    await run.heard(within_s=120)
                run.asked.clear()
                note("warm; now the load")
                result = await _under_load(run, questions[WARM_UP:], within_s)
            finally:
                bot.send_signal(signal.SIGTERM)
                status = await bot.wait()
            log.seek(0)
            errors = [line for line in log if '"level": "error"' in line]
    return result | {"exit_status": status, "errors": errors, "violations": run.api.violations}


async def _under_load(run: Run, questions: list[str], within_s: float) -> dict[str, Any]:
    chance = random.Random(SEED)
    started = time.monotonic()
    moments = sorted((chance.uniform(0, within_s), question) for question in questions)
    starts = asyncio.create_task(_start_now_and_then(run))
    for moment, question in moments:
        await asyncio.sleep(max(0.0, started + moment - time.monotonic()))
        run.ask(question)
    starts.cancel()
    try:
        await run.heard(within_s=LONGEST_S)
    except TimeoutError:
        note("somebody was not answered")
    asked = [one for one in run.asked.values() if one.what == "question"]
    heard = [one for one in asked if one.heard_s is not None]
    answered = [one for one in heard if BUSY not in one.text]
    last = max((one.at + one.heard_s for one in answered if one.heard_s is not None), default=started)
    return {
        "people": len(asked),
        "answered_s": sorted(one.heard_s for one in answered if one.heard_s is not None),
        "busy_s": sorted(one.heard_s for one in heard if BUSY in one.text and one.heard_s is not None),
        "unanswered": len(asked) - len(heard),
        "start_s": sorted(one.heard_s for one in run.asked.values() if one.what == "/start" and one.heard_s is not None),
        "answers_per_s": len(answered) / max(last - started, within_s),
        "seconds": last - started,
    }


async def _start_now_and_then(run: Run) -> None:
    while True:
        await asyncio.sleep(START_EVERY_S)
        run.ask("/start", "/start")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder that holds data/")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--within", type=float, default=10.0, help="seconds in which all of them ask")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000], help="sentences")
    parser.add_argument("--encode", type=int, default=20_000, help="how many of them really to encode, where the coverage is not there yet")
    parser.add_argument("--threads", type=int, default=2, help="DATELINE_INDEX__THREADS")
    parser.add_argument("--keep", type=Path, default=Path("/tmp/dateline-bench"), help="where the coverage and the models are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="results for programs")
    options = parser.parse_args()
    from benchmarks import coverage  # and with it FAISS and the models' runtime, which `--help` need not wait for

    questions = read_questions(options.shared / "data", WARM_UP + options.people)
    questions = [questions[place % len(questions)] for place in range(WARM_UP + options.people)]
    results = []
    for size in options.sizes:
        data_dir, models = options.keep.absolute() / str(size), options.keep.absolute() / "models"
        coverage.make(data_dir, models, lambda: read_articles(options.shared / "data"), size, options.encode)
        before = load()
        found = asyncio.run(run(data_dir, models, questions, within_s=options.within, threads=options.threads))
        results.append(found | {"sentences": size, "machine": machine(("python-telegram-bot", "onnxruntime"), before)})
        keep(options.json, {"threads": options.threads, "sizes": results})
    print(f"{summary(results)}\n\n{described(results[-1]['machine'])}")
    bad = [found for found in results if found["unanswered"] or found["errors"] or found["violations"] or found["exit_status"]]
    for found in bad:
        print(f"{found['sentences']:,}: {found['unanswered']} not answered; {found['errors']} {found['violations']}", file=sys.stderr)
    return 1 if bad else 0


def summary(results: list[dict[str, Any]]) -> str:
    """A row a size."""
    head = [
        "sentences",
        "people",
        "answered",
        "told “busy”",
        "neither",
        "answer s, p50 / p95",
        "“busy” s, p95",
        "answers a second",
        "/start ms, p50 / p95 / max",
    ]

    def at(seconds: list[float], percent: float, digits: int = 1, times: float = 1) -> str:
        return f"{times * percentile(seconds, percent):.{digits}f}" if seconds else "–"

    rows = [
        [
            f"{found['sentences']:,}",
            str(found["people"]),
            str(len(found["answered_s"])),
            str(len(found["busy_s"])),
            str(found["unanswered"]),
            f"{at(found['answered_s'], 50)} / {at(found['answered_s'], 95)}",
            at(found["busy_s"], 95, 2),
            f"{found['answers_per_s']:.1f}",
            " / ".join(at(found["start_s"], percent, 0, 1000) for percent in (50, 95, 100)),
        ]
        for found in results
    ]
    return table(head, rows)


if __name__ == "__main__":
    sys.exit(main())
