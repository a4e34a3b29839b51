"""Open a GPX or TCX file safely and survive what real files are like.

No entity is ever resolved, nothing is fetched, a document type is refused, depth and
number of tags are capped. Junk before the document, undeclared prefixes, other
encodings and a damaged end are survived, and said so in a note.
"""

from __future__ import annotations

from typing import NamedTuple

from hipstride.errors import XmlError
from hipstride.io._xml_elements import Elements
from hipstride.io._xml_mend import mend
from hipstride.io._xml_scan import PADDING, has_too_many_tags, scan
from hipstride.io._xml_text import place, utf8_text

__all__ = ["Document", "open_xml", "safe_text"]

_EXPORT_AGAIN = "export the file again"


class Document(NamedTuple):
    """A document as arrays, and what had to be assumed or was lost on the way."""

    elements: Elements
    notes: tuple[str, ...]


def safe_text(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Give the document in UTF-8, once it is known to be no bomb.

    Raises
    ------
    XmlError
        If it has a document type, an unknown encoding or nothing but tags.
    """
    text, notes = utf8_text(name, data)
    if has_too_many_tags(text):
        raise XmlError(
            name,
            f"{text.count(b'<'):,} tags in {len(data):,} bytes",
            "the file of one activity",
            "split it, or check that it is what it claims to be",
        )
    return text, notes


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
    text, notes = safe_text(name, data)
    elements = scan(text)
    if elements is None:
        mended, damage = mend(name, text, point)
        notes += damage
        elements = scan(mended + PADDING)
    if elements is None:
        raise XmlError(
            name,
            "XML with nesting too deep, names too long or attributes too many",
            f"the XML of <{roots[0]}>",
            _EXPORT_AGAIN,
        )
    if elements.root not in {root.lower() for root in roots}:
        line, column = place(elements.text, int(elements.start[0]) - 1)
        found = f"the root <{elements.root}>"
        raise XmlError(name, found, f"<{roots[0]}>", remedy, line=line, column=column)
    return Document(elements, notes)
