"""Every step that is typed in can be taken back, the last one first.

A step is stored with its inverse, in the same transaction: how each row that it touches
was before. So taking back is putting back, whatever the step was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from hipstride.errors import LibraryError
from hipstride.library._mirror_due import durably, mark_mirror_due
from hipstride.library._settled import unsettle

__all__ = ["Before", "Step", "n_steps", "undo_last", "undoable"]

_TABLES = ("journal", "changes", "decisions", "belts")
# What is altered here alters the runs.
_OF_RUNS = frozenset({"belts"})

Cell = str | float | int | None


class Before(NamedTuple):
    """How a row was before a step: `row` is None where there was none."""

    table: str
    key: Mapping[str, Cell]
    row: Mapping[str, Cell] | None = None


@dataclass
class Step:
    """A step on its way: its words, and how each row that it touches was before.

    A class, because both are known only when the step is done.
    """

    words: str = ""
    touched: list[Before] = field(default_factory=list)


@contextmanager
def undoable(connection: sqlite3.Connection) -> Iterator[Step]:
    """Do a step whole or not at all, and keep what would take it back.

    Parameters
    ----------
    connection : Connection
        The database, to write.

    Yields
    ------
    Step
        To be filled within. A step that touches no row is none.
    """
    with durably(connection):
        step = Step()
        yield step
        if step.touched:
            # The row that was touched last is put back first.
            inverse = json.dumps(step.touched[::-1], ensure_ascii=False)
            connection.execute(
                "INSERT INTO undo (words, inverse) VALUES (?, ?)", (step.words, inverse)
            )
            mark_mirror_due(connection)
            if any(one.table in _OF_RUNS for one in step.touched):
                unsettle(connection)


def undo_last(connection: sqlite3.Connection) -> str:
    """Take the last step back.

    Parameters
    ----------
    connection : Connection
        The database, to write.

    Returns
    -------
    str
        What the step was.

    Raises
    ------
    LibraryError
        If no step is left.
    """
    with durably(connection):
        found = connection.execute(
            "SELECT step, words, inverse FROM undo ORDER BY step DESC LIMIT 1"
        ).fetchone()
        if found is None:
            msg = "undo: found no step that could be taken back; nothing was altered"
            raise LibraryError(msg)
        step, words, inverse = found
        for table, key, row in json.loads(inverse):
            _put_back(connection, Before(table, key, row))
        connection.execute("DELETE FROM undo WHERE step = ?", (step,))
        mark_mirror_due(connection)
    return str(words)


def n_steps(connection: sqlite3.Connection) -> int:
    """Count the steps that can be taken back."""
    return int(connection.execute("SELECT COUNT(*) FROM undo").fetchone()[0])


def _put_back(connection: sqlite3.Connection, before: Before) -> None:
    if before.table not in _TABLES:
        msg = f"undo: found a step on {before.table!r}; a newer hipstride wrote it"
        raise LibraryError(msg)
    if before.table in _OF_RUNS:
        unsettle(connection)
    is_it = " AND ".join(f"{name} = ?" for name in before.key)
    connection.execute(
        f"DELETE FROM {before.table} WHERE {is_it}",  # noqa: S608 - our own names
        tuple(before.key.values()),
    )
    if before.row is not None:
        names, marks = ", ".join(before.row), ", ".join("?" * len(before.row))
        connection.execute(
            f"INSERT INTO {before.table} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            tuple(before.row.values()),
        )
