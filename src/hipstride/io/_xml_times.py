"""The instants of an XML file: ISO 8601 texts to microseconds of UTC.

Almost all files write every time alike, so that the column is read at once: where one
text has a digit all have a digit, where it has another sign all have that sign. What
differs is read one by one; what is no time becomes NaT and is counted.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hipstride.io._xml_elements import Ints, Spans, resolved

__all__ = ["NAT_US", "Times", "instants", "no_times"]

# How NumPy writes "not a time" in a 64-bit integer.
NAT_US = np.iinfo(np.int64).min

_MICROSECONDS = 1_000_000
_LONGEST = 40
_TIME = re.compile(
    rb"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?"
    rb"\s?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?"
)


@dataclass(frozen=True, slots=True)
class Times:
    """A column of instants.

    Parameters
    ----------
    us : array of int
        Microseconds since 1970 in UTC; `NAT_US` where there is none.
    offset_s : array of int
        The offset that the file wrote [s]; 0 for ``Z`` and for none.
    is_bad : array of bool
        True where something stood that is no time.
    is_local : array of bool
        True where a time has no zone and was taken as UTC.
    """

    us: Ints
    offset_s: Ints
    is_bad: NDArray[np.bool_]
    is_local: NDArray[np.bool_]

    def at(self, rows: Ints) -> Times:
        """Give some of the rows."""
        return Times(
            self.us[rows],
            self.offset_s[rows],
            self.is_bad[rows],
            self.is_local[rows],
        )

    def onto(self, rows: Ints, count: int) -> Times:
        """Lay the times out over `count` rows; of two in one row the first counts."""
        laid = no_times(count)
        back = rows[::-1]
        laid.us[back] = self.us[::-1]
        laid.offset_s[back] = self.offset_s[::-1]
        laid.is_bad[back] = self.is_bad[::-1]
        laid.is_local[back] = self.is_local[::-1]
        return laid


def no_times(count: int) -> Times:
    """Make a column without any time."""
    return Times(
        np.full(count, NAT_US, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=bool),
        np.zeros(count, dtype=bool),
    )


def instants(spans: Spans) -> Times:
    """Read a column of times.

    Parameters
    ----------
    spans : Spans
        The texts.

    Returns
    -------
    Times
        One row for each text.

    Notes
    -----
    A leap second (``:60``) is read as the first second of the next minute, as every
    clock that a watch has does. A time without a zone is taken as UTC.
    """
    times = no_times(len(spans))
    length = spans.stop - spans.start
    # Files that drop the zeros of the fraction have a handful of lengths.
    for size in np.unique(length).tolist():
        rows = np.flatnonzero(length == size)
        if 0 < size <= _LONGEST:
            rows = _read_alike(spans, rows, size, times)
        _read_one_by_one(spans, rows, times)
    return times


def _read_alike(spans: Spans, rows: Ints, size: int, times: Times) -> Ints:
    """Read the texts that are laid out as the first; give back those that are not."""
    first = spans.text[spans.start[rows[0]] : spans.stop[rows[0]]]
    match = _TIME.fullmatch(first)
    if match is None:
        return rows
    windows = np.ndarray(
        (len(spans.text) - size + 1,), f"V{size}", spans.text, strides=(1,)
    )
    signs = windows[spans.start[rows]].view(np.uint8).reshape(len(rows), size)
    fraction = slice(*match.span(7)) if match.group(7) else slice(0, 0)
    zone_at = fraction.stop or 19
    # Transposed, each place of the text is one contiguous row.
    signs = np.ascontiguousarray(signs.T)
    digits = signs - np.uint8(ord("0"))
    is_alike = np.ones(len(rows), dtype=bool)
    for place, sign in enumerate(first):
        if place < zone_at and chr(sign).isdigit():
            is_alike &= digits[place] <= 9  # noqa: PLR2004
        else:
            is_alike &= signs[place] == sign

    def number(start: int, stop: int) -> Ints:
        total = np.zeros(len(rows), dtype=np.int64)
        for place in range(start, stop):
            total = total * 10 + digits[place]
        return total

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    hour, minute, second = number(11, 13), number(14, 16), number(17, 19)
    is_alike &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)  # noqa: PLR2004
    is_alike &= (hour <= 23) & (minute <= 59) & (second <= 60)  # noqa: PLR2004
    months = (year - 1970) * 12 + month - 1
    first_day = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    month_days = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64)
    is_alike &= first_day + day <= month_days
    seconds = (first_day + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    shown = min(fraction.stop - fraction.start, 6)
    part = number(fraction.start, fraction.start + shown) * 10 ** (6 - shown)
    offset_s = _offset_s(match)
    if offset_s is None:
        return rows
    good = rows[is_alike]
    times.us[good] = ((seconds - offset_s) * _MICROSECONDS + part)[is_alike]
    times.offset_s[good] = offset_s
    times.is_local[good] = not (match.group(8) or match.group(9))
    return rows[~is_alike]


def _read_one_by_one(spans: Spans, rows: Ints, times: Times) -> None:
    for row in rows.tolist():
        piece = resolved(spans.text[spans.start[row] : spans.stop[row]]).encode()
        if not piece:
            continue
        found = _read_one(piece)
        if found is None:
            times.is_bad[row] = True
        else:
            times.us[row], times.offset_s[row], times.is_local[row] = found


def _read_one(piece: bytes) -> tuple[int, int, bool] | None:
    match = _TIME.fullmatch(piece)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[n]) for n in range(1, 7))
    offset_s = _offset_s(match)
    if offset_s is None or second > 60:  # noqa: PLR2004
        return None
    try:
        start = dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)
    except ValueError:
        return None
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    whole_s = (start - epoch) // dt.timedelta(seconds=1) + second - offset_s
    fraction = (match.group(7) or b"")[:6].ljust(6, b"0")
    is_local = not (match.group(8) or match.group(9))
    return whole_s * _MICROSECONDS + int(fraction), offset_s, is_local


def _offset_s(match: re.Match[bytes]) -> int | None:
    """Give the offset from UTC; None where no clock on Earth has it."""
    if not match.group(9):
        return 0
    hours, minutes = int(match.group(9)), int(match.group(10) or 0)
    if abs(hours) > 14 or minutes > 59:  # noqa: PLR2004
        return None
    sign = -1 if match.group(9).startswith(b"-") else 1
    return sign * (abs(hours) * 3600 + minutes * 60)
