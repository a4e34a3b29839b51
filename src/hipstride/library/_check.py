"""Is the library whole: the database, every original, the ledger, the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hipstride.errors import LibraryError
from hipstride.library._belts import belt_faults, belt_notes
from hipstride.library._mirror import mirror_faults
from hipstride.library._originals import find_original, originals_in
from hipstride.library._rebuild import is_derived_here
from hipstride.library._schema import is_of_this_version
from hipstride.library._settled import is_settled

__all__ = ["Checked", "check"]

Tell = Callable[[int, int], None]


class Checked(NamedTuple):
    """What a check has found.

    `faults` are what must be mended; `notes` are what the next import or opening sets
    right by itself.
    """

    n_originals: int
    n_files: int
    faults: list[str]
    notes: list[str]


def check(
    connection: sqlite3.Connection, folder: Path, tell: Tell | None = None
) -> Checked:
    """Hold the database, the originals and the journal's copy against each other.

    Parameters
    ----------
    connection : Connection
        The database.
    folder : Path
        The library.
    tell : callable, optional
        Is told how many of how many originals are read.

    Returns
    -------
    Checked
        Faults and notes, one line each.

    Notes
    -----
    1. SQLite's own check of its file.
    2. Every original unpacks, and is what its name says.
    3. Every kept file of the ledger has its original and its recordings, and every
       recording its file. Originals that no row knows are what an import has left that
       was stopped: no fault.
    4. The journal beside the database is that within it.
    5. Every belt distance that was typed in is that of its run.
    """
    faults = [
        f"database: {row[0]}"
        for row in connection.execute("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    kept = dict(
        connection.execute("SELECT sha256, file FROM files WHERE verdict = 'kept'")
    )
    recorded = {
        str(row[0])
        for row in connection.execute("SELECT DISTINCT sha256 FROM recorded")
    }
    lying = list(originals_in(folder))
    for done, original in enumerate(lying, start=1):
        try:
            find_original(original)
        except LibraryError as error:
            faults.append(str(error))
        if tell is not None:
            tell(done, len(lying))
    found = {original.sha256 for original in lying}
    faults += [
        f"{kept[sha256]}: its original {sha256[:12]}… is missing; import it again"
        for sha256 in sorted(kept.keys() - found)
    ]
    faults += [
        f"{kept[sha256]}: it is kept, but no recording of it is stored; "
        "`hipstride library rebuild` makes it again"
        for sha256 in sorted(kept.keys() - recorded)
    ]
    faults += [
        f"recording of {sha256[:12]}…: no file of the ledger holds it; "
        "`hipstride library rebuild` mends it"
        for sha256 in sorted(recorded - kept.keys())
    ]
    faults += [
        f"run {run_id}: its row is spoiled; `hipstride library rebuild` makes it again"
        for (run_id,) in connection.execute(
            "SELECT run_id FROM recorded WHERE is_run AND NOT json_valid(row)"
        )
    ]
    notes = _notes(connection, found - kept.keys())
    # On a medium that cannot be written an older one has fewer tables.
    if is_of_this_version(connection):
        faults += mirror_faults(connection, folder)
    if is_derived_here(connection) and is_settled(connection):
        faults += belt_faults(connection)
        notes += belt_notes(connection)
    n_files = int(connection.execute("SELECT COUNT(*) FROM files").fetchone()[0])
    return Checked(len(lying), n_files, faults, notes)


def _notes(connection: sqlite3.Connection, orphans: set[str]) -> list[str]:
    notes = []
    if orphans:
        notes.append(
            f"{len(orphans)} originals wait for the import that was stopped after it "
            "had kept them; import again"
        )
    if not is_derived_here(connection):
        notes.append("the runs were made by another version; they are made again next")
    elif not is_settled(connection):
        notes.append("the runs lag behind what was imported; they are made again next")
    return notes
