"""A runner's library: the runs of many years, the journal, the changes.

It is a folder of its own: ``library.sqlite`` and the original files. Nothing leaves the
machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pandas as pd

from hipstride.alignment import align, from_before_first_change
from hipstride.gait.curve import StrideCurve
from hipstride.io.safe_tables import safe_table
from hipstride.library._belt_steps import recording_of
from hipstride.library._belts import belted
from hipstride.library._changes import changes_table
from hipstride.library._decisions import whole_id_of
from hipstride.library._diary import Diary
from hipstride.library._html import html_of
from hipstride.library._journal import journal_table
from hipstride.library._ledger import ledger_table
from hipstride.library._opening import opened_as_is, opened_to_read
from hipstride.library._rows import frame_of, unpack_windows
from hipstride.library._sharing import Disguise, disguise_of, without_clock
from hipstride.library._upkeep import Upkeep
from hipstride.runs import baseline_of, matched
from hipstride.tables import ACTIVITIES, RUNS, Recording, Table

__all__ = ["Library"]


class Library(Upkeep, Diary):
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

    def runs(self) -> pd.DataFrame:
        """Give all runs, one row each; of recordings of the same run the one in use.

        Stride deviations are counted from the runs before the first logged change of
        stride, where there are enough of them, as in `observations`.

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
            runs, changes = _runs(connection), changes_table(connection)
        return from_before_first_change(runs, changes)

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

    def stride_curve(self) -> StrideCurve:
        """Draw the runner's stride curve from all runs whose speed was measured.

        Its level is that of the runs that deviations are counted from, as in `runs`.

        Returns
        -------
        StrideCurve
            Step length to expect at a speed and grade; it draws itself.

        Raises
        ------
        LibraryError
            If there is no library, or it is damaged.
        NotEnoughDataError
            If no such run has half a minute of steady running.
        """
        runs = self.runs()
        return matched(runs, self.windows(), baseline=baseline_of(runs)).curve

    def recording(self, run_id: str) -> Recording:
        """Read one run again from its original.

        Parameters
        ----------
        run_id : str
            The run; its first digits will do where they are only this one's.

        Returns
        -------
        Recording
            With its samples, laps and pauses; rescaled where the runner has typed in
            what the treadmill showed.

        Raises
        ------
        LibraryError
            If there is no such run, or its original is missing or altered.
        """
        with opened_to_read(self.folder) as connection:
            whole_id = whole_id_of(connection, self.folder, run_id)
            sha256, belt_m = connection.execute(
                "SELECT sha256, belt_distance_m FROM recorded WHERE run_id = ?",
                (whole_id,),
            ).fetchone()
        recording = recording_of(self.folder, sha256, whole_id)
        return recording if belt_m is None else belted(recording, belt_m)

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

    def observations(
        self,
        *,
        side: str | None = None,
        site: str | None = None,
        controls: Sequence[str] = (),
    ) -> pd.DataFrame:
        """Join runs, ratings and changes to one row per run.

        Stride deviations are counted from the runs before the first change of stride,
        where there are enough of them.

        Parameters
        ----------
        side, site : str, optional
            Keep only the ratings of this place; see `hipstride.align`.
        controls : sequence of str
            Other sites, whose ratings get columns of their own.

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
        return align(runs, journal, changes, side=side, site=site, controls=controls)

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
            without_clock(frame),
            table,
            shift=disguise.shift,
            pseudonyms=disguise.pseudonym,
        )

    def disguise(self) -> Disguise:
        """Give by how much this library moves dates, and what it calls a run instead.

        Raises
        ------
        LibraryError
            If the library cannot be written and has no secret yet.
        """
        with opened_as_is(self.folder) as connection:
            return disguise_of(connection)

    def _repr_html_(self) -> str:
        return html_of(self.folder)


def _runs(connection: sqlite3.Connection) -> pd.DataFrame:
    names = ", ".join(RUNS.names)
    rows = connection.execute(
        f"SELECT {names} FROM runs WHERE same_run_as IS NULL "  # noqa: S608 - our own names
        "ORDER BY started_at, run_id"
    ).fetchall()
    return frame_of(RUNS, rows)
