"""One day as people write it, and the clock time beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

__all__ = [
    "USE_ISO",
    "WITH_CLOCK",
    "Parts",
    "Stamp",
    "clock_text",
    "made_stamp",
    "read_form",
]


_CENTURY = 2000
_TWO_DIGITS = 100
_NOON_H = 12
_MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janv janvier ene enero gen gennaio januari",
            (
                "feb february februar fév févr février febrero febbraio februari fev "
                "fevereiro"
            ),
            "mar march mär märz mrz maerz mars marzo mrt maart março",
            "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio mei maio maj",
            "jun june juni juin junio giu giugno junho",
            "jul july juli juil juillet julio lug luglio julho",
            "aug august août aout ago agosto augustus",
            "sep sept september septembre septiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            (
                "dec december dez des dezember déc décembre dic diciembre dicembre "
                "dezembro"
            ),
        ),
        start=1,
    )
    for name in names.split()
}
# En and em dash, and the hyphen that does not break.
_DASHES = str.maketrans("\u2013\u2014\u2011", "---")
_WEEKDAY = re.compile(
    r"^(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|"
    r"jueves|viernes|sábado|domingo|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag)(?:day|sday|nesday|rsday|urday|s)?\.?,?\s+",
    re.IGNORECASE,
)
_CLOCK = (
    r"(\d{1,2})(?:[:h](\d{2}))?(?::(\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?"
    r"(?:\s*(?:uhr|h))?"
)
WITH_CLOCK = re.compile(
    rf"^(.*?\d)(?:T|,?\s+)(?=\d{{1,2}}(?:[:h]\d{{2}}|\s*[ap]\.?m))({_CLOCK})"
    r"\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_NUMBERS = re.compile(r"^(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})$")
_DAY_NAME = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]*(?:de\s+)?([^\W\d]+)\.?,?[\s-]*(?:de\s+)?"
    r"(\d{4})$"
)
# As spreadsheets in English show a day: 2-Jan-25.
_DAY_NAME_SHORT = re.compile(r"^(\d{1,2})([- ])([^\W\d]+)\.?\2(\d{2})$")
_NAME_DAY = re.compile(r"^([^\W\d]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
USE_ISO = "write it as 2026-12-31"
# Days since 1900, as spreadsheets keep them: 1982 to 2064.
_SERIAL_DAY = re.compile(r"^[345]\d{4}(?:[.,]\d+)?$")
_SERIAL = (
    "it looks like a spreadsheet's own number of a day; format the column as dates and "
    "save it again"
)
_FIRST_YEAR, _LAST_YEAR = 1950, 2100


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day, and the clock time that stood beside it, as HH:MM."""

    day: date
    clock: str = ""
    is_utc: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A cell before the order of its numbers is known."""

    first: int
    second: int
    year: int
    separator: str
    has_short_year: bool
    clock: str
    is_utc: bool


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


def read_form(text: str) -> Stamp | Parts | str:
    """Read one cell: a stamp, numbers of unknown order, or the remedy of a fault."""
    text = _WEEKDAY.sub("", text.strip().translate(_DASHES))
    clock, is_utc = "", False
    timed = WITH_CLOCK.match(text)
    if timed:
        text = timed[1]
        read_clock = clock_text(timed[2])
        if read_clock is None:
            return "write the time as 18:30"
        clock = read_clock
        is_utc = (timed[7] or "").upper() in {"Z", "UTC", "GMT", "+00:00", "+0000"}
    if match := _YEAR_FIRST.match(text):
        return made_stamp(int(match[1]), int(match[3]), int(match[4]), clock, is_utc)
    if match := _COMPACT.match(text):
        return made_stamp(int(match[1]), int(match[2]), int(match[3]), clock, is_utc)
    if match := _NUMBERS.match(text):
        year = int(match[4])
        is_short = year < _TWO_DIGITS
        year += _CENTURY if is_short else 0
        return Parts(
            int(match[1]), int(match[3]), year, match[2], is_short, clock, is_utc
        )
    if match := _DAY_NAME_SHORT.match(text):
        return _short_year(match, clock, is_utc)
    return _with_month_name(text, clock, is_utc)


def _short_year(match: re.Match[str], clock: str, is_utc: bool) -> Parts | str:
    """Read 2-Jan-25, where a name says which of the numbers is the month."""
    month = _MONTH_NAMES.get(match[3].casefold())
    if month is None:
        return USE_ISO
    # The separator of days that come first.
    return Parts(
        int(match[1]), month, _CENTURY + int(match[4]), ".", True, clock, is_utc
    )


def _with_month_name(text: str, clock: str, is_utc: bool) -> Stamp | str:
    if match := _DAY_NAME.match(text):
        day, name, year = int(match[1]), match[2], int(match[3])
    elif match := _NAME_DAY.match(text):
        name, day, year = match[1], int(match[2]), int(match[3])
    else:
        return _SERIAL if _SERIAL_DAY.match(text) else USE_ISO
    month = _MONTH_NAMES.get(name.casefold())
    return USE_ISO if month is None else made_stamp(year, month, day, clock, is_utc)


def made_stamp(
    year: int, month: int, day: int, clock: str, is_utc: bool
) -> Stamp | str:
    try:
        made = date(year, month, day)
    except ValueError:
        return "there is no such day; mend it"
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}"
    return Stamp(made, clock, is_utc)


def _clock(hours: str, minutes: str, half: str) -> str | None:
    hour, minute = int(hours), int(minutes)
    if half:
        if not 1 <= hour <= _NOON_H:
            return None
        hour = hour % _NOON_H + (_NOON_H if half == "p" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - the ends of a clock
        return None
    return f"{hour:02d}:{minute:02d}"
