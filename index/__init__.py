"""Everything about the coverage: articles in, cited answers out. Works with no Telegram installed.

This is the front door; outsiders import from here and nowhere deeper:

    with open_index(Path("data")) as index:
        index.ingest([ArticleDraft("Two people were hurt when a bus left the road.")])
        answer = index.answer("how many people were hurt?")

Importing it loads no model, no torch and no FAISS; ``open_index`` does.
"""

from index.answering.about_answer import About, about_answer
from index.answering.followup import Exchange, standalone
from index.answering.headlines import asks_for_headlines, headlines_on
from index.answering.replies import reply_to
from index.answering.wire import to_json
from index.build import open_index
from index.domain.answers import Answer, Citation, Context, QuoteCheck, QuoteState, Remark, ShortAnswer, StatedTime, Status
from index.domain.articles import Article, ArticleDraft, Kinship, Span
from index.domain.feeds import AddedFeed, Feed, FeedReport, FeedState, Polled, RefreshReport
from index.domain.ingest import IngestReport, Outcome, Refusal
from index.domain.passages import Carrier, Filters, Passage
from index.domain.upkeep import CheckReport, Finding, ReindexReport, Severity, Stats
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
from index.ports.models import Vectors
from index.search.news import Near, News, NewsItem
from index.service import NewsIndex
from index.text.fragments import link_to

__all__ = [
    "About",
    "AddedFeed",
    "AddressRefusedError",
    "Answer",
    "Article",
    "ArticleDraft",
    "ArticleNotFoundError",
    "ArticleRefusedError",
    "Carrier",
    "CheckReport",
    "Citation",
    "Context",
    "EncoderMismatchError",
    "EncodingError",
    "Exchange",
    "Feed",
    "FeedNotFoundError",
    "FeedReport",
    "FeedState",
    "Filters",
    "Finding",
    "IndexDamagedError",
    "IndexNotBuiltError",
    "IngestReport",
    "Kinship",
    "Near",
    "News",
    "NewsError",
    "NewsIndex",
    "NewsItem",
    "Outcome",
    "OutletNotFoundError",
    "Passage",
    "Polled",
    "QuestionError",
    "QuoteCheck",
    "QuoteState",
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
    "StatedTime",
    "Stats",
    "Status",
    "StoppedError",
    "StorageError",
    "SuiteError",
    "VectorShapeError",
    "Vectors",
    "WriterBusyError",
    "about_answer",
    "asks_for_headlines",
    "headlines_on",
    "link_to",
    "open_index",
    "read_document",
    "read_paths",
    "read_post",
    "readable_files",
    "reply_to",
    "standalone",
    "to_json",
]
