"""What the runner decides about recordings that are, or are not, the same run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hipstride.errors import LibraryError
from hipstride.library._database import transaction
from hipstride.library._ids import beginning_so
from hipstride.library._lock import import_lock
from hipstride.library._mirror import mark_mirror_due
from hipstride.library._opening import opened
from hipstride.library._same_runs import KEEP, SEPARATE
from hipstride.library._settle import settle
from hipstride.library._settled import unsettle

__all__ = ["decide", "whole_id_of"]

_FORGET_KEPT = """
WITH used AS (
    SELECT COALESCE(same_run_as, run_id) AS run_id FROM runs WHERE run_id = :run_id
)
DELETE FROM decisions
WHERE decision = :keep AND run_id IN (
    SELECT run_id FROM runs
    WHERE COALESCE(same_run_as, run_id) = (SELECT run_id FROM used)
)
"""


def decide(folder: Path, run_id: str, decision: str | None) -> None:
    """Store a decision about a recording, in place of an earlier one.

    Parameters
    ----------
    folder : Path
        The library.
    run_id : str
        The recording, or its first digits.
    decision : str or None
        ``keep``, ``separate``, or None to take either back.

    Raises
    ------
    LibraryError
        If there is no such recording, or the library cannot be written.
    """
    with import_lock(folder), opened(folder) as connection:
        whole_id = whole_id_of(connection, folder, run_id)
        with transaction(connection):
            connection.execute(
                "DELETE FROM decisions WHERE run_id = ? AND decision IN (?, ?)",
                (whole_id, KEEP, SEPARATE),
            )
            if decision == KEEP:
                # Of the recordings of one run the last word chooses.
                connection.execute(_FORGET_KEPT, {"run_id": whole_id, "keep": KEEP})
            if decision is not None:
                connection.execute(
                    "INSERT INTO decisions VALUES (?, ?, '')", (whole_id, decision)
                )
            unsettle(connection)
            mark_mirror_due(connection)
        settle(connection, folder)


def whole_id_of(connection: sqlite3.Connection, folder: Path, run_id: str) -> str:
    """Find the one recording of a run whose id begins so.

    Raises
    ------
    LibraryError
        If there is none, or more than one.
    """
    rows = connection.execute("SELECT run_id FROM recorded WHERE is_run")
    found = beginning_so((str(row[0]) for row in rows), run_id)
    if run_id and len(found) == 1:
        return found[0]
    what = "no run" if not found else f"{len(found)} runs"
    msg = (
        f"{folder}: found {what} whose id begins with {run_id!r}; expected one; "
        "`hipstride library ledger` shows the ids"
    )
    raise LibraryError(msg)
