"""What operators can count. In: what happens. Out: Prometheus's text. One registry to a bot, so that tests do not count each other's.

Nothing here names a person, a chat or a question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.errors import RequestError, TooManyRequestsError
from bot.telegram.outcomes import Failure
from bot.updates.outgoing import Sending
from index import Answer, NewsError, Stats

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20)
"""Bounds of the latency histogram: fine where an answer that did not wait lies, coarse behind."""


class Metrics:
    """Counters of one bot. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter("dateline_questions", "Questions asked.", registry=self._registry)
        self._answers = Counter("dateline_answers", "What came of questions.", ["status"], registry=self._registry)
        self._seconds = Histogram(
            "dateline_answer_seconds", "From question to answer, waiting in line included.", buckets=SECONDS, registry=self._registry
        )
        self._updates = Counter("dateline_updates", "Updates from Telegram.", ["seen"], registry=self._registry)
        self._calls = Counter("dateline_telegram_calls", "Calls to Telegram that came back.", ["method"], registry=self._registry)
        self._errors = Counter(
            "dateline_telegram_errors", "Calls that failed, by what it means.", ["method", "outcome"], registry=self._registry
        )
        self._queue = Gauge("dateline_queue_length", "Questions in work and in line.", registry=self._registry)
        self._sends = Gauge("dateline_sends_waiting", "Calls that wait until Telegram allows them.", registry=self._registry)
        self._outbox = Gauge("dateline_outbox", "Updates to subscribers, by what became of them.", ["state"], registry=self._registry)
        self._articles = Gauge("dateline_articles", "Articles loaded.", registry=self._registry)
        self._sentences = Gauge("dateline_sentences", "Sentences in the index.", registry=self._registry)
        self._newest = Gauge("dateline_newest_article_timestamp_seconds", "When the newest article was published.", registry=self._registry)
        self._changed = Gauge("dateline_last_change_timestamp_seconds", "When the coverage last changed.", registry=self._registry)
        self._index = Gauge("dateline_index_info", "Which index answers; always 1.", ["generation", "encoder"], registry=self._registry)

    def watch_queues(self, *, questions: Callable[[], int], sends: Callable[[], int]) -> None:
        """Where the two queues' lengths are to be read."""
        self._queue.set_function(questions)
        self._sends.set_function(sends)

    def job_done(self, result: object, seconds: float) -> None:
        """A job of the workers is over. result: what it returned or raised; what is neither an answer nor a failure to give one is not counted."""
        if isinstance(result, Answer):
            status = result.status.value
        elif isinstance(result, TooManyRequestsError):
            status = "busy"
        elif isinstance(result, RequestError) or (isinstance(result, NewsError) and not result.retryable):
            status = "refused"
        elif isinstance(result, BaseException):
            status = "failed"
        else:
            return
        self._questions.inc()
        self._answers.labels(status).inc()
        if isinstance(result, Answer):
            self._seconds.observe(seconds)

    def update_came(self, is_new: bool) -> None:
        """An update has come, perhaps not for the first time."""
        self._updates.labels("first" if is_new else "again").inc()

    def call_came_back(self, method: str, failure: Failure | None) -> None:
        """A call to Telegram is over."""
        self._calls.labels(method).inc()
        if failure is not None:
            self._errors.labels(method, failure.outcome.value).inc()

    def exposed(self, stats: Stats, outbox: Mapping[Sending, int]) -> bytes:
        """Everything in Prometheus's text format, with what is loaded now and how many updates are in each state."""
        for state in Sending:
            self._outbox.labels(state.value).set(outbox.get(state, 0))
        self._articles.set(stats.articles)
        self._sentences.set(stats.sentences)
        for gauge, moment in ((self._newest, stats.newest_published), (self._changed, stats.last_change)):
            gauge.set(moment.timestamp() if moment is not None else 0)
        self._index.clear()
        self._index.labels(stats.generation or "", stats.encoder).set(1)
        return generate_latest(self._registry)
