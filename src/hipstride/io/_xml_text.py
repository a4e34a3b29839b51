"""The text of an XML file: one encoding, no declaration, no document type."""

from __future__ import annotations

import codecs
import re

from hipstride.errors import XmlError
from hipstride.io._xml_scan import PADDING

__all__ = ["place", "utf8_text"]

_EXPORT_AGAIN = "export the file again"
# How far to look for the document behind junk such as blank lines or a web header.
_MAX_JUNK_BYTES = 65_536
_PROLOG = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
# What an export may be written in. UTF-7 and the like can hide tags: never.
_ENCODINGS = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def utf8_text(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Give the document in UTF-8, without declaration, with `PADDING` behind it.

    What is taken away becomes spaces, so that lines and columns stay what they are.

    Raises
    ------
    XmlError
        If there is no document, it has a document type, or its encoding is unknown.
    """
    if not data or data.isspace():
        raise XmlError(
            name, f"{len(data)} bytes and no XML", "an XML document", _EXPORT_AGAIN
        )
    text, mark = _transcoded(name, data)
    head = text[: _MAX_JUNK_BYTES + 1]
    start = re.search(rb"<[?!A-Za-z_]", head)
    if start is None:
        raise XmlError(name, "no XML", "an XML document", _EXPORT_AGAIN)
    notes: tuple[str, ...] = ()
    if head[: start.start()].strip():
        notes += (f"{start.start()} bytes of junk before the document were skipped",)
    prolog = _PROLOG.match(text, start.start())
    end = prolog.end() if prolog else start.start()
    if text[end : end + 2] == b"<!" and text[end : end + 4] != b"<!--":
        line, column = place(text, end)
        raise XmlError(
            name,
            "a document type or entity declaration",
            "none",
            "no watch writes one and it can do harm; remove it if you trust the file",
            line=line,
            column=column,
        )
    declaration = _DECLARATION.match(text, start.start())
    stated = _ENCODING.search(declaration.group()) if declaration and not mark else None
    if stated:
        text = _from_stated(name, text, end, stated.group(1).decode("ascii"))
    if not text.isascii():
        text, replaced = _valid_utf8(text)
        notes += replaced
    blank = re.sub(rb"[^\n]", b" ", text[:end])
    return b"".join((blank, memoryview(text)[end:], PADDING)), notes


def place(text: bytes, offset: int) -> tuple[int, int]:
    """Give line and column of a byte, both from 1."""
    before = text[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


def _transcoded(name: str, data: bytes) -> tuple[bytes, str]:
    """Undo UTF-16 and UTF-32 and cut the byte order mark off."""
    mark = next((code for sign, code in _MARKS if data.startswith(sign)), "")
    if not mark and data[:4] in (b"<\0\0\0", b"\0\0\0<"):
        mark = "utf-32-le" if data[:1] == b"<" else "utf-32-be"
    if not mark and data[:2] in (b"<\0", b"\0<"):
        mark = "utf-16-le" if data[:2] == b"<\0" else "utf-16-be"
    if mark == "utf-8":
        return data[len(codecs.BOM_UTF8) :], mark
    if not mark:
        return data, ""
    try:
        # A file that was cut within a character loses that character only.
        size = 4 if mark.startswith("utf-32") else 2
        text = data[: len(data) // size * size].decode(mark).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise XmlError(
            name,
            f"bytes at {error.start} that are not {mark.upper()}",
            "one encoding throughout",
            "save it as UTF-8",
        ) from None
    return text.encode(), mark


def _from_stated(name: str, text: bytes, start: int, encoding: str) -> bytes:
    encoding = encoding.lower()
    if encoding.replace("-", "") in {"utf8", "utf16", "utf32"}:
        return text
    if not _ENCODINGS.fullmatch(encoding):
        raise XmlError(
            name,
            f"the encoding {encoding!r}",
            "UTF-8, UTF-16 or an ISO 8859 code page",
            "save it as UTF-8",
        )
    try:
        # Only the declaration is before the start, and it is ASCII in all of them.
        return text[:start] + text[start:].decode(encoding).encode()
    except (UnicodeDecodeError, LookupError):
        return text


def _valid_utf8(text: bytes) -> tuple[bytes, tuple[str, ...]]:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line, column = place(text, error.start)
        note = (
            f"bytes that are not UTF-8 were replaced, the first at line {line}, "
            f"column {column}"
        )
        return text.decode("utf-8", "replace").encode(), (note,)
    return text, ()
