"""SQuAD JSON, version 1.1 or 2.0, to a Suite: each paragraph an article with the title of its entry.

The layout is that of Rajpurkar et al. (2016, 2018). A paragraph is the article, not the entry with its dozens of paragraphs: the gold answer "two"
would be found in many of those, and only one of them answers. The same paragraph in two files is one article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from index.domain.articles import ArticleDraft
from index.errors import SuiteError
from index.evaluation.lines import Id, read_json
from index.evaluation.suite import Layout, Question, Suite

_MAX_TITLE_CHARS = 100
"""Of a title in an article's id, which has an end itself."""


class _Lenient(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Answer(_Lenient):
    text: str


class _Asked(_Lenient):
    id: Id
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(_Lenient):
    context: str
    qas: tuple[_Asked, ...] = ()


class _Entry(_Lenient):
    title: str | None = None
    paragraphs: tuple[_Paragraph, ...]


class _File(_Lenient):
    data: tuple[_Entry, ...]


def squad_files(path: Path) -> list[Path]:
    """The JSON file itself, or those in the folder by name."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def read_squad(files: Sequence[Path]) -> Suite:
    """The test set in these files.

    A question is unanswerable where the set says ``is_impossible``; one with neither that nor an answer is skipped. Raises SuiteError.
    """
    ids: dict[tuple[str, str], str] = {}
    numbers: Counter[str] = Counter()
    drafts: list[ArticleDraft] = []
    questions: dict[str, Question] = {}
    skipped = 0
    for file in files:
        for place, title, paragraph in _paragraphs(file):
            key = (title, paragraph.context)
            if key not in ids:
                start = title[:_MAX_TITLE_CHARS]
                ids[key] = f"{start}#{numbers[start]}"
                numbers[start] += 1
                drafts.append(ArticleDraft(paragraph.context, title=title.replace("_", " ") or None, id=ids[key], origin=place))
            for asked in paragraph.qas:
                question = _question(asked, ids[key])
                if question is None:
                    skipped += 1
                elif questions.setdefault(asked.id, question) != question:
                    raise SuiteError(f"{place}: the question id {asked.id!r} was given to another question before.")
    if not questions:
        raise SuiteError(f"There is no question with an answer in {', '.join(map(str, files))}.")
    return Suite(Layout.SQUAD, tuple(drafts), len(drafts), tuple(questions.values()), skipped)


def _paragraphs(file: Path) -> Iterator[tuple[str, str, _Paragraph]]:
    """Place, title, paragraph."""
    content: _File = read_json(file, _File)
    for i, entry in enumerate(content.data):
        for j, paragraph in enumerate(entry.paragraphs):
            yield f"{file}: data.{i}.paragraphs.{j}", (entry.title or "").strip(), paragraph


def _question(asked: _Asked, article_id: str) -> Question | None:
    if asked.is_impossible:
        return Question(asked.id, asked.question, {})
    answers = tuple(dict.fromkeys(answer.text for answer in asked.answers if answer.text.strip()))
    return Question(asked.id, asked.question, {article_id: 1}, answers) if answers else None
