"""What is typed in for an entry, read as a runner writes it, or refused in one line."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from math import isnan

from hipstride.errors import TableError
from hipstride.io._dates import read_dates
from hipstride.io._journal_fields import named, pain

__all__ = [
    "check_day",
    "clean",
    "day_from_words",
    "known_word",
    "pain_from_words",
    "plain_number",
    "wrong",
    "wrong_pain",
]

# What a diary's reader takes for a day: what is stored must be readable again.
FIRST_YEAR, LAST_YEAR = 1950, 2100
# A note is a note; a whole file pasted in by mistake is none.
_MAX_TEXT = 2000
_DAYS_AGO = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1}
# Control signs, and halves of letters that the command line could not decode.
_UNSEEN = {"Cc", "Cs"}


def plain_number(value: float) -> str:
    """Write a rating as one would.

    Examples
    --------
    >>> plain_number(4.0), plain_number(3.5), plain_number(0)
    ('4', '3.5', '0')
    """
    return repr(float(value)).removesuffix(".0")


def clean(text: str) -> str:
    r"""Make one line of a text, and take away what no file of text can hold.

    Examples
    --------
    >>> clean(" down\n the stairs\x00 ")
    'down the stairs'
    """
    seen = "".join(
        sign if sign.isspace() or unicodedata.category(sign) not in _UNSEEN else ""
        for sign in text
    )
    line = " ".join(seen.split())
    if len(line) > _MAX_TEXT:
        raise wrong(line[:40], "note", f"at most {_MAX_TEXT} letters")
    return line


def pain_from_words(text: str) -> float:
    """Read a rating as it is typed; what is no rating is refused, never taken for 0.

    Examples
    --------
    >>> pain_from_words("3,5"), pain_from_words("4/10"), pain_from_words("0")
    (3.5, 4.0, 0.0)
    """
    rating = pain(text.strip())
    if rating is None or isnan(rating):
        raise wrong_pain(text)
    return rating


def day_from_words(name: str, text: str, today: date) -> tuple[date, str]:
    """Read a day, and the time where one stands behind it.

    Parameters
    ----------
    name : str
        What to call it in messages.
    text : str
        ``today``, ``yesterday`` or a day in one of the forms a diary may use.
    today : date
        The day it is where the runner is.

    Returns
    -------
    tuple
        The day, and the time of day or an empty text.

    Raises
    ------
    TableError
        If it is no day, or could be read in two ways.

    Examples
    --------
    >>> day_from_words("date", "yesterday", date(2026, 9, 1))
    (datetime.date(2026, 8, 31), '')
    >>> day_from_words("date", "31.8.2026 7:30", date(2026, 9, 1))
    (datetime.date(2026, 8, 31), '07:30')
    """
    word = clean(text)
    if word.casefold() in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[word.casefold()]), ""
    read = read_dates([word])
    stamp = read.stamps[0]
    if stamp is not None and not read.faults:
        return stamp.day, stamp.clock
    fault = read.faults[0] if read.faults else None
    if fault is None or fault.index is None:
        # A single day with slashes: a diary has a column to tell, a word has not.
        what = "which could be read in two ways" if word else ""
        raise wrong(word, name, "a day such as 2026-12-31", what)
    raise wrong(word, name, fault.expected, fault.remedy)


def known_word(name: str, text: str, words: dict[str, str], expected: str) -> str:
    """Give our word for one of the runner's; empty where nothing was said."""
    word = named(clean(text), words)
    if word is None:
        raise wrong(clean(text), name, expected)
    return word


def check_day(name: str, day: date, *, may_come: bool = False) -> None:
    """Refuse a day that no diary may hold, or that has not come yet."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise wrong(str(day), name, f"a day from {FIRST_YEAR} to {LAST_YEAR}")
    # The runner's tomorrow may be our today.
    if not may_come and (day - datetime.now(UTC).date()).days > 1:
        raise wrong(str(day), name, "a day that has come")


def wrong_pain(text: str) -> TableError:
    """Make the error of a rating that is none."""
    return wrong(text, "pain", "one number from 0 to 10, such as 3.5")


def wrong(found: str, name: str, expected: str, remedy: str = "") -> TableError:
    """Make the error of a field that holds what it must not."""
    what = repr(found) if found else "nothing"
    tail = f"; {remedy}" if remedy else ""
    return TableError(f"{name}: found {what}; expected {expected}{tail}")
