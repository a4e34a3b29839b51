"""Bytes that can be read at any place: of a file, of memory, or of a part of either.

A zip in a zip is read where it lies. That takes places, not a stream that somebody else
may have moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

__all__ = ["BytesSpan", "FileSpan", "Part", "Span"]


class Span(Protocol):
    """Bytes of a known size; `is_forward` where going back costs more than going on."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    @property
    def is_forward(self) -> bool:
        """Whether it is to be read from its start to its end if possible."""

    def read(self, at: int, n_bytes: int) -> bytes:
        """Give the bytes from a place on; fewer only where they end."""


@dataclass(frozen=True, slots=True)
class BytesSpan:
    """Bytes in memory."""

    data: bytes
    is_forward: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)

    def read(self, at: int, n_bytes: int) -> bytes:
        """Give the bytes from a place on; fewer only where they end."""
        return self.data[at : at + n_bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of other bytes: a zip that lies unpacked in another one."""

    whole: Span
    start: int
    size: int

    @property
    def is_forward(self) -> bool:
        """Whether it is to be read from its start to its end if possible."""
        return self.whole.is_forward

    def read(self, at: int, n_bytes: int) -> bytes:
        """Give the bytes from a place on; fewer only where they end."""
        most = max(min(n_bytes, self.size - at), 0)
        return self.whole.read(self.start + at, most) if most else b""


class FileSpan:
    """The bytes of a file on disk, open while a walk stands in it.

    A class, because it holds the open file. After the walk it opens the file for each
    reading, so that what was found stays readable, only slower.
    """

    is_forward = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("rb", buffering=0)
        self.size = self._stream.seek(0, 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, at: int, n_bytes: int) -> bytes:
        """Give the bytes from a place on; fewer only where they end."""
        if self._stream.closed:
            with self._path.open("rb", buffering=0) as stream:
                stream.seek(at)
                return stream.read(n_bytes)
        self._stream.seek(at)
        return self._stream.read(n_bytes)
