"""The members of one zip: what is refused of them, and how the others are unpacked."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

from hipstride.errors import ReadError
from hipstride.io._formats import is_zip
from hipstride.io._found import Refused
from hipstride.io._gunzip import MAX_RATIO, SMALL_BYTES
from hipstride.io._open import MAX_FILE_BYTES, RawFile, load
from hipstride.io._spans import Span
from hipstride.io._zip_directory import Member, start_of_data
from hipstride.io._zip_unpack import BREAKS_OFF, MORE_BYTES, WRONG_CHECKSUM, Unpacker

__all__ = ["Archive", "Outer", "content_of", "encrypted", "told"]

_STEP_BYTES = 2**16
_NATURES = {"link": "a symbolic link", "special": "a pipe or a device"}
_UNPACK = "unpack the zip, and give the folder"


class Outer(NamedTuple):
    """A zip as the walk that came upon it knows it."""

    label: str
    mark: str
    packed_bytes: int


class Archive:
    """A zip whose directory is read.

    A class, because its members share the bytes, the name and an index that is made
    only when a file is asked for by name.
    """

    def __init__(self, span: Span, outer: Outer, members: list[Member]) -> None:
        self.span = span
        self.label = outer.label
        self._members = members
        self._share = outer.packed_bytes / max(span.size, 1)

    @cached_property
    def by_label(self) -> dict[str, Member]:
        """Find members by name."""
        return {member.label: member for member in self._members}

    def takes(self, member: Member) -> int:
        """Give what a member takes of the outermost file."""
        return int(member.packed_bytes * self._share)

    def check(self, member: Member, place: str) -> None:
        """Refuse what is locked, leads elsewhere, or unpacks to more than any run."""
        if member.nature == "encrypted":
            raise encrypted(place)
        if member.nature != "file":
            found = (
                "a symbolic link" if member.nature == "link" else "a pipe or a device"
            )
            raise ReadError(
                place, found, "a file", "unpack the zip, and give the folder"
            )
        # By what they take of the outermost file, so that bombs in bombs add up.
        size, packed = member.size_bytes, max(self.takes(member), 1)
        if size > SMALL_BYTES and size > MAX_RATIO * packed:
            raise _too_large(place, size, packed)

    def unpacker(self, member: Member, place: str, step_bytes: int) -> Unpacker:
        """Start to unpack a member that was checked."""
        start, is_encrypted = start_of_data(self.span, member)
        if is_encrypted:
            raise encrypted(place)
        return Unpacker(
            self.span, start, member.packed_bytes, member.method, step_bytes=step_bytes
        )

    def pieces(self, member: Member, place: str, step_bytes: int) -> Iterator[bytes]:
        """Unpack a member by pieces, and check them against what the zip says."""
        self.check(member, place)
        with told(place):
            unpacker = self.unpacker(member, place, step_bytes)
            crc = n_bytes = 0
            while piece := unpacker.piece():
                n_bytes += len(piece)
                if n_bytes > member.size_bytes:
                    raise ValueError(MORE_BYTES)
                crc = zlib.crc32(piece, crc)
                yield piece
            if n_bytes < member.size_bytes:
                raise EOFError(BREAKS_OFF)
            if crc != member.crc:
                raise ValueError(WRONG_CHECKSUM)

    def load(self, member: Member, place: str) -> RawFile:
        """Unpack a member into memory."""
        if member.size_bytes > MAX_FILE_BYTES:
            raise _too_large(place, member.size_bytes, max(self.takes(member), 1))
        data = b"".join(self.pieces(member, place, _STEP_BYTES))
        if is_zip(data):
            raise ReadError(place, "a zip under another name", "the file of a run")
        return load(data, name=member.label.rpartition("/")[2])


class _Content:
    """The content of a member; a class because `Found` wants its ways together."""

    __slots__ = ("_archive", "_member", "_place")

    def __init__(self, archive: Archive, member: Member, place: str) -> None:
        self._archive = archive
        self._member = member
        self._place = place

    def load(self) -> RawFile:
        """Give all bytes; a ReadError where that cannot or must not be."""
        return self._archive.load(self._member, self._place)

    def pieces(self, step_bytes: int) -> Iterator[bytes]:
        """Give them in pieces, as stored."""
        return self._archive.pieces(self._member, self._place, step_bytes)

    def beside(self, name: str) -> bytes | None:
        """Give the bytes of a file in the same folder of the zip or below it."""
        folder, slash, _ = self._member.label.rpartition("/")
        label = f"{folder}{slash}{name}"
        member = self._archive.by_label.get(label)
        if member is None:
            return None
        return self._archive.load(member, f"{self._archive.label}/{label}").data


def content_of(archive: Archive, member: Member, place: str) -> _Content | Refused:
    """Give the content of a member, or why there is none."""
    try:
        archive.check(member, place)
    except ReadError as error:
        return Refused(error)
    return _Content(archive, member, place)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Say in one line what a broken member makes the libraries say."""
    try:
        yield
    except NotImplementedError as error:
        raise ReadError(
            place,
            f"a file packed by {error}",
            "one stored or deflated",
            _UNPACK,
        ) from None
    except (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        raise ReadError(
            place,
            f"a member that cannot be unpacked ({error})",
            "a whole zip",
            "download it again",
        ) from None


def encrypted(place: str) -> ReadError:
    return ReadError(
        place, "an encrypted file", "one without a password", "unpack it first"
    )


def _too_large(place: str, size: int, packed: int) -> ReadError:
    return ReadError(
        place,
        f"{size} bytes packed into {packed}",
        f"at most {MAX_FILE_BYTES // 2**20} MB, and {MAX_RATIO} to 1",
        "check that it is what it claims to be",
    )
