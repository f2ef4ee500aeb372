"""``dateline evaluate`` as scripts use it: a process of its own, the real models, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.conftest import Dateline

STRIKE = (
    "Rail workers in Brindle walked out on Monday over pay. Some 400 trains were cancelled, the operator Norline said. Talks resume in May."
)
FERRY = "A ferry ran aground off Cape Orrin in thick fog. All 62 passengers were brought ashore by lifeboat, and nobody was hurt."


def squad(file: Path) -> Path:
    """Two paragraphs, a question to each, one that nothing answers, and one without words."""
    paragraphs = [
        {
            "context": STRIKE,
            "qas": [{"id": "trains", "question": "How many trains were cancelled?", "answers": [{"text": "400", "answer_start": 60}]}],
        },
        {
            "context": FERRY,
            "qas": [
                {"id": "ferry", "question": "How were the passengers of the ferry saved?", "answers": [{"text": "by lifeboat"}]},
                {"id": "cup", "question": "Who won the World Cup final?", "answers": [], "is_impossible": True},
            ],
        },
    ]
    file.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Transport", "paragraphs": paragraphs}]}), encoding="utf-8")
    return file


def beir(folder: Path) -> Path:
    """Two documents that can be taken in and one that cannot, a query in Russian, and one of marks alone."""
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": "strike", "text": STRIKE}, {"_id": "ferry", "title": "Ferry", "text": FERRY}, {"_id": "empty", "text": ""}]
    queries = [{"_id": "1", "text": "паром сел на мель"}, {"_id": "2", "text": "…?!"}, {"_id": "3", "text": "rail strike in Brindle"}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    qrels = "query-id\tcorpus-id\tscore\n1\tferry\t1\n2\tferry\t1\n3\tstrike\t1\n"
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_squad_is_scored_logged_and_compared(dateline: Dateline, tmp_path: Path) -> None:
    """Measures with intervals on the terminal, one log line a question, and the second run compared with the first; the coverage is not touched."""
    file, log, kept = squad(tmp_path / "dev.json"), tmp_path / "first.jsonl", tmp_path / "kept"
    done = dateline("evaluate", str(file), "--log", str(log), "--keep", str(kept))
    assert done.returncode == 0, done.stderr
    assert "dateline:" not in done.stderr
    assert "2 articles, 5 sentences; 3 questions: 2 answerable, 1 not; 0 skipped, 0 could not be asked" in done.stdout
    assert "short answers" in done.stdout
    shown = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line[:1].isalpha()}
    assert shown["recall@1"] == ["1.000", "1.000", "to", "1.000", "2"]
    assert shown["refused_none"] == ["1.000", "1.000", "to", "1.000", "1"]
    assert shown["auroc"][0] == "1.000"
    assert shown["em"][0] == "0.000"
    assert "Misses: none." in done.stdout
    outcomes = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(one["id"], one["rank"], one["status"], one["loss"]) for one in outcomes] == [
        ("trains", 1, "answered", None),
        ("ferry", 1, "answered", None),
        ("cup", None, "not_covered", None),
    ]
    outcomes[0]["rank"] = 3
    log.write_text("".join(json.dumps(one) + "\n" for one in outcomes), encoding="utf-8")
    again = dateline("evaluate", str(file), "--compare", str(log), "--keep", str(kept))
    assert again.returncode == 0, again.stderr
    assert "reciprocal rank: +0.333 (+0.000 to +0.667); 1 won, 0 lost, 1 unchanged" in again.stdout
    assert "  won  3 → 1: How many trains were cancelled?" in again.stdout
    assert not (tmp_path / "data" / "dateline.db").exists()
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []
    other = dateline("evaluate", str(beir(tmp_path / "beir")), "--keep", str(kept))
    assert other.returncode == 2
    assert "'Transport#0', which is not of this test set" in other.stderr


def test_beir_is_scored_as_json(dateline: Dateline, tmp_path: Path) -> None:
    """One JSON object; what could not be taken in or asked is said on standard error, counted, and makes the status 1."""
    done = dateline("evaluate", str(beir(tmp_path / "beir")), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["version"], found["interval_percent"], found["layout"]) == (1, 95, "beir")
    assert (found["articles"], found["asked"], found["answerable"], found["skipped"], found["not_asked"]) == (3, 3, 3, 0, 1)
    assert found["measures"]["recall@10"]["value"] in (1 / 3, 2 / 3)  # whether the default encoder reads Russian is not asked here
    assert found["measures"]["refused_some"]["questions"] == 3
    assert (found["losses"]["not asked"], found["comparison"]) == (1, None)
    assert "corpus.jsonl:3: there is no text in it" in done.stderr
    assert "question 2: There are no words" in done.stderr


def test_what_cannot_be_evaluated_is_bad_usage(dateline: Dateline, tmp_path: Path) -> None:
    """No such folder, neither layout, a log of another set, and a log that cannot be written: status 2 or 1, a sentence, and no traceback."""
    file = squad(tmp_path / "dev.json")
    (tmp_path / "other.jsonl").write_text(
        '{"id": "x", "question": "what?", "answerable": true, "rank": 1, "confidence": 0.5, "status": "answered", "loss": null, "short": null,'
        ' "elapsed_ms": 1.0}\n',
        encoding="utf-8",
    )
    (tmp_path / "empty").mkdir()
    for arguments, status, said in (
        ([str(tmp_path / "nowhere")], 2, "There is no file or folder"),
        ([str(tmp_path / "empty")], 2, "is no test set"),
        ([str(file), "--compare", str(tmp_path / "other.jsonl")], 2, "has no question of"),
        ([str(file), "--log", str(tmp_path / "no" / "log.jsonl")], 1, "cannot be written: No such file or directory"),
    ):
        done = dateline("evaluate", *arguments)
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert said in done.stderr
        assert "Traceback" not in done.stderr
