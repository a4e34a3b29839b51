"""The library, opened for one verb of ``hipstride log``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["opened", "opened_to_read"]


@contextmanager
def opened(library: Path | None) -> Iterator[sqlite3.Connection]:
    """Open it to write, and make it where there is none.

    What a process that was killed has left undone is done first; what this one alters
    stands in the files beside the database before it ends.
    """
    from hipstride.library._database import connect
    from hipstride.library._mirror import mirror_if_due

    folder = folder_of(library)
    with connect(folder) as connection:
        mirror_if_due(connection, folder)
        yield connection
        mirror_if_due(connection, folder)


@contextmanager
def opened_to_read(library: Path | None) -> Iterator[sqlite3.Connection]:
    """Open it to read, and say so where there is none."""
    from hipstride.library._database import connect_to_read

    with connect_to_read(folder_of(library)) as connection:
        yield connection


def folder_of(library: Path | None) -> Path:
    """Give the folder of the library that was named, or of the user's own."""
    from hipstride.library._place import default_folder

    return default_folder() if library is None else library.expanduser()
