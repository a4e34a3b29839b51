"""The note that the files beside the database lag behind it.

It is made in the transaction that alters something, and taken away in the one that
writes the files: a process that is killed between the two leaves the note behind, and
the next one that opens the library writes them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from hipstride.library._database import transaction
from hipstride.library._settings import setting, store_setting

__all__ = ["durably", "is_marked_due", "mark_mirror_due", "unmark_mirror_due"]

_DUE = "mirror_is_due"


def mark_mirror_due(connection: sqlite3.Connection) -> None:
    """Note that the files are to be written, within the caller's transaction."""
    store_setting(connection, _DUE, "1")


def unmark_mirror_due(connection: sqlite3.Connection) -> None:
    """Note that the files are written, within the caller's transaction."""
    store_setting(connection, _DUE, "0")


def is_marked_due(connection: sqlite3.Connection) -> bool:
    """Tell whether something was altered since the files were written."""
    return setting(connection, _DUE) == "1"


@contextmanager
def durably(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of what follows or nothing, and so that a power cut does not undo it.

    An import can be made again; what was typed in cannot.
    """
    connection.execute("PRAGMA synchronous = FULL")
    try:
        with transaction(connection):
            yield
    finally:
        connection.execute("PRAGMA synchronous = NORMAL")
