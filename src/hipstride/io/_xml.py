"""Open a GPX or TCX file safely and survive what real files are like.

No entity is ever resolved, nothing is fetched, a document type is refused, depth and
number of tags are capped. Junk before the document, undeclared prefixes, other
encodings and a damaged end are survived, and said so in a note.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from lxml import etree

from hipstride.errors import XmlError
from hipstride.io._xml_elements import Elements
from hipstride.io._xml_scan import MAX_TAGS, PADDING, scan

__all__ = ["Document", "open_xml", "utf8_text"]

_EXPORT_AGAIN = "export the file again"
# How far to look for the document behind junk such as blank lines or a web header.
_MAX_JUNK_BYTES = 4096
_MAX_MENDINGS = 8
_PROLOG = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
# What an export may be written in. UTF-7 and the like can hide tags: never.
_ENCODINGS = re.compile(
    r"utf-?8(-sig)?|(us-)?ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Errors of libxml2 that lose nothing: a prefix that was not declared.
_NAMESPACE_ERRORS = range(200, 206)
_TAG_NOT_FINISHED = etree.ErrorTypes.ERR_TAG_NOT_FINISHED
_EXTRA_CONTENT = etree.ErrorTypes.ERR_DOCUMENT_END


class Document(NamedTuple):
    """A document as arrays, and what had to be assumed or was lost on the way."""

    elements: Elements
    notes: tuple[str, ...]


class _Fault(NamedTuple):
    line: int
    column: int
    message: str
    kind: int


def open_xml(
    name: str, data: bytes, *, roots: tuple[str, ...], point: str, remedy: str
) -> Document:
    """Read the elements of a file.

    Parameters
    ----------
    name : str
        The file, for messages.
    data : bytes
        Its bytes, unpacked.
    roots : tuple of str
        The root elements that the format can have, the usual one first.
    point : str
        The element of which as many as are whole are kept when the file is damaged.
    remedy : str
        What to do when the root is another.

    Returns
    -------
    Document
        The elements and the notes.

    Raises
    ------
    XmlError
        If it is no such document, has a document type, or is damaged before the end
        of its first point.

    Examples
    --------
    >>> cut = b"<gpx><trk><trkseg><trkpt/><trkpt"
    >>> found = open_xml("a.gpx", cut, roots=("gpx",), point="trkpt", remedy="")
    >>> len(found.elements.named("trkpt"))
    1
    >>> found.notes[0][:40]
    'the file is damaged at line 1, column 33'
    """
    text, notes = utf8_text(name, data)
    elements = scan(text)
    if elements is None:
        mended, damage = _mend(name, text, point)
        notes += damage
        elements = scan(mended + PADDING)
    if elements is None:
        raise XmlError(
            name,
            "XML that is nested too deeply or has names too long",
            f"the XML of <{roots[0]}>",
            _EXPORT_AGAIN,
        )
    if elements.root not in {root.lower() for root in roots}:
        line, column = _place(elements.text, int(elements.start[0]) - 1)
        found = f"the root <{elements.root}>"
        raise XmlError(name, found, f"<{roots[0]}>", remedy, line=line, column=column)
    return Document(elements, notes)


def utf8_text(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Give the document in UTF-8, without declaration, with `PADDING` behind it.

    What is taken away becomes spaces, so that lines and columns stay what they are.

    Raises
    ------
    XmlError
        If there is no document, it has a document type, or its encoding is unknown.
    """
    if not data.strip():
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
    if text[end : end + 2] == b"<!":
        line, column = _place(text, end)
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
    blank = re.sub(rb"[^\n]", b" ", text[:end])
    text = b"".join((blank, text[end:]))
    if stated:
        text = _from_stated(name, text, stated.group(1).decode("ascii"))
    if not text.isascii():
        text, replaced = _valid_utf8(text)
        notes += replaced
    return text + PADDING, notes


def _transcoded(name: str, data: bytes) -> tuple[bytes, str]:
    """Undo UTF-16 and cut the byte order mark off."""
    mark = next((code for sign, code in _MARKS if data.startswith(sign)), "")
    if not mark and data[:2] in (b"<\0", b"\0<"):
        mark = "utf-16-le" if data[:2] == b"<\0" else "utf-16-be"
    if mark == "utf-8":
        return data[len(codecs.BOM_UTF8) :], mark
    if not mark:
        return data, ""
    try:
        # A file that was cut within a character loses that character only.
        text = data[: len(data) // 2 * 2].decode(mark).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise XmlError(
            name,
            f"bytes at {error.start} that are not {mark.upper()}",
            "one encoding throughout",
            "save it as UTF-8",
        ) from None
    return text.encode(), mark


def _from_stated(name: str, text: bytes, encoding: str) -> bytes:
    encoding = encoding.lower()
    if encoding.replace("-", "") in {"utf8", "utf16"}:
        return text
    if not _ENCODINGS.fullmatch(encoding):
        raise XmlError(
            name,
            f"the encoding {encoding!r}",
            "UTF-8, UTF-16 or an ISO 8859 code page",
            "save it as UTF-8",
        )
    try:
        return text.decode(encoding).encode()
    except (UnicodeDecodeError, LookupError):
        return text


def _valid_utf8(text: bytes) -> tuple[bytes, tuple[str, ...]]:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line, column = _place(text, error.start)
        note = (
            f"bytes that are not UTF-8 were replaced, the first at line {line}, "
            f"column {column}"
        )
        return text.decode("utf-8", "replace").encode(), (note,)
    return text, ()


def _place(text: bytes, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count(b"\n") + 1, offset - (before.rfind(b"\n") + 1) + 1


def _offset(text: bytes, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        following = text.find(b"\n", start) + 1
        if not following:
            return len(text)
        start = following
    stop = text.find(b"\n", start)
    row = text[start : stop if stop >= 0 else len(text)]
    # libxml2 counts columns in characters.
    return start + len(row.decode("utf-8", "replace")[: max(column - 1, 0)].encode())


def _mend(name: str, text: bytes, point: str) -> tuple[bytes, tuple[str, ...]]:
    """Let lxml read the text and write it anew; cut it where it is damaged."""
    if text.count(b"<") > MAX_TAGS:
        raise XmlError(
            name,
            f"more than {MAX_TAGS:,} tags",
            "the file of one activity",
            "split it",
        )
    text = text.rstrip()
    written, faults = _parse(text)
    if not faults and written:
        return written, ()
    fault = faults[0] if faults else _Fault(1, 1, "no element", 0)
    point_end = re.compile(
        rb"</(?:[\w.\-]+:)?%b\s*>|<(?:[\w.\-]+:)?%b(?:\s[^<>]*)?/>"
        % (point.encode(), point.encode())
    )
    ends = [match.end() for match in point_end.finditer(text)]
    if fault.kind == _EXTRA_CONTENT and written:
        offset = _offset(text, fault.line, fault.column)
        return written, (_damage(fault, point, ends, offset),)
    offset = _offset(text, fault.line, fault.column)
    kept = sum(end <= offset for end in ends)
    for _ in range(min(_MAX_MENDINGS, kept)):
        written, faults = _parse(text[: ends[kept - 1]])
        if written and all(fault.kind == _TAG_NOT_FINISHED for fault in faults):
            return written, (_damage(fault, point, ends, ends[kept - 1]),)
        kept -= 1
    raise XmlError(
        name,
        f"damaged XML ({fault.message}) before the end of the first <{point}>",
        f"at least one whole <{point}>",
        _EXPORT_AGAIN,
        line=fault.line,
        column=fault.column,
    )


def _damage(fault: _Fault, point: str, ends: list[int], offset: int) -> str:
    kept = sum(end <= offset for end in ends)
    return (
        f"the file is damaged at line {fault.line}, column {fault.column} "
        f"({fault.message}); {kept} whole <{point}> before it were kept, "
        f"{len(ends) - kept} after it were left out"
    )


def _parse(text: bytes) -> tuple[bytes, list[_Fault]]:
    """Give the document as lxml writes it, and what was wrong with it."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError:
        root = None
    faults = [
        _Fault(entry.line, entry.column, entry.message.strip(), entry.type)
        for entry in parser.error_log
        if entry.type not in _NAMESPACE_ERRORS
        and entry.level >= etree.ErrorLevels.ERROR
    ]
    return (b"" if root is None else etree.tostring(root, encoding="utf-8")), faults
