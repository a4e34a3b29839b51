"""From the paths a user names to the observations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hipstride.cli._common import plural, working
from hipstride.errors import LibraryError, ReadError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.tables import Recording

__all__ = [
    "first_and_last",
    "load_changes",
    "load_journal",
    "load_observations",
    "load_runs",
    "number_rated",
    "recording_of",
    "runs_and_windows",
    "runs_of",
]


def load_runs(path: Path) -> pd.DataFrame:
    """Read a file, folder or zip and summarise its runs.

    Raises
    ------
    ReadError
        If nothing in it is a run.
    """
    from hipstride.io.reading import read_runs
    from hipstride.runs import summarize

    with working("reading runs") as tell:
        runs = summarize(_counted(read_runs(path), tell))
    if runs.empty:
        raise ReadError(
            str(path),
            "no runs",
            "FIT, GPX, TCX or stride CSV files of runs",
            "name another folder, or see what a file holds with `hipstride check`",
        )
    return runs


def runs_of(path: Path | None, library: Path | None) -> pd.DataFrame:
    """Give the runs of a path, or those of the library where no path is named.

    Raises
    ------
    HipstrideError
        If there is no run.
    """
    if path is not None:
        return load_runs(path)
    from hipstride.library import Library

    kept = Library(library)
    runs = kept.runs()
    if runs.empty:
        msg = (
            f"{kept.folder}: found no runs in the library; expected some; import an "
            "export with `hipstride import PATH`, or name files with --runs"
        )
        raise LibraryError(msg)
    return runs


def runs_and_windows(
    path: Path | None, library: Path | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the runs of a path or of the library, and their half minutes.

    Raises
    ------
    HipstrideError
        If the library has no run, or there is no such path.
    """
    if path is None:
        from hipstride.library import Library

        return runs_of(None, library), Library(library).windows()
    from hipstride.io.reading import read_runs
    from hipstride.runs import summarize_with_windows

    with working("reading runs") as tell:
        return summarize_with_windows(_counted(read_runs(path), tell))


def recording_of(run: str, library: Path | None) -> Recording:
    """Read a file where there is one of this name, else a run of the library.

    Raises
    ------
    HipstrideError
        If there is neither.
    """
    path = Path(run)
    if path.exists() or path.suffix or path.name != run:
        from hipstride.io.reading import read_run

        return read_run(path)
    from hipstride.library import Library

    return Library(library).recording(run)


def load_observations(
    runs_path: Path | None,
    journal_path: Path | None,
    changes_path: Path | None,
    date_format: str | None = None,
    *,
    library: Path | None = None,
    needs_journal: bool = True,
    side: str | None = None,
    site: str | None = None,
    controls: Sequence[str] = (),
) -> pd.DataFrame:
    """Join runs, diary and changes to one row per run.

    Files that are named count; what is not named comes from the library, but runs of
    files are never joined to the library's diary. Stride deviations are counted from
    the runs before the first change of stride, where there are enough of them.
    """
    from hipstride.alignment import align, from_before_first_change
    from hipstride.io.journal import read_changes, read_journal
    from hipstride.tables import JOURNAL

    if runs_path is not None and journal_path is None and needs_journal:
        msg = "needed with --runs"
        raise typer.BadParameter(msg, param_hint="--journal")
    # The small files first: a slip in them should show before minutes of reading.
    journal, changes = JOURNAL.empty(*JOURNAL.names), None
    if journal_path is not None:
        journal = read_journal(journal_path, date_format=date_format)
    if changes_path is not None:
        changes = read_changes(changes_path, date_format=date_format)
    runs = runs_of(runs_path, library)
    if runs_path is None:
        from hipstride.library import Library

        kept = Library(library)
        if journal_path is None and changes_path is None:
            return kept.observations(side=side, site=site, controls=controls)
        journal = kept.journal() if journal_path is None else journal
        changes = kept.changes() if changes is None else changes
    return align(
        from_before_first_change(runs, changes),
        journal,
        changes,
        side=side,
        site=site,
        controls=controls,
    )


def load_changes(
    runs_path: Path | None,
    changes_path: Path | None,
    date_format: str | None,
    library: Path | None,
) -> pd.DataFrame | None:
    """Give the list of changes itself: what was tried on no run is not in the runs."""
    if changes_path is not None:
        from hipstride.io.journal import read_changes

        return read_changes(changes_path, date_format=date_format)
    if runs_path is not None:
        return None
    from hipstride.library import Library

    return Library(library).changes()


def load_journal(
    runs_path: Path | None,
    journal_path: Path | None,
    date_format: str | None,
    library: Path | None,
) -> pd.DataFrame | None:
    """Give the diary itself: ratings of days without a run are not in the runs."""
    if journal_path is not None:
        from hipstride.io.journal import read_journal

        return read_journal(journal_path, date_format=date_format)
    if runs_path is not None:
        return None
    from hipstride.library import Library

    return Library(library).journal()


def number_rated(obs: pd.DataFrame, column: str) -> int:
    """Count the runs with a rating."""
    return int(obs[column].notna().sum()) if column in obs.columns else 0


def first_and_last(obs: pd.DataFrame) -> tuple[str, str]:
    """Give the days of the first and the last run, as ISO dates."""
    return f"{obs['local_date'].min():%Y-%m-%d}", f"{obs['local_date'].max():%Y-%m-%d}"


def _counted(
    recordings: Iterator[Recording], tell: Callable[[str], None]
) -> Iterator[Recording]:
    for count, recording in enumerate(recordings, start=1):
        tell(f"… {plural(count, 'run')}")
        yield recording
