"""The bytes of a file, whatever it is packed in, and the identity they give a run."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from hipstride.errors import ReadError

__all__ = ["MAX_FILE_BYTES", "RawFile", "Source", "load"]

# What a caller may hand over: a path, or the bytes themselves (a member of a zip).
Source = str | os.PathLike[str] | bytes

# A day-long run at 1 Hz in the wordiest TCX is about 60 MB; beyond this it is a bomb.
MAX_FILE_BYTES = 256 * 2**20

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class RawFile:
    """A file in memory: its name, its bytes as stored and its bytes unpacked."""

    name: str
    stored: bytes
    data: bytes

    @cached_property
    def run_id(self) -> str:
        """First 12 hex digits of the sha256 of the file as stored."""
        return hashlib.sha256(self.stored).hexdigest()[:12]


def load(
    source: Source, *, name: str | None = None, max_bytes: int = MAX_FILE_BYTES
) -> RawFile:
    """Read a file into memory and unpack it when it is gzipped.

    Parameters
    ----------
    source : str, path or bytes
        A path, or the bytes of a file.
    name : str, optional
        What to call it in messages and in ``Recording.source``; the file's own name
        where not given.
    max_bytes : int
        Refuse what is larger, packed or unpacked.

    Returns
    -------
    RawFile
        Name and bytes.

    Raises
    ------
    ReadError
        If the file is missing, no file, too large, or its gzip is broken from the
        start. A gzip that breaks off keeps what was whole before the break.

    Examples
    --------
    >>> load(gzip.compress(b"hello", mtime=0), name="a.gz").data
    b'hello'
    """
    if isinstance(source, bytes):
        stored = source
        label = name or "<bytes>"
    else:
        path = Path(source)
        label = name or path.name
        stored = _read(path, max_bytes)
    if len(stored) > max_bytes:
        raise _too_large(label, max_bytes)
    data = stored
    if stored.startswith(_GZIP_MAGIC):
        data = _gunzip(stored, label, max_bytes)
    return RawFile(label, stored, data)


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise ReadError(str(path), "no such file", "a file", "check the path") from None
    except IsADirectoryError:
        raise ReadError(
            str(path), "a folder", "a file", "use read_runs for a folder"
        ) from None
    except OSError as error:
        raise ReadError(
            str(path),
            f"an error on opening it ({error.strerror or error})",
            "a readable file",
            "check its permissions",
        ) from None


def _gunzip(stored: bytes, label: str, max_bytes: int) -> bytes:
    """Unpack by pieces, so that a bomb stops at the limit and a cut keeps its head."""
    pieces: list[bytes] = []
    size = 0
    try:
        with gzip.open(BytesIO(stored)) as stream:
            while piece := stream.read(2**20):
                pieces.append(piece)
                size += len(piece)
                if size > max_bytes:
                    raise _too_large(label, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        head = b"".join(pieces) or _head_of_broken(stored)
        if not head:
            raise ReadError(
                label,
                f"a broken gzip ({error})",
                "a whole gzip file",
                "export or copy it again",
            ) from None
        return head
    return b"".join(pieces)


def _head_of_broken(stored: bytes) -> bytes:
    """Give what can be unpacked before the break, without checking the end."""
    unpacker = zlib.decompressobj(wbits=31)
    head = b""
    try:
        for start in range(0, len(stored), 512):
            head += unpacker.decompress(stored[start : start + 512], MAX_FILE_BYTES)
            if len(head) > MAX_FILE_BYTES:
                break
    except zlib.error:
        pass
    return head


def _too_large(label: str, max_bytes: int) -> ReadError:
    return ReadError(
        label,
        f"more than {max_bytes // 2**20} MB",
        "the file of one activity",
        "split it, or check that it is what it claims to be",
    )
