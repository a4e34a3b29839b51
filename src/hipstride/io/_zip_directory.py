"""The directory of a zip: who its members are and where they lie.

Read here and not by `zipfile`, because that takes in all of a directory, however large,
before anyone can say no; gives up a whole zip for one odd name; sees no members that
overlap; and seeks back and forth, which a zip packed in a zip cannot bear.

Source: APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from hipstride.errors import ReadError
from hipstride.io._formats import is_zip
from hipstride.io._names import is_hidden, member_label, numbered
from hipstride.io._spans import Span

__all__ = ["Member", "start_of_data", "zip_members"]

# Of some 200,000 members with long names.
MAX_DIRECTORY_BYTES = 2**25

_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\x05\x06"
_END_64 = struct.Struct("<4sQ2H2L4Q")
_END_64_MAGIC = b"PK\x06\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MAGIC = b"PK\x06\x07"
_ENTRY = struct.Struct("<4s4B4H3L5H2L")
_ENTRY_MAGIC = b"PK\x01\x02"
_LOCAL = struct.Struct("<4s2B4H3L2H")
_LOCAL_MAGIC = b"PK\x03\x04"
_EXTRA = struct.Struct("<2H")
_ZIP64_EXTRA = 1
_IN_ZIP64 = 0xFFFFFFFF
_IS_UTF8 = 0x800
_IS_ENCRYPTED = 0x1
_MAX_TEXT_BYTES = 2**16 - 1
_AES = 99
_NOT_THERE = "it is not where the directory says"
# An entry with the longest name, extra field and comment.
_MAX_ENTRY_BYTES = _ENTRY.size + 3 * _MAX_TEXT_BYTES
_STEP_BYTES = 2**19

Nature = Literal["file", "folder", "encrypted", "link", "special"]


class Member(NamedTuple):
    """A file in a zip: its path below the zip, where it lies and what it is."""

    label: str
    offset: int
    packed_bytes: int
    size_bytes: int
    crc: int
    method: int
    nature: Nature


class _End(NamedTuple):
    """What the end of a zip tells of its directory."""

    start: int
    size: int
    prefix: int


def zip_members(span: Span, label: str, *, most: int) -> list[Member]:
    """Give the files of a zip, in the order of its directory.

    Folders are left out, and what is hidden. Of two files of one name the second gets
    a number.

    Parameters
    ----------
    span : Span
        The zip.
    label : str
        What to call it in messages.
    most : int
        How many entries it may have.

    Returns
    -------
    list of Member
        Their bytes do not overlap.

    Raises
    ------
    ReadError
        If it is broken or cut off, a part of several, holds more entries than `most`,
        or has members that share bytes.
    """
    end = _end(span, label)
    if end.size > MAX_DIRECTORY_BYTES:
        found = f"a directory of {end.size} bytes"
        raise _too_many(label, found, f"at most {MAX_DIRECTORY_BYTES // 2**20} MB")
    members: list[Member] = []
    taken: dict[str, int] = {}
    starts, stops = [end.start], [end.start + end.size]
    for number, (entry, name, extra) in enumerate(_entries(span, end, label), start=1):
        if number > most:
            raise _too_many(label, f"more than {most} files", f"at most {most}")
        member = _member(entry, name, extra, end.prefix)
        starts.append(member.offset)
        stops.append(member.offset + _LOCAL.size + member.packed_bytes)
        if member.nature != "folder" and not is_hidden(member.label):
            # Two names may look the same, once what leads out is left out.
            unique = numbered(member.label, taken)
            is_same = unique is member.label
            members.append(member if is_same else member._replace(label=unique))
    _check_overlap(starts, stops, label)
    return members


def start_of_data(span: Span, member: Member) -> tuple[int, bool]:
    """Give where the data of a member start, and whether they are encrypted.

    Raises
    ------
    ValueError
        If there is no member at its place.
    """
    head = span.read(member.offset, _LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MAGIC):
        raise ValueError(_NOT_THERE)
    fields = _LOCAL.unpack(head)
    start = member.offset + _LOCAL.size + fields[-2] + fields[-1]
    return start, bool(fields[3] & _IS_ENCRYPTED)


def _end(span: Span, label: str) -> _End:
    """Find the directory from the end of the zip."""
    tail_at = max(span.size - _END.size - _MAX_TEXT_BYTES, 0)
    tail = span.read(tail_at, span.size - tail_at)
    place = tail.rfind(_END_MAGIC, 0, len(tail) - _END.size + len(_END_MAGIC))
    is_started = is_zip(span.read(0, len(_LOCAL_MAGIC)))
    if place < 0:
        raise _cut(label) if is_started else _broken(label, "it is none")
    _, disk, directory_disk, n_here, n_all, size, offset, _ = _END.unpack_from(
        tail, place
    )
    stop = tail_at + place
    n_disks = 1
    at = stop - _LOCATOR.size
    locator = span.read(at, _LOCATOR.size) if at >= 0 else b""
    if locator.startswith(_LOCATOR_MAGIC):
        _, _, stated_at, n_disks = _LOCATOR.unpack(locator)
        # Right before the locator, also where something stands before the zip.
        for end_at in (at - _END_64.size, stated_at):
            record = span.read(end_at, _END_64.size) if end_at >= 0 else b""
            if len(record) == _END_64.size and record.startswith(_END_64_MAGIC):
                disk, directory_disk, n_here, n_all, size, offset = _END_64.unpack(
                    record
                )[4:]
                stop = end_at
                break
        else:
            raise _broken(label, "the end of its directory is missing")
    if disk or directory_disk or n_here != n_all or n_disks > 1:
        raise ReadError(
            label,
            "one part of a zip in several",
            "a whole zip",
            "join the parts with the program that made them",
        )
    prefix = stop - size - offset
    if prefix < 0:
        raise _broken(label, "its directory lies outside of it")
    if prefix and is_started:
        # The end is that of a zip in it, or of one whose size it cannot tell.
        raise _cut(label)
    return _End(stop - size, size, prefix)


def _entries(
    span: Span, end: _End, label: str
) -> Iterator[tuple[tuple[int, ...], bytes, bytes]]:
    """Give the entries of a directory, some at a time in memory."""
    buffer, at, next_at, stop = b"", 0, end.start, end.start + end.size
    while next_at < stop or at < len(buffer):
        if len(buffer) - at < _MAX_ENTRY_BYTES and next_at < stop:
            more = span.read(next_at, min(_STEP_BYTES, stop - next_at))
            buffer, at = buffer[at:] + more, 0
            next_at = next_at + len(more) if more else stop
        if len(buffer) - at < _ENTRY.size or not buffer.startswith(_ENTRY_MAGIC, at):
            raise _broken(label, "its directory is damaged")
        entry = _ENTRY.unpack_from(buffer, at)
        name_at = at + _ENTRY.size
        extra_at = name_at + entry[12]
        at = extra_at + entry[13] + entry[14]
        if at > len(buffer):
            raise _broken(label, "its directory is damaged")
        yield entry, buffer[name_at:extra_at], buffer[extra_at : extra_at + entry[13]]


def _member(entry: tuple[int, ...], name: bytes, extra: bytes, prefix: int) -> Member:
    """Give what an entry says of a member."""
    flags, method, crc, packed, size = entry[5], entry[6], *entry[9:12]
    mode, offset = entry[17] >> 16, entry[18]
    if _IN_ZIP64 in {packed, size, offset}:
        size, packed, offset = _in_zip64(extra, size, packed, offset)
    label = member_label(name, is_utf8=bool(flags & _IS_UTF8))
    nature: Nature = "file"
    if name.endswith((b"/", b"\\")) or stat.S_ISDIR(mode):
        nature = "folder"
    elif flags & _IS_ENCRYPTED or method == _AES:
        nature = "encrypted"
    elif stat.S_ISLNK(mode):
        nature = "link"
    elif stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        nature = "special"
    return Member(label, offset + prefix, packed, size, crc, method, nature)


def _in_zip64(extra: bytes, *fields: int) -> list[int]:
    """Take from the extra field what is too large for the entry."""
    at = 0
    values = list(fields)
    while at + _EXTRA.size <= len(extra):
        kind, n_bytes = _EXTRA.unpack_from(extra, at)
        at += _EXTRA.size
        if kind == _ZIP64_EXTRA:
            stop = min(at + n_bytes, len(extra))
            for place, value in enumerate(values):
                if value == _IN_ZIP64 and at + 8 <= stop:
                    values[place] = int.from_bytes(extra[at : at + 8], "little")
                    at += 8
            break
        at += n_bytes
    return values


def _check_overlap(starts: list[int], stops: list[int], label: str) -> None:
    """Refuse members that share bytes: a few bytes would unpack to no end."""
    most = np.iinfo(np.int64).max
    if max(stops) > most:
        raise _broken(label, "a member lies outside of it")
    start, stop = np.array(starts, dtype=np.int64), np.array(stops, dtype=np.int64)
    order = np.argsort(start, kind="stable")
    if (stop[order][:-1] > start[order][1:]).any():
        raise ReadError(
            label,
            "members that overlap",
            "a zip whose files lie one behind the other",
            "check that it is what it claims to be",
        )


def _broken(label: str, reason: str) -> ReadError:
    return ReadError(
        label, f"a broken zip ({reason})", "a whole zip", "download it again"
    )


def _cut(label: str) -> ReadError:
    """Refuse a zip without its end.

    What is whole in it is not saved: a zip that is written as it is sent says the sizes
    of its members only behind them and at its end, so most of it would be guessed.
    """
    return _broken(label, "its end is missing, so it broke off or was badly packed")


def _too_many(label: str, found: str, expected: str) -> ReadError:
    remedy = "check that it is what it claims to be"
    return ReadError(label, found, expected, remedy)
