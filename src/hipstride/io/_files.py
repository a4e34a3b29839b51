"""The files of a folder or a zip, one by one, without trusting a single name.

An export may be larger than the memory, so nothing in it is unpacked whole, and nothing
is written to the disk. Every file is given, also what is no activity: who asks for runs
alone takes those of `is_ours`.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hipstride.errors import ReadError
from hipstride.io._formats import SUFFIXES, is_zip, suffix_of
from hipstride.io._found import Found, refused
from hipstride.io._names import printable
from hipstride.io._open import RawFile, load
from hipstride.io._spans import BytesSpan, FileSpan
from hipstride.io._zips import Outer, Passed, Room, zip_files

__all__ = ["Found", "is_ours", "walk"]

_HEAD_BYTES = 16


def is_ours(label: str) -> bool:
    """Tell whether a name ends as the file of an activity may, or a zip of them.

    Examples
    --------
    >>> is_ours("export.zip/activities/1.fit.gz"), is_ours("profile.json")
    (True, False)
    """
    return suffix_of(label.rpartition("/")[2]) in SUFFIXES


def walk(source: Path | bytes, *, passed: Passed) -> Iterator[Found]:
    """Give every file of a folder, of a zip and of the zips in it, or one file.

    By name, and by place in a large packed zip in a zip. Hidden files and those of
    ``__MACOSX`` are passed over; a folder is entered once, whatever links lead to it.
    What cannot be read is given too, with its `problem`.

    Parameters
    ----------
    source : Path or bytes
        A folder or a file, or the bytes of a file.
    passed : callable
        Is asked by label and mark for each zip, before it is entered; True leaves it
        out whole.

    Yields
    ------
    Found
        Each file, and behind the members of each zip its end, of the kind ``zip``.

    Notes
    -----
    Beside what is loaded it takes less than 150 MB of memory, however large a zip is:
    32 MB for small packed zips in it, some 20 MB for a large one, and 80 MB for the
    names of 200,000 files. A zip is refused when its end is missing, since what is
    whole in it cannot be told for sure.

    Examples
    --------
    >>> from hipstride import sample
    >>> runs = sample.folder() / "runs"
    >>> next(walk(runs, passed=lambda label, mark: False)).label
    'run-0001.fit'
    """
    if isinstance(source, bytes):
        mark = f"{zlib.crc32(source):08x}-{len(source)}"
        span = BytesSpan(source)
        yield from _zip(lambda: span, Outer("<bytes>", mark, len(source)), passed)
    elif source.is_dir():
        yield from _folder_files(source, passed)
    else:
        label = printable(source.name) or str(source)
        try:
            status = source.stat()
        except OSError:
            yield refused(label, _problem(source, "no such file"))
        else:
            yield from _file(source, label, status, passed, is_named_alone=True)


def _folder_files(root: Path, passed: Passed) -> Iterator[Found]:
    """Walk a folder and all below it, by name; every folder is entered once."""
    entered: set[tuple[int, int]] = set()
    # Not by recursion: folders may be nested deeper than Python calls itself.
    open_folders = [_entries(root, entered)]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
            continue
        if isinstance(entry, ReadError):
            label = _label(Path(entry.source), root)
            yield refused(label, entry, kind="folder")
            continue
        if entry.name.startswith(".") or entry.name == "__MACOSX":
            continue
        path = Path(entry.path)
        try:
            status = entry.stat()
        except OSError:
            is_link = entry.is_symlink()
            found = "a link that leads nowhere" if is_link else "no such file"
            yield refused(_label(path, root), _problem(path, found))
            continue
        if stat.S_ISDIR(status.st_mode):
            open_folders.append(_entries(path, entered))
        else:
            yield from _file(path, _label(path, root), status, passed)


def _entries(
    folder: Path, entered: set[tuple[int, int]]
) -> Iterator[os.DirEntry[str] | ReadError]:
    """Give what is in a folder, by name, or why that cannot be told."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        reason = f"a folder that cannot be read ({error.strerror or error})"
        yield ReadError(str(folder), reason, "a readable folder")
    else:
        yield from found


def _file(
    path: Path,
    label: str,
    status: os.stat_result,
    passed: Passed,
    *,
    is_named_alone: bool = False,
) -> Iterator[Found]:
    """Give a file, or the files of a zip.

    One that is named alone may be a zip by what is in it, whatever its name.
    """
    if not stat.S_ISREG(status.st_mode):
        yield refused(label, _problem(path, "a pipe or a device"))
        return
    size_bytes = status.st_size
    mark = f"{size_bytes}-{status.st_mtime_ns}"
    is_called_zip = suffix_of(path.name) == "zip"
    if is_called_zip or (is_named_alone and _starts_as_zip(path)):
        yield from _zip(lambda: FileSpan(path), Outer(label, mark, size_bytes), passed)
    else:
        content = _OnDisk(path)
        yield Found(label, size_bytes, size_bytes, mark, path, "file", content)


def _zip(
    opened: Callable[[], BytesSpan | FileSpan], outer: Outer, passed: Passed
) -> Iterator[Found]:
    """Walk through an outermost zip; one that cannot be read is told of."""
    if passed(outer.label, outer.mark):
        return
    try:
        with opened() as span:
            yield from zip_files(span, outer, passed, Room.all())
    except OSError as error:
        yield _refused_zip(outer, _problem(Path(outer.label), _reason(error)))
    except ReadError as error:
        yield _refused_zip(outer, error)


def _refused_zip(outer: Outer, problem: ReadError) -> Found:
    size = outer.packed_bytes
    mark = outer.mark
    return refused(outer.label, problem, size_bytes=size, packed_bytes=size, mark=mark)


@dataclass(frozen=True, slots=True)
class _OnDisk:
    """The content of a file on disk."""

    path: Path

    def load(self) -> RawFile:
        """Give all bytes; a ReadError where that cannot or must not be."""
        return load(self.path)

    def pieces(self, step_bytes: int) -> Iterator[bytes]:
        """Give them in pieces, as stored."""
        try:
            # What was a file when it was found may be a pipe by now.
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise _problem(self.path, "no file any more")
            with self.path.open("rb", buffering=0) as stream:
                while piece := stream.read(step_bytes):
                    yield piece
        except OSError as error:
            raise _problem(self.path, _reason(error)) from None

    def beside(self, name: str) -> bytes | None:
        """Give the bytes of a file in the same folder or below it."""
        folder = self.path.parent
        try:
            path = (folder / name).resolve()
            # A link may lead out of the folder, where the name does not.
            if not (path.is_relative_to(folder.resolve()) and path.is_file()):
                return None
        except OSError:
            return None
        return load(path).data


def _starts_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return is_zip(stream.read(_HEAD_BYTES))
    except OSError:
        return False  # `load` says what is wrong


def _label(path: Path, root: Path) -> str:
    return printable(root.name if path == root else path.relative_to(root).as_posix())


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return f"an error on opening it ({error.strerror or error})"


def _problem(path: Path, found: str) -> ReadError:
    return ReadError(printable(str(path)), found, "a readable file", "check the path")
