"""Compare extractors of articles from web pages by body, title, date and speed. Run by hand; prints a Markdown table for each set, and our refusals.

    python -m benchmarks.extraction ../shared/data

In: the folders ``article_extraction`` and ``fundus_pages`` with their ground truth. Body: F1 of the words in both texts, each page alike; a page
that gives nothing counts 0, and ours is measured before anything is refused. Title and date: exactly the gold's, the date to the day and, where
an extractor gives one, to the second (a gold time without a zone is taken as UTC). Altered: lines of 20 or more letters that do not stand on the
page letter by letter; nobody wrote these. A library that is not installed is named and passed over:
``pip install newspaper4k readability-lxml resiliparse``.
"""

from __future__ import annotations

import gzip
import importlib
import importlib.util
import json
import logging
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index.errors import ArticleRefusedError
from index.intake.page import read_page
from index.intake.page.decoding import decode_page

NOW = datetime(2026, 11, 1, tzinfo=UTC)
"""After every page of both sets."""
MIN_LETTERS = 20
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Page:
    """A page with what is known of it; None where nothing is."""

    name: str
    html: bytes
    url: str | None
    body: str
    title: str | None
    published: datetime | None


@dataclass(frozen=True)
class Extracted:
    """What an extractor made of a page."""

    body: str
    title: str | None = None
    published: date | datetime | None = None


@dataclass(frozen=True)
class Candidate:
    """An extractor under test."""

    name: str
    package: str
    extract: Callable[[str], Extracted]


def _trafilatura(**options: bool) -> Callable[[str], Extracted]:
    def extract(html: str) -> Extracted:
        page: Any = importlib.import_module("trafilatura").bare_extraction(html, with_metadata=True, include_comments=False, **options)
        if page is None:
            return Extracted("")
        return Extracted(page.text or "", page.title, date.fromisoformat(page.date) if page.date else None)

    return extract


def _newspaper(html: str) -> Extracted:
    newspaper = importlib.import_module("newspaper")
    config = newspaper.Config()
    config.fetch_images = False
    article = newspaper.Article("https://news.example/", config=config)
    article.download(input_html=html)
    article.parse()
    return Extracted(article.text, article.title, article.publish_date)


def _readability(html: str) -> Extracted:
    document = importlib.import_module("readability").Document(html)
    tree = importlib.import_module("lxml.html").fromstring(document.summary())
    return Extracted(tree.text_content(), document.short_title())


def _resiliparse(html: str) -> Extracted:
    extract = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return Extracted(extract(html, main_content=True, alt_texts=False, links=False, form_fields=False, noscript=False))


def _ours(html: str) -> Extracted:
    """As ``read_page`` does it, without the refusals."""
    page = importlib.import_module("index.intake.page")
    tree = importlib.import_module("trafilatura").load_html(html)
    facts = page.read_facts(tree)
    published, _ = page.read_dates(facts, tree, None, NOW)
    return Extracted(page.clean(page.read_body(tree, facts.title)), facts.title, published.moment)


CANDIDATES = (
    Candidate("trafilatura", "trafilatura", _trafilatura()),
    Candidate("trafilatura, strict", "trafilatura", _trafilatura(favor_precision=True)),
    Candidate("newspaper4k", "newspaper4k", _newspaper),
    Candidate("readability-lxml", "readability-lxml", _readability),
    Candidate("resiliparse", "resiliparse", _resiliparse),
    Candidate("**ours, on trafilatura**", "trafilatura", _ours),
)


def pages(folder: Path) -> Iterator[Page]:
    """The pages of one set, in the order of its ground truth."""
    with gzip.open(folder / "ground_truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            html = gzip.decompress((folder / one["file"]).read_bytes())
            if isinstance(one["body"], str):
                yield Page(one["url"], html, one["url"], one["body"], None, None)
                continue
            parts = [*(one["body"]["summary"] or [])]
            for section in one["body"]["sections"]:
                parts += [*(section["headline"] or []), *section["paragraphs"]]
            moment = datetime.fromisoformat(one["publishing_date"]) if one["publishing_date"] else None
            if moment is not None:
                moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            yield Page(one["id"], html, None, "\n".join(parts), one["title"], moment)


def words_f1(found: str, gold: str) -> float:
    """F1 of the two texts' words, each as often as it stands there."""
    ours, theirs = Counter(_WORD.findall(found.casefold())), Counter(_WORD.findall(gold.casefold()))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def altered(body: str, html: str) -> int:
    """Lines that do not stand on the page; elements that are never shown do not count as standing there."""
    tree = importlib.import_module("trafilatura").load_html(html)
    for hidden in tree.xpath("//script|//style"):
        hidden.drop_tree()
    shown = _letters(tree.text_content())
    return sum(len(_letters(line)) >= MIN_LETTERS and _letters(line) not in shown for line in body.split("\n"))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _day(found: date | datetime | None, zone: Any) -> date | None:
    if isinstance(found, datetime):
        return found.date() if found.tzinfo is None else found.astimezone(zone).date()
    return found


def row(candidate: Candidate, found: list[Page]) -> str:
    """One line of the table."""
    texts = [decode_page(page.html) for page in found]
    started = time.process_time()
    results = [_extracted(candidate, text) for text in texts]
    cost_ms = 1000 * (time.process_time() - started) / len(found)
    body = sum(words_f1(result.body, page.body) for result, page in zip(results, found, strict=True)) / len(found)
    titled = [(result, page) for result, page in zip(results, found, strict=True) if page.title]
    dated = [(result, page, page.published) for result, page in zip(results, found, strict=True) if page.published]
    title = sum((result.title or "").strip() == page.title for result, page in titled)
    day = sum(_day(result.published, gold.tzinfo) == gold.date() for result, _, gold in dated)
    second = sum(
        isinstance(result.published, datetime)
        and result.published.tzinfo is not None
        and abs((result.published - gold).total_seconds()) < 1
        for result, _, gold in dated
    )
    changed = sum(altered(result.body, text) for result, text in zip(results, texts, strict=True))
    facts = f"{title}/{len(titled)} | {day}/{len(dated)} | {second}/{len(dated)}" if titled else "– | – | –"
    return f"| {candidate.name} {version(candidate.package)} | {body:.4f} | {facts} | {changed} | {cost_ms:.0f} |"


def _extracted(candidate: Candidate, text: str) -> Extracted:
    try:
        return candidate.extract(text)
    except Exception as error:  # noqa: BLE001 a library that fails on a page has extracted nothing
        print(f"{candidate.name}: {type(error).__name__}", file=sys.stderr)
        return Extracted("")


def refusals(found: list[Page]) -> Iterator[str]:
    """Our refusals, a line each."""
    for page in found:
        try:
            read_page(page.html, now=NOW, url=page.url)
        except ArticleRefusedError as error:
            yield f"- {page.name}: {error.message} ({len(page.body):,} characters in the gold)"


def main(data: Path) -> None:
    """Print everything."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    for name in ("article_extraction", "fundus_pages"):
        found = list(pages(data / name))
        print(f"\n{name}: {len(found)} pages\n")
        print("| extractor | body F1 | title | date, day | date, second | altered lines | ms a page |\n|---|---:|---:|---:|---:|---:|---:|")
        for candidate in CANDIDATES:
            try:
                version(candidate.package)
            except importlib.metadata.PackageNotFoundError:
                print(f"| {candidate.name}: not installed | | | | | | |")
                continue
            candidate.extract("<html><body><article><p>Ready.</p></article></body></html>")
            print(row(candidate, found), flush=True)
        refused = list(refusals(found))
        print(f"\nRefused by us: {len(refused)} of {len(found)}\n", *refused, sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
