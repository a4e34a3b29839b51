"""Unpacking a gzip by pieces, no further than is asked for, and no bomb at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from hipstride.errors import ReadError
from hipstride.io._zip_unpack import Inflater

__all__ = ["GZIP_MAGIC", "MAX_RATIO", "SMALL_BYTES", "gunzipped"]

GZIP_MAGIC = b"\x1f\x8b"
# XML of a run packs to a twentieth; what packs to less than this is a bomb, unless it
# is small.
MAX_RATIO = 250
SMALL_BYTES = 2**20

_GZIP_WBITS = zlib.MAX_WBITS | 16


def gunzipped(pieces: Iterator[bytes], label: str, step_bytes: int) -> Iterator[bytes]:
    """Unpack a gzip, and those that stand behind it.

    Parameters
    ----------
    pieces : iterator of bytes
        The gzip, in pieces.
    label : str
        What to call it in messages.
    step_bytes : int
        Twice as many are unpacked at a time.

    Yields
    ------
    bytes
        What was unpacked.

    Raises
    ------
    ReadError
        If it is broken, breaks off, or unpacks to more than any run.
    """
    most = 2 * step_bytes
    packed_bytes = unpacked_bytes = 0
    inflater: Inflater | None = None
    for piece in pieces:
        packed_bytes += len(piece)
        rest = piece
        while True:
            if inflater is None:
                # Zeros up to the end of a block are no other gzip.
                if not rest.startswith(GZIP_MAGIC[:1]):
                    break
                inflater = Inflater(zlib.decompressobj(_GZIP_WBITS))
            try:
                data = inflater.decompress(rest, most)
            except zlib.error as error:
                raise _broken_gzip(label, str(error)) from None
            unpacked_bytes += len(data)
            if unpacked_bytes > max(SMALL_BYTES, MAX_RATIO * packed_bytes):
                raise _bomb(label, unpacked_bytes, packed_bytes)
            if data:
                yield data
            rest = b""
            if inflater.eof:
                rest, inflater = inflater.unused, None
            elif inflater.needs_input and len(data) < most:
                break
    if inflater is not None:
        raise _broken_gzip(label, "it breaks off")


def _bomb(label: str, unpacked_bytes: int, packed_bytes: int) -> ReadError:
    return ReadError(
        label,
        f"more than {unpacked_bytes} bytes packed into {packed_bytes}",
        f"at most {MAX_RATIO} to 1",
        "check that it is what it claims to be",
    )


def _broken_gzip(label: str, damage: str) -> ReadError:
    return ReadError(
        label,
        f"a broken gzip ({damage})",
        "a whole gzip file",
        "export or copy it again",
    )
