"""The built-in reader as a model: it scores as its reranker does, says what answers, and reads nothing twice."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.build import DEFAULT_PARSER, DEFAULT_RERANKER
from index.domain.articles import Span
from index.errors import EncodingError
from index.models.choose import examiner_of, load_parser, load_reader, load_reranker
from index.models.locate import locate
from index.models.onnx_reranker import Begun, OnnxReranker
from index.models.reranker_parts import MODEL_FILE, export_parts, output_of
from index.models.runtime import OnnxModel, load_tokenizer
from index.models.states_reader import FOLDER, HEAD_FILE, StatesReader, facts
from index.ports.models import Readable
from index.search.retrieve import NEAR

QUESTION = "Who apologized to the families?"
ANSWERS = "Harbour master Ingrid Moe apologized to the families on Saturday."
ABOUT = "The families of those who drowned came to the harbour on Saturday."


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> OnnxReranker:
    """The default one, in parts."""
    loaded = load_reranker(DEFAULT_RERANKER, tmp_path_factory.mktemp("models"), threads=1, in_parts=True)
    assert isinstance(loaded, OnnxReranker)
    return loaded


@pytest.fixture(scope="module")
def reader(reranker: OnnxReranker, tmp_path_factory: pytest.TempPathFactory) -> StatesReader:
    """It reads with that one."""
    loaded = load_reader("built-in", reranker, DEFAULT_RERANKER, tmp_path_factory.mktemp("reader"), threads=1)
    assert isinstance(loaded, StatesReader)
    return loaded


def test_in_parts_the_reranker_scores_as_in_one(reranker: OnnxReranker, tmp_path: Path) -> None:
    """They serve in its place: calibrations belong to these scores."""
    whole = load_reranker(DEFAULT_RERANKER, tmp_path, threads=1)
    assert reranker.score(QUESTION, [ANSWERS, ABOUT]) == pytest.approx(whole.score(QUESTION, [ANSWERS, ABOUT]), abs=0.05)


def test_a_glance_tells_about_the_score_and_is_gone_on_from(reader: StatesReader, reranker: OnnxReranker) -> None:
    """What is far from the rest by a glance is so by its score, and what was begun ends as if it had been read at once."""
    (near, far), none = reader.judge(QUESTION, [ANSWERS, "Ships use more oil than cars."], [])
    assert none == []
    assert near.estimate > far.estimate + NEAR
    glances, scores = reader.judge(QUESTION, [ABOUT], [near])
    assert len(glances) == 1
    assert scores == reranker.score(QUESTION, [ANSWERS])
    assert near.estimate == pytest.approx(scores[0], abs=4.0)


def test_the_parts_take_texts_alone(tmp_path: Path) -> None:
    """They have no mask, so that a shorter text in a batch would attend to what it is padded with."""
    folder = locate(DEFAULT_RERANKER)
    parts = export_parts(folder, facts()["layer"], tmp_path / "reranker")
    batches = OnnxModel(parts.first, load_tokenizer(folder / "tokenizer.json", 384), threads=1)
    with pytest.raises(ValueError, match="one text at a time"):
        list(batches.run([(QUESTION, ANSWERS), (QUESTION, ABOUT)]))


def test_a_graph_of_another_make_is_refused(tmp_path: Path) -> None:
    """The reader's own head has layers of that kind, and none by these names; nor has the reranker a hundredth layer."""
    shutil.copy(FOLDER / HEAD_FILE, tmp_path / MODEL_FILE)
    with pytest.raises(EncodingError, match="not named as torch names it"):
        export_parts(tmp_path, facts()["layer"], tmp_path / "reranker")
    with pytest.raises(EncodingError, match="no tensor is named"):
        export_parts(locate(DEFAULT_RERANKER), output_of(99), tmp_path / "reranker")
    assert not list(tmp_path.glob("reranker*"))


def test_what_answers_is_told_from_what_is_about_it(reader: StatesReader) -> None:
    """The log-odds tell a passage that says who it was from one that does not."""
    says, about = reader.examine(QUESTION, [(None, ANSWERS), (None, ABOUT)])
    assert says.answers > about.answers


def test_the_examiner_is_whoever_reads_with_the_reranker_that_serves(reader: StatesReader, reranker: OnnxReranker) -> None:
    """Log-odds of one model are no use beside scores of another."""
    assert examiner_of(reader, reranker) is reader
    assert examiner_of(reader, None) is None


def test_passages_are_examined_in_the_order_they_were_given(reader: StatesReader) -> None:
    """Although the longest is begun with."""
    texts: Sequence[tuple[str | None, str]] = [(None, ABOUT), ("In Bergen", f"{ANSWERS} {ABOUT}"), (None, ANSWERS)]
    assert reader.examine(QUESTION, texts) == [reader.examine(QUESTION, [one])[0] for one in texts]


def test_nothing_is_cut_from_a_headline(reader: StatesReader, tmp_path: Path) -> None:
    """A headline says what "it" is; an answer that only stands there is none that a quote says."""
    parse = load_parser(DEFAULT_PARSER, tmp_path).parse
    for one in reader.read(parse([QUESTION])[0], [Readable(ABOUT, (Span(0, len(ABOUT)),), "Ingrid Moe apologizes")], parse):
        assert 0 <= one.span.start < one.span.end <= len(ABOUT)


def test_what_was_examined_is_not_read_again(
    reader: StatesReader, reranker: OnnxReranker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The search scores the passages and the reader reads them: one pass serves both."""
    passes: list[str] = []
    begin = reranker.begin

    def counted(question: str, text: str) -> Begun:
        passes.append(text)
        return begin(question, text)

    monkeypatch.setattr(reranker, "begin", counted)
    texts: Sequence[tuple[str | None, str]] = [("In Bergen", ANSWERS)]
    reader.examine(QUESTION, texts)
    parse = load_parser(DEFAULT_PARSER, tmp_path).parse
    reader.read(parse([QUESTION])[0], [Readable(ANSWERS, (Span(0, len(ANSWERS)),), "In Bergen")], parse)
    assert passes == [f"In Bergen. {ANSWERS}"]
