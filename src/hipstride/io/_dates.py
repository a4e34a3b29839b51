"""Calendar days as people write them, read as a whole column.

``03/04/2026`` is two days, one in London and one in Boston. One cell cannot tell; a
column often can, since any number above 12 is no month. Where it cannot, the column is
refused: a diary that is off by months gives a wrong answer without a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hipstride.io._date_forms import (
    USE_ISO,
    WITH_CLOCK,
    Parts,
    Stamp,
    clock_text,
    made_stamp,
    read_form,
)

__all__ = ["DateColumn", "DateFault", "Stamp", "clock_text", "has_clock", "read_dates"]

_MONTHS_A_YEAR = 12
_MAX_CELL = 60
# Older than this, a year of two digits is more likely a day.
_SHORT_YEAR_DAYS = 3653
# By chance, all of so many days lie on the proper side of the 12th once in 200 times.
_MANY = 5
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXPECTED = "a day such as 2026-12-31"


@dataclass(frozen=True, slots=True)
class DateFault:
    """What is wrong with one cell, or with the column where `index` is None."""

    index: int | None
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class DateColumn:
    """One stamp per cell (None where the cell is empty or faulty) and the faults."""

    stamps: tuple[Stamp | None, ...]
    faults: tuple[DateFault, ...]


def read_dates(texts: Sequence[str], date_format: str | None = None) -> DateColumn:
    """Read a column of days; the order of day and month is decided by all of it.

    Parameters
    ----------
    texts : sequence of str
        The cells; an empty one gives None and no fault.
    date_format : str, optional
        A `datetime.strptime` pattern that every cell follows, such as ``%d/%m/%Y``.
        A column of nothing but ISO days has one reading and does not need it, so that
        one pattern will do for a diary and a list of changes.

    Returns
    -------
    DateColumn
        Stamps and faults.

    Examples
    --------
    >>> column = read_dates(["3/4/2026", "31/12/2026"])
    >>> [str(stamp.day) for stamp in column.stamps]
    ['2026-04-03', '2026-12-31']
    >>> read_dates(["3/4/2026"]).faults[0].remedy
    "say it with date_format='%d/%m/%Y' or '%m/%d/%Y' (--date-format on the command \
line), or write days as 2026-12-31"
    """
    if date_format is not None and not (
        "%Y-" not in date_format and all(_ISO_DAY.fullmatch(t) for t in texts if t)
    ):
        return _by_format(texts, date_format)
    stamps: list[Stamp | None] = [None] * len(texts)
    faults: list[DateFault] = []
    waiting: dict[int, Parts] = {}
    for index, text in enumerate(texts):
        if not text:
            continue
        read = read_form(text) if len(text) <= _MAX_CELL else USE_ISO
        match read:
            case Stamp():
                stamps[index] = read
            case Parts():
                waiting[index] = read
            case _:
                faults.append(DateFault(index, repr(text), _EXPECTED, read))
    order, column_fault = _order(texts, waiting)
    column_fault = column_fault or _swapped(texts, stamps, waiting)
    if column_fault is not None:
        faults.append(column_fault)
    for index, parts in waiting.items():
        is_day_first = parts.separator == "." or order == "day"
        day, month = (
            (parts.first, parts.second)
            if is_day_first or parts.first == parts.second
            else (parts.second, parts.first)
        )
        if parts.separator != "." and not order and parts.first != parts.second:
            continue  # the column fault says it for all of them
        made = made_stamp(parts.year, month, day, parts.clock, parts.is_utc)
        if (
            isinstance(made, Stamp)
            and parts.has_short_year
            and (parts.separator == "-" or not _is_recent(made.day))
        ):
            # 25-12-01 may begin with its year.
            made = "write the year with four digits"
        if isinstance(made, Stamp):
            stamps[index] = made
        else:
            faults.append(DateFault(index, repr(texts[index]), _EXPECTED, made))
    faults.sort(key=lambda fault: -1 if fault.index is None else fault.index)
    return DateColumn(tuple(stamps), tuple(faults))


def has_clock(date_format: str) -> bool:
    """Tell whether a pattern reads the time of day too.

    Examples
    --------
    >>> has_clock("%d/%m/%Y"), has_clock("%d/%m/%Y %H:%M")
    (False, True)
    """
    return any(code in date_format for code in ("%H", "%I", "%X", "%c", "%T"))


def _order(
    texts: Sequence[str], waiting: dict[int, Parts]
) -> tuple[str, DateFault | None]:
    """Decide day first or month first from every cell with slashes or dashes."""
    open_cells = {i: parts for i, parts in waiting.items() if parts.separator != "."}
    day_first = [i for i, p in open_cells.items() if p.first > _MONTHS_A_YEAR]
    month_first = [i for i, p in open_cells.items() if p.second > _MONTHS_A_YEAR]
    # 31/31/2026 is wrong in both orders and decides nothing.
    day_first, month_first = (
        [i for i in day_first if i not in month_first],
        [i for i in month_first if i not in day_first],
    )
    if day_first and month_first:
        found = f"{texts[day_first[0]]!r} and {texts[month_first[0]]!r}"
        expected = "one order of day and month in the whole column"
        return "", DateFault(None, found, expected, "write all days as 2026-12-31")
    if day_first:
        return "day", None
    if month_first:
        return "month", None
    unsure = [i for i, p in open_cells.items() if p.first != p.second]
    if not unsure:
        return "", None
    return "", DateFault(
        None,
        f"{texts[unsure[0]]!r}, which may be two days",
        "a day above 12 somewhere in the column, to tell day from month",
        "say it with date_format='%d/%m/%Y' or '%m/%d/%Y' (--date-format on the "
        "command line), or write days as 2026-12-31",
    )


def _swapped(
    texts: Sequence[str], stamps: Sequence[Stamp | None], waiting: dict[int, Parts]
) -> DateFault | None:
    """Notice days that a spreadsheet of another country has read the wrong way round.

    It takes 1/2/2026 for a day of January and leaves 13/2/2026 as the text it was. So
    each cell that was read has a day of 12 or less, and none that was not.
    """
    plain = [i for i, parts in waiting.items() if parts.separator == "/"]
    read = [i for i, stamp in enumerate(stamps) if stamp is not None]
    if len(plain) < _MANY or len(read) < _MANY:
        return None
    biggest = (max(waiting[i].first, waiting[i].second) for i in plain)
    if min(biggest) <= _MONTHS_A_YEAR or any(
        stamp is not None and stamp.day.day > _MONTHS_A_YEAR for stamp in stamps
    ):
        return None
    return DateFault(
        None,
        f"days such as {texts[read[0]]!r} up to the 12th, {texts[plain[0]]!r} above",
        "one way to write them",
        "a spreadsheet has probably swapped day and month of the first; write all days "
        "as 2026-12-31 from your notes",
    )


def _is_recent(day: date) -> bool:
    days_ago = (datetime.now(UTC).date() - day).days
    return -1 <= days_ago <= _SHORT_YEAR_DAYS


def _pattern_fault(date_format: str) -> DateFault | None:
    """Tell what is wrong with a pattern, once and not for every cell."""
    try:
        shown = datetime.now(UTC).strftime(date_format)
        datetime.strptime(shown, date_format)  # noqa: DTZ007 - only whether it can
    except ValueError:
        is_whole = False
    else:
        day = any(code in date_format for code in ("%d", "%j", "%x", "%c"))
        year = any(code in date_format for code in ("%Y", "%y", "%x", "%c"))
        is_whole = day and year
    if is_whole:
        return None
    return DateFault(
        None,
        f"date_format {date_format!r}",
        "a pattern of year, month and day such as '%d/%m/%Y'",
        "mend the pattern (--date-format on the command line)",
    )


def _by_format(texts: Sequence[str], date_format: str) -> DateColumn:
    stamps: list[Stamp | None] = []
    faults: list[DateFault] = []
    pattern_fault = _pattern_fault(date_format)
    if pattern_fault is not None:
        return DateColumn((None,) * len(texts), (pattern_fault,))
    with_clock = has_clock(date_format)
    for index, text in enumerate(texts):
        if not text:
            stamps.append(None)
            continue
        made: Stamp | str = f"say the date_format that fits, or {USE_ISO}"
        timed = None if with_clock else WITH_CLOCK.match(text[:_MAX_CELL])
        try:
            read = datetime.strptime(timed[1] if timed else text, date_format).replace(
                tzinfo=UTC
            )
        except ValueError:
            pass
        else:
            clock = f"{read:%H:%M}" if with_clock else ""
            if timed:
                clock = clock_text(timed[2]) or ""
            made = made_stamp(read.year, read.month, read.day, clock, is_utc=False)
        stamps.append(made if isinstance(made, Stamp) else None)
        if isinstance(made, str):
            expected = f"a day as date_format {date_format!r} says"
            faults.append(DateFault(index, repr(text), expected, made))
    return DateColumn(tuple(stamps), tuple(faults))
