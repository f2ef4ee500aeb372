"""Everything about the coverage: articles in, cited answers out. Works with no Telegram installed.

This is the front door; outsiders import from here and nowhere deeper:

    with open_index(Path("data")) as index:
        index.ingest([ArticleDraft("Two people were hurt when a bus left the road.")])
        answer = index.answer("how many people were hurt?")

Importing it loads no model, no torch and no FAISS; ``open_index`` does.
"""

from index.answering.replies import reply_to
from index.answering.wire import to_json
from index.build import open_index
from index.domain import (
    AddedFeed,
    Answer,
    Article,
    ArticleDraft,
    CheckReport,
    Citation,
    Feed,
    FeedReport,
    FeedState,
    Filters,
    Finding,
    IngestReport,
    Outcome,
    Passage,
    Polled,
    RefreshReport,
    Refusal,
    ReindexReport,
    Remark,
    Severity,
    ShortAnswer,
    Span,
    Stats,
    Status,
)
from index.errors import (
    AddressRefusedError,
    ArticleNotFoundError,
    ArticleRefusedError,
    EncoderMismatchError,
    EncodingError,
    FeedNotFoundError,
    IndexDamagedError,
    IndexNotBuiltError,
    NewsError,
    OutletNotFoundError,
    QuestionError,
    SchemaVersionError,
    SourceError,
    SourceGoneError,
    SourceUnavailableError,
    StoppedError,
    StorageError,
    SuiteError,
    VectorShapeError,
    WriterBusyError,
)
from index.intake.files import read_document, read_paths, readable_files
from index.intake.posts import read_post
from index.service import NewsIndex

__all__ = [
    "AddedFeed",
    "AddressRefusedError",
    "Answer",
    "Article",
    "ArticleDraft",
    "ArticleNotFoundError",
    "ArticleRefusedError",
    "CheckReport",
    "Citation",
    "EncoderMismatchError",
    "EncodingError",
    "Feed",
    "FeedNotFoundError",
    "FeedReport",
    "FeedState",
    "Filters",
    "Finding",
    "IndexDamagedError",
    "IndexNotBuiltError",
    "IngestReport",
    "NewsError",
    "NewsIndex",
    "Outcome",
    "OutletNotFoundError",
    "Passage",
    "Polled",
    "QuestionError",
    "RefreshReport",
    "Refusal",
    "ReindexReport",
    "Remark",
    "SchemaVersionError",
    "Severity",
    "ShortAnswer",
    "SourceError",
    "SourceGoneError",
    "SourceUnavailableError",
    "Span",
    "Stats",
    "Status",
    "StoppedError",
    "StorageError",
    "SuiteError",
    "VectorShapeError",
    "WriterBusyError",
    "open_index",
    "read_document",
    "read_paths",
    "read_post",
    "readable_files",
    "reply_to",
    "to_json",
]
