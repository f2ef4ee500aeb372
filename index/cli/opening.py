"""From the settings to an open index: the composition root of the coverage commands, and of the bot's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from config.settings import Settings, load_settings
from index.build import LlmEndpoint, is_empty, open_index, require_ready
from index.service import NewsIndex


def open_from_settings(settings: Settings | None = None, *, create: bool = False) -> NewsIndex:
    """The coverage that the settings name. create: whether an empty one is made where there is none.

    Raises SettingsError, IndexNotBuiltError (without ``create``), StorageError, EncodingError.
    """
    settings = settings or load_settings()
    return _open(settings, settings.storage.data_dir, _database_url(settings), create=create, llm=_llm(settings))


def open_aside(settings: Settings, data_dir: Path) -> NewsIndex:
    """Coverage in a folder of its own, in SQLite, with the models of the settings; made if there is none. Raises StorageError, EncodingError.

    No language model is asked: it is for measuring.
    """
    return _open(settings, data_dir, None, create=True, llm=None)


def follow_settings(index: NewsIndex, settings: Settings) -> None:
    """Follow the feeds that the settings name, besides those that were added otherwise. Asks nobody; the next refresh does."""
    index.follow(settings.ingest.feeds)


def is_coverage_empty(settings: Settings) -> bool:
    """Whether there is no coverage yet where the settings point. Quick: no model is loaded."""
    return is_empty(settings.storage.data_dir, database_url=_database_url(settings))


def require_ready_from_settings(settings: Settings) -> None:
    """Nothing, if questions can be answered from the coverage that the settings name; else the error that says why not. Quick, changes nothing.

    Raises StorageError, EncodingError.
    """
    require_ready(
        settings.storage.data_dir,
        database_url=_database_url(settings),
        encoder=settings.index.encoder,
        models_dir=settings.index.models_dir,
    )


def _database_url(settings: Settings) -> str | None:
    return settings.storage.database_url.get_secret_value() if settings.storage.database_url else None


def _open(settings: Settings, data_dir: Path, database_url: str | None, *, create: bool, llm: LlmEndpoint | None) -> NewsIndex:
    return open_index(
        data_dir,
        database_url=database_url,
        encoder=settings.index.encoder,
        reranker=settings.index.reranker or None,
        reader=settings.index.reader or None,
        models_dir=settings.models_dir,
        threads=settings.index.threads,
        operating_point=settings.index.operating_point,
        allow_private_hosts=settings.ingest.allow_private_hosts,
        feed_interval=timedelta(minutes=settings.ingest.interval_minutes),
        create=create,
        llm=llm,
    )


def _llm(settings: Settings) -> LlmEndpoint | None:
    llm = settings.llm
    if llm.base_url is None or llm.model is None:
        return None
    return LlmEndpoint(llm.base_url, llm.model, llm.api_key.get_secret_value() if llm.api_key else None, llm.timeout_s)
