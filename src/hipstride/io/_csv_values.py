"""Columns of text as numbers, durations and instants, with the bad cells named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._csv_numbers import decimal_sign, is_missing, number
from hipstride.io._csv_text import TextTable
from hipstride.io._dates import has_clock, read_dates

__all__ = ["NO_ZONE", "Cells", "duration_s"]

# Of a file whose times are those of some wall clock, nobody says whose.
NO_ZONE = "the times have no zone and were taken as UTC"

Floats = NDArray[np.float64]

# More bad cells than this share of a column, and the column is not what it seems.
_MAX_BAD_SHARE = 0.01
_SHOWN = 3
_MAX_CELL = 60
# Seconds since 1970 lie here between 1990 and 2100; milliseconds a thousand above.
_UNIX_S = (6.3e8, 4.2e9)
_CLOCK = re.compile(
    r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?m\.?)?"
    r"\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_NOON_H = 12


@dataclass
class Cells:
    """The cells of a file, turned into columns; what it had to leave is in `notes`.

    A class because the decimal sign is one for the whole file, and so are the notes.
    """

    table: TextTable
    decimal: str = "."
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, table: TextTable, columns: Sequence[int]) -> Cells:
        """Look at the columns that will be numbers for the decimal sign."""
        texts = (cells[i] for _, cells in table.rows for i in columns)
        sign, unclear = decimal_sign(texts, table.delimiter)
        notes = list(table.notes)
        if unclear:
            what = "thousands" if sign == "." else "decimals"
            notes.append(
                f"numbers such as {unclear!r} were taken as {what}, since nothing else "
                "in the file tells"
            )
        return cls(table, sign, notes)

    def only(self, is_kept: NDArray[np.bool_]) -> Cells:
        """Keep some of the rows; the decimal sign stays that of the whole file."""
        rows = zip(self.table.rows, is_kept, strict=True)
        kept = tuple(row for row, keep in rows if keep)
        return replace(self, table=replace(self.table, rows=kept))

    def texts(self, index: int) -> list[str]:
        """Give a column as it stands."""
        return [cells[index] for _, cells in self.table.rows]

    def numbers(self, index: int, factor: float = 1.0) -> Floats:
        """Give a column as numbers times a factor; NaN where there is none.

        Raises
        ------
        ReadError
            If more than one cell in a hundred is no number.
        """
        read = [number(text, self.decimal) for text in self.texts(index)]
        bad = [value is None for value in read]
        has_pace = any(
            ":" in text for text, no in zip(self.texts(index), bad, strict=True) if no
        )
        self._report(
            index,
            bad,
            "a number; turn a pace such as 5:30 into a speed"
            if has_pace
            else "a number",
        )
        return factor * np.array([nan if v is None else v for v in read], np.float64)

    def durations(self, index: int, factor: float = 1.0) -> Floats:
        """Give a column of times such as 1:02:03.4, or of seconds, in seconds.

        Raises
        ------
        ReadError
            If more than one cell in a hundred is no duration.
        """
        read = [duration_s(text, self.decimal) for text in self.texts(index)]
        self._report(index, [value is None for value in read], "a time such as 1:02:03")
        return factor * np.array([nan if v is None else v for v in read], np.float64)

    def instants(
        self, index: int, date_format: str | None = None
    ) -> tuple[NDArray[np.datetime64], timedelta | None]:
        """Give a column of instants in UTC, and the zone's offset where it is written.

        Raises
        ------
        ReadError
            If more than one cell in a hundred is no instant, or days and months
            cannot be told apart.
        """
        texts = [self._plain(text) for text in self.texts(index)]
        unix = [number(text, self.decimal) if text else nan for text in texts]
        if all(value is not None for value in unix):
            return self._unix(index, np.array(unix, np.float64)), None
        if date_format is not None and has_clock(date_format):
            return self._by_pattern(index, texts, date_format)
        if any(texts) and all(_CLOCK.match(text) for text in texts if text):
            raise self._refusal(
                index,
                f"times of day without a day, such as {next(filter(None, texts))!r}",
                "a time such as 2026-12-31 18:30:05",
                "write the day before each time",
            )
        parts = [_split(text) for text in texts]
        days = {
            text: i for i, text in enumerate(dict.fromkeys(day for day, _ in parts))
        }
        read = read_dates(list(days), date_format)
        for problem in read.faults:
            if problem.index is None:
                raise self._refusal(
                    index, problem.found, problem.expected, problem.remedy
                )
        clocks = [_clock(clock) for _, clock in parts]
        offsets = {clock[1] for clock in clocks if clock is not None}
        moments: list[datetime | None] = []
        for (day, _), clock in zip(parts, clocks, strict=True):
            stamp = read.stamps[days[day]]
            if stamp is None or clock is None:
                moments.append(None)
                continue
            midnight = datetime(
                stamp.day.year, stamp.day.month, stamp.day.day, tzinfo=UTC
            )
            moments.append(midnight + clock[0] - (clock[1] or timedelta(0)))
        bad = [m is None and bool(t) for m, t in zip(moments, texts, strict=True)]
        self._report(index, bad, "a time such as 2026-12-31 18:30:05")
        if None in offsets:
            self.notes.append(NO_ZONE)
        naive = [None if m is None else m.replace(tzinfo=None) for m in moments]
        known = [offset for offset in offsets if offset is not None]
        return (
            np.array(naive, dtype="datetime64[us]"),
            known[0] if len(offsets) == 1 and known and known[0] else None,
        )

    def _by_pattern(
        self, index: int, texts: list[str], date_format: str
    ) -> tuple[NDArray[np.datetime64], timedelta | None]:
        """Read day and clock by the caller's own pattern."""
        moments: list[datetime | None] = []
        offsets: set[timedelta | None] = set()
        for text in texts:
            try:
                read = datetime.strptime(text, date_format)  # noqa: DTZ007 - see below
            except ValueError:
                moments.append(None)
                continue
            offset = read.utcoffset()
            offsets.add(offset)
            moments.append(read.replace(tzinfo=None) - (offset or timedelta(0)))
        bad = [m is None and bool(t) for m, t in zip(moments, texts, strict=True)]
        self._report(index, bad, f"a time as date_format {date_format!r} says")
        if None in offsets:
            self.notes.append(NO_ZONE)
        zone = offsets.pop() if len(offsets) == 1 else None
        return np.array(moments, dtype="datetime64[us]"), zone or None

    def _plain(self, text: str) -> str:
        return "" if is_missing(text) or len(text) > _MAX_CELL else text

    def _unix(self, index: int, values: Floats) -> NDArray[np.datetime64]:
        """Read seconds or milliseconds since 1970."""
        middle = float(np.nanmedian(values)) if np.isfinite(values).any() else nan
        low, high = _UNIX_S
        for per_second in (1, 1_000, 1_000_000):
            if low <= middle / per_second <= high:
                astray = ~((values >= low * per_second) & (values <= high * per_second))
                bad = astray & np.isfinite(values)
                self._report(index, bad.tolist(), "seconds since 1970")
                kept = np.where(astray, 0.0, values)
                whole = np.round(kept * (1_000_000 // per_second)).astype("int64")
                instants = whole.astype("datetime64[us]")
                instants[astray] = np.datetime64("NaT")
                return instants
        expected = "seconds since 1970, or a time such as 2026-12-31 18:30:05"
        raise self._refusal(index, f"{middle:g}", expected, "name another column")

    def _report(self, index: int, bad: list[bool], expected: str) -> None:
        count = sum(bad)
        if not count:
            return
        shown = [
            f"{cells[index][:40]!r} in row {row}"
            for (row, cells), is_bad in zip(self.table.rows, bad, strict=True)
            if is_bad
        ][:_SHOWN]
        found = ", ".join(shown) + (
            f" and {count - _SHOWN} more" if count > _SHOWN else ""
        )
        if count > max(1, _MAX_BAD_SHARE * len(bad)) or count == len(bad):
            raise self._refusal(index, found, expected, "mend the cells")
        name = " ".join(self.table.header[index].split())
        self.notes.append(f"column {name!r}: {found} is not {expected}; left missing")

    def _refusal(self, index: int, found: str, expected: str, remedy: str) -> ReadError:
        name = " ".join(self.table.header[index].split())
        return ReadError(self.table.name, f"column {name!r}: {found}", expected, remedy)


def duration_s(text: str, decimal: str = ".") -> float | None:
    """Read a time such as 7:48.1 or 1:02:03, or plain seconds [s].

    Examples
    --------
    >>> duration_s("7:48.1"), duration_s("1:02:03"), duration_s("61,5", ",")
    (468.1, 3723.0, 61.5)
    >>> duration_s("--"), duration_s("7:99"), duration_s("soon")
    (nan, None, None)
    """
    if ":" not in text:
        return number(text, decimal)
    match = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:[.,]\d{1,6})?)", text)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    value_s = float(seconds.replace(",", "."))
    if value_s >= 60 or (hours and int(minutes) >= 60):  # noqa: PLR2004 - a clock's ends
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + value_s


def _split(text: str) -> tuple[str, str]:
    """Part a cell into its day and its clock time."""
    match = re.match(r"^(.*?\d)(?:[T ]|,\s+)\s*(\d{1,2}:.*)$", text)
    return (match[1], match[2]) if match else (text, "")


def _clock(text: str) -> tuple[timedelta, timedelta | None] | None:
    """Read a time of day and the offset from UTC that stands behind it."""
    match = _CLOCK.match(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= _NOON_H:
            return None
        hour = hour % _NOON_H + (_NOON_H if match[5].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 - a clock's ends
        return None
    micros = int((match[4] or "0").ljust(6, "0")[:6])
    since = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)
    zone = match[6]
    if zone is None:
        return since, None
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return since, timedelta(0)
    sign = -1 if zone[0] == "-" else 1
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return since, sign * timedelta(hours=hours, minutes=minutes)
