"""The bytes of a file, whatever it is packed in, and the identity they give a run."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hipstride.errors import ReadError

__all__ = ["MAX_FILE_BYTES", "RawFile", "Source", "load"]

# What a caller may hand over: a path, or the bytes themselves (a member of a zip).
Source = str | os.PathLike[str] | bytes

# A day-long run at 1 Hz in the wordiest TCX is about 60 MB; beyond this it is a bomb.
MAX_FILE_BYTES = 256 * 2**20

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 2**14


@dataclass(frozen=True)
class RawFile:
    """A file in memory: its name, its bytes as stored and its bytes unpacked.

    `notes` says what was lost on the way; readers pass it on.
    """

    name: str
    stored: bytes
    data: bytes
    notes: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The sha256 of the file as stored, in hex digits."""
        return hashlib.sha256(self.stored).hexdigest()

    @property
    def run_id(self) -> str:
        """First 12 hex digits of the sha256 of the file as stored."""
        return self.sha256[:12]


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
    >>> import gzip
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
    if not stored.startswith(_GZIP_MAGIC):
        return RawFile(label, stored, stored)
    data, damage = _gunzip(stored, label, max_bytes)
    notes = (f"The gzip is damaged ({damage}); what was whole is kept.",)
    return RawFile(label, stored, data, notes if damage else ())


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            # Reading a pipe waits for ever, and a device may have no end.
            raise ReadError(
                str(path), "a pipe or a device", "a file", "save it as a file first"
            )
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


def _gunzip(stored: bytes, label: str, max_bytes: int) -> tuple[bytes, str]:
    """Unpack by pieces, so that a bomb stops at the limit and a cut keeps its head."""
    head, rest, damage = bytearray(), stored, ""
    while rest.startswith(_GZIP_MAGIC) and not damage:
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        for start in range(0, len(rest), _PIECE_BYTES):
            piece = rest[start : start + _PIECE_BYTES]
            before = unpacker.copy()
            try:
                head += unpacker.decompress(piece, max_bytes + 1 - len(head))
            except zlib.error as error:
                damage = str(error)
                head += _up_to_the_damage(before, piece)
                break
            if len(head) > max_bytes:
                raise _too_large(label, max_bytes)
        if not (unpacker.eof or damage):
            damage = "it breaks off"
        rest = unpacker.unused_data
    if damage and not head:
        raise ReadError(
            label,
            f"a broken gzip ({damage})",
            "a whole gzip file",
            "export or copy it again",
        )
    return bytes(head), damage


def _up_to_the_damage(unpacker: zlib._Decompress, piece: bytes) -> bytes:
    """Give what a damaged piece holds before its damage, byte by byte."""
    head = bytearray()
    for place in range(len(piece)):
        try:
            head += unpacker.decompress(piece[place : place + 1])
        except zlib.error:
            break
    return bytes(head)


def _too_large(label: str, max_bytes: int) -> ReadError:
    remedy = "split it, or check that it is what it claims to be"
    if label.lower().removesuffix(".gz").endswith(".xml"):
        remedy = "an export of Apple Health is taken in by `hipstride import`"
    return ReadError(
        label,
        f"more than {max_bytes // 2**20} MB",
        "the file of one activity",
        remedy,
    )
