"""The pain diary and the list of what the runner changed: CSV files in, and out.

A diary is typed by hand, so everything that can be wrong in one is. All faults are
reported at once, each with the row as a spreadsheet shows it. Nothing is guessed, and
an empty cell is never a zero: 0 is a rating, and nothing is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from hipstride.errors import JournalError
from hipstride.io._changes import read_changes, write_changes
from hipstride.io._csv_text import TextTable, text_table
from hipstride.io._journal_fields import (
    CHANGE_HEADERS,
    JOURNAL_HEADERS,
    pain_column,
)
from hipstride.io._journal_rows import (
    column_of,
    find_columns,
    in_future,
    listed,
    one_of_each,
    warn,
    write,
)
from hipstride.io._open import Source, load
from hipstride.io._ratings import Entry, Layout, Ratings, layout_of, ratings_of
from hipstride.tables import JOURNAL

__all__ = [
    "is_diary",
    "read_changes",
    "read_journal",
    "write_changes",
    "write_journal",
]

_WANTED = "a diary as CSV, with a header such as local_date,pain_0_10,moment"
_IDENTITY = ("local_date", "moment", "side", "site", "time", "run_id")


def read_journal(
    source: Source, *, date_format: str | None = None, name: str | None = None
) -> pd.DataFrame:
    r"""Read a pain diary, and report all that is wrong in it at once.

    Long diaries hold one rating a row; wide ones hold a column for each moment, side
    or site (``pain_before``, ``pain_after``, ``left hip pain``). Headers are
    understood in the words people use for them; days in ISO and the common local forms,
    ratings with decimal point or comma.

    Parameters
    ----------
    source : str, path or bytes
        The file; UTF-8, UTF-16 or Latin-1, parted by comma, semicolon or tab.
    date_format : str, optional
        A `datetime.strptime` pattern, where the days can be read in two ways.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    DataFrame
        A `JOURNAL` table with all its columns, one row per rating, by day. The day is
        that of the rating itself: what ``pain_next_morning`` of a wide diary holds is
        dated one day after its row. A row without a rating is left out, with a
        `DataQualityWarning` that counts them.

    Raises
    ------
    JournalError
        If rows are faulty; its ``faults`` name each row, column, what was found, what
        was expected and the remedy.
    ReadError
        If the file is no text.

    Examples
    --------
    >>> diary = b"Date;Pain;When;Side\n31.12.2025;3,5;after;R\n"
    >>> read_journal(diary)[["local_date", "pain_0_10", "moment", "side"]]
      local_date  pain_0_10 moment   side
    0 2025-12-31        3.5  after  right
    >>> from hipstride.errors import JournalError
    >>> try:
    ...     read_journal(b"date,pain\n2025-02-31,11\n", name="diary.csv")
    ... except JournalError as error:
    ...     print(*error.faults, sep="\n")
    row 2, column 'date': found '2025-02-31'; expected a day such as 2026-12-31; there is no such day; mend it
    row 2, column 'pain': found '11'; expected one number from 0 to 10, such as 3.5; mend the rating
    """  # noqa: E501 - the faults are shown as they are
    table = text_table(load(source, name=name), wanted=_WANTED)
    layout = layout_of(table)
    ratings = ratings_of(table, layout, date_format)
    entries, repeats, clashes = one_of_each(
        ratings.entries,
        lambda entry: tuple(entry[part] for part in _IDENTITY),
        lambda one, other: one["pain_0_10"] == other["pain_0_10"],
        _clash,
    )
    if ratings.faults or clashes:
        raise JournalError(table.name, [*ratings.faults.lines(), *clashes])
    for message in _doubts(table, layout, ratings, repeats):
        warn(table.name, message)
    journal = pd.DataFrame(
        {
            column: column_of(JOURNAL, column, [entry[column] for entry in entries])
            for column in JOURNAL.names
        }
    )
    return journal.sort_values("local_date", kind="stable", ignore_index=True)


def write_journal(journal: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    r"""Write a diary as a CSV file that `read_journal` gives back exactly.

    Parameters
    ----------
    journal : DataFrame
        A `JOURNAL` table.
    path : str or path
        The file to write.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If `journal` is no such table.
    ReadError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> journal = read_journal(b"date,pain\n2025-12-31,3.5\n")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_journal(journal, Path(folder) / "journal.csv")
    ...     read_journal(path).equals(journal)
    True
    """
    return write(JOURNAL, journal, path)


def is_diary(table: TextTable) -> bool:
    """Tell by its header whether a CSV file is a diary or a list of changes.

    Examples
    --------
    >>> from hipstride.io._open import RawFile
    >>> (
    ...     is_diary(text_table(RawFile("a.csv", b"", b"date,pain"))),
    ...     is_diary(text_table(RawFile("a.csv", b"", b"date,distance"))),
    ... )
    (True, False)
    """
    changes = find_columns(table, CHANGE_HEADERS).places
    journal = find_columns(table, JOURNAL_HEADERS)
    has_pain = any(
        column is not None and not column.is_weak
        for column in (pain_column(i, table.header[i]) for i in journal.others)
    )
    return ("local_date" in journal.places and has_pain) or (
        {"started_on", "kind"} <= changes.keys()
    )


def _clash(earlier: Entry, later: Entry) -> str:
    words = [str(earlier[part]) for part in _IDENTITY if earlier[part]]
    return (
        f"rows {earlier['row']} and {later['row']}: found ratings "
        f"{earlier['pain_0_10']} and {later['pain_0_10']} for {', '.join(words)}; "
        "expected one; remove one, or tell them apart by moment, time, side or site"
    )


def _doubts(
    table: TextTable, layout: Layout, ratings: Ratings, repeats: int
) -> Iterator[str]:
    """Word what was read but is doubtful, or was left out."""
    yield from table.notes
    if layout.unknown:
        names = listed(table.header[index] for index in layout.unknown)
        yield f"columns {names} are not a diary's and were left out"
    if ratings.unrated:
        yield f"{ratings.unrated} rows without a rating were left out"
    if repeats:
        yield f"{repeats} ratings stand there twice; one of each was kept"
    if ratings.utc:
        yield (
            f"{ratings.utc} days are given in UTC; where the runner lives it may have "
            "been the day before or after"
        )
    ahead = in_future(ratings.entries, "local_date")
    if ahead:
        yield f"{len(ahead)} ratings lie in the future, the last on {max(ahead)}"
