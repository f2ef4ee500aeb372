"""A question's vectors, encoded on a core of their own while it is found out where to search. In: a question as it was typed. Out: vectors, or that
it is no question: talk in people's own words shows in its vector alone, and nobody waits for that before anything else.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from index.answering.likeness import MAX_WORDS, likeness
from index.answering.readable import can_read
from index.domain.answers import Remark
from index.ports.models import Encoder, Vectors


class NoQuestionError(Exception):
    """What was typed is talk, as its vector shows, which is known only when a search is under way."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark)
        self.remark = remark


class VectorsAhead:
    """The vectors of one question, in all the words it is asked in, each encoded once."""

    def __init__(self, encoder: Encoder, pool: ThreadPoolExecutor, typed: str) -> None:
        """typed: what it was first taken for; encoding begins."""
        self._encoder = encoder
        self._pool = pool
        self._begun: dict[str, Future[Vectors]] = {}
        self._typed = typed
        self._is_judged = False
        self.begin(typed)

    def begin(self, asked: str) -> None:
        """Encode it, unless that was begun, while the caller goes on."""
        if asked not in self._begun:
            self._begun[asked] = self._pool.submit(self._encoder.encode_question, asked)

    def of(self, asked: str) -> Vectors:
        """Shape (1, dimension). Raises EncodingError, and NoQuestionError where what was typed is like talk."""
        self.begin(asked)
        if not self._is_judged:
            self._is_judged = True
            if (remark := self._remark_like()) is not None:
                raise NoQuestionError(remark)
        return self._begun[asked].result()

    def _remark_like(self) -> Remark | None:
        """What kind of talk it is by what it is like, where no set phrase says so; None for all that the encoder cannot judge."""
        model = likeness(self._encoder.fingerprint)
        if model is None or len(self._typed.split()) > MAX_WORDS or not can_read(self._typed, self._encoder.fingerprint):
            return None
        return model.remark(self._begun[self._typed].result())
