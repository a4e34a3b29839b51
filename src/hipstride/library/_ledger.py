"""The ledger: a row for every file that an import has seen, with verdict and reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import NamedTuple

import pandas as pd

from hipstride.library._rows import frame_of, insert
from hipstride.library._schema import READER_VERSION
from hipstride.library._work import Job, Outcome
from hipstride.tables import LEDGER

__all__ = [
    "RESCUED",
    "Seen",
    "known_files",
    "ledger_table",
    "lost_files",
    "seen_zip",
    "was_read",
    "write_seen",
]

# Stands before the name of a file of which only the original is left.
RESCUED = "originals: "
# The final verdict: what was kept is used, or another recording is used in its place,
# or it turned out to be no run and waits for a list that says otherwise.
_WITH_ORIGINAL = frozenset({"kept", "duplicate"})
_OF_FILE = """
    SELECT recorded.sha256 AS sha256,
        MAX(recorded.is_run) AS is_run,
        MAX(runs.run_id IS NOT NULL AND runs.same_run_as IS NULL) AS is_used,
        GROUP_CONCAT(CASE WHEN is_run THEN recorded.run_id END, ' ') AS run_ids,
        MAX(runs.same_run_as) AS same_run_as,
        MAX(runs.same_run_reason) AS same_run_reason
    FROM recorded LEFT JOIN runs USING (run_id)
    GROUP BY recorded.sha256
"""
_VERDICT = """
    CASE
        WHEN verdict = 'kept' AND NOT is_run THEN 'not a run'
        WHEN verdict = 'kept' AND NOT is_used AND same_run_as IS NOT NULL
            THEN 'duplicate'
        WHEN verdict = 'kept' THEN 'imported'
        ELSE verdict
    END
"""
# Put together of our own words alone.
_TABLE = f"""
WITH of_file AS ({_OF_FILE}),
first AS (SELECT sha256, file FROM files WHERE verdict = 'kept')
SELECT files.file,
    {_VERDICT},
    CASE
        WHEN verdict = 'kept' AND NOT is_run
            THEN 'an activity of ' || CASE sport WHEN '' THEN 'no stated sport'
                ELSE sport END || '; it becomes a run if a list of the account says so'
        WHEN verdict = 'kept' THEN COALESCE(same_run_reason, '')
        WHEN verdict = 'duplicate' THEN 'the same bytes as ' || first.file
        ELSE reason
    END,
    CASE
        WHEN verdict = 'kept' AND NOT is_used THEN same_run_as
        WHEN verdict = 'duplicate' THEN COALESCE(same_run_as, run_ids)
    END,
    CASE WHEN verdict IN ('kept', 'duplicate') THEN run_ids END,
    sport, started_at, size_bytes, files.sha256
FROM files
LEFT JOIN of_file USING (sha256)
LEFT JOIN first USING (sha256)
ORDER BY files.file, files.mark
"""  # noqa: S608 - our own words


class Seen(NamedTuple):
    """A file that was examined or put aside, and what became of it."""

    file: str
    mark: str
    size_bytes: int
    outcome: Outcome

    @classmethod
    def of(cls, job: Job, outcome: Outcome) -> Seen:
        """Take file and mark from the job."""
        return cls(job.file, job.mark, job.size_bytes, outcome)


def known_files(
    connection: sqlite3.Connection, lying: Collection[str]
) -> set[tuple[str, str]]:
    """Give the files that need not be looked at again, by name and mark.

    Parameters
    ----------
    connection : Connection
        The database.
    lying : collection of str
        The hashes of the originals that are there: a file whose original was lost is
        read again.
    """
    return {
        (file, mark)
        for file, mark, verdict, sha256 in connection.execute(
            "SELECT file, mark, verdict, sha256 FROM files WHERE reader_version = ?",
            (READER_VERSION,),
        )
        if verdict not in _WITH_ORIGINAL or sha256 in lying
    }


def lost_files(connection: sqlite3.Connection, lying: Collection[str]) -> set[str]:
    """Name the files that were kept, but whose originals are gone."""
    rows = connection.execute("SELECT file, sha256 FROM files WHERE verdict = 'kept'")
    return {str(file) for file, sha256 in rows if sha256 not in lying}


def was_read(connection: sqlite3.Connection, file: str, mark: str) -> bool:
    """Tell whether a zip was read to its end before."""
    return (
        connection.execute(
            "SELECT 1 FROM zips WHERE file = ? AND mark = ? AND reader_version = ?",
            (file, mark, READER_VERSION),
        ).fetchone()
        is not None
    )


def seen_zip(connection: sqlite3.Connection, file: str, mark: str) -> None:
    """Note that a zip was read to its end."""
    insert(connection, "zips", [(file, mark, READER_VERSION)], 3)


def write_seen(connection: sqlite3.Connection, seen: Seen) -> str:
    """Write the row of a file that was seen.

    Bytes that were kept before under another name are a duplicate of that file.

    Parameters
    ----------
    connection : Connection
        The database, in a transaction.
    seen : Seen
        What became of the file.

    Returns
    -------
    str
        The verdict that it got.
    """
    outcome = seen.outcome
    verdict = outcome.verdict
    earlier = _kept_as(connection, outcome.sha256)
    if earlier is not None and earlier in {
        seen.file,
        RESCUED + PurePosixPath(seen.file).name,
    }:
        # The same bytes at the same place: only the mark is another.
        connection.execute(
            "DELETE FROM files WHERE file = ? AND sha256 = ?", (earlier, outcome.sha256)
        )
    elif verdict == "kept" and earlier is not None:
        verdict = "duplicate"
    row = (
        seen.file,
        seen.mark,
        verdict,
        outcome.reason,
        outcome.sport,
        outcome.started_us,
        seen.size_bytes,
        outcome.sha256,
        # Of no version: what may be read another time is looked at again.
        0 if outcome.is_passing else READER_VERSION,
    )
    insert(connection, "files", [row], len(row))
    return verdict


def _kept_as(connection: sqlite3.Connection, sha256: str | None) -> str | None:
    if sha256 is None:
        return None
    row = connection.execute(
        "SELECT file FROM files WHERE sha256 = ? AND verdict = 'kept'", (sha256,)
    ).fetchone()
    return None if row is None else str(row[0])


def kept_verdicts(connection: sqlite3.Connection) -> dict[str, str]:
    """Say what became of each file that was kept, by its hash."""
    return dict(
        connection.execute(
            f"WITH of_file AS ({_OF_FILE}) SELECT sha256, {_VERDICT} "  # noqa: S608 - our own words
            "FROM files JOIN of_file USING (sha256) WHERE verdict = 'kept'"
        )
    )


def ledger_table(connection: sqlite3.Connection) -> pd.DataFrame:
    """Give the whole ledger as a `LEDGER` table, by file."""
    return frame_of(LEDGER, connection.execute(_TABLE).fetchall())
