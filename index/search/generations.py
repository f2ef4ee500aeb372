"""The derived indexes and the files they live in: opened, brought up to date, built aside and swapped.

    data/index/CURRENT                 the name of the generation that serves
    data/index/g000002/manifest.json   encoder, dimension, count, sequence, and the vector files with their digest
    data/index/g000002/vectors-…       the vector index as of the manifest's sequence
    data/index/g000002/lexical/        the lexical index; lexical.json beside it says as of which sequence

The database is the truth. An index that lags behind its sequence is told the changes since; vectors come from the database too, so catching up
is quick and needs no files of another process. Everything is written aside and renamed, the manifest last: a kill leaves the old state or the new.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import structlog
from filelock import FileLock, Timeout

from index.errors import EncoderMismatchError, IndexDamagedError, StoppedError
from index.ports.articles import ArticleStore, SentenceBlock
from index.ports.clock import Clock
from index.ports.models import Encoder, Progress, Vectors
from index.ports.search import Ids, LexicalIndex, Rows, VectorIndex
from index.search.manifest import FORMAT, Manifest, read_json, read_manifest, write_json, write_text

log = structlog.get_logger(__name__)

_SAVE_AFTER = 2000
"""Changed sentences from which the vector file is written again; replaying fewer at a start takes some hundredths of a second."""
_SAVE_SHARE = 0.02
"""…or this share of all, whichever is more: a file of 400 MB is not rewritten for every article."""
_CATCH_UP_EVERY_S = 30.0
"""How often a reader offers to bring a lagging lexical index up to date; whoever is writing does so itself every few seconds."""

Blocks = Callable[[], Iterator[tuple[Rows, Vectors]]]
"""Starts over at each call."""

Stopped = Callable[[], bool]
"""Asked now and then whether to come to an early end."""


class SavedVectorIndex(VectorIndex, Protocol):
    """A vector index that knows its files."""

    @property
    def kind(self) -> str:
        """``flat`` or ``ivf``."""

    @property
    def recall_at_10(self) -> float:
        """Against exact search on a sample of its own vectors, when it was built."""

    @property
    def needs_rebuild(self) -> bool:
        """Its kind no longer fits its count."""

    def save(self, folder: Path, stem: str) -> Any:
        """Write files aside, sync and rename them; a dataclass of what was written."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The adapters to use, as functions; ``index.build`` fills this in."""

    build_vectors: Callable[[int, int, Blocks], SavedVectorIndex]
    load_vectors: Callable[[Path, Mapping[str, Any]], SavedVectorIndex]
    verify_vectors: Callable[[Path, Mapping[str, Any]], None]
    create_lexical: Callable[[Path], LexicalIndex]
    open_lexical: Callable[[Path], LexicalIndex]


class Generation:
    """One set of indexes, open. Safe for many searching threads beside one that catches up."""

    def __init__(self, folder: Path, manifest: Manifest, vectors: SavedVectorIndex, lexical: LexicalIndex) -> None:
        self.folder = folder
        self.manifest = manifest
        self.vectors = vectors
        self.lexical = lexical
        self.sequence = manifest.sequence
        self.unsaved = 0
        self.mutex = threading.Lock()
        self.next_offer = 0.0

    @property
    def name(self) -> str:
        """As in ``CURRENT``."""
        return self.folder.name

    @property
    def lexical_sequence(self) -> int:
        """The sequence the lexical index is at."""
        return int(read_json(self.folder / "lexical.json")["sequence"])


class Generations:
    """Which generation serves, and how the next one comes to be."""

    def __init__(self, folder: Path, store: ArticleStore, encoder: Encoder, engines: Engines, clock: Clock) -> None:
        self._folder = folder
        self._store = store
        self._encoder = encoder
        self._engines = engines
        self._clock = clock
        self._open: Generation | None = None
        self._stamp: tuple[int, int] | None = None
        self._mutex = threading.Lock()

    @property
    def sequence(self) -> int:
        """The database's, which every index is to reach."""
        return self._store.sequence()

    # Reading

    def current(self) -> Generation | None:
        """The generation that serves, opened if it is another than last time; None if there is none yet.

        Raises EncoderMismatchError if it was built with another encoder, IndexDamagedError if its files are not what its manifest says.
        """
        stamp = self._current_stamp()
        if stamp is None:
            return None
        with self._mutex:
            if self._open is None or stamp != self._stamp:
                self._open = self._load_current()
                self._stamp = stamp
            return self._open

    def serving(self) -> Generation | None:
        """The one that answers: ``current``, but while another thread opens one that was swapped in, the one before. So one question waits for files
        to be read, and no other."""
        before = self._open
        return before if before is not None and self._mutex.locked() else self.current()

    def fresh(self) -> Generation | None:
        """The one that answers, told of every change up to now. A lexical index that another process is just bringing up to date may lag by
        seconds."""
        generation = self.serving()
        if generation is not None:
            sequence = self._store.sequence()
            if generation.sequence < sequence:
                self._follow_vectors(generation)
            is_outdated = self._mutex.locked() or generation is not self._open
            if not is_outdated and generation.next_offer <= time.monotonic():
                generation.next_offer = time.monotonic() + _CATCH_UP_EVERY_S
                if generation.lexical_sequence < sequence:
                    self._follow_lexical(generation, wait_s=0)
        return generation

    def usable(self) -> bool:
        """Whether there is a generation and it opens. Raises EncoderMismatchError: that is for a person to decide."""
        try:
            return self.current() is not None
        except IndexDamagedError:
            return False

    def verify(self) -> None:
        """Compare the vector files with the manifest's digest. Raises IndexDamagedError."""
        generation = self.current()
        if generation is not None:
            self._engines.verify_vectors(generation.folder, generation.manifest.vectors)

    def size(self) -> int:
        """Bytes of all index files."""
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    # Writing: the caller holds the writer's lock

    def follow(self) -> Generation:
        """Bring the serving generation up to date, both its parts; build the first one if there is none."""
        generation = self.current()
        if generation is None:
            return self.rebuild()[0]
        self._follow_vectors(generation)
        self._follow_lexical(generation, wait_s=60)
        return generation

    def save(self, *, always: bool = False) -> None:
        """Write the vector file again if enough changed for it to pay, and change its kind if its size asks for that."""
        generation = self.current()
        if generation is None:
            return
        if generation.vectors.needs_rebuild:
            with generation.mutex:
                generation.sequence = self._store.sequence()
                generation.vectors, _ = self._build_vectors(None, lambda: False)
            always = True
        if always or generation.unsaved > max(_SAVE_AFTER, _SAVE_SHARE * len(generation.vectors)):
            with generation.mutex:
                generation.manifest = self._write_vectors(generation.folder, generation.vectors, generation.sequence)
                generation.unsaved = 0

    def mend_vectors(self, missing: Ids, surplus: Ids) -> None:
        """Put right what ``check`` found: sentences that the database has and the vector index lacks, or the reverse."""
        generation = self.follow()
        with generation.mutex:
            generation.vectors.remove(surplus)
            for block in self._store.current():
                lacking = np.isin(block.rows.sentence_ids, missing)
                if lacking.any():
                    generation.vectors.add(block.rows[lacking], self._vectors_of(block)[0][lacking])
        self.save(always=True)

    def mend_lexical(self, missing: Ids, surplus: Ids) -> None:
        """The same for the lexical index."""
        generation = self.follow()
        with generation.mutex, _writing(generation.lexical):
            generation.lexical.remove(surplus)
            for block in self._store.current():
                lacking = np.isin(block.rows.sentence_ids, missing)
                if lacking.any():
                    generation.lexical.add(block.rows[lacking], [block.texts[i] for i in np.flatnonzero(lacking)])

    def rebuild(self, progress: Progress | None = None, stopped: Stopped = lambda: False) -> tuple[Generation, int]:
        """Build a generation aside from the database and swap it in. Readers keep the old one until then.

        ``progress`` is told of sentences, each once for its vector and once for its words. stopped: asked every some hundred sentences; True ends
        it with StoppedError, and the old generation serves on. Vectors encoded by then are kept. Returns the generation, and how many sentences had
        no vector and were encoded.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"g{1 + max((int(path.name[1:7]) for path in self._folder.glob('g??????*')), default=0):06d}"
        aside = self._folder / f"{name}.partial"
        sequence = self._store.sequence()
        try:
            vectors, encoded = self._build_vectors(progress, stopped)
            self._build_lexical(aside / "lexical", progress, stopped)
            write_json(aside / "lexical.json", {"sequence": sequence})
            self._write_vectors(aside, vectors, sequence)
        except StoppedError:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        aside.rename(self._folder / name)
        # Opened before it serves: no question has to wait for it to be read.
        generation = self._load(self._folder / name)
        with self._mutex:
            write_text(self._folder / "CURRENT", name)
            self._open, self._stamp = generation, self._current_stamp()
        self._clear_old(name)
        return generation, encoded

    # How

    def _current_stamp(self) -> tuple[int, int] | None:
        try:
            stat = (self._folder / "CURRENT").stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _load_current(self) -> Generation:
        for attempt in (1, 2):
            folder = self._folder / (self._folder / "CURRENT").read_text(encoding="utf-8").strip()
            try:
                return self._load(folder)
            except IndexDamagedError:
                # A reindex may have swapped and cleared the folder between our two reads: then CURRENT names another one now.
                if attempt == 2 or folder.exists():
                    raise
        raise AssertionError("unreachable")

    def _load(self, folder: Path) -> Generation:
        manifest = read_manifest(folder)
        if manifest.encoder_fingerprint != self._encoder.fingerprint:
            raise EncoderMismatchError(
                f"The index was built with the encoder {manifest.encoder_name} ({manifest.encoder_fingerprint}), "
                f"but {self._encoder.name} ({self._encoder.fingerprint}) is set.",
                remedy="Set DATELINE_INDEX__ENCODER back, or run `dateline reindex --full`.",
            )
        return Generation(
            folder, manifest, self._engines.load_vectors(folder, manifest.vectors), self._engines.open_lexical(folder / "lexical")
        )

    def _follow_vectors(self, generation: Generation) -> None:
        with generation.mutex:
            changes = self._store.changes(generation.sequence)
            generation.vectors.remove(_ids(changes.removed))
            for block in self._store.current(changes.article_keys):
                generation.vectors.remove(block.rows.sentence_ids)  # an article that changed twice may be here already
                generation.vectors.add(block.rows, self._vectors_of(block)[0])
                generation.unsaved += len(block.rows)
            generation.unsaved += sum(map(len, changes.removed))
            generation.sequence = changes.upto

    def _follow_lexical(self, generation: Generation, *, wait_s: float) -> None:
        """Tell the lexical index what changed. Told twice, it is the same: so the note of its sequence may be written after it."""
        try:
            with FileLock(str(self._folder / "lexical.lock"), timeout=wait_s):
                changes = self._store.changes(generation.lexical_sequence)
                if changes.upto == generation.lexical_sequence:
                    return
                with _writing(generation.lexical):
                    generation.lexical.remove(_ids(changes.removed))
                    for block in self._store.current(changes.article_keys):
                        generation.lexical.add(block.rows, block.texts)
                write_json(generation.folder / "lexical.json", {"sequence": changes.upto})
        except Timeout:
            log.debug("another process is bringing the lexical index up to date")

    def _build_lexical(self, folder: Path, progress: Progress | None, stopped: Stopped) -> None:
        lexical = self._engines.create_lexical(folder)
        try:
            with _writing(lexical):
                for block in _until(stopped, self._store.current()):
                    lexical.add(block.rows, block.texts)
                    if progress:
                        progress(len(block.rows))
        finally:
            lexical.close()

    def _build_vectors(self, progress: Progress | None, stopped: Stopped) -> tuple[SavedVectorIndex, int]:
        """A vector index of everything current. First the missing vectors are computed and kept, then all are read, as often as building needs."""
        count = encoded = 0
        for block in _until(stopped, self._store.current()):
            encoded += self._vectors_of(block)[1]
            count += len(block.rows)
            if progress:
                progress(len(block.rows))

        def blocks() -> Iterator[tuple[Rows, Vectors]]:
            for block in _until(stopped, self._store.current()):
                yield block.rows, self._vectors_of(block)[0]

        return self._engines.build_vectors(self._encoder.dimension, count, blocks), encoded

    def _vectors_of(self, block: SentenceBlock) -> tuple[Vectors, int]:
        """Vectors of a block's sentences, shape (n, dimension), from the database or else the encoder; and how many were encoded."""
        known = self._store.vectors(self._encoder, block.digests)
        missing = {digest: text for digest, text in zip(block.digests, block.texts, strict=True) if digest not in known}
        if missing:
            made = dict(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            self._store.save_vectors(self._encoder, made)
            known |= made
        if not block.digests:
            return np.empty((0, self._encoder.dimension), dtype=np.float32), 0
        return np.stack([known[digest] for digest in block.digests]), len(missing)

    def _write_vectors(self, folder: Path, vectors: SavedVectorIndex, sequence: int) -> Manifest:
        stem = f"vectors-{sequence:08d}-{time.time_ns():x}"  # a name of its own: the files a manifest names are never written over
        saved = vectors.save(folder, stem)
        manifest = Manifest(
            format=FORMAT,
            encoder_fingerprint=self._encoder.fingerprint,
            encoder_name=self._encoder.name,
            dimension=self._encoder.dimension,
            metric="inner product",
            normalised=True,
            count=len(vectors),
            sequence=sequence,
            made_at=self._clock.now().isoformat(timespec="seconds"),
            vectors=asdict(saved),
        )
        write_json(folder / "manifest.json", asdict(manifest))
        for old in folder.glob("vectors-*"):
            if not old.name.startswith(stem):
                old.unlink(missing_ok=True)
        return manifest

    def _clear_old(self, name: str) -> None:
        """Other generations go: who has one open keeps it (its files live until closed), and follows ``CURRENT`` at the next question."""
        for path in self._folder.glob("g??????*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


def _until(stopped: Stopped, blocks: Iterator[SentenceBlock]) -> Iterator[SentenceBlock]:
    """The blocks. Raises StoppedError before the next one when it is asked to."""
    for block in blocks:
        if stopped():
            raise StoppedError("The rebuild was stopped; the index that served before serves on.")
        yield block


def _ids(runs: Sequence[range]) -> Ids:
    return np.concatenate([np.arange(run.start, run.stop, dtype=np.int64) for run in runs]) if runs else np.empty(0, dtype=np.int64)


@contextmanager
def _writing(lexical: LexicalIndex) -> Iterator[None]:
    """What is added and removed inside is committed together, or dropped if anything fails."""
    try:
        yield
        lexical.commit()
    except BaseException:
        lexical.release()
        raise
