"""From which score on something is what a subscriber wants."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.updates.thresholds import thresholds
from index.build import DEFAULT_ENCODER, DEFAULT_RERANKER
from index.models.locate import fingerprint, locate


@pytest.mark.parametrize("kind", ["topic", "question"])
def test_the_models_that_are_set_are_calibrated(kind: str, tmp_path: Path) -> None:
    """Others get a guess; a question is asked again sooner than a topic is posted, for asking costs little."""
    guessed = thresholds(kind, "nobody's", "nobody's")
    fitted = thresholds(kind, *(fingerprint(locate(name), tmp_path / "memory.json") for name in (DEFAULT_RERANKER, DEFAULT_ENCODER)))
    assert fitted != guessed
    assert fitted.cosine <= fitted.cosine_alone
    assert fitted.cosine < fitted.promise < fitted.cosine + fitted.words  # the words decide
