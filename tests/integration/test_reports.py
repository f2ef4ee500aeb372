"""One story, once: addresses, revisions, copies and quotes, through NewsIndex over real SQLite, FAISS and tantivy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import ArticleDraft, ArticleNotFoundError, Carrier, Kinship, NewsIndex, QuoteCheck, QuoteState, Span, to_json
from tests.conftest import HashedWords
from tests.integration.test_news_index import open_hashed, texts

DAY = datetime(2017, 2, 9, tzinfo=UTC)

LEAD = "A ferry with two hundred people aboard ran aground off Skagen on Friday morning in thick fog."
HURT = "Seven passengers were hurt, one of them badly, the coast guard said in a statement."
REST = (
    "Captain Lund told investigators that the radar of the Nordlys had failed an hour before. "
    "The ferry was freed at high tide and towed to Aalborg, where divers are to look at its hull. "
    "The owners, Baltic Lines, have cancelled all crossings until Monday and offer refunds."
)
WIRE = f"{LEAD} {HURT} {REST}"


ASKED = "were seven passengers hurt, one badly, as the coast guard said?"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[NewsIndex]:
    """An empty index."""
    with open_hashed(tmp_path / "data") as opened:
        yield opened


def wire(outlet: str, text: str = WIRE, **facts: object) -> ArticleDraft:
    """The wire report as an outlet prints it."""
    site = outlet.lower().replace(" ", "-")
    return ArticleDraft(text, f"https://{site}.example/ferry", "Ferry aground", outlet, DAY, id=site, **facts)  # type: ignore[arg-type]


def test_copies_are_one_passage_that_names_the_others(index: NewsIndex) -> None:
    """Three outlets that carry a report give one citation, from the first, with the other two named; their links are in the JSON."""
    index.ingest([wire("The Courier"), wire("Herald"), wire("Gazette", f"{WIRE} Local sailors helped.")])
    answer = index.answer(ASKED)
    hurt = [passage for passage in answer.passages if "Seven passengers" in passage.text]
    assert len(hurt) == 1
    assert {one.source for one in hurt[0].carried_by} | {hurt[0].source} == {"The Courier", "Herald", "Gazette"}
    assert len({passage.report for passage in answer.passages}) == 1
    assert answer.citations[0].carried_by == hurt[0].carried_by
    made = to_json(answer)
    assert {one["url"] for one in made["citations"][0]["also_in"]} == {
        f"https://{one.article_id}.example/ferry" for one in hurt[0].carried_by
    }
    assert made["citations"][0]["revision"] == 1


def test_a_report_of_its_own_is_carried_by_nobody(index: NewsIndex) -> None:
    """An outlet with words of its own is another source, and nothing is said of copies."""
    own = "Fog was blamed when the Nordlys struck rocks near Skagen. Hospitals treated seven passengers who were hurt in the accident on Friday."
    index.ingest([wire("The Courier"), wire("Herald", own)])
    answer = index.answer(ASKED)
    assert {passage.source for passage in answer.passages} == {"The Courier", "Herald"}
    assert all(passage.carried_by == () for passage in answer.passages)
    assert "also_in" not in to_json(answer)["passages"][0]


def test_a_copy_with_another_figure_is_shown_beside(index: NewsIndex) -> None:
    """Copies that were brought up to date differ in what matters most: both figures are shown, and neither is said to be the other's."""
    index.ingest([wire("The Courier"), wire("Herald", WIRE.replace("Seven passengers", "Nine passengers"))])
    answer = index.answer(ASKED)
    said = [text for text in texts(answer) if "passengers were hurt" in text]
    assert sorted(text.split()[0] for text in said) == ["Nine", "Seven"]
    assert len({passage.report for passage in answer.passages}) == 1
    assert [one.carried_by for one in answer.passages if "passengers were hurt" in one.text] == [(), ()]


def test_removing_and_revising_copies_is_seen_in_the_next_answer(index: NewsIndex) -> None:
    """Who carries a report is always as of now."""
    index.ingest([wire("The Courier"), wire("Herald"), wire("Gazette")])

    def named() -> set[str | None]:
        (first, *_) = [one for one in index.answer(ASKED).passages if "Seven passengers" in one.text]
        return {first.source} | {one.source for one in first.carried_by}

    assert named() == {"The Courier", "Herald", "Gazette"}
    index.remove("the-courier")
    assert named() == {"Herald", "Gazette"}
    index.ingest(
        [
            wire(
                "Gazette",
                "The Nordlys sails again, her owners said, after repairs to radar and hull that took two nights and a day.",
            )
        ]
    )
    assert named() == {"Herald"}


def test_one_address_however_written_is_one_article(index: NewsIndex) -> None:
    """The same page with tracking, from a phone or from AMP is unchanged or a revision, never a second article; links keep the first address."""
    page = "https://news.example/2017/ferry"
    assert index.ingest([ArticleDraft(WIRE, page)]).new == 1
    again = [
        ArticleDraft(WIRE, "http://www.news.example/2017/ferry/?utm_source=rss#top"),
        ArticleDraft(WIRE, "https://m.news.example/2017/ferry?fbclid=1", canonical_url=page),
    ]
    assert index.ingest(again[:1]).unchanged == 1
    assert index.ingest(again[1:]).unchanged == 1
    done = index.ingest([ArticleDraft(f"{WIRE} Updated.", "https://news.example/2017/ferry/amp?gclid=2")])
    assert (done.new, done.changed) == (0, 1)
    assert [(article.url, article.revision) for article in index.articles()] == [(page, 2)]
    twice = index.ingest(
        [ArticleDraft("Another page.", "https://news.example/b?utm_id=1"), ArticleDraft("Another page.", "https://news.example/b")]
    )
    assert (twice.new, twice.duplicate) == (1, 1)


def test_what_an_article_says_of_itself_is_kept(index: NewsIndex) -> None:
    """Author, time of modification and where the date was read survive; the same date read elsewhere is no change, a new byline is."""
    index.ingest([wire("Herald", author="A. Berg", modified_at=DAY + timedelta(hours=2), published_from="JSON-LD")])
    assert index.ingest([wire("Herald", published_from="meta")]).unchanged == 1
    assert index.ingest([wire("Herald", author="A. Berg; C. Dahl")]).changed == 1
    (article,) = index.articles()
    assert (article.author, article.modified_at, article.published_from) == ("A. Berg; C. Dahl", DAY + timedelta(hours=2), "JSON-LD")
    assert article.revision == 1


def test_a_revision_encodes_only_the_sentences_that_changed(tmp_path: Path) -> None:
    """One new sentence among five costs one encoding, and so does a copy with one sentence of its own."""
    encoder = HashedWords()
    with open_hashed(tmp_path, encoder) as index:
        index.ingest([wire("Herald")])
        done = index.ingest([wire("Herald", WIRE.replace("Seven", "Nine"))])
        assert (done.changed, done.sentences, done.encoded) == (1, 5, 1)
        copied = index.ingest([wire("Gazette", f"{WIRE} Local sailors helped.")])
        assert (copied.new, copied.sentences, copied.encoded) == (1, 6, 1)
        assert encoder.encoded.count(HURT) == 1


def test_a_quote_can_be_checked_as_long_as_anybody_has_it(index: NewsIndex) -> None:
    """Current while it stands, moved when text came before it, changed with its figure, current again when restored, withdrawn with its article."""
    index.ingest([wire("Herald")])
    (quote, *_) = index.answer(ASKED).citations
    given = (quote.article_id, quote.start, quote.end, quote.quote)

    def state() -> QuoteCheck:
        return index.quote_state(*given, revision=quote.revision)

    here = Span(quote.start, quote.end)
    assert state() == QuoteCheck(QuoteState.CURRENT, here, 1)
    index.ingest([wire("Herald", f"Update. {WIRE}")])
    assert state() == QuoteCheck(QuoteState.MOVED, Span(here.start + 8, here.end + 8), 2)
    index.ingest([wire("Herald", WIRE.replace("Seven", "Nine"))])
    assert state() == QuoteCheck(QuoteState.CHANGED, None, 3)
    index.ingest([wire("Herald", f"{WIRE} Corrected.")])
    assert state() == QuoteCheck(QuoteState.CURRENT, here, 4)
    assert index.quote_state(*given) == state(), "without the revision too"
    index.remove("herald")
    assert state() == QuoteCheck(QuoteState.WITHDRAWN, None, None)


def test_a_quote_that_was_never_given_is_not_judged(index: NewsIndex) -> None:
    """A forged citation is refused rather than said to be changed."""
    index.ingest([wire("Herald")])
    with pytest.raises(ValueError, match="does not say that"):
        index.quote_state("herald", 0, 6, "Nobody", revision=1)


def test_the_articles_of_a_story_can_be_listed(index: NewsIndex) -> None:
    """From any of them, the earliest first; an unknown id is an error with its remedy."""
    later = wire("Gazette", f"{REST} The inquiry goes on.")
    index.ingest([ArticleDraft(later.text, later.url, later.title, later.source, DAY + timedelta(days=1), id=later.id), wire("Herald")])
    assert [one.id for one in index.story("gazette")] == ["herald", "gazette"]
    with pytest.raises(ArticleNotFoundError, match="dateline export"):
        index.story("nobody")


def test_what_articles_have_in_common_can_be_asked(index: NewsIndex) -> None:
    """Copies have one report and one story, as passages and citations say; other words are another source; strangers are left out."""
    own = (
        "Fog was blamed when the Nordlys ran aground off Skagen with two hundred aboard. Captain Lund and the coast guard gave statements."
    )
    index.ingest([wire("The Courier"), wire("Herald"), wire("Gazette", own)])
    found = index.kinship(["the-courier", "herald", "gazette", "nobody"])
    assert found.keys() == {"the-courier", "herald", "gazette"}
    assert found["the-courier"] == found["herald"]
    assert found["gazette"].report != found["herald"].report
    answer = index.answer(ASKED)
    for passage in answer.passages:
        assert Kinship(passage.report or 0, passage.story) == found[passage.article_id]
    for citation in answer.citations:
        assert Kinship(citation.report or 0, citation.story) == found[citation.article_id]
    assert index.kinship([]) == {}


def test_a_second_process_groups_what_a_first_left_waiting(tmp_path: Path) -> None:
    """Copies stored by a writer that was stopped before it grouped them are grouped by the next one, whatever it writes."""
    with open_hashed(tmp_path) as first:
        first._group = lambda: 0  # as if it had been killed between the two
        first.ingest([wire("The Courier"), wire("Herald")])
        assert {one.copy_group for one in first.articles()} == {None}
    with open_hashed(tmp_path) as second:
        second.ingest([])
        assert {one.copy_group for one in second.articles()} == {1}
        (passage, *_) = second.answer(ASKED).passages
        assert len(passage.carried_by) == 1
        assert isinstance(passage.carried_by[0], Carrier)
        assert second.check().findings == ()
