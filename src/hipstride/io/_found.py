"""A file that was found: what to call it, and ways to its bytes that suit its size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, cast

from hipstride.errors import ReadError
from hipstride.io._gunzip import GZIP_MAGIC, gunzipped
from hipstride.io._open import RawFile

__all__ = ["Content", "Found", "Refused", "refused"]

_STEP_BYTES = 2**16
# One page of a disk: less is not read any faster.
_HEAD_BYTES = 2**12


class Content(Protocol):
    """The bytes of a file, where they are."""

    def load(self) -> RawFile:
        """Give all of them; a ReadError where that cannot or must not be."""

    def pieces(self, step_bytes: int) -> Iterator[bytes]:
        """Give them in pieces, as stored."""

    def beside(self, name: str) -> bytes | None:
        """Give the bytes of a file in the same folder or below it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a walk came upon.

    Parameters
    ----------
    label : str
        What to call it, printable, parted by slashes: in a zip, from the name of the
        zip that was given on; in a folder, from there on. A zip stands as a folder.
    size_bytes : int
        Its size as stored, unpacked from a zip.
    packed_bytes : int
        What it takes of the outermost file. Those of all members of a zip and of its
        end are its size, but for what was left out.
    mark : str
        Changes when the bytes change: ``<crc32>-<size>`` in a zip,
        ``<size>-<mtime_ns>`` on disk; ``0-0`` where nothing is known of them.
    path : Path or None
        The file on disk where it is one, so that another process can read it.
    kind : {"file", "zip", "folder"}
        ``zip``: the end of a zip, after all of its members. ``folder``: one that cannot
        be read. Neither can be loaded.

    Notes
    -----
    A member of a large packed zip in a zip is best read while the walk stands at it.
    Later that still works, at the cost of unpacking some megabytes on the way to it.
    """

    label: str
    size_bytes: int
    packed_bytes: int
    mark: str
    path: Path | None
    kind: Literal["file", "zip", "folder"]
    content: Content = field(repr=False)

    @property
    def problem(self) -> ReadError | None:
        """Why it cannot be read, where that is known beforehand."""
        return self.content.error if isinstance(self.content, Refused) else None

    def load(self) -> RawFile:
        """Give all bytes, as stored and unpacked.

        Raises
        ------
        ReadError
            If it cannot be read, or is larger than the file of any activity.
        """
        return self.content.load()

    def head(self, n_bytes: int) -> bytes:
        """Give the first bytes, unpacked when gzipped, and read little more.

        Raises
        ------
        ReadError
            If they cannot be read.
        """
        step_bytes = max(_HEAD_BYTES, n_bytes)
        head = b""
        try:
            for piece in self._unpacked(step_bytes):
                head = head + piece if head else piece
                if len(head) >= n_bytes:
                    break
        except ReadError:
            # The start of what is damaged further on is whole.
            if not head:
                raise
        return head[:n_bytes]

    def open(self) -> BinaryIO:
        """Open a stream of the bytes, unpacked when gzipped, that only goes forward.

        Made for files too large to load; may be called again.

        Raises
        ------
        ReadError
            On opening or reading, if the bytes cannot be read.
        """
        raw = _Stream(self._unpacked(_STEP_BYTES))
        return cast(BinaryIO, io.BufferedReader(raw, _STEP_BYTES))

    def beside(self, name: str) -> bytes | None:
        """Give the unpacked bytes of another file, named from this one's folder.

        None where there is none, or where the name leads out of that folder.

        Raises
        ------
        ReadError
            If it is there and cannot be read.
        """
        parts = name.split("/")
        if not all(parts) or {".", ".."} & set(parts) or set("\\:\0") & set(name):
            return None
        return self.content.beside(name)

    def _unpacked(self, step_bytes: int) -> Iterator[bytes]:
        pieces = self.content.pieces(step_bytes)
        first = next(pieces, b"")
        if first.startswith(GZIP_MAGIC):
            return gunzipped(_after(first, pieces), self.label, step_bytes)
        return _after(first, pieces)


@dataclass(frozen=True, slots=True)
class Refused:
    """The content of what cannot be read, for a reason known beforehand."""

    error: ReadError

    def load(self) -> RawFile:
        """Raise it."""
        raise self.error

    def pieces(self, step_bytes: int) -> Iterator[bytes]:
        """Raise it."""
        raise self.error

    def beside(self, name: str) -> bytes | None:
        """Raise it."""
        raise self.error


def refused(
    label: str,
    error: ReadError,
    *,
    size_bytes: int = 0,
    packed_bytes: int = 0,
    mark: str = "0-0",
    kind: Literal["file", "folder"] = "file",
) -> Found:
    """Give a file that can only be told of."""
    return Found(label, size_bytes, packed_bytes, mark, None, kind, Refused(error))


class _Stream(io.RawIOBase):
    """A stream of pieces; a class because the standard library wants one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        n_bytes = min(len(buffer), len(self._rest))
        buffer[:n_bytes] = self._rest[:n_bytes]
        self._rest = self._rest[n_bytes:]
        return n_bytes


def _after(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
        yield from pieces
