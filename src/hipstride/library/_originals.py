"""The bytes of every kept activity: one gzipped file each, named by its content.

The originals are the truth of the library: every derived row can be made again from
them. The name of a file is the hash of what is in it, so that it can be checked, and
the same bytes are never kept twice. The gzip header holds the name that the file had.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from isal import isal_zlib

from hipstride.errors import LibraryError, ReadError
from hipstride.io._open import MAX_FILE_BYTES, RawFile, load

__all__ = [
    "ORIGINALS",
    "Original",
    "find_original",
    "original_path",
    "originals_in",
    "read_original",
    "sweep",
    "write_original",
]

ORIGINALS = "originals"
_TEMPORARY = ".part-"
_SUFFIX = ".gz"
# A third slower than none, half the size; more levels pack watch files no better.
_LEVEL = 1
_NAME_FLAG = 0x08


class Original(NamedTuple):
    """A kept file: the hash it is named by, and where it lies."""

    sha256: str
    path: Path


def original_path(folder: Path, sha256: str) -> Path:
    """Say where the bytes of this hash lie, or would lie."""
    return folder / ORIGINALS / sha256[:2] / f"{sha256}{_SUFFIX}"


def write_original(folder: Path, sha256: str, name: str, data: bytes) -> None:
    """Keep the bytes of a file; whole or not at all, and never twice.

    Parameters
    ----------
    folder : Path
        The library.
    sha256 : str
        The hash of `data`.
    name : str
        The file's own name, which goes into the gzip header.
    data : bytes
        The file, unpacked.

    Raises
    ------
    LibraryError
        If it cannot be written.
    """
    path = original_path(folder, sha256)
    if path.exists():
        return
    try:
        _write_whole(path, _gzipped(data, name))
    except OSError as error:
        msg = (
            f"{path}: cannot be written ({error.strerror or error}); what was stored "
            "before is whole; make room or check permissions, and import again"
        )
        raise LibraryError(msg) from None


def _write_whole(path: Path, packed: bytes) -> None:
    """Write a file under another name, and give it its own when it is whole."""
    temporary = path.with_name(f"{_TEMPORARY}{os.getpid()}-{path.name}")
    try:
        try:
            temporary.write_bytes(packed)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(packed)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_original(folder: Path, sha256: str) -> RawFile:
    """Give the bytes of a kept file under the name that it had.

    Raises
    ------
    LibraryError
        If it is missing, or not what it was.
    """
    return find_original(Original(sha256, original_path(folder, sha256)))


def originals_in(folder: Path) -> Iterator[Original]:
    """Give all kept files, by their hashes."""
    for path in sorted((folder / ORIGINALS).glob(f"??/*{_SUFFIX}")):
        if path.name.startswith(_TEMPORARY):
            continue
        yield Original(path.name.removesuffix(_SUFFIX), path)


def sweep(folder: Path) -> None:
    """Remove what imports that were killed have left half written."""
    for path in (folder / ORIGINALS).glob(f"??/{_TEMPORARY}*"):
        path.unlink(missing_ok=True)


def find_original(original: Original) -> RawFile:
    """Read a kept file that was found in the folder, and hold it against its name.

    Raises
    ------
    LibraryError
        If it is missing, or not what it was.
    """
    path = original.path
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        msg = (
            f"{path}: found no file; expected an original; import the export it came "
            "from again, or put the file back from a copy"
        )
        raise LibraryError(msg) from None
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error})"
        raise LibraryError(msg) from None
    try:
        found = load(packed, name=_name_of(packed), max_bytes=MAX_FILE_BYTES)
    except ReadError as error:
        raise _not_what_it_was(path, error.found) from None
    actual = hashlib.sha256(found.data).hexdigest()
    if found.notes or actual != original.sha256:
        raise _not_what_it_was(path, f"bytes of the hash {actual[:12]}…")
    # Identity is by content: the same run gzipped elsewhere has the same run_id.
    return RawFile(found.name, found.data, found.data)


def _not_what_it_was(path: Path, found: str) -> LibraryError:
    return LibraryError(
        f"{path}: found {found}; expected the bytes that its name tells; it was "
        "damaged or altered: put it back from a copy, or remove it and import again"
    )


def _gzipped(data: bytes, name: str) -> bytes:
    """Pack bytes with the name in the header and no clock: same bytes, same file."""
    label = name.encode("utf-8", "replace").replace(b"\x00", b"")
    head = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, _NAME_FLAG, 0, 0, 255) + label + b"\0"
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    size = len(data) & 0xFFFFFFFF
    return b"".join((head, body, struct.pack("<II", zlib.crc32(data), size)))


def _name_of(packed: bytes) -> str:
    """Read the name that the gzip header holds."""
    if len(packed) <= 10 or not packed[3] & _NAME_FLAG:  # noqa: PLR2004 - RFC 1952
        return "original"
    end = packed.find(b"\x00", 10)
    return packed[10:end].decode("utf-8", "replace") if end > 0 else "original"
