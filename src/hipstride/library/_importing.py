"""Import: every file of what was named is seen once, and gets a verdict.

One process walks through the export and keeps the ledger; others examine what may be a
run. What they answer is written in the order of the walk, some files at a time, each
time whole. So an import may be stopped or killed at any moment: the next one passes
over what is written and goes on.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pandas as pd

from hipstride.errors import ReadError
from hipstride.io._files import Found, walk
from hipstride.io._names import printable
from hipstride.library._database import transaction
from hipstride.library._ledger import (
    Seen,
    kept_verdicts,
    known_files,
    lost_files,
    seen_zip,
    was_read,
    write_seen,
)
from hipstride.library._lists import read_list, told_of, write_list
from hipstride.library._originals import originals_in, sweep
from hipstride.library._pool import Answer, Pool
from hipstride.library._progress import Progress, Tell, size_of
from hipstride.library._report import Report
from hipstride.library._settle import settle, store_recorded
from hipstride.library._settled import is_settled, unsettle
from hipstride.library._sorting import APPLE_EXPORT, sort_found
from hipstride.library._work import Job, Outcome, unreadable

__all__ = ["import_paths"]

# A transaction is written after so many files, or so much time.
_BATCH_FILES = 200
_BATCH_S = 1.0


def import_paths(
    connection: sqlite3.Connection,
    folder: Path,
    paths: Sequence[Path],
    *,
    workers: int,
    tell: Tell | None = None,
) -> Report:
    """Import all files of some paths, and settle the library.

    Parameters
    ----------
    connection : Connection
        The database, to write; the caller holds the lock of imports.
    folder : Path
        The library.
    paths : sequence of Path
        Files, folders and zips.
    workers : int
        How many processes examine files.
    tell : callable, optional
        Is told how far it has come, after each file.

    Returns
    -------
    Report
        What became of the files. After Ctrl-C it is what was done till then.

    Raises
    ------
    ReadError
        If a path is not there.
    LibraryError
        If the library cannot be written; what was written before stays.
    """
    for path in paths:
        if not _is_there(path):
            raise ReadError(
                str(path), "no such file", "a file, a folder or a zip", "check the path"
            )
    sweep(folder)
    importer = _Importer(connection, folder, tell or (lambda _: None))
    if tell is not None:
        importer.progress.bytes_all = sum(map(size_of, paths))
    is_stopped = False
    try:
        with Pool[_Noted](folder, workers) as pool:
            try:
                for path in paths:
                    importer.walk_path(path, pool)
                importer.finish(pool)
            except KeyboardInterrupt:
                is_stopped = True
    finally:
        # Also when the disk is full: what has been answered is written if it can be.
        importer.write()
    try:
        if not is_settled(connection):
            settle(connection, folder)
    except KeyboardInterrupt:
        # The next opening settles what lags behind.
        is_stopped = True
    return importer.report(is_stopped=is_stopped)


class _Zip(NamedTuple):
    """A zip that was read to its end."""

    file: str
    mark: str


class _List(NamedTuple):
    """An account's list of activities, and the file it was found in."""

    seen: Seen
    activities: pd.DataFrame


_Noted = Seen | _Zip | _List


class _Importer:
    """One import on its way.

    A class, because what is pending, counted and known belongs to one import, and each
    step of it touches all three.
    """

    def __init__(
        self, connection: sqlite3.Connection, folder: Path, tell: Tell
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._tell = tell
        lying = {original.sha256 for original in originals_in(folder)}
        self._known = known_files(connection, lying)
        self._lost = lost_files(connection, lying)
        self._pending: list[_Noted] = []
        self._written_at = time.monotonic()
        # Folders of Apple Health exports, whose routes belong to their workouts.
        self._apple: set[str] = set()
        self._report = Report()
        self.progress = Progress()

    def walk_path(self, path: Path, pool: Pool[_Noted]) -> None:
        """See all files of one path."""
        whole = path.resolve()
        where = printable(str(whole if whole.is_dir() else whole.parent))
        own = self._folder.resolve()

        def passed(label: str, mark: str) -> bool:
            within = f"{where}/{label}"
            is_known = was_read(self._connection, within, mark) and not any(
                file.startswith(f"{within}/") for file in self._lost
            )
            self._report.n_known_zips += is_known
            return is_known

        for found in walk(whole, passed=passed):
            if found.path is not None and own in found.path.parents:
                # The library does not import itself.
                continue
            file = f"{where}/{found.label}"
            self.progress.bytes_done += found.packed_bytes
            if found.kind == "zip":
                self._take(pool.give(_Zip(file, found.mark)))
            elif (file, found.mark) in self._known:
                self._report.n_known += 1
                self._note_apple(found)
            else:
                self._known.add((file, found.mark))
                self._see(found, file, pool)
            self._tell(self.progress)

    def finish(self, pool: Pool[_Noted]) -> None:
        """Wait for all answers, and tell of each: the last ones may take a while."""
        for answer in pool.finish():
            self._take(iter([answer]))
            self._tell(self.progress)

    def write(self) -> None:
        """Write what is pending, as one transaction."""
        if not self._pending:
            return
        with transaction(self._connection):
            for noted in self._pending:
                self._write_one(noted)
        self._pending.clear()
        self._written_at = time.monotonic()

    def report(self, *, is_stopped: bool) -> Report:
        """Give what was done, once the library is settled."""
        n_runs = self._connection.execute(
            "SELECT COUNT(*) FROM runs WHERE same_run_as IS NULL"
        ).fetchone()[0]
        self._report.close(kept_verdicts(self._connection), int(n_runs))
        self._report.is_stopped = is_stopped
        return self._report

    def _see(self, found: Found, file: str, pool: Pool[_Noted]) -> None:
        try:
            sort = sort_found(found, self._apple)
            if isinstance(sort, Outcome):
                outcome = sort
            elif sort == "apple":
                outcome = self._see_apple(found, file, pool)
            elif sort in {"garmin", "strava"}:
                activities = read_list(sort, found.load())
                outcome = Outcome("not a run", told_of(activities))
                seen = Seen(file, found.mark, found.size_bytes, outcome)
                self._take(pool.give(_List(seen, activities)))
                return
            else:
                source = found.load().stored if found.path is None else found.path
                name = PurePosixPath(found.label).name
                job = Job(file, found.mark, found.size_bytes, name, source)
                self._take(pool.give(job))
                return
        except ReadError as error:
            outcome = unreadable(error)
        self._take(pool.give(Seen(file, found.mark, found.size_bytes, outcome)))

    def _see_apple(self, found: Found, file: str, pool: Pool[_Noted]) -> Outcome:
        """Take the running workouts out of an Apple Health export, one by one."""
        # Few have such an export, and its reader takes a while to load.
        from hipstride.io.apple_health import apple_export  # noqa: PLC0415

        self._note_apple(found)
        export = apple_export(
            found.open, lambda path: found.beside(path.lstrip("/")), found.label
        )
        n_runs = 0
        for extract in export.extracts():
            n_runs += 1
            start = extract.label.rpartition("#")[2]
            of_run = f"{file}#{start}"
            mark = f"{zlib.crc32(extract.data):08x}-{len(extract.data)}"
            if (of_run, mark) in self._known:
                self._report.n_known += 1
                continue
            name = f"{PurePosixPath(found.label).name}#{start}"
            job = Job(of_run, mark, len(extract.data), name, extract.data)
            self._take(pool.give(job))
            self._tell(self.progress)
        return Outcome("not a run", export.told(n_runs))

    def _note_apple(self, found: Found) -> None:
        path = PurePosixPath(found.label)
        if path.name == APPLE_EXPORT:
            self._apple.add(str(path.parent))

    def _take(self, answers: Iterator[Answer[_Noted]]) -> None:
        for item, outcome in answers:
            if not isinstance(item, Job):
                noted = item
            elif outcome is not None:
                noted = Seen.of(item, outcome)
            self._pending.append(noted)
            self._count(noted)
        is_due = time.monotonic() - self._written_at > _BATCH_S
        if len(self._pending) >= _BATCH_FILES or (is_due and self._pending):
            self.write()

    def _count(self, noted: _Noted) -> None:
        self.progress.n_files += not isinstance(noted, _Zip)
        if isinstance(noted, Seen):
            self.progress.n_runs += len(noted.outcome.recorded)

    def _write_one(self, noted: _Noted) -> None:
        connection = self._connection
        if isinstance(noted, _Zip):
            seen_zip(connection, noted.file, noted.mark)
            return
        seen = noted.seen if isinstance(noted, _List) else noted
        verdict = write_seen(connection, seen)
        self._report.add(seen, verdict)
        if isinstance(noted, _List):
            write_list(connection, seen.file, noted.activities)
            unsettle(connection)
        elif verdict == "kept":
            store_recorded(connection, list(seen.outcome.recorded))
            unsettle(connection)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than any
        return False
