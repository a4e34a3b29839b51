"""The connection to ``library.sqlite``: how it is opened, and what may be wrong.

WAL mode: a reader sees the last whole state while an import writes, and a process that
is killed leaves either all of a transaction or nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hipstride.errors import LibraryError
from hipstride.library._schema import migrate

__all__ = [
    "DATABASE",
    "connect",
    "connect_to_read",
    "is_writable",
    "transaction",
    "trouble",
]

DATABASE = "library.sqlite"
# How long one process waits for another one's transaction.
_PATIENCE_S = 30.0
# Words of SQLite that mean that the file itself is no longer whole.
_DAMAGED = (
    "malformed",
    "not a database",
    "corrupt",
    "no such table",
    "no such column",
    "could not decode",
    "utf-8",
)
_FULL = ("disk is full", "disk i/o error")


@contextmanager
def connect(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database to write, and make it where there is none.

    Parameters
    ----------
    folder : Path
        The library.

    Yields
    ------
    Connection
        In autocommit mode: a transaction is begun with `transaction`.

    Raises
    ------
    LibraryError
        If it is damaged, locked for long, of a newer version, or cannot be written.
    """
    path = folder / DATABASE
    with trouble(path):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error.strerror or str(error)) from None
        connection = sqlite3.connect(
            path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # With WAL nothing is lost when the process dies; only a power cut may take
            # the last transactions, and leaves the file whole.
            connection.execute("PRAGMA synchronous = NORMAL")
            migrate(connection, str(path))
            yield connection
        finally:
            connection.close()


@contextmanager
def connect_to_read(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the database to read, also on a medium that cannot be written.

    Raises
    ------
    LibraryError
        If there is none, or it is damaged.
    """
    path = folder / DATABASE
    if not path.is_file():
        msg = (
            f"{folder}: found no library; expected {DATABASE} in it; make one with "
            "`hipstride import PATH`, or name another with --library"
        )
        raise LibraryError(msg)
    with trouble(path), _place_to_read(folder) as place:
        # A WAL database wants to make its -shm file even to be read.
        how = "mode=ro" if is_writable(place) else "mode=ro&immutable=1"
        uri = f"{(place / DATABASE).absolute().as_uri()}?{how}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=_PATIENCE_S, isolation_level=None
        )
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def _place_to_read(folder: Path) -> Iterator[Path]:
    """Give the folder, or a copy where what was last written cannot be read in place.

    A process that was killed leaves it in the -wal file, which SQLite does not look at
    on a medium that cannot be written.
    """
    wal = folder / f"{DATABASE}-wal"
    if is_writable(folder) or not wal.is_file() or not wal.stat().st_size:
        yield folder
        return
    with tempfile.TemporaryDirectory() as copy:
        for name in (DATABASE, wal.name):
            shutil.copyfile(folder / name, Path(copy) / name)
        yield Path(copy)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of what follows, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # After a full disk SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn what SQLite complains of into one line with a remedy."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, json.JSONDecodeError) as error:
        words = str(error)
        is_text = isinstance(error, ValueError)
        if is_text or any(sign in words.lower() for sign in _DAMAGED):
            msg = (
                f"{path}: found a damaged database ({words}); expected a whole one; "
                "`hipstride library rebuild` makes it anew from the originals and the "
                "journal beside it"
            )
        elif "readonly" in words or "unable to open" in words:
            raise _unwritable(path, words) from None
        elif any(sign in words for sign in _FULL):
            msg = (
                f"{path}: found no room to write ({words}); nothing of what was stored "
                "is lost; make room and import again"
            )
        elif "locked" in words:
            msg = (
                f"{path}: found it in use by another process for {_PATIENCE_S:.0f} s; "
                "try again when that one has ended"
            )
        else:
            msg = f"{path}: {words}"
        raise LibraryError(msg) from None


def _unwritable(path: Path, words: str) -> LibraryError:
    return LibraryError(
        f"{path}: found a place that cannot be written ({words}); expected a folder of "
        "your own; check its permissions, or name another with --library"
    )


def is_writable(folder: Path) -> bool:
    """Tell whether a folder can be written to, permissions and medium both."""
    try:
        is_read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):
        is_read_only = False
    return os.access(folder, os.W_OK) and not is_read_only
