"""The starts in Strava's list: UTC, written as the account's language writes dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from hipstride.io._dates import read_dates

__all__ = ["started_ms"]

# What stands between day and clock: "23 mai 2023 à 12:40:57".
_BETWEEN = re.compile(
    r"(?<=\d),?\s+(?:à|um|om|alle(?:\sore)?|ore|a\slas?|às|at|kl\.?|klo|o)\s+(?=\d)",
    re.IGNORECASE,
)
_HOURS = re.compile(r"(\d{1,2})\s?h\s?(\d{2})\s?min\s?(\d{2})\s?s\b")
_EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_SECONDS = re.compile(r":\d{2}:(\d{2})(?!\d)")
_MS_PER_S = 1000
_LAST_SECOND = 59


def started_ms(
    texts: Sequence[str], *, is_english: bool
) -> tuple[list[int | None], str]:
    """Read a column of starts.

    Parameters
    ----------
    texts : sequence of str
        The cells.
    is_english : bool
        The list is in English. In other languages 3/4/2026 is a day of April.

    Returns
    -------
    list of int or None
        Milliseconds since 1970 in UTC; None where a cell is no date with a clock.
    str
        Why the column as a whole cannot be read; empty where it can.

    Examples
    --------
    >>> [at], _ = started_ms(["May 23, 2023, 12:40:57 PM"], is_english=True)
    >>> datetime.fromtimestamp(at / 1000, UTC).isoformat()
    '2023-05-23T12:40:57+00:00'
    >>> started_ms(["23 mai 2023 à 12:40:57"], is_english=False)[0] == [at]
    True
    """
    tidy = [_tidy(text) for text in texts]
    read = read_dates(tidy)
    fault = next((one for one in read.faults if one.index is None), None)
    if fault is not None and "two days" in fault.found and not is_english:
        read = read_dates(tidy, "%d/%m/%Y")
        fault = None
    starts: list[int | None] = []
    for text, stamp in zip(tidy, read.stamps, strict=True):
        # Without a clock the start of a run is not told.
        if stamp is None or not stamp.clock:
            starts.append(None)
            continue
        seconds = _SECONDS.search(text)
        second = int(seconds[1]) if seconds else 0
        hour, minute = map(int, stamp.clock.split(":"))
        whole = datetime(
            stamp.day.year, stamp.day.month, stamp.day.day, hour, minute, tzinfo=UTC
        )
        start_s = round(whole.timestamp()) + min(second, _LAST_SECOND)
        starts.append(start_s * _MS_PER_S)
    return starts, f"{fault.found}; {fault.remedy}" if fault is not None else ""


def _tidy(text: str) -> str:
    """Bring a date into the forms of diaries."""
    plain = _EAST_ASIAN.sub(r"\1-\2-\3", " ".join(text.split()))
    return _BETWEEN.sub(", ", _HOURS.sub(r"\1:\2:\3", plain))
