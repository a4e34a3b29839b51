"""What diary and change list share: headers, faults, warnings, the way out."""

from __future__ import annotations

import csv
import os
import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from hipstride.errors import DataQualityWarning, ReadError
from hipstride.io._csv_text import TextTable, key
from hipstride.tables import Table

__all__ = [
    "Columns",
    "Faults",
    "column_of",
    "find_columns",
    "in_future",
    "listed",
    "one_of_each",
    "warn",
    "write",
]

# A cell that is longer is shown cut in a message.
_SHOWN = 60
# Headers that mean a column only where no better one stands beside them: a form's own
# time of sending is the day of the rating only if the form did not ask for the day.
_WEAK_HEADERS = {
    "timestamp",
    "datetime",
    "date_time",
    "rated_on",
    "note",
    "notes",
    "description",
    "beschreibung",
    "score",
    "rating",
    "level",
}


class Faults:
    """What is wrong in a file, worded alike, in the order of its rows.

    A class because faults are found column by column and told row by row.
    """

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(
        self, row: int | None, column: str, found: str, expected: str, remedy: str
    ) -> None:
        """Add a fault of one cell, or of a column where there is no row."""
        place = f"row {row}, column" if row is not None else "column"
        column = " ".join(column.split())
        if len(found) > _SHOWN:
            found = f"{found[:_SHOWN]}…"
        line = f"{place} {column!r}: found {found}; expected {expected}; {remedy}"
        self._found.append((row or 0, line))

    def add_overlong(self, table: TextTable) -> None:
        """Add a fault for every row with more cells than the header.

        A decimal comma without quotes makes two cells of one: ``2026-09-01,3,5`` would
        be a 3 if the row were read on.
        """
        expected = f"{len(table.header)} as in the header"
        remedy = (
            f"put quotes around a cell that holds the delimiter {table.delimiter!r}, "
            "or name the column in the header"
        )
        for row, cells in table.rows:
            if len(cells) > len(table.header):
                found = f"found {len(cells)} cells"
                line = f"row {row}: {found}; expected {expected}; {remedy}"
                self._found.append((row, line))

    def lines(self) -> list[str]:
        """Give all of them, by row."""
        return [line for _, line in sorted(self._found, key=lambda fault: fault[0])]


@dataclass(frozen=True)
class Columns:
    """Where each of our columns stands, which are not ours, and what is wrong."""

    places: Mapping[str, int]
    others: tuple[int, ...]
    faults: tuple[str, ...]

    def text(self, cells: Sequence[str], name: str) -> str:
        """Give the cell of one of our columns; empty where there is no such column."""
        return cells[self.places[name]] if name in self.places else ""


def find_columns(table: TextTable, words: Mapping[str, str]) -> Columns:
    """Match the header of a file with our columns.

    Parameters
    ----------
    table : TextTable
        The file.
    words : mapping
        From the key of a header cell to our name.

    Returns
    -------
    Columns
        Our columns, the others, and a fault where two columns mean the same.
    """
    candidates: dict[str, list[int]] = {}
    for index, cell in enumerate(table.header):
        ours = words.get(key(cell))
        if ours is not None:
            candidates.setdefault(ours, []).append(index)
    at: dict[str, int] = {}
    faults: list[str] = []
    for ours, found in candidates.items():
        strong = [i for i in found if key(table.header[i]) not in _WEAK_HEADERS]
        chosen = strong or found
        at[ours] = chosen[0]
        if len(chosen) > 1:
            names = " and ".join(repr(table.header[i]) for i in chosen)
            faults.append(
                f"row {table.header_row}: found columns {names}, which both mean "
                f"{ours}; expected one; rename or remove the other"
            )
    others = set(range(len(table.header))) - set(at.values())
    return Columns(at, tuple(sorted(others)), tuple(faults))


def listed(cells: Iterable[str]) -> str:
    """Write header cells in a message: quoted, and no more than a dozen."""
    names = [repr(" ".join(cell.split())[:40]) for cell in cells]
    tail = f" and {len(names) - 12} more" if len(names) > 12 else ""  # noqa: PLR2004
    return ", ".join(names[:12]) + tail


def in_future(entries: Iterable[Mapping[str, object]], column: str) -> list[date]:
    """Pick the days beyond tomorrow: the runner's tomorrow may be our today."""
    today = datetime.now(UTC).date()
    days = [entry[column] for entry in entries]
    return [day for day in days if isinstance(day, date) and (day - today).days > 1]


def one_of_each(
    entries: list[dict[str, object]],
    identity: Callable[[dict[str, object]], Hashable],
    is_same: Callable[[dict[str, object], dict[str, object]], bool],
    clash: Callable[[dict[str, object], dict[str, object]], str],
) -> tuple[list[dict[str, object]], int, list[str]]:
    """Keep one of rows that say the same, and word a fault where they disagree.

    Returns
    -------
    tuple
        The rows kept, how many were repeats, and the faults.
    """
    first: dict[Hashable, dict[str, object]] = {}
    faults: list[str] = []
    repeats = 0
    for entry in entries:
        earlier = first.setdefault(identity(entry), entry)
        if earlier is entry:
            continue
        if is_same(earlier, entry):
            repeats += 1
        else:
            faults.append(clash(earlier, entry))
    return list(first.values()), repeats, faults


def column_of(table: Table, name: str, values: Sequence[object]) -> pd.Series:
    """Make a column of the dtype that the table's column has."""
    match table[name].kind:
        case "day":
            return pd.Series(list(values), dtype="datetime64[us]")
        case "text":
            texts = [value if value != "" else np.nan for value in values]
            return pd.Series(texts, dtype="str")
        case _:
            return pd.Series(values, dtype="float64")


def warn(name: str, message: str) -> None:
    """Say what is doubtful in a file, at the line that called the reader."""
    warnings.warn(f"{name}: {message}", DataQualityWarning, stacklevel=3)


def write(table: Table, frame: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a table so that its reader gives it back to the last bit.

    With a byte-order mark, because a spreadsheet takes the text for Latin-1 without
    one and ruins the umlauts of a note when it saves.
    """
    table.check(frame)
    names = [name for name in table.names if name in frame.columns]
    left_out = [str(name) for name in frame.columns if name not in set(names)]
    if left_out:
        warn(str(path), f"columns {listed(left_out)} are not written")
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    columns = [_texts(table, name, frame[name]) for name in names]
    writer.writerows(zip(*columns, strict=True))
    target = Path(path)
    try:
        target.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise ReadError(
            str(target),
            f"an error on writing it ({error.strerror or error})",
            "a file that can be written",
            "check folder and permissions",
        ) from None
    return target


def _texts(table: Table, name: str, column: pd.Series) -> list[str]:
    is_missing = column.isna().to_numpy()
    match table[name].kind:
        case "day":
            texts = [f"{day:%Y-%m-%d}" if day is not pd.NaT else "" for day in column]
        case "text":
            texts = [
                "" if gone else str(value)
                for value, gone in zip(column, is_missing, strict=True)
            ]
        case _:
            texts = [repr(float(value)).removesuffix(".0") for value in column]
    return ["" if gone else text for text, gone in zip(texts, is_missing, strict=True)]
