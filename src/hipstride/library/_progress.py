"""How far an import has come, and how far it has to go."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Progress", "Tell", "size_of"]


@dataclass(slots=True)
class Progress:
    """How far an import has come; told after each file.

    `n_files` counts what was seen for the first time, `n_runs` the recordings among it
    that may be runs; bytes are those of the outermost files.
    """

    n_files: int = 0
    n_runs: int = 0
    bytes_done: int = 0
    bytes_all: int = 0


Tell = Callable[[Progress], None]


def size_of(path: Path) -> int:
    """Sum the sizes of the files below a path."""
    if not path.is_dir():
        return path.stat().st_size
    total = 0
    for entry in path.rglob("*"):
        with suppress(OSError):
            status = entry.stat()
            total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total
