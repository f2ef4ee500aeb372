"""Every error this package raises on purpose, as one tree.

    NewsError
    ├─ SourceError                  what came in
    │  ├─ SourceUnavailableError      it could not be reached; a retry may help
    │  └─ ArticleRefusedError         it was read and is not an article; a retry will not help
    │     ├─ SourceGoneError            the site says that there is nothing at this address, or nothing any more
    │     └─ AddressRefusedError        we do not go to that address
    ├─ StorageError                 what we keep
    │  ├─ IndexNotBuiltError          nothing has been ingested here yet
    │  ├─ EncoderMismatchError        the index was built with another encoder
    │  ├─ IndexDamagedError           a file is missing, cut short, or disagrees with its manifest
    │  ├─ VectorShapeError            vectors of another dimension than the index's
    │  ├─ SchemaVersionError          the database was written by another version of this program
    │  └─ WriterBusyError             another process is writing here; a retry may help
    ├─ EncodingError                a model could not be found, loaded or run
    ├─ WritingError                 a language model could not be asked, or wrote nothing that can be used
    ├─ QuestionError                what was asked cannot be searched for (empty, too long, no words)
    ├─ ArticleNotFoundError         no article has that id
    ├─ SuiteError                   a test set or a log of one cannot be read, or contradicts itself
    ├─ FeedNotFoundError            no feed is followed at that address
    ├─ OutletNotFoundError          the coverage has no outlet of that name
    ├─ StoppedError                 it was stopped before its end, and changed nothing
    └─ RequestError [bot.errors]    what a chat asked of the bot

A message is one sentence a person can read; ``remedy`` is what to type or do about it. Adapters translate the errors of SQLAlchemy,
FAISS, tantivy and onnxruntime with ``from``; nothing foreign crosses a port.
"""

from collections.abc import Mapping


class NewsError(Exception):
    """The root: ``except NewsError`` catches all of ours and nothing else."""

    retryable = False
    """Whether the same call may succeed later with nothing changed."""

    def __init__(self, message: str, *, remedy: str | None = None, values: Mapping[str, str | int] | None = None) -> None:
        """values: what fills the named places of both sentences, "{length} characters"; without it braces are only braces.

        Sentences with places instead of what fills them can be said in another language (``bot.telling``). A value is never looked into for places.
        """
        self.sentences = (message, remedy)
        self.values = values
        self.message = _filled(message, values)
        self.remedy = _filled(remedy, values) if remedy is not None else None
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


def _filled(sentence: str, values: Mapping[str, str | int] | None) -> str:
    """In English, with thousands set apart."""
    if values is None:
        return sentence
    return sentence.format(**{name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()})


class SourceError(NewsError):
    """What was to come in could not."""


class SourceUnavailableError(SourceError):
    """It could not be reached or read just now."""

    retryable = True

    def __init__(self, message: str, *, remedy: str | None = None, status: int | None = None, retry_after_s: float | None = None) -> None:
        """status: the HTTP status that came instead, if one came. retry_after_s: how long the site asks to be left alone, 0 or more."""
        super().__init__(message, remedy=remedy)
        self.status = status
        self.retry_after_s = retry_after_s


class ArticleRefusedError(SourceError):
    """It was read, and it is not an article we can take; the message says why."""


class SourceGoneError(ArticleRefusedError):
    """The site says that there is nothing at this address (404), or nothing any more (410)."""

    def __init__(self, message: str, *, remedy: str | None = None, status: int) -> None:
        """status: 404 or 410; only the second is meant to last."""
        super().__init__(message, remedy=remedy)
        self.status = status


class AddressRefusedError(ArticleRefusedError):
    """An address we do not go to: not of the web, not public, or not well formed; the message says which."""


class StorageError(NewsError):
    """The database or an index file."""


class IndexNotBuiltError(StorageError):
    """There is no coverage here yet."""


class EncoderMismatchError(StorageError):
    """The vectors at hand were made by another encoder than the one that is set."""


class IndexDamagedError(StorageError):
    """An index file is missing, cut short, or disagrees with its manifest. The database still holds everything."""


class VectorShapeError(StorageError):
    """Vectors of another dimension than the index holds; both numbers are in the message."""


class SchemaVersionError(StorageError):
    """The database's tables are not of this program's version."""


class WriterBusyError(StorageError):
    """Another process is writing; the message says which."""

    retryable = True


class EncodingError(NewsError):
    """A model could not be found, loaded or run."""


class WritingError(NewsError):
    """A language model could not be reached, or its answer could not be read; the answer stands without it."""


class QuestionError(NewsError):
    """There is nothing in the question to search for."""


class ArticleNotFoundError(NewsError):
    """No article has the id that was given."""


class SuiteError(NewsError):
    """A test set, or the log of an earlier evaluation, cannot be read or contradicts itself; the message names the file and the line."""


class FeedNotFoundError(NewsError):
    """No feed is followed at the address that was given."""


class OutletNotFoundError(NewsError):
    """The coverage has no outlet of the name that was given."""


class StoppedError(NewsError):
    """Whoever started it had it stopped before its end; what served before serves on."""
