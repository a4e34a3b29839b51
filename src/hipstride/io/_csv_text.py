"""A CSV file as rows of text: its encoding, its delimiter, its decimal sign.

Spreadsheets write CSV in the habits of the country they run in: semicolons where the
comma is the decimal sign, UTF-16 from one menu and Latin-1 from another. What a cell
means is the business of the readers; here it is only found.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from math import nan

from hipstride.errors import ReadError
from hipstride.io._open import RawFile

__all__ = ["TextTable", "decimal_sign", "is_missing", "key", "number", "text_table"]

_DELIMITERS = (",", ";", "\t", "|")
# How many rows are looked at to tell the delimiter.
_SNIFFED_ROWS = 50
# No number and no date is longer; what is, would only cost time.
_MAX_CELL = 60
# A day at 1 Hz in 40 columns; a cell takes ten times its text in memory.
_MAX_TABLE_BYTES = 32 * 2**20
# Between the thousands of a number: a space, a thin one, one that does not break.
_SPACES = "[ \u00a0\u2009\u202f']"


def _patterns(
    sign: str, group: str
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Compile what a plain number looks like, one in groups of three, and the group."""
    group = f"(?:{group}|{_SPACES})"
    return (
        re.compile(rf"[-+]?(?:\d+{sign}?\d*|{sign}\d+)(?:[eE][-+]?\d+)?"),
        # 0.117 is no number of thousands.
        re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{sign}\d*)?"),
        re.compile(group),
    )


_LAST_SIGN = re.compile(rf"[-+]?(?:[\d.,]|{_SPACES})*?([.,])(\d+)")
_NO_THOUSANDS = re.compile(r"[-+]?(0\d*|\d{4,})?")
_NUMBERS = {".": _patterns(r"\.", ","), ",": _patterns(",", r"\.")}
_MISSING = {"", "-", "--", "---", "–", "—", "na", "n/a", "nan", "null", "#n/a"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class TextTable:
    """A header and rows of text; a row knows its number as a spreadsheet shows it."""

    name: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    delimiter: str
    notes: tuple[str, ...] = ()


def text_table(raw: RawFile, *, wanted: str = "a CSV file with a header") -> TextTable:
    r"""Split a file into a header and rows of text.

    Parameters
    ----------
    raw : RawFile
        The file.
    wanted : str
        What the caller hopes for, for the message.

    Returns
    -------
    TextTable
        Cells without surrounding spaces. Rows of nothing are left out; short rows are
        filled up with empty cells; long rows stay long.

    Raises
    ------
    ReadError
        If the file holds no text, or no row.

    Examples
    --------
    >>> table = text_table(RawFile("a.csv", b"", b"day;pain\n1.9.2026;3,5\n"))
    >>> table.header, table.rows
    (('day', 'pain'), ((2, ('1.9.2026', '3,5')),))
    """
    text, notes = _decode(raw, wanted)
    first_line = text.partition("\n")[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == len("sep=;"):
        # Excel's own way to say the delimiter; the line counts as a row.
        delimiter, skipped = text.lstrip()[4], 1
    else:
        delimiter, skipped = _delimiter(text), 0
    try:
        records = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ReadError(
            raw.name, f"text that is no CSV ({error})", wanted, "export it again"
        ) from None
    cells = [
        (row, tuple(cell.strip() for cell in record))
        for row, record in enumerate(records, start=1)
        if row > skipped and any(cell.strip() for cell in record)
    ]
    while cells and cells[0][1][0].startswith("#"):
        cells.pop(0)
    if not cells:
        raise ReadError(raw.name, "a file without a row", wanted, "export it again")
    header_row, header = cells[0]
    # Trailing delimiters give a header nameless columns; they hold nothing.
    while header and not header[-1]:
        header = header[:-1]
    width = len(header)
    rows = tuple((row, _fitted(record, width)) for row, record in cells[1:])
    return TextTable(raw.name, header, header_row, rows, delimiter, raw.notes + notes)


def key(name: str) -> str:
    r"""Reduce a header cell to lower-case words joined by underscores.

    Examples
    --------
    >>> key(" Pain (0-10) "), key("Distance\nkm"), key("Schmerz nächster Tag")
    ('pain_0_10', 'distance_km', 'schmerz_nächster_tag')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w%]+|_+", "_", folded).strip("_")


def is_missing(text: str) -> bool:
    """Tell whether a cell says that there is no value."""
    return text.casefold() in _MISSING


def decimal_sign(cells: Iterable[str], delimiter: str) -> str:
    """Tell whether a file writes its decimals with a point or a comma.

    A cell such as ``4,8`` or ``1.234,5`` decides; ``4,808`` may be either, and is
    read by the habit of the delimiter where nothing else decides: a file parted by
    semicolons writes decimal commas.

    Examples
    --------
    >>> decimal_sign(["4,808", "5.48"], ","), decimal_sign(["4,808", "5,4"], ";")
    ('.', ',')
    """
    votes = {".": 0, ",": 0}
    thousands_comma = False
    # Without a comma anywhere there is nothing to decide, and most files have none.
    seen = set(cells)
    if not any("," in cell for cell in seen):
        return "."
    for cell in seen:
        match = _LAST_SIGN.fullmatch(cell[:_MAX_CELL])
        if match is None:
            continue
        sign, decimals = match.groups()
        whole = cell[: -len(decimals) - 1]
        if sign in whole:
            thousands_comma |= sign == ","
        elif (
            len(decimals) != len("000")
            or any(mark in whole for mark in ".,")
            or _NO_THOUSANDS.fullmatch(whole)
        ):
            votes[sign] += 1
        else:
            thousands_comma |= sign == ","
    if votes[","] > votes["."]:
        return ","
    if not any(votes.values()) and thousands_comma and delimiter != ",":
        return ","
    return "."


@lru_cache(maxsize=2**16)
def number(text: str, decimal: str = ".") -> float | None:
    """Read a cell as a number, or give None where it is none.

    Parameters
    ----------
    text : str
        The cell.
    decimal : {".", ","}
        The decimal sign of the file; the other sign groups thousands.

    Returns
    -------
    float or None
        NaN for a cell that says it is missing; None for text.

    Examples
    --------
    >>> number("4,808"), number("4,808", ","), number("--"), number("4,8"), number("a")
    (4808.0, 4.808, nan, None, None)
    """
    if is_missing(text):
        return nan
    if len(text) > _MAX_CELL:
        return None
    is_plain, is_grouped, group = _NUMBERS[decimal]
    if not is_plain.fullmatch(text):
        if not is_grouped.fullmatch(text):
            return None
        text = group.sub("", text)
    value = float(text.replace(decimal, "."))
    return value if abs(value) < float("inf") else None


def _decode(raw: RawFile, wanted: str) -> tuple[str, tuple[str, ...]]:
    data = raw.data
    if len(data) > _MAX_TABLE_BYTES:
        raise ReadError(
            raw.name,
            f"a table of {len(data) // 2**20} MB",
            f"at most {_MAX_TABLE_BYTES // 2**20} MB",
            "split it, or check that it is what it claims to be",
        )
    if not data.strip():
        raise ReadError(
            raw.name, f"a file of {len(data)} bytes", wanted, "export it again"
        )
    if data.startswith(b"PK\x03\x04"):
        raise ReadError(
            raw.name,
            "a zip or a spreadsheet workbook",
            wanted,
            "save the sheet as CSV",
        )
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    if not encoding:
        encoding = _utf16_without_mark(data) or "utf-8"
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise ReadError(
                raw.name, f"broken {encoding} text", wanted, "save it as UTF-8"
            ) from None
        text = data.decode("latin-1" if _is_not_cp1252(data) else "cp1252")
        notes = ("the text is not UTF-8 and was read as Latin-1",)
    if "\x00" in text or _share_of_controls(text) > 0:
        raise ReadError(
            raw.name, "bytes that are no text", wanted, "check that it is a CSV file"
        )
    return text.removeprefix("\ufeff"), notes


def _utf16_without_mark(data: bytes) -> str:
    """Tell UTF-16 by its zeros: every other byte of plain text is one."""
    head = data[:2000]
    if len(head) < len("ab") * 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    many = 0.6 * (len(head) // 2)
    if odd > many and not even:
        return "utf-16-le"
    return "utf-16-be" if even > many and not odd else ""


def _is_not_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return True
    return False


def _share_of_controls(text: str) -> float:
    """Share of the head that no spreadsheet writes: control characters."""
    head = text[:4000]
    controls = sum(ch < " " and ch not in "\t\n\r\f\v" for ch in head)
    return controls / max(len(head), 1)


def _delimiter(text: str) -> str:
    """Take the sign that parts the header most and the rows alike."""
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        lengths: list[int] = []
        try:
            for record in csv.reader(StringIO(text, newline=""), delimiter=sign):
                if any(cell.strip() for cell in record):
                    lengths.append(len(record))
                if len(lengths) > _SNIFFED_ROWS:
                    break
        except csv.Error:
            continue
        if not lengths or lengths[0] == 1:
            continue
        alike = sum(length == lengths[0] for length in lengths) / len(lengths)
        score = lengths[0] * alike
        if score > best_score:
            best, best_score = sign, score
    return best


def _fitted(record: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Fill a short row up, and take empty cells behind the header's end away."""
    while len(record) > width and not record[-1]:
        record = record[:-1]
    return record + ("",) * (width - len(record))
