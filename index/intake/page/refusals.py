"""Why a page is no article, or not the whole of one. In: its text, its facts, its tree. Out: the reason in a sentence, or None. Pure.

A page that is refused costs one article and says so; a wall, a stub or an error page that is taken answers questions for years. Yet most refusals
need two signs, one of them that there is little text, because words like "subscribe" and "cookies" stand on every page, and in articles about them.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from index.intake.page.facts import Facts
from index.text.sentences import split

MIN_SENTENCES = 3
LITTLE_CHARS = 1_500
"""Less than most articles and more than most walls."""
STUB_CHARS = 800
"""Of an article that is not free, so much is no more than its beginning."""
SENTENCE_CHARS = 80
"""A line this long is a sentence even where its script has no full stop."""
LINK_SHARE = 0.5
"""Of a text's characters, in lines that are nothing but a link; in articles it is below a fifth."""
MIN_LINK_CHARS = 20
"""Shorter links are words in a sentence."""
WALL_SHARE = 0.4
"""Of its sentences, that speak of cookies or consent."""

_SENTENCE_END = re.compile(r"[.!?…。！？।؟۔։။።][\"'”’»›)\]」』]*$")
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")
_LINKS = XPath("//a[@href]")

_MISSING = re.compile(
    r"\b404\b|page (?:was |could |can)?not (?:be )?found|page (?:does not|doesn.t|no longer) exists?|nothing (?:was )?found here"
    r"|(?:seite|artikel) (?:wurde )?(?:leider )?nicht gefunden|page introuvable|p[aá]gina n[aã]?o? ?(?:encontrada|existe)|p[aá]gina no encontrada"
    r"|pagina non trovata|pagina niet gevonden|sidan (?:kunde inte|finns inte)|страница не найдена",
    re.IGNORECASE,
)
_ROBOT = re.compile(
    r"(?:enable|turn on|activate|requires?) javascript|javascript (?:is|has been) (?:disabled|turned off)|are you a (?:robot|human)"
    r"|not a robot|verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser|unusual traffic|access (?:to this page has been )?denied"
    r"|complete the captcha|just a moment\.\.\.|ray id|pardon our interruption",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|privacy (?:policy|settings)|personal(?:ised|ized)? (?:data|ads)|our partners|tracking|\bgdpr\b|\bdatenschutz"
    r"|einwilligung|personenbezogen|consentement|confidentialit|consentimiento|privacidad|consenso|toestemming",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"(?:to (?:continue|keep) reading|(?:continue|keep) reading (?:this article|your article|with)"
    r"|read the (?:full|whole|rest of the) (?:story|article)"
    r"|(?:this|the) (?:article|story|content) is (?:only )?(?:for|available to|reserved for|exclusive to) (?:our )?(?:subscribers|members)"
    r"|(?:subscribe|sign up|register|log in) (?:now |today )?to (?:continue|read|unlock|view)|subscribers? only|subscriber[- ]exclusive"
    r"|already a (?:subscriber|member)|you have reached your (?:article )?limit|unlock this (?:article|story)"
    r"|(?:weiterlesen|lesen sie weiter) mit|mit (?:einem )?abo (?:weiter)?lesen|nur für abonnenten"
    r"|réservé (?:à nos|aux) abonnés|il vous reste \d|(?:solo|exclusivo) para suscriptores|riservato agli abbonati)",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(
    r"/(?:live|live-?blog|liveticker|live-updates|en-direct|directo|diretta)(?:/|-|$)|-live-updates|-live-blog|-liveticker", re.IGNORECASE
)
_LIVE_TITLE = re.compile(r"\blive(?:blog|ticker| blog| updates?)\b|\bas it happened\b|^live:|\(live\)|\ben direct\b", re.IGNORECASE)
_CLOCK = re.compile(
    r"^\W*(?:\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|\d+ (?:min(?:ute)?s?|hours?) ago)\b.{0,40}$", re.IGNORECASE
)
MIN_UPDATES = 4
"""Lines with a time of day, one for each entry of a live blog."""
_GALLERY_PATH = re.compile(
    r"/(?:gallery|galleries|photos?|pictures|in-pictures|slideshow|photo-?gallery|picture-?gallery|bilder|bildergalerie|fotostrecke|diaporama|"
    r"fotogaleria|fotogalerie|videos?|watch)(?:/|$)",
    re.IGNORECASE,
)
_LIVE_KINDS = frozenset(("LiveBlogPosting",))
_GALLERY_KINDS = frozenset(("ImageGallery", "MediaGallery", "VideoGallery", "og:gallery", "og:video", "og:video.other", "og:video.episode"))
_LIST_KINDS = frozenset(("CollectionPage", "SearchResultsPage"))


def why_no_article(text: str, facts: Facts, tree: HtmlElement, url: str | None) -> str | None:
    """The reason why there is no article to be had from the page; None if there is one. text: the cleaned body."""
    if not text:
        return "there is no article text on this page"
    path = (urlsplit(url).path or "/") if url else ""
    little = len(text) < LITTLE_CHARS
    sentences = _sentences(text, facts.language)
    title = facts.title or ""
    if little and _MISSING.search(f"{title}\n{text[:300]}"):
        return "the page says that there is nothing at this address"
    if little and _ROBOT.search(f"{title}\n{text}"):
        return "the site asked for a browser or a person instead of giving the article"
    if little and sum(_CONSENT.search(one) is not None for one in sentences) >= max(2, WALL_SHARE * len(sentences)):
        return "there is only a notice about cookies or consent"
    if _is_live(text, facts, title, path):
        return "this is a live blog: it changes by the minute, and its entries are no one text"
    if little and (_GALLERY_PATH.search(path) or facts.kinds & _GALLERY_KINDS) and len(sentences) < 2 * MIN_SENTENCES:
        return "this is a gallery or a video with captions, not an article"
    if little and _is_stub(text, facts, tree):
        return "there is only the beginning of the article; the rest is for subscribers"
    if _is_list(text, facts, tree, path):
        return "this is a list of articles, not one"
    if len(sentences) < MIN_SENTENCES:
        return f"there are fewer than {MIN_SENTENCES} sentences of text on this page"
    return None


def _sentences(text: str, language: str | None) -> list[str]:
    """What reads as a sentence; headings, list items and captions of a few words do not."""
    pieces = (text[span.start : span.end] for span in split(text, language))
    return [piece for piece in pieces if _SENTENCE_END.search(piece) or len(piece) >= SENTENCE_CHARS]


def _is_live(text: str, facts: Facts, title: str, path: str) -> bool:
    if facts.kinds & _LIVE_KINDS:
        return True
    said = _LIVE_PATH.search(path) or _LIVE_TITLE.search(title)
    return bool(said) and sum(_CLOCK.match(line) is not None for line in text.split("\n")) >= MIN_UPDATES


def _is_stub(text: str, facts: Facts, tree: HtmlElement) -> bool:
    """A text that asks for a subscription at its end, or that stops where the rest is not free."""
    if _PAYWALL.search(text[-400:]):
        return True
    stops = _ELLIPSIS.search(text) is not None
    if not facts.free:
        return stops or len(text) < STUB_CHARS
    return stops and _PAYWALL.search(tree.text_content()) is not None


def _is_list(text: str, facts: Facts, tree: HtmlElement, path: str) -> bool:
    """Lines that are nothing but links to elsewhere; or the front page itself."""
    if facts.kinds & _LIST_KINDS and not facts.published:
        return True
    if path == "/" and not facts.published:
        return True
    links = {_key(one.text_content()) for one in _LINKS(tree)}
    lines = [line for line in text.split("\n") if len(line) >= MIN_LINK_CHARS]
    linked = sum(len(line) for line in lines if _key(line) in links)
    return linked >= LINK_SHARE * max(1, len(text))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
