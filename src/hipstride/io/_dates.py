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

__all__ = ["DateColumn", "DateFault", "Stamp", "clock_text", "read_dates"]

_MONTHS_A_YEAR = 12
_FIRST_YEAR, _LAST_YEAR = 1950, 2100
_CENTURY = 2000
_TWO_DIGITS = 100
_NOON_H = 12
_MAX_CELL = 60
# Older than this, a year of two digits is more likely a day.
_SHORT_YEAR_DAYS = 3653

_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier ene enero gen gennaio januari",
            "feb february februar fév févr février febrero febbraio februari fevereiro",
            "mar march mär märz mrz maerz mars marzo mrt maart março",
            "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio mei maio",
            "jun june juni juin junio giu giugno junho",
            "jul july juli juil juillet julio lug luglio julho",
            "aug august août aout ago agosto augustus",
            "sep sept september septembre septiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag)(?:day|sday|nesday|rsday|urday|s)?\.?,?\s+",
    re.IGNORECASE,
)
_CLOCK = (
    r"(\d{1,2})(?:[:h](\d{2}))?(?::(\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?"
    r"(?:\s*(?:uhr|h))?"
)
_WITH_CLOCK = re.compile(
    rf"^(.*?\d)(?:T|,?\s+)(?=\d{{1,2}}(?:[:h]\d{{2}}|\s*[ap]\.?m))({_CLOCK})"
    r"\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_NUMBERS = re.compile(r"^(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})$")
_DAY_NAME = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*([^\W\d]+)\.?,?[\s-]*(\d{4})$"
)
_NAME_DAY = re.compile(r"^([^\W\d]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")

_EXPECTED = "a day such as 2026-12-31"
_USE_ISO = "write it as 2026-12-31"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day, and the clock time that stood beside it, as HH:MM."""

    day: date
    clock: str = ""
    is_utc: bool = False


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


@dataclass(frozen=True, slots=True)
class _Parts:
    """A cell before the order of its numbers is known."""

    first: int
    second: int
    year: int
    separator: str
    has_short_year: bool
    clock: str
    is_utc: bool


def read_dates(texts: Sequence[str], date_format: str | None = None) -> DateColumn:
    """Read a column of days; the order of day and month is decided by all of it.

    Parameters
    ----------
    texts : sequence of str
        The cells; an empty one gives None and no fault.
    date_format : str, optional
        A `datetime.strptime` pattern that every cell follows, such as ``%d/%m/%Y``.

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
    "say it with date_format='%d/%m/%Y' or '%m/%d/%Y', or write days as 2026-12-31"
    """
    if date_format is not None:
        return _by_format(texts, date_format)
    stamps: list[Stamp | None] = [None] * len(texts)
    faults: list[DateFault] = []
    waiting: dict[int, _Parts] = {}
    for index, text in enumerate(texts):
        if not text:
            continue
        read = _read_one(text) if len(text) <= _MAX_CELL else _USE_ISO
        match read:
            case Stamp():
                stamps[index] = read
            case _Parts():
                waiting[index] = read
            case _:
                faults.append(DateFault(index, repr(text), _EXPECTED, read))
    order, column_fault = _order(texts, waiting)
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
        made = _make(parts.year, month, day, parts.clock, parts.is_utc)
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


def clock_text(text: str) -> str | None:
    """Read a time of day as HH:MM, or give None where it is none.

    Examples
    --------
    >>> [clock_text(t) for t in ("7:30", "7:30 pm", "730", "19h30", "7.30", "25:00")]
    ['07:30', '19:30', '07:30', '19:30', '07:30', None]
    """
    text = text.strip().casefold()
    compact = re.fullmatch(r"(\d{1,2})[.]?(\d{2})", text)
    if compact:
        return _clock(compact[1], compact[2], "")
    match = re.fullmatch(_CLOCK, text)
    if match is None or not (match[2] or match[4]):
        return None
    return _clock(match[1], match[2] or "00", match[4] or "")


def _clock(hours: str, minutes: str, half: str) -> str | None:
    hour, minute = int(hours), int(minutes)
    if half:
        if not 1 <= hour <= _NOON_H:
            return None
        hour = hour % _NOON_H + (_NOON_H if half == "p" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the ends of a clock
        return None
    return f"{hour:02d}:{minute:02d}"


def _read_one(text: str) -> Stamp | _Parts | str:
    """Read one cell: a stamp, numbers of unknown order, or the remedy of a fault."""
    text = _WEEKDAY.sub("", text.strip())
    clock, is_utc = "", False
    timed = _WITH_CLOCK.match(text)
    if timed:
        text = timed[1]
        read_clock = clock_text(timed[2])
        if read_clock is None:
            return "write the time as 18:30"
        clock = read_clock
        is_utc = (timed[7] or "").upper() in {"Z", "UTC", "GMT"}
    if match := _YEAR_FIRST.match(text):
        return _make(int(match[1]), int(match[3]), int(match[4]), clock, is_utc)
    if match := _COMPACT.match(text):
        return _make(int(match[1]), int(match[2]), int(match[3]), clock, is_utc)
    if match := _NUMBERS.match(text):
        year = int(match[4])
        is_short = year < _TWO_DIGITS
        year += _CENTURY if is_short else 0
        return _Parts(
            int(match[1]), int(match[3]), year, match[2], is_short, clock, is_utc
        )
    if match := _DAY_NAME.match(text):
        day, name, year = int(match[1]), match[2], int(match[3])
    elif match := _NAME_DAY.match(text):
        name, day, year = match[1], int(match[2]), int(match[3])
    else:
        return _USE_ISO
    month = _MONTH_NAMES.get(name.casefold())
    return _USE_ISO if month is None else _make(year, month, day, clock, is_utc)


def _make(year: int, month: int, day: int, clock: str, is_utc: bool) -> Stamp | str:
    try:
        made = date(year, month, day)
    except ValueError:
        return "there is no such day; mend it"
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}"
    return Stamp(made, clock, is_utc)


def _order(
    texts: Sequence[str], waiting: dict[int, _Parts]
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
        "say it with date_format='%d/%m/%Y' or '%m/%d/%Y', or write days as 2026-12-31",
    )


def _is_recent(day: date) -> bool:
    days_ago = (datetime.now(UTC).date() - day).days
    return -1 <= days_ago <= _SHORT_YEAR_DAYS


def _by_format(texts: Sequence[str], date_format: str) -> DateColumn:
    stamps: list[Stamp | None] = []
    faults: list[DateFault] = []
    has_clock = any(code in date_format for code in ("%H", "%I", "%X", "%c", "%T"))
    for index, text in enumerate(texts):
        if not text:
            stamps.append(None)
            continue
        made: Stamp | str = f"say the date_format that fits, or {_USE_ISO}"
        timed = None if has_clock else _WITH_CLOCK.match(text[:_MAX_CELL])
        try:
            read = datetime.strptime(timed[1] if timed else text, date_format).replace(
                tzinfo=UTC
            )
        except ValueError:
            pass
        else:
            clock = f"{read:%H:%M}" if has_clock else ""
            if timed:
                clock = clock_text(timed[2]) or ""
            made = _make(read.year, read.month, read.day, clock, is_utc=False)
        stamps.append(made if isinstance(made, Stamp) else None)
        if isinstance(made, str):
            expected = f"a day as date_format {date_format!r} says"
            faults.append(DateFault(index, repr(text), expected, made))
    return DateColumn(tuple(stamps), tuple(faults))
