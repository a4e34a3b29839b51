"""A library that is opened is brought up to date first, where that can be."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hipstride.errors import DataQualityWarning, LibraryError
from hipstride.io._zones import machine_zone
from hipstride.library._database import (
    connect,
    connect_to_read,
    is_writable,
    transaction,
)
from hipstride.library._lock import import_lock, is_import_at_work
from hipstride.library._mirror import mirror_if_due
from hipstride.library._pool import usable_cores
from hipstride.library._rebuild import is_derived_here, note_derived, rebuild
from hipstride.library._schema import derived_columns
from hipstride.library._settings import setting, store_setting
from hipstride.library._settle import settle
from hipstride.library._settled import is_settled
from hipstride.tables import RUNS

__all__ = ["opened", "opened_as_is", "opened_to_read"]


@contextmanager
def opened_as_is(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open to write; a new library takes the time zone of the machine.

    What is altered meanwhile stands in the files beside the database when it is closed.

    Raises
    ------
    LibraryError
        If it is damaged, of a newer version, or cannot be written.
    """
    with connect(folder) as connection:
        mirror_if_due(connection, folder)
        if setting(connection, "timezone") is None:
            with transaction(connection):
                store_setting(connection, "timezone", machine_zone())
                note_derived(connection)
            mirror_if_due(connection, folder)
        yield connection
        mirror_if_due(connection, folder)


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open to write, with derived rows of this version; the lock is the caller's.

    Raises
    ------
    LibraryError
        If it is damaged, of a newer version, or cannot be written.
    """
    with opened_as_is(folder) as connection:
        if not is_derived_here(connection):
            for fault in rebuild(connection, folder, workers=usable_cores()):
                warnings.warn(fault, DataQualityWarning, stacklevel=2)
        yield connection


@contextmanager
def opened_to_read(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open to read; what lags behind is caught up first where that can be.

    Raises
    ------
    LibraryError
        If there is no library, it is damaged, or it is of another version in a place
        that cannot be written.
    """
    with connect_to_read(folder) as connection:
        is_ready = is_derived_here(connection) and is_settled(connection)
    if not is_ready and is_writable(folder):
        _catch_up(folder)
    with connect_to_read(folder) as connection:
        if not set(RUNS.names) < derived_columns(connection):
            msg = (
                f"{folder}: found runs of another version of hipstride in a library "
                "that cannot be written; copy it to where it can"
            )
            raise LibraryError(msg)
        yield connection


def _catch_up(folder: Path) -> None:
    """Settle what a stopped import has left; an import at work does it itself."""
    if is_import_at_work(folder):
        return
    with import_lock(folder), opened(folder) as connection:
        if not is_settled(connection):
            settle(connection, folder)
