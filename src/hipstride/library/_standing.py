"""How a library stands, in a few counts that are quick to take."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from hipstride.library._database import DATABASE, connect_to_read

__all__ = ["Standing", "standing_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is in a library, as its runner would count it.

    Parameters
    ----------
    folder : str
        Where it is, or shall be.
    exists : bool
        Whether there is one.
    n_runs : int
        Runs, each counted once.
    first_on, last_on : str or None
        The days of the first and the last run, as ``2026-09-01``.
    n_ratings : int
        Entries of the journal.
    n_runs_rated : int
        Runs with a rating that names them or their day.
    n_runs_rated_before : int
        Runs with a rating of before the run.
    unrated_on : str or None
        The day of the last run without a rating.
    sites : tuple of str
        Where it hurt, as written in the journal.
    changes : tuple of (str, str)
        Label (or kind) and first day of each change, in their order.
    """

    folder: str
    exists: bool
    n_runs: int = 0
    first_on: str | None = None
    last_on: str | None = None
    n_ratings: int = 0
    n_runs_rated: int = 0
    n_runs_rated_before: int = 0
    unrated_on: str | None = None
    sites: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


# A rating is of a run that it names, or else of the runs of its day; the morning after
# is one day late.
_RATED = """
SELECT runs.run_id, runs.local_date,
    max(journal.entry IS NOT NULL) AS is_rated,
    max(coalesce(journal.moment = 'before', 0)) AS is_rated_before
FROM runs LEFT JOIN journal ON journal.run_id = runs.run_id OR (
    coalesce(journal.run_id, '') = '' AND journal.local_date = date(
        runs.local_date,
        CASE WHEN journal.moment = 'next_morning' THEN '+1 day' ELSE '+0 day' END
    )
)
WHERE runs.same_run_as IS NULL
GROUP BY runs.run_id
"""
_COUNTS = f"""
SELECT count(*), min(local_date), max(local_date), total(is_rated),
    total(is_rated_before), max(CASE WHEN NOT is_rated THEN local_date END)
FROM ({_RATED})
"""  # noqa: S608 - our own words
_SITES = (
    "SELECT DISTINCT site FROM journal WHERE coalesce(site, '') <> '' ORDER BY site"
)
_CHANGES = """
SELECT coalesce(nullif(label, ''), kind), started_on FROM changes
ORDER BY started_on, entry
"""


def standing_of(folder: Path) -> Standing:
    """Count what is in a library; nothing is read, made or brought up to date.

    Parameters
    ----------
    folder : Path
        Where it is, or shall be.

    Returns
    -------
    Standing
        The counts; all 0 where there is no library.

    Raises
    ------
    LibraryError
        If it is damaged.

    Examples
    --------
    >>> standing_of(Path("nowhere")).exists
    False
    """
    if not (folder / DATABASE).is_file():
        return Standing(str(folder), exists=False)
    with connect_to_read(folder) as connection:
        n_runs, first, last, rated, before, unrated = _runs(connection)
        (n_ratings,) = connection.execute("SELECT count(*) FROM journal").fetchone()
        return Standing(
            str(folder),
            exists=True,
            n_runs=n_runs,
            first_on=_day(first),
            last_on=_day(last),
            n_ratings=n_ratings,
            n_runs_rated=int(rated),
            n_runs_rated_before=int(before),
            unrated_on=_day(unrated),
            sites=tuple(site for (site,) in connection.execute(_SITES)),
            changes=tuple(connection.execute(_CHANGES)),
        )


def _runs(
    connection: sqlite3.Connection,
) -> tuple[int, str | None, str | None, float, float, str | None]:
    # A library that holds a journal alone has no table of runs yet.
    tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'runs'"
    if not connection.execute(tables).fetchone()[0]:
        return 0, None, None, 0.0, 0.0, None
    found: tuple[int, str | None, str | None, float, float, str | None]
    found = connection.execute(_COUNTS).fetchone()
    return found


def _day(stored: str | None) -> str | None:
    return stored if stored is None else stored[:10]
