"""All derived rows, made again from the originals.

After an upgrade that reads or counts otherwise this happens by itself. After a disaster
it is the rescue: with the database gone, the originals and the journal beside it are
all that is needed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from hipstride.errors import LibraryError
from hipstride.library._database import DATABASE, connect, transaction
from hipstride.library._ledger import RESCUED, Seen, write_seen
from hipstride.library._mirror import restore_from_mirror
from hipstride.library._originals import originals_in, sweep
from hipstride.library._pool import Pool
from hipstride.library._schema import (
    DERIVED_VERSION,
    WRITTEN_TABLES,
    create_derived,
    derived_columns,
)
from hipstride.library._settings import setting, store_setting
from hipstride.library._settle import settle, store_recorded
from hipstride.library._settled import unsettle
from hipstride.library._work import Job
from hipstride.tables import RUNS

__all__ = ["is_derived_here", "note_derived", "rebuild", "set_aside_if_damaged"]

_VERSION = "derived_version"
_BESIDE = ("", "-wal", "-shm")
# Where the hash stands in a row of `recorded`.
_SHA256 = 1

Tell = Callable[[int, int], None]


def is_derived_here(connection: sqlite3.Connection) -> bool:
    """Tell whether the derived rows are of this version of hipstride."""
    is_same = setting(connection, _VERSION) == str(DERIVED_VERSION)
    return is_same and set(RUNS.names) < derived_columns(connection)


def note_derived(connection: sqlite3.Connection) -> None:
    """Note which version made the derived rows, within the caller's transaction."""
    store_setting(connection, _VERSION, str(DERIVED_VERSION))


def rebuild(
    connection: sqlite3.Connection,
    folder: Path,
    *,
    workers: int,
    tell: Tell | None = None,
) -> list[str]:
    """Make all derived rows again from the originals.

    Parameters
    ----------
    connection : Connection
        The database, to write; the caller holds the lock of imports.
    folder : Path
        The library.
    workers : int
        How many processes read originals.
    tell : callable, optional
        Is told how many of how many are done.

    Returns
    -------
    list of str
        What is wrong with originals that could not be read, one line each.
    """
    sweep(folder)
    found = list(originals_in(folder))
    faults: list[str] = []
    made: list[Seen] = []
    with Pool[None](folder, workers) as pool:
        answers = (
            answer
            for original in found
            for answer in pool.give(
                Job(
                    RESCUED + original.sha256,
                    original.sha256[:12],
                    original.path.stat().st_size,
                    original.sha256,
                    original.path,
                    is_original=True,
                )
            )
        )
        for source in (answers, pool.finish()):
            for job, outcome in source:
                if not isinstance(job, Job) or outcome is None:
                    continue
                made.append(Seen.of(job, outcome))
                if outcome.verdict != "kept":
                    faults.append(outcome.reason)
                if tell is not None:
                    tell(len(made), len(found))
    with transaction(connection):
        kept = {one.outcome.sha256 for one in made if one.outcome.verdict == "kept"}
        left = _rows_without_original(connection, kept)
        create_derived(connection)
        faults += _put_back(connection, left)
        for one in made:
            if one.outcome.verdict == "kept":
                _adopt(connection, one)
                store_recorded(connection, list(one.outcome.recorded))
        note_derived(connection)
        unsettle(connection)
    settle(connection, folder)
    return faults


def _rows_without_original(
    connection: sqlite3.Connection, kept: Collection[str | None]
) -> list[tuple[object, ...]]:
    """Give the rows of recordings that could not be read again."""
    try:
        rows = connection.execute("SELECT * FROM recorded").fetchall()
    except sqlite3.Error:
        return []
    return [row for row in rows if row[_SHA256] not in kept]


def _put_back(
    connection: sqlite3.Connection, rows: list[tuple[object, ...]]
) -> list[str]:
    """Keep the rows of a run whose original is gone, and say that they are old."""
    n_columns = len(connection.execute("PRAGMA table_info(recorded)").fetchall())
    told = []
    for found in rows:
        run = f"run {found[0]}: its original is missing or damaged"
        if len(found) > n_columns:
            told.append(f"{run}, and its row is of another version: import it again")
            continue
        # Columns that came later stand at the end.
        row = (*found, *[None] * (n_columns - len(found)))
        marks = ", ".join("?" * n_columns)
        connection.execute(f"INSERT INTO recorded VALUES ({marks})", row)  # noqa: S608 - our own names
        told.append(f"{run}: its row stays as it was; import it again")
    return told


def _adopt(connection: sqlite3.Connection, seen: Seen) -> None:
    """Give a row of the ledger to an original that has none."""
    outcome = seen.outcome
    row = connection.execute(
        "SELECT 1 FROM files WHERE sha256 = ? AND verdict = 'kept'", (outcome.sha256,)
    ).fetchone()
    if row is None:
        named = seen._replace(file=RESCUED + outcome.name)
        write_seen(connection, named)


def set_aside_if_damaged(folder: Path) -> Path | None:
    """Move a database that is no longer whole out of the way.

    Returns
    -------
    Path or None
        Where it lies now; None where there was nothing wrong with it.
    """
    path = folder / DATABASE
    if not path.is_file() or _is_whole(path):
        return None
    number = 1
    while (aside := path.with_name(f"{DATABASE}.damaged-{number}")).exists():
        number += 1
    for ending in _BESIDE:
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    with connect(folder) as connection:
        restore_from_mirror(connection, folder)
    return aside


def _is_whole(path: Path) -> bool:
    try:
        with connect(path.parent) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            # Text that is none, and tables that are gone, pass that check.
            for name in WRITTEN_TABLES:
                connection.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - our own names
    except LibraryError as error:
        if "damaged" in str(error):
            return False
        raise
    return bool(found == "ok")
