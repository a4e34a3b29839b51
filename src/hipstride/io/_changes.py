"""The list of what the runner changed, and when: a shot, a cue, new shoes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from hipstride.errors import JournalError
from hipstride.io._csv_numbers import is_missing
from hipstride.io._csv_text import TextTable, key, text_table
from hipstride.io._dates import Stamp, read_dates
from hipstride.io._journal_fields import CHANGE_HEADERS, EXPECTED_KINDS, KINDS, named
from hipstride.io._journal_rows import (
    Columns,
    Faults,
    column_of,
    find_columns,
    in_future,
    listed,
    one_of_each,
    warn,
    write,
)
from hipstride.io._open import Source, load
from hipstride.tables import CHANGES

__all__ = ["read_changes", "write_changes"]

_WANTED = "a list of changes as CSV, with a header such as started_on,kind,label"
# What people write for a change that still lasts.
_LASTS = {"now", "ongoing", "today", "present", "still", "heute", "laufend", "open"}


def read_changes(
    source: Source, *, date_format: str | None = None, name: str | None = None
) -> pd.DataFrame:
    r"""Read the list of what the runner changed, with all its faults at once.

    Parameters
    ----------
    source : str, path or bytes
        A CSV file with the day it started, its kind and, where known, the day it ended
        and the runner's own words for it.
    date_format : str, optional
        A `datetime.strptime` pattern, where the days can be read in two ways.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    DataFrame
        A `CHANGES` table with all its columns, by day; ``ended_on`` is NaT while a
        change lasts.

    Raises
    ------
    JournalError
        If rows are faulty; its ``faults`` name each.
    ReadError
        If the file is no text.

    Examples
    --------
    >>> changes = b"start,type,what\n2025-09-01,shot,cortisone\n"
    >>> read_changes(changes)[["started_on", "kind", "label"]]
      started_on       kind      label
    0 2025-09-01  injection  cortisone
    """
    table = text_table(load(source, name=name), wanted=_WANTED)
    columns = find_columns(table, CHANGE_HEADERS)
    header_faults = _header_faults(table, columns)
    if header_faults:
        raise JournalError(table.name, header_faults, "mend the header")
    faults = Faults()
    faults.add_overlong(table)
    entries = _entries(table, columns, date_format, faults)
    kept, repeats, _ = one_of_each(
        entries,
        lambda entry: tuple(entry[part] for part in CHANGES.names),
        lambda _one, _other: True,
        lambda _one, _other: "",
    )
    if faults:
        raise JournalError(table.name, faults.lines())
    for message in _doubts(table, columns, kept, repeats):
        warn(table.name, message)
    changes = pd.DataFrame(
        {
            column: column_of(CHANGES, column, [entry[column] for entry in kept])
            for column in CHANGES.names
        }
    )
    return changes.sort_values("started_on", kind="stable", ignore_index=True)


def write_changes(changes: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    r"""Write a list of changes as a CSV file that `read_changes` gives back exactly.

    Parameters
    ----------
    changes : DataFrame
        A `CHANGES` table.
    path : str or path
        The file to write.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If `changes` is no such table.
    ReadError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> changes = read_changes(b"start,kind\n2025-09-01,cue\n")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_changes(changes, Path(folder) / "changes.csv")
    ...     read_changes(path).equals(changes)
    True
    """
    return write(CHANGES, changes, path)


def _header_faults(table: TextTable, columns: Columns) -> list[str]:
    place = f"row {table.header_row}: found columns {listed(table.header)}; expected "
    wanted = {
        "started_on": "a column of first days; call it 'started_on'",
        "kind": f"a column of kinds ({EXPECTED_KINDS}); call it 'kind'",
    }
    missing = [
        f"{place}{what}" for ours, what in wanted.items() if ours not in columns.places
    ]
    return [*columns.faults, *missing]


def _entries(
    table: TextTable, columns: Columns, date_format: str | None, faults: Faults
) -> list[dict[str, object]]:
    days = _days(table, columns, date_format, faults)
    entries: list[dict[str, object]] = []
    for index, (row, cells) in enumerate(table.rows):
        started, ended = days["started_on"][index], days["ended_on"][index]
        text = columns.text(cells, "kind")
        kind = named(text, KINDS)
        if not kind:
            found = repr(text) if text else "nothing"
            header = table.header[columns.places["kind"]]
            faults.add(row, header, found, EXPECTED_KINDS, "use one of these words")
        if is_missing(columns.text(cells, "started_on")):
            header = table.header[columns.places["started_on"]]
            faults.add(row, header, "no day", "a day", "say when it started")
        if started is not None and ended is not None and ended < started:
            header = table.header[columns.places["ended_on"]]
            expected = f"a day from {started} on"
            faults.add(row, header, str(ended), expected, "mend one of the two days")
        entries.append(
            {
                "row": row,
                "started_on": started,
                "ended_on": ended,
                "kind": kind,
                "label": columns.text(cells, "label"),
            }
        )
    return entries


def _days(
    table: TextTable, columns: Columns, date_format: str | None, faults: Faults
) -> dict[str, list[date | None]]:
    """Read both columns of days as one: they follow one order of day and month."""
    texts: list[str] = []
    for ours in ("started_on", "ended_on"):
        for _, cells in table.rows:
            text = columns.text(cells, ours)
            is_open = ours == "ended_on" and key(text) in _LASTS
            texts.append("" if is_missing(text) or is_open else text)
    read = read_dates(texts, date_format)
    count = len(table.rows)
    for problem in read.faults:
        if problem.index is None:
            row, ours = None, _column_of(problem.found, texts, count)
        else:
            row = table.rows[problem.index % count][0]
            ours = "started_on" if problem.index < count else "ended_on"
        header = table.header[columns.places[ours]]
        faults.add(row, header, problem.found, problem.expected, problem.remedy)
    days = [_day(stamp) for stamp in read.stamps]
    return {"started_on": days[:count], "ended_on": days[count:]}


def _column_of(found: str, texts: Sequence[str], count: int) -> str:
    """Tell in which of the two columns a text stands that a fault names."""
    in_first = any(text and repr(text) in found for text in texts[:count])
    return "started_on" if in_first or len(texts) == count else "ended_on"


def _day(stamp: Stamp | None) -> date | None:
    return stamp.day if stamp is not None else None


def _doubts(
    table: TextTable,
    columns: Columns,
    entries: list[dict[str, object]],
    repeats: int,
) -> Iterator[str]:
    """Word what was read but is doubtful, or was left out."""
    yield from table.notes
    if columns.others:
        names = listed(table.header[index] for index in columns.others)
        yield f"columns {names} are not a change's and were left out"
    if repeats:
        yield f"{repeats} changes stand there twice; one of each was kept"
    ahead = in_future(entries, "started_on")
    if ahead:
        yield f"{len(ahead)} changes start in the future, the last on {max(ahead)}"
