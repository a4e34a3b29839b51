"""Unpacking, piece by piece: never more in memory than some pieces.

The decompressors of the standard library do the work, each told how much it may give
at a time, since a few bytes may hold gigabytes.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Protocol

from hipstride.io._spans import Span

__all__ = [
    "BREAKS_OFF",
    "MORE_BYTES",
    "STORED",
    "WRONG_CHECKSUM",
    "Inflater",
    "Unpacker",
]

STORED = 0
_DEFLATED = 8
_BZIP2 = 12
_LZMA = 14
_METHODS = {
    1: "shrink", 6: "implode", 9: "deflate64", 93: "zstd", 95: "xz", 98: "PPMd",
}  # fmt: skip

# What goes into a decompressor at a time, and the most that comes out.
_STEP_BYTES = 2**16
_PIECE_BYTES = 2**17
# An LZMA decoder takes as much memory as its header asks for.
_MAX_DICTIONARY_BYTES = 2**26
_LZMA_HEAD_BYTES = 9
_LARGE_DICTIONARY = "LZMA with a dictionary of over 64 MB"

# What is wrong with bytes, in words that fit behind "cannot be unpacked".
BREAKS_OFF = "it breaks off"
MORE_BYTES = "more bytes than it claims"
WRONG_CHECKSUM = "its checksum is wrong"


class _Engine(Protocol):
    """What the decompressors of `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflater:
    """The decompressor of `zlib`, made to behave as those of `bz2` and `lzma` do."""

    def __init__(self, inflate: zlib._Decompress | None = None) -> None:
        self._inflate = inflate or zlib.decompressobj(-zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        """Whether the packed stream has come to its end."""
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        """Whether all that was handed over is used up."""
        return not self._inflate.unconsumed_tail

    @property
    def unused(self) -> bytes:
        """What was handed over behind the end."""
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        """Unpack what is left over from before, or else new bytes."""
        return self._inflate.decompress(
            self._inflate.unconsumed_tail or data, max_length
        )

    def copy(self) -> Inflater:
        """Give one that stands at the same place."""
        return Inflater(self._inflate.copy())


class Unpacker:
    """Unpacks a part of a span from its start on.

    A class, because it stands somewhere, and can be copied as it stands.

    Raises
    ------
    NotImplementedError
        If the packing is none of the four that are read.
    """

    def __init__(
        self,
        span: Span,
        start: int,
        packed_bytes: int,
        method: int,
        *,
        step_bytes: int = _STEP_BYTES,
    ) -> None:
        self._span = span
        self._at = start
        self._end = start + packed_bytes
        self._step_bytes = step_bytes
        self._engine: _Engine | None = None
        if method == _DEFLATED:
            self._engine = Inflater()
        elif method == _BZIP2:
            self._engine = bz2.BZ2Decompressor()
        elif method == _LZMA:
            self._engine = _lzma(self._take(_LZMA_HEAD_BYTES))
        elif method != STORED:
            name = _METHODS.get(method, f"method {method}")
            raise NotImplementedError(name)

    def piece(self) -> bytes:
        """Give the next bytes; none at the end, or where it breaks off."""
        if self._engine is None:
            return self._take(self._step_bytes)
        while not self._engine.eof:
            needs_input = self._engine.needs_input
            fresh = self._take(self._step_bytes) if needs_input else b""
            piece = self._engine.decompress(fresh, _PIECE_BYTES)
            if piece:
                return piece
            if needs_input and not fresh:
                break
        return b""

    def copy(self) -> Unpacker | None:
        """Give one that stands at the same place; None where that cannot be done."""
        if not (self._engine is None or isinstance(self._engine, Inflater)):
            return None
        twin = Unpacker(self._span, self._at, self._end - self._at, STORED)
        twin._step_bytes = self._step_bytes
        twin._engine = self._engine and self._engine.copy()
        return twin

    def _take(self, n_bytes: int) -> bytes:
        data = self._span.read(self._at, min(n_bytes, self._end - self._at))
        self._at += len(data)
        return data


def _lzma(head: bytes) -> lzma.LZMADecompressor:
    """Start a decoder by the head that a zip puts before the data.

    Source: APPNOTE.TXT 6.3.10, section 5.8.8: two bytes of version, the size of the
    properties, five bytes of properties.
    """
    if len(head) < _LZMA_HEAD_BYTES:
        raise EOFError(BREAKS_OFF)
    dictionary_bytes = int.from_bytes(head[5:9], "little")
    if dictionary_bytes > _MAX_DICTIONARY_BYTES:
        raise NotImplementedError(_LARGE_DICTIONARY)
    rest, literal_context_bits = divmod(head[4], 9)
    position_bits, literal_position_bits = divmod(rest, 5)
    return lzma.LZMADecompressor(
        lzma.FORMAT_RAW,
        filters=[
            {
                "id": lzma.FILTER_LZMA1,
                "dict_size": dictionary_bytes,
                "lc": literal_context_bits,
                "lp": literal_position_bits,
                "pb": position_bits,
            }
        ],
    )
