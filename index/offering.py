"""Questions that this coverage answers well, for whoever does not know yet what to ask. In: its newest articles. Out: answers that are all but sure.

``index.answering.openers`` makes the questions; here each is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, zip_longest

from index.answering.openers import question_of_title, questions_of
from index.asking import Asking
from index.domain.answers import Answer, Status
from index.domain.articles import Article

SURE = 0.5
"""The least confidence of an answer whose question is offered: more likely right than not, and several times what it takes to answer."""
READ = 40
"""Articles, and sentences of each, that such questions are made from."""
TRIED = 24
"""At a tenth of a second each, some three seconds, once a change."""
LANGUAGES = (None, "en")
"""What ``index.answering.openers`` can turn round; an article whose language nobody said is tried."""


def openers(asking: Asking, count: int, *, stopped: Callable[[], bool]) -> list[Answer]:
    """As ``NewsIndex.openers``."""
    found: list[Answer] = []
    quoted: set[tuple[str, int]] = set()
    for article_id, question in islice(_openings(asking), TRIED):
        if len(found) == count or stopped():
            break
        answer, _ = asking.ask(question)
        if answer.status is Status.NOT_COVERED or answer.confidence < SURE:
            continue
        first = answer.citations[0]
        if first.article_id == article_id and (article_id, first.start) not in quoted:
            quoted.add((article_id, first.start))
            found.append(answer)
    return found


def _openings(asking: Asking) -> Iterator[tuple[str, str]]:
    """Article ids with questions made from them: the first of each of the newest articles, then the second of each…; headlines last."""
    read = [article for article in asking.store.newest(READ) if article.language in LANGUAGES]
    made = [[(article.id, question) for question in dict.fromkeys(_questions_of(article, asking))] for article in read]
    yield from (one for row in zip_longest(*made) for one in row if one is not None)
    yield from ((article.id, question) for article in read for question in question_of_title(article.title or ""))


def _questions_of(article: Article, asking: Asking) -> Iterator[str]:
    for span in asking.split(article.text, article.language)[:READ]:
        yield from questions_of(article.text[span.start : span.end])
