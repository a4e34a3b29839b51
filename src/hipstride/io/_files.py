"""The files of a folder or a zip, one by one, without trusting a single name."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from hipstride.errors import ReadError
from hipstride.io._formats import SUFFIXES, is_zip, suffix_of
from hipstride.io._open import MAX_FILE_BYTES, RawFile, load

__all__ = ["Found", "folder_files", "zip_files"]

# A full account export holds about 20,000 activities among as many other files.
MAX_MEMBERS = 200_000
# Account exports hold zips of zips: one activity in a part in the export.
MAX_DEPTH = 3
# Part of an account export inside the export: some 5000 activities.
MAX_INNER_ZIP_BYTES = 2**30
# XML of a run packs to a twentieth; what packs to less than this is a bomb.
MAX_RATIO = 250
_SMALL_BYTES = 2**20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was found, by what to call it, and how to get at its bytes."""

    label: str
    load: Callable[[], RawFile]


def folder_files(folder: Path) -> Iterator[Found]:
    """Walk a folder and all below it, by name; every folder is entered once.

    Hidden files, and files whose end of name is none of ours, are passed over.
    """
    yield from _walk(folder, folder, set())


def zip_files(
    source: Path | bytes, label: str, *, depth: int = MAX_DEPTH
) -> Iterator[Found]:
    """Give the files of a zip, by name, unpacked in memory and never onto the disk.

    Parameters
    ----------
    source : Path or bytes
        The zip.
    label : str
        What to call it.
    depth : int
        How many zips deep to look into zips within.

    Raises
    ------
    ReadError
        If it is broken, or has more members than any export.
    """
    stream: Path | BytesIO = BytesIO(source) if isinstance(source, bytes) else source
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ReadError(
            label, f"a broken zip ({error})", "a whole zip", "download it again"
        ) from None
    with archive:
        members = [one for one in archive.infolist() if _is_wanted(one)]
        if len(members) > MAX_MEMBERS:
            raise ReadError(
                label,
                f"{len(members)} files",
                f"at most {MAX_MEMBERS}",
                "check that it is what it claims to be",
            )
        for member in sorted(members, key=lambda one: one.filename):
            place = f"{label}/{member.filename}"
            if suffix_of(member.filename) != "zip":
                yield Found(place, _loader(archive, member, place))
            elif depth <= 0:
                deep = ReadError(
                    place,
                    "a zip in a zip, too many deep",
                    f"at most {MAX_DEPTH} within the first",
                    "unpack it",
                )
                yield Found(place, _raiser(deep))
            else:
                try:
                    inner = _unpack(archive, member, place, MAX_INNER_ZIP_BYTES)
                    yield from zip_files(inner, place, depth=depth - 1)
                except ReadError as error:
                    yield Found(place, _raiser(error))


def _walk(folder: Path, root: Path, entered: set[tuple[int, int]]) -> Iterator[Found]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or str(error)
        problem = ReadError(
            str(folder), f"a folder that cannot be read ({reason})", "a readable folder"
        )
        yield Found(str(folder), _raiser(problem))
        return
    for entry in found:
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            continue
        path = Path(entry.path)
        if entry.is_dir():
            yield from _walk(path, root, entered)
        elif suffix_of(entry.name) not in SUFFIXES or not entry.is_file():
            continue
        elif suffix_of(entry.name) == "zip":
            label = str(path.relative_to(root))
            try:
                yield from zip_files(path, label)
            except ReadError as error:
                yield Found(label, _raiser(error))
        else:
            yield Found(str(path.relative_to(root)), _opener(path))


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    # Nothing is written to the disk, so a way up and out is only an odd name.
    is_hidden = any(
        (part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts
    )
    is_ours = bool(parts) and suffix_of(parts[-1]) in SUFFIXES
    return is_ours and not is_hidden and not member.is_dir()


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, max_bytes: int
) -> bytes:
    size, packed = member.file_size, max(member.compress_size, 1)
    if size > max_bytes or (size > _SMALL_BYTES and size > MAX_RATIO * packed):
        raise ReadError(
            place,
            f"{size} bytes packed into {packed}",
            f"at most {max_bytes // 2**20} MB, and {MAX_RATIO} to 1",
            "check that it is what it claims to be",
        )
    if member.flag_bits & _ENCRYPTED:
        raise ReadError(
            place, "an encrypted file", "one without a password", "unpack it first"
        )
    try:
        with archive.open(member) as stream:
            # The size in the directory may lie; this one does not.
            data = stream.read(max_bytes + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ReadError(
            place,
            f"a member that cannot be unpacked ({error})",
            "a whole zip",
            "download it again",
        ) from None
    if len(data) > max_bytes:
        expected = f"at most {max_bytes // 2**20} MB"
        raise ReadError(place, "more bytes than it claims", expected)
    return data


def _opener(path: Path) -> Callable[[], RawFile]:
    return lambda: load(path)


def _loader(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str
) -> Callable[[], RawFile]:
    name = PurePosixPath(member.filename.replace("\\", "/")).name

    def unpacked() -> RawFile:
        data = _unpack(archive, member, place, MAX_FILE_BYTES)
        if is_zip(data):
            raise ReadError(place, "a zip under another name", "the file of a run")
        return load(data, name=name)

    return unpacked


def _raiser(error: ReadError) -> Callable[[], RawFile]:
    def failed() -> RawFile:
        raise error

    return failed
