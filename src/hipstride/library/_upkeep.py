"""What fills a library, and what keeps it whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hipstride.io._zones import checked_zone, machine_zone
from hipstride.library._check import Checked, check
from hipstride.library._database import (
    connect,
    connect_to_read,
    is_writable,
    transaction,
)
from hipstride.library._decisions import decide
from hipstride.library._folder import Folder
from hipstride.library._importing import import_paths
from hipstride.library._lock import import_lock
from hipstride.library._mirror import mark_mirror_due
from hipstride.library._opening import opened, opened_as_is, opened_to_read
from hipstride.library._pool import usable_cores
from hipstride.library._progress import Progress
from hipstride.library._rebuild import rebuild, set_aside_if_damaged
from hipstride.library._report import Report
from hipstride.library._same_runs import KEEP, SEPARATE
from hipstride.library._settings import setting, store_setting
from hipstride.library._settle import settle
from hipstride.library._settled import unsettle
from hipstride.library._shown import shown_count, shown_import

__all__ = ["Upkeep"]


class Upkeep(Folder):
    """The part of a library that imports, decides, checks and mends."""

    def add(
        self,
        *paths: str | os.PathLike[str],
        workers: int | None = None,
        tell: Callable[[Progress], None] | None = None,
        progress: bool | None = None,
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
        progress : bool, optional
            Show how far it is: where not given, in a notebook when it takes long and
            no `tell` is given; never, or always.

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
        with (
            import_lock(self.folder),
            opened(self.folder) as connection,
            shown_import(tell, progress) as told,
        ):
            return import_paths(
                connection,
                self.folder,
                [Path(path) for path in paths],
                workers=workers or usable_cores(),
                tell=told,
            )

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
                mark_mirror_due(connection)
            settle(connection, self.folder)

    def check(
        self,
        tell: Callable[[int, int], None] | None = None,
        *,
        progress: bool | None = None,
    ) -> Checked:
        """Hold the database, every original and the journal's copy against each other.

        Parameters
        ----------
        tell : callable, optional
            Is told how many originals of how many are done.
        progress : bool, optional
            As in `add`.

        Raises
        ------
        LibraryError
            If there is no library, or its database is damaged.
        """
        # A process killed in its first moments leaves a database without a table.
        is_new = self.exists and is_writable(self.folder)
        with (
            (connect if is_new else connect_to_read)(self.folder) as connection,
            shown_count("Checking originals", tell, progress) as told,
        ):
            return check(connection, self.folder, told)

    def rebuild(
        self,
        *,
        workers: int | None = None,
        tell: Callable[[int, int], None] | None = None,
        progress: bool | None = None,
    ) -> list[str]:
        """Make all derived rows again from the originals.

        A database that is no longer whole is set aside, and the ratings and changes are
        taken from the files beside it.

        Parameters
        ----------
        workers : int, optional
            How many processes read files; one for each core where not given.
        tell : callable, optional
            Is told how many originals of how many are done.
        progress : bool, optional
            As in `add`.

        Returns
        -------
        list of str
            What was found wrong, one line each.
        """
        was_there = self.exists
        with import_lock(self.folder):
            aside = set_aside_if_damaged(self.folder)
            with (
                opened_as_is(self.folder) as connection,
                shown_count("Reading originals", tell, progress) as told,
            ):
                faults = rebuild(
                    connection,
                    self.folder,
                    workers=workers or usable_cores(),
                    tell=told,
                )
        if aside is not None:
            faults.insert(
                0,
                f"the damaged database lies at {aside}; files that were no runs are "
                "unknown again: import their exports anew",
            )
        elif not was_there:
            faults.insert(
                0,
                "the database was gone; files that were no runs, and the lists of "
                "accounts, are unknown again: import their exports anew",
            )
        return faults
