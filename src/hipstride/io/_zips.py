"""The files of a zip, and of the zips in it, wherever they lie, without unpacking it.

An account's export is a zip of zips of thousands of files. One that lies in the outer
zip unpacked is read where it lies; a small packed one is unpacked into memory; a large
packed one is unpacked as it is walked through, some megabytes at a time, twice over:
once to its end, where its directory is, and once for its members in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hipstride.errors import ReadError
from hipstride.io._formats import suffix_of
from hipstride.io._found import Found, Refused, refused
from hipstride.io._spans import BytesSpan, Part, Span
from hipstride.io._unpacked_span import UnpackedSpan
from hipstride.io._zip_archive import Archive, Outer, content_of, encrypted, told
from hipstride.io._zip_directory import Member, start_of_data, zip_members
from hipstride.io._zip_unpack import STORED

__all__ = ["MAX_MEMBERS", "Outer", "Room", "zip_files"]

# A full account export holds about 20,000 activities among as many other files.
MAX_MEMBERS = 200_000
# Account exports hold zips of zips: one activity in a part in the export.
MAX_DEPTH = 3
# Packed zips in a zip are unpacked into memory up to this, all open ones together.
MAX_HELD_BYTES = 2**25
_STEP_BYTES = 2**16

Passed = Callable[[str, str], bool]


class Room(NamedTuple):
    """What a zip may take, within those that it lies in."""

    n_members: int
    held_bytes: int
    depth: int

    @classmethod
    def all(cls) -> Room:
        """Give what the first zip may take."""
        return cls(MAX_MEMBERS, MAX_HELD_BYTES, MAX_DEPTH)


def zip_files(span: Span, outer: Outer, passed: Passed, room: Room) -> Iterator[Found]:
    """Give the files of a zip, by name, or by place where going back is dear.

    Parameters
    ----------
    span : Span
        The zip.
    outer : Outer
        What to call it, its mark, and what it takes of the outermost file.
    passed : callable
        Is asked by label and mark whether to leave a zip out that is within.
    room : Room
        How much it may take.

    Yields
    ------
    Found
        Each file, then the end of the zip.

    Raises
    ------
    ReadError
        If it is broken, or not to be trusted; before any file.
    """
    with told(outer.label):
        members = zip_members(span, outer.label, most=room.n_members)
    archive = Archive(span, outer, members)
    if span.is_forward:
        members = sorted(members, key=lambda one: one.offset)
    else:
        members = sorted(members, key=lambda one: one.label)
    room = room._replace(n_members=room.n_members - len(members), depth=room.depth - 1)
    given_bytes = 0
    for member in members:
        place = f"{outer.label}/{member.label}"
        size_bytes, packed_bytes = member.size_bytes, archive.takes(member)
        mark = f"{member.crc:08x}-{size_bytes}"
        if suffix_of(member.label) != "zip":
            content = content_of(archive, member, place)
            yield Found(place, size_bytes, packed_bytes, mark, None, "file", content)
        elif passed(place, mark):
            continue
        else:
            of = Outer(place, mark, packed_bytes)
            yield from _inner_files(archive, member, of, passed, room)
        given_bytes += packed_bytes
    rest_bytes = max(outer.packed_bytes - given_bytes, 0)
    end = ReadError(outer.label, "a zip, at its end", "a file in it")
    yield Found(
        outer.label, span.size, rest_bytes, outer.mark, None, "zip", Refused(end)
    )


def _inner_files(
    archive: Archive, member: Member, of: Outer, passed: Passed, room: Room
) -> Iterator[Found]:
    """Walk through a zip in a zip; one that cannot be read is told of."""
    try:
        if room.depth < 0:
            raise _too_deep(of.label)
        archive.check(member, of.label)
        with told(of.label):
            span = _inner_span(archive, member, of.label, room.held_bytes)
        if isinstance(span, BytesSpan):
            room = room._replace(held_bytes=room.held_bytes - span.size)
        yield from zip_files(span, of, passed, room)
    except ReadError as error:
        yield refused(
            of.label,
            error,
            size_bytes=member.size_bytes,
            packed_bytes=of.packed_bytes,
            mark=of.mark,
        )


def _inner_span(archive: Archive, member: Member, place: str, held_bytes: int) -> Span:
    """Make the bytes of a zip in a zip readable at any place."""
    if member.method == STORED:
        start, is_encrypted = start_of_data(archive.span, member)
        if is_encrypted:
            raise encrypted(place)
        return Part(archive.span, start, member.packed_bytes)
    if member.size_bytes <= held_bytes:
        return BytesSpan(b"".join(archive.pieces(member, place, _STEP_BYTES)))
    return UnpackedSpan(
        lambda: archive.unpacker(member, place, _STEP_BYTES),
        member.size_bytes,
        member.crc,
    )


def _too_deep(place: str) -> ReadError:
    found = "a zip in a zip, too many deep"
    return ReadError(place, found, f"at most {MAX_DEPTH} within the first", "unpack it")
