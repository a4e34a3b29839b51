"""Diaries and lists of changes as CSV files: into the library, and out of it."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from hipstride.errors import DataQualityWarning, JournalError, TableError
from hipstride.io._csv_text import text_table
from hipstride.io._journal_fields import CHANGE_HEADERS, pain_column
from hipstride.io._journal_rows import find_columns
from hipstride.io._open import RawFile, load
from hipstride.io.journal import (
    read_changes,
    read_journal,
    write_changes,
    write_journal,
)
from hipstride.library._book import Merged, merge, numbered, stored
from hipstride.library._changes import changes_table
from hipstride.library._entries import Change, Rating
from hipstride.library._journal import journal_table

__all__ = ["Imported", "export_changes", "export_journal", "import_csv"]

E = TypeVar("E", Rating, Change)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a CSV file: which table it was for, and which numbers it has."""

    table: str
    added: tuple[int, ...]
    known: tuple[int, ...]


def import_csv(
    connection: sqlite3.Connection, path: Path, *, date_format: str | None = None
) -> Imported:
    """Add the rows of a diary or of a list of changes that are not there yet.

    Which of the two a file is, is told by its header.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    path : Path
        The CSV file.
    date_format : str, optional
        How days are written, where they could be read in two ways.

    Returns
    -------
    Imported
        The numbers of what was added and of what was there already.

    Raises
    ------
    JournalError
        If rows are faulty, lie in the future, or say other than what is there; its
        ``faults`` name each. Then none is added.
    ReadError
        If the file is no text.
    """
    raw = load(path)
    if _is_list_of_changes(raw):
        changes = read_changes(path, date_format=date_format)
        merged = _merge(connection, _changes_of(changes), Change, path.name)
        return Imported("changes", merged.added, merged.known)
    journal = read_journal(path, date_format=date_format)
    ratings = _ratings_of(journal)
    merged = _merge(connection, ratings, Rating, path.name)
    _say_lost_notes(connection, ratings, merged.known, path.name)
    return Imported("journal", merged.added, merged.known)


def export_journal(connection: sqlite3.Connection, path: Path) -> int:
    """Write all ratings as a CSV file, and say how many they are."""
    journal = journal_table(connection)
    write_journal(journal, path)
    return len(journal)


def export_changes(connection: sqlite3.Connection, path: Path) -> int:
    """Write all changes as a CSV file, and say how many they are."""
    changes = changes_table(connection)
    write_changes(changes, path)
    return len(changes)


def _is_list_of_changes(raw: RawFile) -> bool:
    table = text_table(raw)
    columns = find_columns(table, CHANGE_HEADERS)
    has_pain = any(
        column is not None and not column.is_weak
        for column in (pain_column(i, table.header[i]) for i in columns.others)
    )
    return not has_pain and {"started_on", "kind"} <= columns.places.keys()


def _ratings_of(journal: pd.DataFrame) -> list[Rating]:
    texts = journal[["time", "moment", "side", "site", "run_id", "note"]].fillna("")
    return [
        Rating(day.date(), pain, *words)
        for day, pain, words in zip(
            journal["local_date"],
            journal["pain_0_10"].tolist(),
            texts.itertuples(index=False, name=None),
            strict=True,
        )
    ]


def _changes_of(changes: pd.DataFrame) -> list[Change]:
    is_open = changes["ended_on"].isna()
    return [
        Change(start.date(), kind, None if lasts else end.date(), label)
        for start, kind, lasts, end, label in zip(
            changes["started_on"],
            changes["kind"],
            is_open,
            changes["ended_on"],
            changes["label"].fillna(""),
            strict=True,
        )
    ]


def _merge(
    connection: sqlite3.Connection, entries: Sequence[E], kind: type[E], name: str
) -> Merged:
    checked: list[E] = []
    faults: list[str] = []
    for entry in entries:
        try:
            checked.append(entry.checked())
        except TableError as error:
            faults.append(f"{entry.words!r}: {error}")
    if faults:
        raise JournalError(name, faults)
    return merge(
        connection,
        checked,
        kind,
        lambda added: f"imported {numbered(kind, added)} from {name}",
        lambda clashes: JournalError(name, clashes, "nothing was imported"),
    )


def _say_lost_notes(
    connection: sqlite3.Connection,
    ratings: Sequence[Rating],
    known: Sequence[int],
    name: str,
) -> None:
    """Say how many ratings are there with another note: it is the one that stays."""
    notes = {rating.identity: rating.checked().note for rating in ratings}
    there = stored(connection, Rating)
    n_other = sum(
        notes.get(there[number].identity, "") not in {"", there[number].note}
        for number in known
    )
    if n_other:
        warnings.warn(
            f"{name}: {n_other} ratings are there already with another note; the note "
            "of the library was kept",
            DataQualityWarning,
            stacklevel=3,
        )
