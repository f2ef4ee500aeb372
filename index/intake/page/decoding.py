"""A page's bytes to text. In: bytes, and the charset of the Content-Type header. Out: text. Pure.

After the HTML standard (https://html.spec.whatwg.org, determining the character encoding), with one change: bytes that are valid UTF-8 throughout
are UTF-8 whatever the labels say, because labels are often wrong and other encodings hardly ever form valid UTF-8 by chance.
"""

from __future__ import annotations

import codecs
import re

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_LOOKED_AT = 4096
"""Bytes in which a declaration is looked for; the standard asks for 1024, and some pages are late."""

_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    # A page whose <meta> could be read is not in UTF-16.
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
"""Python's names to what browsers take them for (https://encoding.spec.whatwg.org)."""
_WEB = frozenset(
    [
        *("utf-8", "gb18030", "big5hkscs", "euc_jp", "cp932", "iso2022_jp", "cp949", "cp866", "cp874", "koi8-r", "koi8-u", "mac-roman"),
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    ]
)
_OTHERWISE = "cp1252"


def decode_page(data: bytes, charset: str | None = None) -> str:
    """The page's text; what is not valid in its encoding becomes U+FFFD. charset: as the site's header states it."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        found = _DECLARED.search(data, 0, _LOOKED_AT)
        declared = found[1].decode("ascii") if found else None
        known = (_known(label) for label in (charset, declared) if label)
        return data.decode(next((encoding for encoding in known if encoding), _OTHERWISE), errors="replace")


def _known(label: str) -> str | None:
    """Python's name for an encoding of the web."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _SUPERSETS.get(name, name)
    return name if name in _WEB else None
