"""What journal and list of changes share: add, alter and delete entries by number."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from hipstride.errors import HipstrideError, LibraryError
from hipstride.library._entries import Change, Entry, Rating, row_of
from hipstride.library._undo import Before, undoable

__all__ = [
    "Merged",
    "alter",
    "delete",
    "entry_of",
    "merge",
    "numbered",
    "refusal",
    "stored",
]

# More numbers than these are counted.
_MAX_LISTED = 6

E = TypeVar("E", Rating, Change)


@dataclass(frozen=True, slots=True)
class Merged:
    """The numbers of the entries that were added, and of those that were there."""

    added: tuple[int, ...]
    known: tuple[int, ...]


def stored(connection: sqlite3.Connection, kind: type[E]) -> dict[int, E]:
    """Give all entries of a kind by their number, in order of day."""
    names = ", ".join(field.name for field in fields(kind))
    first = fields(kind)[0].name
    rows = connection.execute(
        f"SELECT entry, {names} FROM {kind.TABLE} ORDER BY {first}, entry"  # noqa: S608 - our own names
    )
    return {row[0]: kind.of_row(row[1:]) for row in rows}


def entry_of(connection: sqlite3.Connection, kind: type[E], number: int) -> E:
    """Give one entry.

    Raises
    ------
    LibraryError
        If there is none of this number.
    """
    names = ", ".join(field.name for field in fields(kind))
    row = connection.execute(
        f"SELECT {names} FROM {kind.TABLE} WHERE entry = ?",  # noqa: S608 - our own names
        (number,),
    ).fetchone()
    if row is None:
        msg = (
            f"{kind.NOUN} {number}: found none of this number; expected one that is "
            "there; `hipstride log list` shows them"
        )
        raise LibraryError(msg)
    return kind.of_row(row)


def merge(
    connection: sqlite3.Connection,
    entries: Sequence[E],
    kind: type[E],
    words: Callable[[Sequence[int]], str],
    refused: Callable[[list[str]], HipstrideError],
) -> Merged:
    """Add entries that are not there yet, as one step.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    entries : sequence
        What to add, already checked.
    kind : type
        `Rating` or `Change`.
    words : callable
        Words the step, given the numbers that were added.
    refused : callable
        Makes the error, given a line for each entry that says other than what is there.

    Returns
    -------
    Merged
        Numbers of what was added, and of what was there already.
    """
    added: list[int] = []
    known: list[int] = []
    new: set[int] = set()
    with undoable(connection) as step:
        there = {
            entry.identity: (number, entry)
            for number, entry in stored(connection, kind).items()
        }
        clashes = []
        for entry in entries:
            number, other = there.get(entry.identity, (None, None))
            if number is None or other is None:
                number = _insert(connection, entry)
                step.touched.append(Before(kind.TABLE, {"entry": number}))
                there[entry.identity] = (number, entry)
                added.append(number)
                new.add(number)
            elif other.value != entry.value:
                clashes.append(clash(number, other, entry, is_new=number in new))
            elif number not in new:
                known.append(number)
        if clashes:
            raise refused(clashes)
        step.words = words(added)
    return Merged(tuple(added), tuple(known))


def alter(connection: sqlite3.Connection, number: int, entry: E) -> bool:
    """Put another entry in the place of one.

    Returns
    -------
    bool
        Whether it says anything else than the one that was there.

    Raises
    ------
    LibraryError
        If there is none of this number, or another one is about the same.
    """
    kind = type(entry)
    with undoable(connection) as step:
        before = entry_of(connection, kind, number)
        if before == entry:
            return False
        for other_number, other in stored(connection, kind).items():
            if other_number != number and other.identity == entry.identity:
                raise refusal([clash(other_number, other, entry)])
        cells: dict[str, str | float | None] = row_of(entry)
        settings = ", ".join(f"{name} = ?" for name in cells)
        connection.execute(
            f"UPDATE {kind.TABLE} SET {settings} WHERE entry = ?",  # noqa: S608 - our own names
            (*cells.values(), number),
        )
        step.touched.append(_before(number, before))
        step.words = f"altered {kind.NOUN} {number} ({before.words})"
    return True


def delete(
    connection: sqlite3.Connection, kind: type[E], numbers: Sequence[int]
) -> list[E]:
    """Delete entries as one step, all or none of them.

    Returns
    -------
    list
        What they were.

    Raises
    ------
    LibraryError
        If there is none of one of these numbers.
    """
    with undoable(connection) as step:
        gone = [entry_of(connection, kind, number) for number in dict.fromkeys(numbers)]
        for number, entry in zip(dict.fromkeys(numbers), gone, strict=True):
            connection.execute(
                f"DELETE FROM {kind.TABLE} WHERE entry = ?",  # noqa: S608 - our own names
                (number,),
            )
            step.touched.append(_before(number, entry))
        step.words = f"deleted {numbered(kind, numbers)}"
    return gone


def clash(number: int, there: Entry, entry: Entry, *, is_new: bool = False) -> str:
    """Word that an entry says other than one that is about the same."""
    if is_new:
        return (
            f"found both {there.words!r} and {entry.words!r}; expected one; remove one"
        )
    edit = f"hipstride log edit {there.OPTION}{number}"
    return (
        f"{there.NOUN} {number} says {there.words!r}, found {entry.words!r}; expected "
        f"one; `{edit} {entry.amendment}` alters it"
    )


def refusal(clashes: list[str]) -> LibraryError:
    """Make the error of an entry that says other than one that is there."""
    return LibraryError(f"not stored: {' | '.join(clashes)}")


def numbered(kind: type[Entry], numbers: Sequence[int]) -> str:
    """List the numbers of entries, however many there are.

    Examples
    --------
    >>> numbered(Rating, [4]), numbered(Rating, [4, 5, 7]), numbered(Change, range(9))
    ('entry 4', 'entries 4, 5 and 7', '9 changes')
    """
    several = "entries" if kind is Rating else "changes"
    match list(numbers):
        case [one]:
            return f"{kind.NOUN} {one}"
        case [*first, last] if first and len(numbers) <= _MAX_LISTED:
            return f"{several} {', '.join(map(str, first))} and {last}"
        case _:
            return f"{len(numbers)} {several}"


def _insert(connection: sqlite3.Connection, entry: Entry) -> int:
    row = row_of(entry)
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    done = connection.execute(
        f"INSERT INTO {entry.TABLE} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        tuple(row.values()),
    )
    return int(done.lastrowid or 0)


def _before(number: int, entry: Entry) -> Before:
    return Before(entry.TABLE, {"entry": number}, {"entry": number, **row_of(entry)})
