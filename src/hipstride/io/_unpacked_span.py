"""A large packed zip in a zip, readable at any place without unpacking it whole.

A decompressor that inflates can be copied on its way. Such copies are marks to which
one can go back, without unpacking all from the start again.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Callable

from hipstride.io._zip_unpack import BREAKS_OFF, MORE_BYTES, WRONG_CHECKSUM, Unpacker

__all__ = ["UnpackedSpan"]

# The pieces that stay in memory: some megabytes.
_KEPT_PIECES = 64
# Marks to go back to, each of some 50 to 100 kB.
_MARK_BYTES = 2**24
_MAX_MARKS = 256


class UnpackedSpan:
    """The unpacked bytes of a large packed zip in a zip, at any place.

    A class, because it keeps the pieces around where it stands, and marks to go back
    to. Making it unpacks all once, to set the marks and to check what is there.

    Raises
    ------
    EOFError
        If there are fewer bytes than `size`.
    ValueError
        If there are more, or their checksum is another.
    """

    is_forward = True

    def __init__(self, start: Callable[[], Unpacker], size: int, crc: int) -> None:
        self.size = size
        self._start = start
        self._unpacker = start()
        self._position = 0
        self._starts: list[int] = []
        self._pieces: list[bytes] = []
        self._mark_places: list[int] = []
        self._marks: list[Unpacker] = []
        self._set_marks(crc)

    def read(self, at: int, n_bytes: int) -> bytes:
        """Give the bytes from a place on; fewer only where they end."""
        end = min(at + n_bytes, self.size)
        parts = []
        while at < end:
            start, piece = self._piece_at(at)
            part = piece[at - start : end - start]
            parts.append(part)
            at += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _piece_at(self, at: int) -> tuple[int, bytes]:
        place = bisect_right(self._starts, at) - 1
        if place < 0 or at >= self._position:
            self._go_to(at)
            place = bisect_right(self._starts, at) - 1
        return self._starts[place], self._pieces[place]

    def _go_to(self, at: int) -> None:
        mark = bisect_right(self._mark_places, at) - 1
        mark_place = self._mark_places[mark] if mark >= 0 else 0
        if at < self._position or mark_place > self._position:
            twin = self._marks[mark].copy() if mark >= 0 else None
            self._unpacker = twin or self._start()
            self._position = mark_place if twin else 0
            self._starts.clear()
            self._pieces.clear()
        while at >= self._position:
            self._forward()

    def _forward(self) -> None:
        piece = self._unpacker.piece()
        if not piece:
            raise EOFError(BREAKS_OFF)
        if len(self._pieces) == _KEPT_PIECES:
            del self._pieces[0], self._starts[0]
        self._starts.append(self._position)
        self._pieces.append(piece)
        self._position += len(piece)

    def _set_marks(self, crc: int) -> None:
        between = max(_MARK_BYTES, self.size // _MAX_MARKS)
        running = 0
        while self._position < self.size:
            if self._position >= between * (len(self._marks) + 1):
                mark = self._unpacker.copy()
                if mark is not None:
                    self._mark_places.append(self._position)
                    self._marks.append(mark)
            self._forward()
            running = zlib.crc32(self._pieces[-1], running)
        if self._position > self.size or self._unpacker.piece():
            raise ValueError(MORE_BYTES)
        if running != crc:
            raise ValueError(WRONG_CHECKSUM)
