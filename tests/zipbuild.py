"""Zips of any kind, also such as no honest program writes."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

ENTRY = b"PK\x01\x02"
LOCAL = b"PK\x03\x04"
END = b"PK\x05\x06"


def zipped(
    members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, level: int = 1
) -> bytes:
    """A zip of these members, in this order."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_mode(name: str, mode: int, data: bytes) -> bytes:
    """A zip of one member that Unix knows as something else than a file."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, data)
    return stream.getvalue()


def patched(data: bytes, at: int, layout: str, *values: int) -> bytes:
    """The same bytes with other numbers at a place."""
    changed = bytearray(data)
    struct.pack_into(f"<{layout}", changed, at, *values)
    return bytes(changed)


def entry(
    name: bytes,
    *,
    crc: int,
    packed: int,
    size: int,
    offset: int,
    method: int = 0,
    flags: int = 0,
    attributes: int = 0,
) -> bytes:
    """An entry of a directory."""  # fmt: skip
    return (
        struct.pack(
            "<4s4B4HL2L5H2L", ENTRY, 20, 3, 20, 0, flags, method, 0, 0, crc, packed,
            size, len(name), 0, 0, 0, 0, attributes, offset,
        )
        + name
    )  # fmt: skip


def local(name: bytes, data: bytes, *, crc: int, size: int, method: int = 0) -> bytes:
    """A member: its header and its data as packed."""
    return (
        struct.pack(
            "<4s2B4HL2L2H", LOCAL, 20, 0, 0, method, 0, 0, crc, len(data), size,
            len(name), 0,
        )
        + name
        + data
    )  # fmt: skip


def end(n_entries: int, size: int, offset: int, *, disk: int = 0) -> bytes:
    """The end of a zip."""
    n_shown = min(n_entries, 0xFFFF)
    return struct.pack("<4s4H2LH", END, disk, disk, n_shown, n_shown, size, offset, 0)
