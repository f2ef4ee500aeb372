"""Test sets from outside: both layouts are read, and every fault is named by file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import SuiteError
from index.evaluation.read import read_suite
from index.evaluation.suite import Layout, Question

DOCUMENTS = [
    {"_id": "d1", "title": "Ferry", "text": "A ferry ran aground.", "metadata": {"year": 2017}},
    {"_id": 2, "title": "Паром сел на мель", "text": " "},
    {"_id": "d3", "text": "القطار تأخر."},
]
QUERIES = [{"_id": "q1", "text": "what ran aground?"}, {"_id": "7", "text": "متى تأخر القطار؟"}, {"_id": "q3", "text": "unjudged"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t1\nq1\td3\t0\n\n7\td3\t1\n"


def lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A sound folder in BEIR's layout."""
    (tmp_path / "corpus.jsonl").write_text("\ufeff" + lines(DOCUMENTS), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def squad(file: Path, *paragraphs: dict[str, Any], title: str = "Ferry_line") -> Path:
    file.write_text(json.dumps({"version": "v2.0", "data": [{"title": title, "paragraphs": list(paragraphs)}]}), encoding="utf-8")
    return file


def asked(id_: str, *answers: str, question: str = "what?", **more: Any) -> dict[str, Any]:
    return {"id": id_, "question": question, "answers": [{"text": answer, "answer_start": 0} for answer in answers], **more}


def test_a_beir_folder_is_read(beir: Path) -> None:
    """Documents, queries in any script, and grades above 0 go in; a title stands in for an empty text; a query without judgements is skipped."""
    suite = read_suite(beir)
    assert (suite.layout, suite.article_count, suite.skipped) == (Layout.BEIR, 3, 1)
    for _ in range(2):  # it may be gone through again
        assert [(draft.id, draft.title, draft.text) for draft in suite.articles] == [
            ("d1", "Ferry", "A ferry ran aground."),
            ("2", "Паром сел на мель", "Паром сел на мель"),
            ("d3", None, "القطار تأخر."),
        ]
    assert suite.questions == (Question("q1", "what ran aground?", {"d1": 2, "2": 1}), Question("7", "متى تأخر القطار؟", {"d3": 1}))
    assert all(question.answerable for question in suite.questions)


def test_the_split_is_chosen(beir: Path) -> None:
    """``test`` alone where there is one, the named one when one is named, all where neither is so."""
    (beir / "qrels" / "train.tsv").write_text("q3\td3\t1\n", encoding="utf-8")  # and without a header
    assert [question.id for question in read_suite(beir).questions] == ["q1", "7"]
    assert [question.id for question in read_suite(beir, "train").questions] == ["q3"]
    with pytest.raises(SuiteError, match=r"no split 'dev'.*test, train"):
        read_suite(beir, "dev")
    (beir / "qrels" / "test.tsv").rename(beir / "qrels" / "dev.tsv")
    assert [question.id for question in read_suite(beir).questions] == ["q1", "7", "q3"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("corpus.jsonl", lines(DOCUMENTS) + "{nonsense\n", r"corpus\.jsonl:4: it is not valid JSON"),
        ("corpus.jsonl", lines([*DOCUMENTS, {"title": "no id"}]), r"corpus\.jsonl:4: _id: it is missing"),
        ("corpus.jsonl", lines([*DOCUMENTS, {"_id": "d1", "text": "again"}]), r"corpus\.jsonl:4: the id 'd1' was given before"),
        ("corpus.jsonl", lines([*DOCUMENTS, ["a list"]]), r"corpus\.jsonl:4: it is JSON, but not an object"),
        ("queries.jsonl", lines(QUERIES) + lines([{"_id": "q4"}]), r"queries\.jsonl:4: text: it is missing"),
        ("queries.jsonl", lines([*QUERIES, QUERIES[0]]), r"queries\.jsonl:4: the id 'q1' was given before"),
        ("qrels/test.tsv", QRELS + "q9\td1\t1\n", r"test\.tsv:7: there is no 'q9' in queries\.jsonl"),
        ("qrels/test.tsv", QRELS + "q1\td9\t0\n", r"test\.tsv:7: there is no 'd9' in corpus\.jsonl"),
        ("qrels/test.tsv", QRELS + "q1 d1 1\n", r"test\.tsv:7: the line has 1 fields"),
        ("qrels/test.tsv", QRELS + "q1\td1\tyes\n", r"test\.tsv:7: the grade 'yes' is no whole number"),
        ("qrels/test.tsv", QRELS.splitlines()[0] + "\n", r"No judgement in .* names a document"),
        ("qrels/test.tsv", "", r"No judgement in .* names a document"),
        ("qrels/test.tsv", "q1\td1\t0\n", r"No judgement in .* names a document"),
    ],
)
def test_a_broken_beir_folder_is_refused(beir: Path, name: str, content: str, said: str) -> None:
    """What is broken, doubled or contradictory is an error that names the place; nothing is quietly left out of a measure."""
    (beir / name).write_text(content, encoding="utf-8")
    with pytest.raises(SuiteError, match=said):
        read_suite(beir)


def test_bytes_that_are_no_text_are_refused(beir: Path) -> None:
    """A file in another encoding is an error with its place, in JSON as in tab-separated values."""
    (beir / "qrels" / "test.tsv").write_bytes(QRELS.encode() + "q1\tdé\t1\n".encode("latin-1"))
    with pytest.raises(SuiteError, match=r"test\.tsv:7: byte 5 of the line is not UTF-8"):
        read_suite(beir)
    (beir / "queries.jsonl").write_bytes('{"_id": "q1", "text": "é"}'.encode("latin-1"))
    with pytest.raises(SuiteError, match=r"queries\.jsonl:1: "):
        read_suite(beir)


def test_missing_files_are_named(beir: Path) -> None:
    """Queries or judgements that are not there are an error with the name of what is missing."""
    (beir / "qrels" / "test.tsv").unlink()
    with pytest.raises(SuiteError, match=r"There is no .*qrels/\*\.tsv"):
        read_suite(beir)
    (beir / "queries.jsonl").unlink()
    with pytest.raises(SuiteError, match=r"queries\.jsonl cannot be read: No such file"):
        read_suite(beir)


def test_squad_is_read(tmp_path: Path) -> None:
    """Each paragraph is an article, with questions or without; unanswerable is only what the set says is; what it says nothing of is skipped."""
    first = {"context": "Two ferries sank.", "qas": [asked("a", "Two", "two", "Two"), asked("b", is_impossible=True)]}
    second = {"context": "Both were old.", "qas": [asked("c"), asked("d", "old")]}
    suite = read_suite(squad(tmp_path / "dev.json", first, second, {"context": "Nobody asked."}))
    assert (suite.layout, suite.article_count, suite.skipped) == (Layout.SQUAD, 3, 1)
    assert [(draft.id, draft.title, draft.text) for draft in suite.articles] == [
        ("Ferry_line#0", "Ferry line", "Two ferries sank."),
        ("Ferry_line#1", "Ferry line", "Both were old."),
        ("Ferry_line#2", "Ferry line", "Nobody asked."),
    ]
    assert suite.questions == (
        Question("a", "what?", {"Ferry_line#0": 1}, ("Two", "two")),
        Question("b", "what?", {}),
        Question("d", "what?", {"Ferry_line#1": 1}, ("old",)),
    )


def test_a_folder_of_squad_files_is_one_set(tmp_path: Path) -> None:
    """The same paragraph in two files is one article; the same question twice is one, and two questions under one id are an error."""
    both = {"context": "Two ferries sank.", "qas": [asked("a", "Two")]}
    squad(tmp_path / "1.json", both)
    squad(tmp_path / "2.json", both, {"context": "Both were old.", "qas": [asked("b", "old")]})
    suite = read_suite(tmp_path)
    assert [question.id for question in suite.questions] == ["a", "b"]
    assert suite.article_count == 2
    squad(tmp_path / "3.json", {"context": "A third.", "qas": [asked("b", "third")]})
    with pytest.raises(SuiteError, match=r"3\.json: data\.0\.paragraphs\.0: the question id 'b'"):
        read_suite(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"data": [', r"dev\.json: it is not valid JSON \(EOF .* at line 1"),
        ('{"rows": []}', r"dev\.json: data: it is missing"),
        (
            '{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": "a"}]}]}]}',
            r"data\.0\.paragraphs\.0\.qas\.0\.question: it is missing",
        ),
        ('{"data": []}', r"no question with an answer"),
    ],
)
def test_broken_squad_is_refused(tmp_path: Path, content: str, said: str) -> None:
    """What is no SQuAD is an error that names the place in the file."""
    file = tmp_path / "dev.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SuiteError, match=said):
        read_suite(file)


def test_what_is_neither_layout_is_refused(tmp_path: Path, beir: Path) -> None:
    """A path that is not there, an empty folder, another kind of file, and a split of SQuAD each get a sentence that says what is taken."""
    with pytest.raises(SuiteError, match=r"no file or folder .*nowhere.*corpus\.jsonl.*SQuAD"):
        read_suite(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteError, match=r"empty is no test set.*corpus\.jsonl.*SQuAD"):
        read_suite(tmp_path / "empty")
    with pytest.raises(SuiteError, match="is no test set"):
        read_suite(beir / "corpus.jsonl")
    file = squad(tmp_path / "dev.json", {"context": "x", "qas": [asked("a", "x")]})
    with pytest.raises(SuiteError, match="has no splits"):
        read_suite(file, "dev")
