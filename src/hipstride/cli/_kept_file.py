"""Files that are written once and must be found as they were: plans and schedules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hipstride.errors import ReadError, TableError

__all__ = ["read_kept", "write_once"]

# A schedule of 2000 units takes some 10 kB, a plan that leaves out 1000 runs 50 kB.
_MAX_BYTES = 1_000_000

Kept = TypeVar("Kept")


def read_kept(path: Path, parse: Callable[[str], Kept], expected: str) -> Kept:
    """Read a file, and check that it is as it was written.

    Raises
    ------
    HipstrideError
        If the file is none, or was changed; with the name of the file.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise ReadError(str(path), "a large file", expected, "name another file")
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ReadError(str(path), "no text", expected, "name another file") from None
    except TableError as error:
        msg = f"{path}: {error}"
        raise TableError(msg) from None


def write_once(path: Path, text: str, why: str) -> None:
    """Write a new file; an existing one is kept.

    Raises
    ------
    TableError
        If there is a file of this name.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        msg = f"{path}: found a file there; expected none; {why}"
        raise TableError(msg) from None
