"""Files and lines to drafts, and the reason for every refusal."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.domain.articles import ArticleDraft
from index.domain.ingest import Refusal
from index.errors import ArticleRefusedError
from index.intake.files import MAX_BYTES, Defaults, read_document, read_lines, read_paths, total_bytes
from index.intake.jsonl import parse_line
from index.text.moments import parse_date


def lines(data: bytes) -> list[ArticleDraft | Refusal]:
    return list(read_lines(io.BytesIO(data), "in"))


def test_a_line_keeps_its_text_unchanged() -> None:
    """Offsets are the caller's: not a space, newline or combining mark of the text is touched."""
    text = "  Zwei\r\n\r\ne\u0301tages\u00a0brûlés \u200b "
    draft = parse_line(json.dumps({"text": text, "id": 7, "title": "  T ", "extra": 1}).encode())
    assert (draft.text, draft.id, draft.title) == (text, "7", "T")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "text: it is missing"),
        (b'{"text": ""}', "text: it is empty"),
        (b'{"text": " \\n\\t "}', "only white space"),
        (b'{"text": 5}', "text: "),
        (b'{"text": "a", "published_at": "last week"}', "published_at: 'last week' is not an ISO 8601 date"),
        (b'{"text": "a", "published_at": "2017-02-30"}', "'2017-02-30' is not an ISO 8601 date"),
        (b'{"text": "a", "published_at": 1486598400}', "published_at: it is not an ISO 8601 date in quotation marks"),
        (b'{"text": "a", "published_at": "0017-02-09"}', "before the year 1400"),
        (b'{"text": "\xff"}', "byte 11 of the line is not UTF-8"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason(line: bytes, reason: str) -> None:
    """Each way a line can be wrong has a sentence of its own."""
    with pytest.raises(ArticleRefusedError) as caught:
        parse_line(line)
    assert reason in caught.value.message


@given(st.binary())
def test_any_bytes_are_an_article_or_a_refusal(data: bytes) -> None:
    """No line at all breaks the reader, and every line that is not blank is accounted for, with its number."""
    items = lines(data)
    expected = [number for number, line in enumerate(io.BytesIO(data).readlines(), start=1) if line.strip()]
    assert [int(item.origin.rpartition(":")[2]) for item in items] == expected


@pytest.mark.parametrize(
    ("given_date", "moment"),
    [
        ("2017-02-09", datetime(2017, 2, 9, tzinfo=UTC)),
        ("2017-02-09T08:40:00Z", datetime(2017, 2, 9, 8, 40, tzinfo=UTC)),
        ("2017-02-09T08:40:00+03:00", datetime(2017, 2, 9, 5, 40, tzinfo=UTC)),
        ("2017-02-09 08:40", datetime(2017, 2, 9, 8, 40, tzinfo=UTC)),
    ],
)
def test_dates_become_moments_in_utc(given_date: str, moment: datetime) -> None:
    """With a zone it is converted; without one it is taken as UTC."""
    assert parse_date(given_date) == moment


def test_a_bad_line_does_not_stop_the_rest() -> None:
    """Good lines around a bad one go in; blank lines and a byte order mark are passed over."""
    good, bad, last = lines(b'\xef\xbb\xbf{"text": "one"}\n\nnonsense\n{"text": "two"}')
    assert isinstance(good, ArticleDraft)
    assert (good.text, good.origin) == ("one", "in:1")
    assert isinstance(bad, Refusal)
    assert bad.origin == "in:3"
    assert isinstance(last, ArticleDraft)
    assert last.text == "two"


def test_a_monstrous_line_is_refused_without_being_kept() -> None:
    """50 MB in a line is refused by its size; the line after it goes in."""
    monster = io.BytesIO(b'{"text": "' + b"a" * 50_000_000 + b'"}\n{"text": "after"}\n')
    refusal, after = read_lines(monster, "in")
    assert isinstance(refusal, Refusal)
    assert "50,000,013 bytes, more than the 10,000,000" in refusal.reason
    assert isinstance(after, ArticleDraft)


def test_a_folder_is_read_in_order_with_all_its_kinds(tmp_path: Path) -> None:
    """Folders within folders are read, hidden and unknown files are left out, and each origin is its file."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.md").write_text("# Heading\n\nSecond text.", encoding="utf-8")
    (tmp_path / "a.txt").write_text("First text.\r\nWith two lines.", encoding="utf-8")
    (tmp_path / ".hidden.txt").write_text("no", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"no")
    (tmp_path / "c.jsonl").write_text('{"text": "third"}\n', encoding="utf-8")
    first, third, second = read_paths([tmp_path], Defaults(source="Courier"))
    assert isinstance(first, ArticleDraft)
    assert (first.text, first.source, first.origin) == ("First text.\nWith two lines.", "Courier", str(tmp_path / "a.txt"))
    assert isinstance(second, ArticleDraft)
    assert second.title == "Heading"
    assert isinstance(third, ArticleDraft)
    assert third.id is None
    assert total_bytes([tmp_path]) == sum((tmp_path / name).stat().st_size for name in ("a.txt", "c.jsonl", "b/two.md"))


def test_the_same_file_is_the_same_article(tmp_path: Path) -> None:
    """A text file that changed keeps its id, so that it becomes a revision."""
    file = tmp_path / "Report of the day.txt"
    file.write_text("Three died.", encoding="utf-8")
    (before,) = read_paths([file])
    file.write_text("Five died.", encoding="utf-8")
    (after,) = read_paths([file])
    assert isinstance(before, ArticleDraft)
    assert isinstance(after, ArticleDraft)
    assert before.id == after.id
    assert before.id is not None
    assert before.id.startswith("report-of-the-day-")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("empty.jsonl", b"", "empty"),
        ("blank.txt", b" \n\n ", "empty"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        ("nul.txt", b"three\0died", "binary"),
        ("latin.txt", "Übermorgen in Köln".encode("latin-1"), "UTF-8"),
        ("photo.png", b"\x89PNG", "files of this kind are not read"),
        ("nothing.html", b"<html><body></body></html>", "no article text"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """Empty, binary, wrongly encoded and foreign files each have a clear refusal that names the file."""
    (tmp_path / name).write_bytes(data)
    (refusal,) = read_paths([tmp_path / name])
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert name in refusal.origin


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    """A single text beyond the limit is no article."""
    (tmp_path / "long.txt").write_bytes(b"a" * (MAX_BYTES + 1))
    (refusal,) = read_paths([tmp_path / "long.txt"])
    assert isinstance(refusal, Refusal)
    assert "10,000,001 bytes" in refusal.reason


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A wrong name and an empty folder are told apart."""
    missing, empty = read_paths([tmp_path / "no.txt", tmp_path])
    assert isinstance(missing, Refusal)
    assert isinstance(empty, Refusal)
    assert "no such file" in missing.reason
    assert "in this folder" in empty.reason


def test_a_saved_page_gives_its_article(tmp_path: Path) -> None:
    """Title, text, address and date of a web page come from the page; its menus do not."""
    sentence = "The bridge over the river was closed on Thursday after inspectors found cracks in two of its piers. "
    (tmp_path / "page.html").write_text(
        "<html lang='en'><head><title>Bridge closed</title><link rel='canonical' href='https://courier.example/bridge'>"
        "<meta property='article:published_time' content='2017-02-09T10:00:00Z'></head><body><nav>Home Sport Weather</nav>"
        f"<article><h1>Bridge closed</h1><p>{sentence * 3}</p><p>{sentence * 2}</p></article></body></html>",
        encoding="utf-8",
    )
    (draft,) = read_paths([tmp_path / "page.html"])
    assert isinstance(draft, ArticleDraft)
    assert (draft.title, draft.url, draft.id) == ("Bridge closed", "https://courier.example/bridge", None)
    assert draft.published_at == datetime(2017, 2, 9, 10, tzinfo=UTC)
    assert sentence.strip() in draft.text
    assert "Weather" not in draft.text


@pytest.mark.parametrize("name", ["../../etc/passwd", "article.exe", "noending", "", "a\0b"])
def test_a_document_of_another_kind_is_refused(name: str) -> None:
    """Only the ending of a sent file's name counts, and nothing is looked up under it."""
    (refusal,) = read_document(name, b"Seven were hurt.")
    assert isinstance(refusal, Refusal)
    assert "not read" in refusal.reason


def test_a_sent_document_is_read_by_its_ending() -> None:
    """Text, Markdown and JSON Lines give their articles; the name says where they came from and nothing else."""
    (plain,) = read_document("../a.TXT", b"Seven were hurt.")
    (marked,) = read_document("b.md", b"# Ferry\n\nSeven were hurt.")
    lines = list(read_document("c.jsonl", b'{"text": "One."}\nrubbish\n'))
    assert isinstance(plain, ArticleDraft)
    assert isinstance(marked, ArticleDraft)
    assert (plain.text, plain.id, plain.origin) == ("Seven were hurt.", None, "../a.TXT")
    assert marked.title == "Ferry"
    assert [type(one) for one in lines] == [ArticleDraft, Refusal]
    assert [one.reason for one in read_document("d.txt", b"x" * (MAX_BYTES + 1)) if isinstance(one, Refusal)]
