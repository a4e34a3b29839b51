"""The pain journal within the library: ratings, several a day where there are.

A rating is what the runner has entered and nothing else: none is filled in, and 0 is a
rating.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pandas as pd

from hipstride.library._book import (
    Merged,
    alter,
    delete,
    entry_of,
    merge,
    numbered,
    refusal,
)
from hipstride.library._entries import Rating
from hipstride.library._rows import frame_of
from hipstride.tables import JOURNAL

__all__ = [
    "add_ratings",
    "delete_ratings",
    "edit_rating",
    "journal_table",
    "rating_of",
]


def journal_table(connection: sqlite3.Connection) -> pd.DataFrame:
    """Give all ratings.

    Returns
    -------
    DataFrame
        A `JOURNAL` table with all its columns, in order of day; its index ``entry`` is
        the number of the entry.
    """
    names = ", ".join(JOURNAL.names)
    rows = connection.execute(
        f"SELECT entry, {names} FROM journal ORDER BY local_date, entry"  # noqa: S608 - our own names
    ).fetchall()
    index = pd.Index([row[0] for row in rows], dtype="int64", name="entry")
    return frame_of(JOURNAL, [row[1:] for row in rows], index=index)


def rating_of(connection: sqlite3.Connection, entry: int) -> Rating:
    """Give one rating.

    Raises
    ------
    LibraryError
        If there is no such entry.
    """
    return entry_of(connection, Rating, entry)


def add_ratings(connection: sqlite3.Connection, ratings: Sequence[Rating]) -> Merged:
    """Add ratings, as one step that can be undone.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    ratings : sequence of Rating
        What to add.

    Returns
    -------
    Merged
        The numbers of the entries that were added, and of those that said so already.

    Raises
    ------
    TableError
        If a rating is none; see `Rating.checked`.
    LibraryError
        If an entry gives another value for the same day, moment, side, site, time and
        run. Then none is added.
    """
    checked = [rating.checked() for rating in ratings]
    return merge(
        connection,
        checked,
        Rating,
        lambda added: f"added {numbered(Rating, added)}",
        refusal,
    )


def edit_rating(connection: sqlite3.Connection, entry: int, rating: Rating) -> bool:
    """Put another rating in the place of an entry.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    entry : int
        The number of the entry.
    rating : Rating
        What it shall say.

    Returns
    -------
    bool
        Whether that is anything else than it said.

    Raises
    ------
    TableError
        If the rating is none.
    LibraryError
        If there is no such entry, or another one is about the same.
    """
    return alter(connection, entry, rating.checked())


def delete_ratings(
    connection: sqlite3.Connection, entries: Sequence[int]
) -> list[Rating]:
    """Delete entries as one step, and give what they said.

    Raises
    ------
    LibraryError
        If one of them is not there. Then none is deleted.
    """
    return delete(connection, Rating, entries)
