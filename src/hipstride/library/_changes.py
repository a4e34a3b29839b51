"""The list of changes within the library: what the runner changed, and when."""

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
from hipstride.library._entries import Change
from hipstride.library._rows import frame_of
from hipstride.tables import CHANGES

__all__ = [
    "add_changes",
    "change_of",
    "changes_table",
    "delete_changes",
    "edit_change",
]


def changes_table(connection: sqlite3.Connection) -> pd.DataFrame:
    """Give all changes.

    Returns
    -------
    DataFrame
        A `CHANGES` table with all its columns, in order of day; its index ``entry`` is
        the number of the change.
    """
    names = ", ".join(CHANGES.names)
    rows = connection.execute(
        f"SELECT entry, {names} FROM changes ORDER BY started_on, entry"  # noqa: S608 - our own names
    ).fetchall()
    index = pd.Index([row[0] for row in rows], dtype="int64", name="entry")
    return frame_of(CHANGES, [row[1:] for row in rows], index=index)


def change_of(connection: sqlite3.Connection, entry: int) -> Change:
    """Give one change.

    Raises
    ------
    LibraryError
        If there is no such change.
    """
    return entry_of(connection, Change, entry)


def add_changes(connection: sqlite3.Connection, changes: Sequence[Change]) -> Merged:
    """Add changes, as one step that can be undone.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    changes : sequence of Change
        What to add.

    Returns
    -------
    Merged
        The numbers of the changes that were added, and of those that were there.

    Raises
    ------
    TableError
        If a change is none; see `Change.checked`.
    LibraryError
        If the same change is there with another end. Then none is added.
    """
    checked = [change.checked() for change in changes]
    return merge(
        connection,
        checked,
        Change,
        lambda added: f"added {numbered(Change, added)}",
        refusal,
    )


def edit_change(connection: sqlite3.Connection, entry: int, change: Change) -> bool:
    """Put another change in the place of one; tell whether that says anything else.

    Raises
    ------
    TableError
        If the change is none.
    LibraryError
        If there is none of this number, or another one is the same.
    """
    return alter(connection, entry, change.checked())


def delete_changes(
    connection: sqlite3.Connection, entries: Sequence[int]
) -> list[Change]:
    """Delete changes as one step, and give what they said.

    Raises
    ------
    LibraryError
        If one of them is not there. Then none is deleted.
    """
    return delete(connection, Change, entries)
