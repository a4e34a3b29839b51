"""What the runner has typed in, as plain files beside the database.

``journal.csv``, ``changes.csv``, ``belts.csv``, ``decisions.csv`` and ``settings.json``
hold what no original holds. They are written after every step, so that a database that
is damaged or gone takes no rating with it; they are a copy, and what is altered in them
by hand is set aside, not taken over in silence.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import warnings
from pathlib import Path

from hipstride.errors import DataQualityWarning, HipstrideError
from hipstride.library._database import transaction
from hipstride.library._mirror_due import (
    durably,
    is_marked_due,
    mark_mirror_due,
    unmark_mirror_due,
)
from hipstride.library._mirror_files import (
    MIRRORED,
    SETTINGS,
    contents,
    restore_file,
    settings_text,
)
from hipstride.library._settings import setting, store_setting

__all__ = [
    "mark_mirror_due",
    "mirror_faults",
    "mirror_if_due",
    "restore_from_mirror",
]

# What the files were when they were last written, by name.
_WRITTEN = "mirror_sha256"
_NEW = ".new"


def mirror_if_due(connection: sqlite3.Connection, folder: Path) -> None:
    """Write the files beside the database where they lag behind it.

    Whoever opens a library to write calls it first, and again after a step. A database
    that is new, beside files that are not, is filled from them.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    folder : Path
        The library.

    Warns
    -----
    DataQualityWarning
        If a file cannot be written, or was altered by hand. What was stored is stored:
        the next opening tries again.

    Notes
    -----
    The files are written within a transaction: no other process can alter anything
    between reading and writing, so no older state comes over a newer one.
    """
    if _is_to_fill(connection, folder):
        restore_from_mirror(connection, folder)
    if not _is_due(connection, folder):
        return
    try:
        with transaction(connection):
            _write(connection, folder)
    except OSError as error:
        place = error.filename2 or error.filename or folder
        _warn(
            f"{place}: the copy beside the database could not be written "
            f"({error.strerror or error}); what was stored is stored, and the next "
            "opening writes the copy"
        )


def restore_from_mirror(connection: sqlite3.Connection, folder: Path) -> None:
    """Fill an empty database from the files beside it.

    Parameters
    ----------
    connection : Connection
        The database, to write; a table that has rows is left as it is.
    folder : Path
        The library.

    Warns
    -----
    DataQualityWarning
        For a file that cannot be read; the others are restored.
    """
    with durably(connection):
        written = _written(connection)
        for name in MIRRORED:
            path = folder / name
            if not path.is_file():
                continue
            try:
                restore_file(connection, path)
            except (HipstrideError, OSError, ValueError) as error:
                _warn(f"not restored: {error}")
            else:
                # What was taken over need not be set aside when it is written anew.
                written[name] = _sha256_of(path)
        _store_written(connection, written)
        mark_mirror_due(connection)


def mirror_faults(connection: sqlite3.Connection, folder: Path) -> list[str]:
    """Tell where the files beside the database are not what they should be.

    Parameters
    ----------
    connection : Connection
        The database; it is only read.
    folder : Path
        The library.

    Returns
    -------
    list of str
        A line for each fault. What the next opening writes is none.
    """
    written = _written(connection)
    if not written or is_marked_due(connection):
        return []
    faults = []
    for name, content in contents(connection).items():
        path = folder / name
        found = _sha256_of(path)
        if name == SETTINGS and written.get(name) != _sha256(content):
            continue
        if not found and name not in written:
            # This version writes more files than the one that wrote last.
            continue
        if not found:
            faults.append(
                f"{path}: found no copy of what the database holds; expected one; the "
                "next `hipstride log` writes it"
            )
        elif found != _sha256(content):
            faults.append(
                f"{path}: found other content than the database holds; expected a "
                "copy; the next `hipstride log` sets it aside and writes the copy"
            )
    return faults


def _is_to_fill(connection: sqlite3.Connection, folder: Path) -> bool:
    """Tell a new database that lies beside the files of an older one."""
    if _written(connection) or not any((folder / name).is_file() for name in MIRRORED):
        return False
    tables = ("journal", "changes", "belts", "decisions", "undo")
    return not is_marked_due(connection) and not any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - our own names
        for table in tables
    )


def _is_due(connection: sqlite3.Connection, folder: Path) -> bool:
    written = _written(connection)
    return (
        is_marked_due(connection)
        or written.get(SETTINGS) != _sha256(settings_text(connection))
        or not all((folder / name).is_file() for name in MIRRORED)
    )


def _write(connection: sqlite3.Connection, folder: Path) -> None:
    written = _written(connection)
    for name, content in contents(connection).items():
        path = folder / name
        found = _sha256_of(path)
        if found != _sha256(content):
            if found and found != written.get(name):
                _set_aside(path)
            _replace(path, content)
        written[name] = _sha256(content)
    _store_written(connection, written)
    unmark_mirror_due(connection)


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it is at every moment the old one or the new one."""
    new = path.with_name(path.name + _NEW)
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_stem(f"{path.stem}.altered-{number}")).exists():
        number += 1
    path.replace(aside)
    _warn(
        f"{path}: found it altered by hand, but it is only a copy; it lies at "
        f"{aside.name} now, and `hipstride log import` takes rows in"
    )


def _written(connection: sqlite3.Connection) -> dict[str, str]:
    written: dict[str, str] = json.loads(setting(connection, _WRITTEN) or "{}")
    return written


def _store_written(connection: sqlite3.Connection, written: dict[str, str]) -> None:
    store_setting(connection, _WRITTEN, json.dumps(written, sort_keys=True))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sha256_of(path: Path) -> str:
    """Give what a file holds, as a hash; empty where there is none."""
    return _sha256(path.read_bytes()) if path.is_file() else ""


def _warn(message: str) -> None:
    warnings.warn(message, DataQualityWarning, stacklevel=3)
