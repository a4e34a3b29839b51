"""A runner's library: the runs of many years, the journal, the changes.

It is a folder of its own: ``library.sqlite`` and the original files. Nothing leaves the
machine.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from hipstride.alignment import align, from_before_first_change
from hipstride.errors import LibraryError
from hipstride.io._formats import format_of, recordings_of
from hipstride.io._zones import checked_zone, machine_zone
from hipstride.io.safe_tables import safe_table
from hipstride.library._changes import changes_table
from hipstride.library._check import Checked, check
from hipstride.library._database import (
    DATABASE,
    connect_to_read,
    transaction,
)
from hipstride.library._decisions import decide, whole_id_of
from hipstride.library._importing import Progress, import_paths
from hipstride.library._journal import journal_table
from hipstride.library._ledger import ledger_table
from hipstride.library._lock import import_lock
from hipstride.library._mirror import mirror_if_due
from hipstride.library._opening import opened, opened_as_is, opened_to_read
from hipstride.library._originals import read_original
from hipstride.library._place import default_folder
from hipstride.library._pool import usable_cores
from hipstride.library._rebuild import (
    rebuild,
    set_aside_if_damaged,
)
from hipstride.library._report import Report
from hipstride.library._rows import frame_of, unpack_windows
from hipstride.library._same_runs import KEEP, SEPARATE
from hipstride.library._settings import setting, store_setting
from hipstride.library._settle import settle, unsettle
from hipstride.library._sharing import Disguise, disguise_of
from hipstride.tables import ACTIVITIES, RUNS, Recording, Table

__all__ = ["Library"]


class Library:
    """The runs, ratings and changes of one runner, kept in a folder.

    A class, because a folder that is opened, brought up to date and asked many things
    is one thing to those who use it; each question is a plain function beneath.

    Parameters
    ----------
    folder : str or path, optional
        Where it is, or shall be. Where not given: what the environment variable
        ``HIPSTRIDE_LIBRARY`` says, else the place for a user's data on this system.

    Examples
    --------
    >>> import tempfile
    >>> from hipstride import sample
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     library = Library(folder)
    ...     report = library.add(sample.folder() / "runs")
    ...     len(library.runs()), report.verdicts["imported"]
    (8, 8)
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = default_folder() if folder is None else Path(folder).expanduser()

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r})"

    @property
    def exists(self) -> bool:
        """Whether there is a library in the folder."""
        return (self.folder / DATABASE).is_file()

    def add(
        self,
        *paths: str | os.PathLike[str],
        workers: int | None = None,
        tell: Callable[[Progress], None] | None = None,
    ) -> Report:
        """Import files, folders and bulk exports; what was seen before is passed over.

        Parameters
        ----------
        *paths : str or path
            What to import.
        workers : int, optional
            How many processes read files; one for each core where not given.
        tell : callable, optional
            Is told how far it has come, after each file.

        Returns
        -------
        Report
            What became of the files; `ledger` has a row for each.

        Raises
        ------
        ReadError
            If a path is not there.
        LibraryError
            If the library cannot be written, or another import is at work in it.
        """
        with import_lock(self.folder), opened(self.folder) as connection:
            return import_paths(
                connection,
                self.folder,
                [Path(path) for path in paths],
                workers=workers or usable_cores(),
                tell=tell,
            )

    def runs(self) -> pd.DataFrame:
        """Give all runs, one row each; of recordings of the same run the one in use.

        Returns
        -------
        DataFrame
            A `RUNS` table, in order of start.

        Raises
        ------
        LibraryError
            If there is no library, or it is damaged.
        """
        with opened_to_read(self.folder) as connection:
            return _runs(connection)

    def windows(self) -> pd.DataFrame:
        """Give the half minutes of steady running of all runs in use.

        Returns
        -------
        DataFrame
            A `WINDOWS` table, run by run in order of start.
        """
        with opened_to_read(self.folder) as connection:
            rows = connection.execute(
                "SELECT run_id, windows FROM recorded JOIN runs USING (run_id) "
                "WHERE same_run_as IS NULL ORDER BY recorded.started_at, run_id"
            ).fetchall()
        return unpack_windows([row[0] for row in rows], [row[1] for row in rows])

    def recording(self, run_id: str) -> Recording:
        """Read one run again from its original.

        Parameters
        ----------
        run_id : str
            The run; its first digits will do where they are only this one's.

        Returns
        -------
        Recording
            With its samples, laps and pauses.

        Raises
        ------
        LibraryError
            If there is no such run, or its original is missing or altered.
        """
        with opened_to_read(self.folder) as connection:
            whole_id = whole_id_of(connection, self.folder, run_id)
            sha256 = connection.execute(
                "SELECT sha256 FROM recorded WHERE run_id = ?", (whole_id,)
            ).fetchone()[0]
        raw = read_original(self.folder, sha256)
        for recording in recordings_of(raw, format_of(raw), None):
            if recording.run_id == whole_id:
                return recording
        msg = f"{whole_id}: its original holds no such recording; rebuild the library"
        raise LibraryError(msg)

    def samples(self, run_id: str) -> pd.DataFrame:
        """Give the samples of one run, decoded from its original.

        Parameters
        ----------
        run_id : str
            The run, or its first digits.

        Returns
        -------
        DataFrame
            A `SAMPLES` table.

        Raises
        ------
        LibraryError
            If there is no such run, or its original is missing or altered.
        """
        return self.recording(run_id).samples

    def journal(self) -> pd.DataFrame:
        """Give all ratings: a `JOURNAL` table, indexed by the number of the entry."""
        with opened_to_read(self.folder) as connection:
            return journal_table(connection)

    def changes(self) -> pd.DataFrame:
        """Give all changes: a `CHANGES` table, indexed by the number of the entry."""
        with opened_to_read(self.folder) as connection:
            return changes_table(connection)

    def observations(
        self, *, side: str | None = None, site: str | None = None
    ) -> pd.DataFrame:
        """Join runs, ratings and changes to one row per run.

        Stride deviations are counted from the runs before the first change of stride,
        where there are enough of them.

        Parameters
        ----------
        side, site : str, optional
            Keep only the ratings of this place; see `hipstride.align`.

        Returns
        -------
        DataFrame
            An `OBSERVATIONS` table.

        Raises
        ------
        LibraryError
            If there is no library, or it is damaged.
        """
        with opened_to_read(self.folder) as connection:
            runs, journal = _runs(connection), journal_table(connection)
            changes = changes_table(connection)
            used = dict(
                connection.execute(
                    "SELECT run_id, same_run_as FROM runs WHERE same_run_as IS NOT NULL"
                )
            )
        # A rating may name a recording in whose place another one is used by now.
        journal = journal.assign(run_id=journal["run_id"].replace(used))
        runs = from_before_first_change(runs, changes)
        return align(runs, journal, changes, side=side, site=site)

    def ledger(self) -> pd.DataFrame:
        """Give a row for every file that an import has seen: a `LEDGER` table."""
        with opened_to_read(self.folder) as connection:
            return ledger_table(connection)

    def activities(self) -> pd.DataFrame:
        """Give what the account's lists say: an `ACTIVITIES` table."""
        names = ", ".join(ACTIVITIES.names)
        with opened_to_read(self.folder) as connection:
            rows = connection.execute(
                f"SELECT {names} FROM activities ORDER BY started_at, list, place"  # noqa: S608 - our own names
            ).fetchall()
        return frame_of(ACTIVITIES, rows)

    def safe(self, frame: pd.DataFrame, table: Table) -> pd.DataFrame:
        """Give a table without what tells who ran, where and when.

        Places, serial numbers, names and free text are left out; dates are moved by a
        number of days that only this library knows, always the same one; runs and
        devices get other names. The numbers that remain are as they were.

        Parameters
        ----------
        frame : DataFrame
            A table that this library gave.
        table : Table
            What it is, such as `hipstride.tables.RUNS`.

        Returns
        -------
        DataFrame
            A copy that can be handed on.

        Raises
        ------
        LibraryError
            If the library cannot be written and has no secret yet.
        """
        disguise = self.disguise()
        return safe_table(
            frame, table, shift=disguise.shift, pseudonyms=disguise.pseudonym
        )

    def disguise(self) -> Disguise:
        """Give by how much this library moves dates, and what it calls a run instead.

        Raises
        ------
        LibraryError
            If the library cannot be written and has no secret yet.
        """
        with opened_as_is(self.folder) as connection:
            disguise = disguise_of(connection)
            mirror_if_due(connection, self.folder)
        return disguise

    def keep(self, run_id: str) -> None:
        """Use this recording of a run, in place of the richest one.

        Raises
        ------
        LibraryError
            If there is no such recording.
        """
        decide(self.folder, run_id, KEEP)

    def separate(self, run_id: str) -> None:
        """Take this recording for a run of its own, not for the double of another.

        Raises
        ------
        LibraryError
            If there is no such recording.
        """
        decide(self.folder, run_id, SEPARATE)

    def reset(self, run_id: str) -> None:
        """Take back what `keep` and `separate` have decided of a recording.

        Raises
        ------
        LibraryError
            If there is no such recording.
        """
        decide(self.folder, run_id, None)

    @property
    def timezone(self) -> str:
        """The time zone of runs whose files tell none; this machine's at the start."""
        with opened_to_read(self.folder) as connection:
            return setting(connection, "timezone") or machine_zone()

    def set_timezone(self, zone: str) -> None:
        """Set the time zone of runs whose files tell none.

        Raises
        ------
        HipstrideError
            If there is no such zone.
        """
        name = checked_zone(zone)
        with import_lock(self.folder), opened(self.folder) as connection:
            with transaction(connection):
                store_setting(connection, "timezone", name)
                unsettle(connection)
            settle(connection, self.folder)

    def check(self, tell: Callable[[int, int], None] | None = None) -> Checked:
        """Hold the database, every original and the journal's copy against each other.

        Raises
        ------
        LibraryError
            If there is no library, or its database is damaged.
        """
        with connect_to_read(self.folder) as connection:
            return check(connection, self.folder, tell)

    def rebuild(
        self,
        *,
        workers: int | None = None,
        tell: Callable[[int, int], None] | None = None,
    ) -> list[str]:
        """Make all derived rows again from the originals.

        A database that is no longer whole is set aside, and the ratings and changes are
        taken from the files beside it.

        Returns
        -------
        list of str
            What was found wrong, one line each.
        """
        with import_lock(self.folder):
            aside = set_aside_if_damaged(self.folder)
            with opened_as_is(self.folder) as connection:
                faults = rebuild(
                    connection,
                    self.folder,
                    workers=workers or usable_cores(),
                    tell=tell,
                )
        if aside is not None:
            faults.insert(
                0,
                f"the damaged database lies at {aside}; files that were no runs are "
                "unknown again: import their exports anew",
            )
        return faults


def _runs(connection: sqlite3.Connection) -> pd.DataFrame:
    names = ", ".join(RUNS.names)
    rows = connection.execute(
        f"SELECT {names} FROM runs WHERE same_run_as IS NULL "  # noqa: S608 - our own names
        "ORDER BY started_at, run_id"
    ).fetchall()
    return frame_of(RUNS, rows)
