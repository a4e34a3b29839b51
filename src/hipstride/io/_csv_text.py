"""A CSV file as rows of text: its encoding, its delimiter, its decimal sign.

Spreadsheets write CSV in the habits of the country they run in: semicolons where the
comma is the decimal sign, UTF-16 from one menu and Latin-1 from another. What a cell
means is the business of the readers; here it is only found.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from io import StringIO

from hipstride.errors import ReadError
from hipstride.io._csv_decode import decode
from hipstride.io._open import RawFile

__all__ = ["TextTable", "key", "text_table"]

_DELIMITERS = (",", ";", "\t", "|")
# How many rows are looked at to tell the delimiter.
_SNIFFED_ROWS = 50
# So far below a title the header may begin.
_MAX_TITLES = 3
_LAST = "\x00"
_MANY_COLUMNS = 3


@dataclass(frozen=True)
class TextTable:
    """A header and rows of text; a row knows its number as a spreadsheet shows it."""

    name: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    delimiter: str
    notes: tuple[str, ...] = ()
    # The last row has fewer cells than the header, and no end of line.
    is_cut: bool = False


def text_table(
    raw: RawFile, *, wanted: str = "a CSV file with a header", is_head: bool = False
) -> TextTable:
    r"""Split a file into a header and rows of text.

    Parameters
    ----------
    raw : RawFile
        The file.
    wanted : str
        What the caller hopes for, for the message.
    is_head : bool
        It is the head of a file, which may end within a cell.

    Returns
    -------
    TextTable
        Cells without surrounding spaces. Rows of nothing are left out; short rows are
        filled up with empty cells; long rows stay long.

    Raises
    ------
    ReadError
        If the file holds no text, or no row, or a quote that nothing closes.

    Examples
    --------
    >>> table = text_table(RawFile("a.csv", b"", b"day;pain\n1.9.2026;3,5\n"))
    >>> table.header, table.rows
    (('day', 'pain'), ((2, ('1.9.2026', '3,5')),))
    """
    text, notes = decode(raw, wanted)
    if raw.notes and "\n" in text:
        # Where the file breaks off stands half a row, and half a number.
        text = text[: text.rindex("\n") + 1]
    first_line = text.partition("\n")[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == len("sep=;"):
        # Excel's own way to say the delimiter; the line counts as a row.
        delimiter, skipped = text.lstrip()[4], 1
    else:
        delimiter, skipped = _delimiter(text), 0
    try:
        # A row behind the last: what swallows it is a quote that nothing closes.
        rows_of = csv.reader(
            StringIO(f"{text}\n{_LAST}", newline=""), delimiter=delimiter
        )
        records = list(rows_of)
    except csv.Error as error:
        raise ReadError(
            raw.name, f"text that is no CSV ({error})", wanted, "export it again"
        ) from None
    if not is_head:
        _check_quotes(raw.name, records, delimiter)
    records.pop()
    cells = [
        (row, tuple(cell.strip() for cell in record))
        for row, record in enumerate(records, start=1)
        if row > skipped and any(cell.strip() for cell in record)
    ]
    above: list[str] = []
    while cells and _is_title(cells):
        above.append(next(filter(None, cells.pop(0)[1])))
    if above and not above[0].startswith("#"):
        notes += (f"what stands above the header was left out: {above[0][:40]!r}",)
    if not cells:
        raise ReadError(raw.name, "a file without a row", wanted, "export it again")
    header_row, header = cells[0]
    # Trailing delimiters give a header nameless columns; they hold nothing.
    while header and not header[-1]:
        header = header[:-1]
    width = len(header)
    rows = tuple((row, _fitted(record, width)) for row, record in cells[1:])
    is_cut = len(cells[-1][1]) < width and not text.endswith(("\n", "\r"))
    return TextTable(
        raw.name, header, header_row, rows, delimiter, raw.notes + notes, is_cut
    )


def _is_title(cells: list[tuple[int, tuple[str, ...]]]) -> bool:
    """Tell a comment or a title above the header from the header."""
    first = cells[0][1]
    if first[0].startswith("#"):
        return True
    is_alone = sum(map(bool, first)) == 1
    return is_alone and any(
        sum(map(bool, row)) > 1 for _, row in cells[1 : 1 + _MAX_TITLES]
    )


def _check_quotes(name: str, records: list[list[str]], delimiter: str) -> None:
    """Refuse a quote that is not closed where its cell ends: it swallows rows."""
    # Of two columns or less a line of prose could be a row.
    width = len(records[0])
    for row, record in enumerate(records, start=1):
        swallowed = record is records[-1] and record != [_LAST]
        # A line within a cell that is like the row it stands in is a row of its own.
        swallowed |= width >= _MANY_COLUMNS and any(
            line.count(delimiter) >= width - 1
            and _shape(line.partition(delimiter)[0]) == _shape(record[0])
            for cell in record[1:]
            for line in cell.splitlines()[1:]
        )
        if swallowed:
            raise ReadError(
                name,
                f'a quote (") in row {row} that is not closed in its cell',
                "quotes in pairs",
                "remove the quote; the rows behind it are lost in it",
            )


def _shape(cell: str) -> str:
    """Give what is left of a cell when all numbers are alike."""
    return re.sub(r"\d+", "9", cell.strip())


def key(name: str) -> str:
    r"""Reduce a header cell to lower-case words joined by underscores.

    Examples
    --------
    >>> key(" Pain (0-10) "), key("Distance\nkm"), key("Schmerz nächster Tag")
    ('pain_0_10', 'distance_km', 'schmerz_nächster_tag')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w%]+|_+", "_", folded).strip("_")


def _delimiter(text: str) -> str:
    """Take the sign that parts the header most and the rows alike."""
    rows = {sign: _widths(text, sign) for sign in _DELIMITERS}
    best, best_score = ",", 0.0
    for skipped in range(_MAX_TITLES + 1):
        for sign, widths in rows.items():
            header = widths[skipped : skipped + 1] or [1]
            if header[0] > 1:
                alike = widths[skipped:].count(header[0]) / len(widths[skipped:])
                if header[0] * alike > best_score:
                    best, best_score = sign, header[0] * alike
        if best_score:
            break  # a title above the header is parted by none
    return best


def _widths(text: str, sign: str) -> list[int]:
    """Count the cells of the first rows, but for comments."""
    lengths: list[int] = []
    try:
        for record in csv.reader(StringIO(text, newline=""), delimiter=sign):
            if any(cell.strip() for cell in record) and record[0][:1] != "#":
                lengths.append(len(record))
            if len(lengths) > _SNIFFED_ROWS:
                break
    except csv.Error:
        return []
    return lengths


def _fitted(record: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Fill a short row up, and take empty cells behind the header's end away."""
    while len(record) > width and not record[-1]:
        record = record[:-1]
    return record + ("",) * (width - len(record))
