"""The languages the bot speaks. In: a language code as Telegram gives it. Out: our words, plurals, dates and numbers in the nearest one we have.

Text is written in English in the code, inside ``words.gettext("…")`` or ``words.ngettext("…", "…", n)``, whole sentences with named places to fill:
``words.gettext("Nothing on “{what}”.").format(what=what)``. Catalogues lie in ``locales/<code>.po``; what is not in one is said in English.
Quotes, titles and outlets are never translated. Pure, but for reading the catalogues once.
"""

from __future__ import annotations

import gettext
import re
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_skeleton, format_time, get_day_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

DEFAULT = "en"
CODES = ("en", "ru", "tr", "uk", "de", "es", "ar")
"""What can be chosen, in the order in which it is offered."""

_FOLDER = Path(__file__).parent / "locales"

# Unicode's isolates (https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates): what stands inside turns nothing around it.
_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
_TYPED = re.compile(r"(?<![\w/@])[/@][A-Za-z]\w*(?:@\w+)?", re.ASCII)
"""What is to be typed as it stands, /help or @BotFather: it begins with a sign that has no direction of its own."""


class _RightToLeft(str):
    """A sentence that is written from right to left. What is filled in runs in its own direction, and moves no word around it."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """As ``str.format``, each value isolated."""
        return super().format(
            *(f"{_FIRST_STRONG}{value}{_END}" for value in args),
            **{name: f"{_FIRST_STRONG}{value}{_END}" for name, value in values.items()},
        )


class Language:
    """One language: its words and its ways of writing days and numbers. Made by ``language``."""

    def __init__(self, code: str, words: gettext.NullTranslations) -> None:
        self.code = code
        self._words = words
        # British English: the day before the month, as most of the world writes it.
        self._locale = Locale("en", "GB") if code == DEFAULT else Locale(code)

    @property
    def name(self) -> str:
        """As its own speakers call it: "Deutsch"."""
        return str(self._locale.get_language_name() or self.code).capitalize()

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self._locale.text_direction == "rtl"

    def gettext(self, message: str) -> str:
        """A sentence of ours in this language."""
        # Under the empty message gettext keeps the head of the catalogue.
        return self._directed(self._words.gettext(message)) if message else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        """A sentence of ours in the form that goes with ``number``."""
        return self._directed(self._words.ngettext(one, many, number))

    def _directed(self, said: str) -> str:
        if not self.right_to_left:
            return said
        return _RightToLeft(_TYPED.sub(lambda typed: f"{_LEFT_TO_RIGHT}{typed[0]}{_END}", said))

    def number(self, number: float) -> str:
        """ "12,340" in English, "12.340" in German."""
        return format_decimal(number, locale=self._locale)

    def day(self, moment: date | None) -> str:
        """ "9 Feb 2017": the month in letters, so that no reader takes it for another date. "no date" for None."""
        if moment is None:
            return self.gettext("no date")
        return format_skeleton("yMMMd", moment, locale=self._locale)

    def minute(self, moment: datetime) -> str:
        """Day and time of day, in the zone of ``moment``: "9 Feb 2017, 08:40"."""
        return f"{self.day(moment)}, {format_time(moment, 'HH:mm', locale=self._locale)}"

    def clock(self, at: time) -> str:
        """ "07:30"."""
        return format_time(at, "HH:mm", locale=self._locale)

    def weekday(self, number: int, *, short: bool = False) -> str:
        """ "Monday" for 0; short, "Mon"."""
        return str(get_day_names("abbreviated" if short else "wide", "stand-alone", locale=self._locale)[number])


def language(code: str | None) -> Language:
    """The language for a code such as ``de``, ``pt-br`` or ``uk_UA``; English for None, or for one we do not speak."""
    base = (code or "").replace("_", "-").partition("-")[0].lower()
    return _load(base if base in CODES else DEFAULT)


@cache
def _load(code: str) -> Language:
    file = _FOLDER / f"{code}.po"
    if not file.is_file():  # English needs no catalogue
        return Language(code, gettext.NullTranslations())
    with file.open("rb") as source:
        catalogue = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, gettext.GNUTranslations(compiled))
