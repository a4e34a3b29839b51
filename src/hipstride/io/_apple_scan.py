"""An Apple Health export as a stream: its tags and elements, without a tree.

``export.xml`` has several gigabytes, of which a runner's workouts are a hundredth. It
is searched in pieces for the few tags that matter. No entity is resolved but the five
of XML and numbers, and the document type definition, malformed or not, is never read.

Source: exports of iOS 12 to 18, the definition at their head.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from hipstride.errors import ReadError
from hipstride.io._xml_elements import resolved

__all__ = [
    "CHUNK_BYTES",
    "HEAD_BYTES",
    "OpenStream",
    "Pieces",
    "attributes",
    "is_apple_health",
    "tags",
    "whole_tags",
    "workout_elements",
]

OpenStream = Callable[[], BinaryIO]

CHUNK_BYTES = 2**22
_BITE_BYTES = 2**14
# The definition at the head has about 10 kB.
HEAD_BYTES = 2**16
# A workout with the route of a day inside has about 25 MB.
_MAX_ELEMENT_BYTES = 2**26
# A record has 400 bytes; what is longer than this without a tag is no record.
_MAX_TAG_BYTES = 2**20

_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?=[\s/>])")
_INSTRUCTION = re.compile(rb"<\?.*?(?:\?>|\Z)", re.DOTALL)
# The repeats give nothing back, so that no text can make them slow.
_TAG = re.compile(
    rb"""<([A-Za-z_][\w.:-]*+)((?:[^"'<>]++|"[^"<]*+"|'[^'<]*+')*+)>""", re.ASCII
)
_ATTRIBUTE = re.compile(rb"""([\w.:-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_WORKOUT = b"<Workout"
_WORKOUT_END = re.compile(rb"</Workout\s*>")
_END = re.compile(rb"</HealthData\s*>\s*\Z")
_END_BYTES = 4096

_READ_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)


def is_apple_health(head: bytes) -> bool:
    """Tell from its first 64 kB whether a file is an export of Apple Health.

    Parameters
    ----------
    head : bytes
        The beginning, as far as the root element behind the document type definition.

    Returns
    -------
    bool
        Whether the root is ``HealthData``; export_cda.xml has another.

    Examples
    --------
    >>> is_apple_health(b'<?xml version="1.0"?><!DOCTYPE HealthData []><HealthData/>')
    True
    >>> is_apple_health(b'<ClinicalDocument xmlns="urn:hl7-org:v3">')
    False
    """
    text = _INSTRUCTION.sub(b"", _COMMENT.sub(b"", head))
    start = text.find(b"<!DOCTYPE")
    if start >= 0 and b"[" in text[start : text.find(b">", start)]:
        # A malformed definition is not parsed, only passed over.
        start = max(start, text.find(b"]>", start))
    root = _ROOT.search(text, max(start, 0))
    return bool(root and root[1] == b"HealthData")


@dataclass(slots=True)
class Pieces:
    """A file read once from front to back, in pieces, as far as it can be read.

    A class because a reading has an outcome: `problem` says why it broke off, and
    `is_whole` whether the end of the export was seen.
    """

    open_stream: OpenStream
    chunk_bytes: int = CHUNK_BYTES
    n_bytes: int = 0
    problem: str = ""
    is_whole: bool = False

    def __iter__(self) -> Iterator[bytes]:
        end = b""
        with closing(self._opened()) as stream:
            while not self.problem and (piece := self._read(stream)):
                self.n_bytes += len(piece)
                end = (end + piece[-_END_BYTES:])[-_END_BYTES:]
                yield piece
        self.is_whole = not self.problem and bool(_END.search(end))

    def _opened(self) -> BinaryIO:
        try:
            return self.open_stream()
        except OSError as error:
            raise ReadError(
                error.filename or "<stream>",
                f"an error on opening it ({error.strerror or error})",
                "a readable file",
                "check its permissions",
            ) from None

    def _read(self, stream: BinaryIO) -> bytes:
        """Read one piece, in small bites: a broken zip fails with all of its last."""
        bites, room = [], self.chunk_bytes
        try:
            while room > 0 and (bite := stream.read(min(_BITE_BYTES, room))):
                bites.append(bite)
                room -= len(bite)
        except (ReadError, *_READ_ERRORS) as error:
            self.problem = str(error) or type(error).__name__
        return b"".join(bites)


def whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut the text anew, so that no tag lies across a border.

    The text of a value has its ``<`` escaped, so that each one begins a tag.
    """
    held = b""
    for piece in pieces:
        cut = piece.rfind(b"<")
        if cut < 0:
            held = b"" if len(held) > _MAX_TAG_BYTES else held + piece
            continue
        text = b"".join((held, memoryview(piece)[:cut]))
        if text:
            yield text
        held = piece[cut:]
    if held:
        yield held


def workout_elements(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the ``Workout`` elements, each whole with its children.

    One that is malformed, or not closed before the end of the file, is given as
    nothing, ``b""``.
    """
    held = b""
    for piece in pieces:
        text = held + piece
        at = 0
        while True:
            start = text.find(_WORKOUT, at)
            if start < 0:
                held = text[max(at, len(text) - len(_WORKOUT)) :]
                break
            at = start + len(_WORKOUT)
            # WorkoutEvent and others begin alike.
            if text[at : at + 1].strip():
                continue
            stop = _element_end(text, start)
            if stop < 0 and _is_malformed(text, start):
                yield b""
            elif stop < 0:
                held = text[start:]
                break
            else:
                yield text[start:stop]
                at = stop
        if len(held) > _MAX_ELEMENT_BYTES:
            yield b""
            held = b""
    if held.startswith(_WORKOUT):
        yield b""


def _element_end(text: bytes, start: int) -> int:
    tag = _TAG.match(text, start)
    if tag is None:
        return -1
    if tag[2].rstrip().endswith(b"/"):
        return tag.end()
    end = _WORKOUT_END.search(text, tag.end())
    return end.end() if end else -1


def _is_malformed(text: bytes, start: int) -> bool:
    """Tell a tag that never ends from one that is not all there yet."""
    return _TAG.match(text, start) is None and text.find(b"<", start + 1) >= 0


def tags(element: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the opening tags of a piece of XML: their names and attributes, in order."""
    for match in _TAG.finditer(element):
        yield match[1].decode("ascii", "replace"), match[2]


def attributes(text: bytes) -> dict[str, str]:
    r"""Read the attributes of a tag, whatever their order and quotes.

    Examples
    --------
    >>> attributes(b"value = '3' unit='m/s' sourceName='A&amp;B'")
    {'value': '3', 'unit': 'm/s', 'sourceName': 'A&B'}
    """
    return {
        match[1].decode("ascii", "replace"): resolved(match[2] or match[3] or b"")
        for match in _ATTRIBUTE.finditer(text)
    }
