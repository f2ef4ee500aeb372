"""The model rooms with real models: exports that give the original's vectors, whoever interrupts; scores that do not depend on company."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.errors import EncodingError
from index.models import export
from index.models.choose import load_encoder, load_reranker
from index.models.locate import MEMORY_FILE, fingerprint, locate
from index.models.onnx_encoder import OnnxEncoder
from index.models.transformer_encoder import TransformerEncoder
from index.ports.models import Encoder, Reranker, Vectors
from tests.integration.conftest import Dateline

ROOT = Path(__file__).resolve().parents[2]

# What torch and transformers say about their own age while they are imported and traced.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

TEXTS = [
    "",
    " ",
    ".",
    "a",
    "\u200b",
    "🚑🚑",
    "Yes.",
    "NO!",
    "The ferry sank off the coast at dawn; 14 of the 61 aboard are missing.",
    "“It was over in a minute,” said the baker, who saw it all.",
    "La grève des trains continuera jusqu’à vendredi, selon les syndicats.",
    "Wegen des Sturms fiel in 3.000 Haushalten der Strom aus.",
    "Правительство объявило о новых мерах после наводнения.",
    "أعلنت الحكومة عن إجراءات جديدة بعد الفيضانات.",
    "政府在洪水之后宣布了新措施。",
    "बाढ़ के बाद सरकार ने नए कदमों की घोषणा की।",
    "Η κυβέρνηση ανακοίνωσε νέα μέτρα.",
    "line one\nline two\ttabbed\r\nline three",
    "[CLS] [SEP] [MASK] <b>markup</b> {braces} %s",
    "word " * 60,
    "The mayor said the bridge would open again in spring. " * 93,
    "x" * 5000,
    "0123456789 " * 455,
]
"""Several scripts, nothing at all, and lengths up to 5,000 characters, far beyond what the model reads."""


CROWD = [
    f"Report {i}: the {place} was closed {'and closed again ' * (i % 9)}on day {i}."
    for i, place in enumerate(["bridge", "port", "school"] * 40)
]


@pytest.fixture(scope="module")
def encoder(models_dir: Path) -> Encoder:
    """The default encoder as it serves."""
    return load_encoder(DEFAULT_ENCODER, models_dir, threads=2)


@pytest.fixture(scope="module")
def original(encoder: Encoder) -> TransformerEncoder:
    """The same weights run by sentence-transformers."""
    return TransformerEncoder(locate(DEFAULT_ENCODER), fingerprint=encoder.fingerprint, name="the original")


@pytest.fixture(scope="module")
def reranker(models_dir: Path) -> Reranker:
    """The default reranker."""
    return load_reranker(DEFAULT_RERANKER, models_dir, threads=2)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two thin layers with random weights and the default's vocabulary: exported in a second."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    raw, folder = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("tiny")
    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(str(locate(DEFAULT_ENCODER)))
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(str(raw))
    tokenizer.save_pretrained(str(raw))
    SentenceTransformer(str(raw), device="cpu").save_pretrained(str(folder), create_model_card=False)
    return folder


@pytest.fixture
def own(tiny: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model to change."""
    shutil.copytree(tiny, tmp_path / "own")
    return tmp_path / "own"


def cosines(left: Vectors, right: Vectors) -> Vectors:
    """Of each row with its counterpart; the rows have length 1."""
    assert np.allclose(np.linalg.norm(left, axis=1), 1, atol=1e-3)
    assert np.allclose(np.linalg.norm(right, axis=1), 1, atol=1e-3)
    similarities: Vectors = np.sum(left * right, axis=1)
    return similarities


# Fidelity


def test_the_export_gives_the_originals_vectors(encoder: Encoder, original: TransformerEncoder) -> None:
    """On the probes, and on texts of other scripts and lengths, each vector is the original's to a cosine of 0.9999."""
    assert isinstance(encoder, OnnxEncoder)
    for texts in (list(export.PROBES), TEXTS):
        assert cosines(encoder.encode(texts), original.encode(texts)).min() >= export.MIN_COSINE
    questions = np.concatenate([encoder.encode_question(text) for text in TEXTS])
    assert cosines(questions, encoder.encode(TEXTS)).min() >= 0.99999
    assert encoder.dimension == original.dimension == 384


def test_order_is_kept_and_neighbours_do_not_matter(encoder: Encoder) -> None:
    """A text's vector is the same alone, among many, and in any order: within 0.00001 in every number."""
    texts = TEXTS + CROWD
    together = encoder.encode(texts)
    assert together.shape == (len(texts), 384)
    assert together.dtype == np.float32
    for i in range(0, len(texts), 6):
        assert np.abs(encoder.encode([texts[i]])[0] - together[i]).max() < 1e-5
    order = np.random.default_rng(3).permutation(len(texts))
    assert np.abs(encoder.encode([texts[i] for i in order]) - together[order]).max() < 1e-5


def test_words_that_people_write_are_told_from_those_they_mistype(encoder: Encoder, original: TransformerEncoder) -> None:
    """By the model's vocabulary, in which every common word stands whole; the export and the original agree."""
    for model in (encoder, original):
        assert [model.is_word(word) for word in ("status", "Milan", "poems", "sttaus", "Erdgoan", "", "two words", "\U0001f980")] == [
            *(True, True, True),
            *(False, False, False, False, False),
        ]


def test_progress_and_nothing_to_do(encoder: Encoder, original: TransformerEncoder) -> None:
    """No text gives an empty array of the right width, and progress counts each text once, in both runtimes."""
    for one in (encoder, original):
        assert one.encode([]).shape == (0, 384)
        steps: list[int] = []
        one.encode(CROWD, steps.append)
        assert sum(steps) == len(CROWD)


def test_a_models_prefixes_are_honoured(own: Path, tmp_path: Path) -> None:
    """Questions and texts get the prefixes that the model's own configuration names, before and after the export."""
    plain = load_encoder(str(own), tmp_path / "plain", threads=1)
    settings = own / "config_sentence_transformers.json"
    facts = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(facts | {"prompts": {"query": "query: ", "document": "passage: "}}), encoding="utf-8")
    exported = load_encoder(str(own), tmp_path / "models", threads=1)
    assert isinstance(exported, OnnxEncoder)
    assert exported.fingerprint != plain.fingerprint
    for one in (exported, TransformerEncoder(own, fingerprint="", name="")):
        assert cosines(one.encode_question("who spoke?"), plain.encode(["query: who spoke?"]))[0] > 0.9999
        assert cosines(one.encode(["The mayor."]), plain.encode(["passage: The mayor."]))[0] > 0.9999
        assert cosines(one.encode(["The mayor."]), plain.encode(["The mayor."]))[0] < 0.9999


# How an export comes to be


def test_an_export_is_made_once_and_served_from_then_on(own: Path, tmp_path: Path) -> None:
    """The second loading makes nothing anew; another model beside it gets a folder of its own."""
    first = load_encoder(str(own), tmp_path / "models", threads=1)
    folder = tmp_path / "models" / first.fingerprint
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {"model.onnx", "tokenizer.json", "export.json"} <= set(before)
    assert load_encoder(str(own), tmp_path / "models", threads=1).fingerprint == first.fingerprint
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (own / "note.json").write_text("{}", encoding="utf-8")
    assert load_encoder(str(own), tmp_path / "models", threads=1).fingerprint != first.fingerprint
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_an_unfaithful_export_stays_with_sentence_transformers(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the export does not give the original's vectors, the original serves, the verdict is kept, and it is not tried at every start."""
    monkeypatch.setattr(export, "MIN_COSINE", 2.0)
    served = load_encoder(str(own), tmp_path / "models", threads=1)
    assert isinstance(served, TransformerEncoder)
    folder = tmp_path / "models" / served.fingerprint
    verdict = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert verdict["faithful"] is False
    assert 0.99 < verdict["cosine"] <= 1.0001
    assert not (folder / "model.onnx").exists()
    made = (folder / "export.json").stat().st_mtime_ns
    assert isinstance(load_encoder(str(own), tmp_path / "models", threads=1), TransformerEncoder)
    assert (folder / "export.json").stat().st_mtime_ns == made


def _loading(model: Path, models_dir: Path) -> subprocess.Popen[str]:
    """A process that loads this encoder, says whether it has torch, and encodes."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom index.models.choose import load_encoder\n"
        "encoder = load_encoder(sys.argv[1], Path(sys.argv[2]), threads=1)\n"
        "print('torch' in sys.modules, encoder.encode(['one', 'two']).shape)"
    )
    command = [sys.executable, "-c", code, str(model), str(models_dir)]
    return subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_a_killed_export_leaves_nothing_half_made(own: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle of an export: no folder that could be taken for one, and the next loading makes it whole."""
    models = tmp_path / "models"
    mark = fingerprint(own, models / MEMORY_FILE)
    with _loading(own, models) as process:
        deadline = time.monotonic() + 120
        while not any(path.suffix == ".partial" for path in models.iterdir()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not (models / mark).exists()
    assert export.is_exported(models / mark) is None
    assert isinstance(load_encoder(str(own), models, threads=1), OnnxEncoder)
    assert export.is_exported(models / mark) is True
    assert not list(models.glob("*.partial"))


def test_two_processes_export_once(own: Path, tmp_path: Path) -> None:
    """Of two processes that need the same export at once, one makes it and the other waits and takes it, without torch."""
    processes = [_loading(own, tmp_path / "models") for _ in range(2)]
    said = [process.communicate(timeout=180)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("exporting the encoder once" in one for one in said) == 1
    assert sorted(one.splitlines()[-1] for one in said) == ["False (2, 32)", "True (2, 32)"]


def test_a_normal_start_needs_no_torch(dateline: Dateline, environment: dict[str, str], tmp_path: Path) -> None:
    """Once the models are prepared, opening, ingesting and answering import no torch, no transformers, no Telegram, and leave nothing at home."""
    assert dateline("ingest", "-", stdin='{"text": "The road was icy."}').returncode == 0
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys\nsys.modules['telegram'] = None\nfrom pathlib import Path\nfrom index import ArticleDraft, open_index\n"
        "with open_index(Path(sys.argv[1]), models_dir=Path(sys.argv[2])) as index:\n"
        "    index.ingest([ArticleDraft('Two people were hurt when a bus left the road.')])\n"
        "    print(index.answer('how many people were hurt?').status)\n"
        "print(*(name for name in sys.modules if sys.modules[name]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data"), environment["DATELINE_INDEX__MODELS_DIR"]],
        env=environment | {"PYTHONPATH": str(ROOT), "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == [], "a library keeps something about its use"
    status, modules = done.stdout.splitlines()
    assert status == "answered"
    loaded = set(modules.split())
    assert {"faiss", "tantivy", "onnxruntime", "sqlalchemy"} <= loaded
    assert loaded.isdisjoint({"torch", "sentence_transformers", "transformers", "huggingface_hub", "telegram", "alembic", "onnx"})


# Reranking


def test_scores_keep_their_order_and_do_not_depend_on_company(reranker: Reranker) -> None:
    """Each text gets the same score alone and among others, to the last digit, wherever it stands; the one that answers gets the best."""
    question = "How many people are missing after the ferry sank?"
    texts = [*TEXTS, *CROWD[:40]]
    together = reranker.score(question, texts)
    alone = [reranker.score(question, [text])[0] for text in texts]
    assert together == alone
    assert together == reranker.score(question, texts[::-1])[::-1]
    assert texts[int(np.argmax(together))].startswith("The ferry sank")
    assert reranker.score(question, []) == []


# Damage


@pytest.fixture
def exported(own: Path, tmp_path: Path) -> Path:
    """The tiny model's export, to be harmed."""
    return tmp_path / "models" / load_encoder(str(own), tmp_path / "models", threads=1).fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_export_is_named_with_its_remedy(own: Path, exported: Path, name: str) -> None:
    """A file of the export that was cut short is an EncodingError that names it; following the remedy mends it."""
    file = exported / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(EncodingError, match=str(file)) as found:
        load_encoder(str(own), exported.parent, threads=1)
    assert "dateline prepare" in str(found.value.remedy)
    shutil.rmtree(exported)
    load_encoder(str(own), exported.parent, threads=1).encode(["one"])


def test_an_export_without_its_facts_is_made_anew(own: Path, exported: Path) -> None:
    """Where the file that says how faithful an export is cannot be read, the export does not count as one."""
    (exported / "export.json").write_text('{"faithful"', encoding="utf-8")
    load_encoder(str(own), exported.parent, threads=1).encode(["one"])
    assert export.is_exported(exported) is True


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_reranker_is_named(name: str, tmp_path: Path) -> None:
    """A reranker's file that was cut short is an EncodingError that names it."""
    folder = tmp_path / "reranker"
    shutil.copytree(locate(DEFAULT_RERANKER), folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:1000])
    with pytest.raises(EncodingError, match=name) as found:
        load_reranker(str(folder), tmp_path / "models", threads=1)
    assert found.value.remedy


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "modules.json"])
def test_a_damaged_model_is_named(name: str, own: Path, tmp_path: Path) -> None:
    """A model folder of which a file was cut short is an EncodingError that names the folder, and no export comes of it."""
    file = own / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(EncodingError, match=str(own)):
        load_encoder(str(own), tmp_path / "models", threads=1)
    assert not [path for path in (tmp_path / "models").iterdir() if path.is_dir()]


def test_a_models_folder_that_cannot_be_written_is_named_with_its_remedy(own: Path, tmp_path: Path) -> None:
    """Where no export can be put, that is said, with what to do; here a file stands in the folder's place, which stops root too."""
    (tmp_path / "models").write_text("in the way", encoding="utf-8")
    with pytest.raises(EncodingError, match=r"cannot be exported into .*models") as raised:
        load_encoder(str(own), tmp_path / "models", threads=1)
    assert "dateline prepare" in (raised.value.remedy or "")
