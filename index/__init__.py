"""Everything about the coverage: articles in, cited answers out. Works with no Telegram installed.

This is the front door; outsiders import from here and nowhere deeper:

    with open_index(Path("data")) as index:
        index.ingest([ArticleDraft("Two people were hurt when a bus left the road.")])
        answer = index.answer("how many people were hurt?")

Importing it loads no model, no torch and no FAISS; ``open_index`` does.
"""

from index.answering.wire import to_json
from index.build import open_index
from index.domain import (
    Answer,
    Article,
    ArticleDraft,
    Carrier,
    CheckReport,
    Citation,
    Filters,
    Finding,
    IngestReport,
    Outcome,
    Passage,
    QuoteCheck,
    QuoteState,
    Refusal,
    ReindexReport,
    Severity,
    ShortAnswer,
    Span,
    Stats,
    Status,
)
from index.errors import (
    ArticleNotFoundError,
    ArticleRefusedError,
    EncoderMismatchError,
    EncodingError,
    IndexDamagedError,
    IndexNotBuiltError,
    NewsError,
    QuestionError,
    SchemaVersionError,
    SourceError,
    SourceUnavailableError,
    StorageError,
    VectorShapeError,
    WriterBusyError,
)
from index.service import NewsIndex

__all__ = [
    "Answer",
    "Article",
    "ArticleDraft",
    "ArticleNotFoundError",
    "ArticleRefusedError",
    "Carrier",
    "CheckReport",
    "Citation",
    "EncoderMismatchError",
    "EncodingError",
    "Filters",
    "Finding",
    "IndexDamagedError",
    "IndexNotBuiltError",
    "IngestReport",
    "NewsError",
    "NewsIndex",
    "Outcome",
    "Passage",
    "QuestionError",
    "QuoteCheck",
    "QuoteState",
    "Refusal",
    "ReindexReport",
    "SchemaVersionError",
    "Severity",
    "ShortAnswer",
    "SourceError",
    "SourceUnavailableError",
    "Span",
    "Stats",
    "Status",
    "StorageError",
    "VectorShapeError",
    "WriterBusyError",
    "open_index",
    "to_json",
]
