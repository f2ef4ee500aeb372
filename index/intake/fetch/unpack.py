"""Take the transfer's compression off, within bounds. In: chunks as they come. Out: the body. Pure; never holds more than the limit and a chunk.

gzip and deflate by zlib, which stops at a given length of output: a bomb costs as much as an honest body of the limit. Nothing else is
offered to servers, so nothing else is unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from index.errors import ArticleRefusedError, SourceUnavailableError

OFFERED = "gzip, deflate"
"""For the request's Accept-Encoding header."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_BARE = -zlib.MAX_WBITS
"""Deflate without the zlib header that RFC 9110 asks for; some servers send that."""


def unpack(chunks: Iterable[bytes], encoding: str, *, max_bytes: int, cut: bool = False) -> bytes:
    """The body. encoding: of the Content-Encoding header; empty for none.

    max_bytes: the most that is read and the most that comes out; beyond it ArticleRefusedError, or with ``cut`` only its beginning. Raises
    ArticleRefusedError for a compression that was not offered, SourceUnavailableError for data that is damaged or ends too soon.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _collect(chunks, max_bytes, cut)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ArticleRefusedError("it came in a compression that was not asked for")
    try:
        return _inflate(chunks, max_bytes, cut)
    except zlib.error as error:
        raise SourceUnavailableError("its compressed data is damaged") from error


def _collect(chunks: Iterable[bytes], max_bytes: int, cut: bool) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes:
            return _over(body, max_bytes, cut)
    return bytes(body)


def _inflate(chunks: Iterable[bytes], max_bytes: int, cut: bool) -> bytes:
    body = bytearray()
    read = 0
    unpacker = None
    for chunk in chunks:
        read += len(chunk)
        data = chunk
        while data:
            if unpacker is None:
                unpacker = _unpacker(data)
            elif unpacker.eof:
                if not data.startswith(b"\x1f\x8b"):  # some servers add rubbish after the end
                    return bytes(body)
                unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
            body += unpacker.decompress(data, max_bytes + 1 - len(body))
            if len(body) > max_bytes:
                return _over(body, max_bytes, cut)
            data = unpacker.unused_data
        if read > max_bytes:
            return _over(body, max_bytes, cut)
    if unpacker is not None and not unpacker.eof:
        raise SourceUnavailableError("it broke off before its end")
    return bytes(body)


def _unpacker(first: bytes) -> zlib._Decompress:
    # RFC 1952: gzip begins with 1f, which no bare stream can. RFC 1950: zlib's first byte ends in 8; a bare stream's would only by odd padding.
    return zlib.decompressobj(_GZIP_OR_ZLIB if first[0] == 0x1F or first[0] & 0x0F == 8 else _BARE)


def _over(body: bytearray, max_bytes: int, cut: bool) -> bytes:
    if not cut:
        raise ArticleRefusedError(f"it has more than the {max_bytes:,} bytes that are taken")
    return bytes(body[:max_bytes])
