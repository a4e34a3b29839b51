"""Damaged or unusual XML: let lxml read it and write it anew, cut where it is broken.

lxml (libxml2) is the authority on what XML is. It resolves no entity, fetches nothing
and keeps its own limits on depth and size. What it writes has no comments, no CDATA
and no prefix without meaning, so that the scan can prove it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from hipstride.errors import XmlError

__all__ = ["mend"]

_EXPORT_AGAIN = "export the file again"
_MAX_MENDINGS = 8
# Errors of libxml2 that lose nothing: a prefix that was not declared, an odd address.
_NAMESPACE_ERRORS = frozenset({99, 100, *range(200, 206)})
_TAG_NOT_FINISHED = etree.ErrorTypes.ERR_TAG_NOT_FINISHED
_EXTRA_CONTENT = etree.ErrorTypes.ERR_DOCUMENT_END


class _Fault(NamedTuple):
    line: int
    column: int
    message: str
    kind: int


def mend(name: str, text: bytes, point: str) -> tuple[bytes, tuple[str, ...]]:
    """Let lxml read the text and write it anew; cut it where it is damaged.

    Parameters
    ----------
    name : str
        The file, for messages.
    text : bytes
        The document in UTF-8.
    point : str
        The element of which as many as are whole are kept.

    Returns
    -------
    text : bytes
        Well-formed XML of all that was whole before the damage.
    notes : tuple of str
        What was lost; empty where nothing was.

    Raises
    ------
    XmlError
        If it is damaged before the end of the first point.

    Notes
    -----
    What follows the first fault is not used, though libxml2 would go on: after a lost
    end tag values would land in the wrong places without a word.

    Examples
    --------
    >>> mend("a.gpx", b"<gpx><!-- by hand --><trkpt/></gpx>", "trkpt")
    (b'<gpx><trkpt/></gpx>', ())
    """
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
