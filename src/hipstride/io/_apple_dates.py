"""The dates of an Apple Health export: ``2016-11-14 07:25:41 -0700``.

Apple writes all of them in the zone that the phone is in at the export, so that a run
in Japan has the clock of home; the zone of the run itself stands in ``HKTimeZone``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["offset_of", "seconds_of", "utc_text", "zone_of"]

_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(?:Z|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)
_GMT = re.compile(r"(?:GMT|UTC)(?:([+-])(\d\d?):?(\d\d)?)?", re.ASCII)
# Dates beyond these are a clock's mistake, and some cannot be written in another zone.
_FIRST_DAY = "1970-01-02"
_LAST_DAY = "2199-12-31"
# The farthest that any clock on Earth is from UTC.
_MAX_OFFSET = timedelta(hours=14)


def seconds_of(text: str) -> int | None:
    """Give whole seconds since 1970, UTC; None for what is no date.

    Examples
    --------
    >>> seconds_of("1970-01-02 01:00:05 +0100"), seconds_of("yesterday")
    (86405, None)
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    offset = _offset(match[3], match[4], match[5])
    if match[1] < _FIRST_DAY or match[1] > _LAST_DAY:
        return None
    try:
        moment = datetime.fromisoformat(f"{match[1]} {match[2]}+00:00")
    except ValueError:
        return None
    return None if offset is None else int((moment - offset).timestamp())


def offset_of(text: str) -> timedelta | None:
    """Give the offset from UTC that a date is written with."""
    match = _DATE.fullmatch(text)
    return _offset(match[3], match[4], match[5]) if match else None


def utc_text(seconds: int, zone: tzinfo = UTC) -> str:
    """Write an instant as Apple does.

    Examples
    --------
    >>> utc_text(5)
    '1970-01-01 00:00:05 +0000'
    """
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def zone_of(name: str) -> tzinfo | None:
    """Find a zone by its name; None where there is no such.

    Examples
    --------
    >>> zone_of("America/Los_Angeles"), zone_of("GMT+0530"), zone_of("Mars/Olympus")
    (zoneinfo.ZoneInfo(key='America/Los_Angeles'), datetime.timezone(datetime.timedelta(seconds=19800)), None)
    """  # noqa: E501
    match = _GMT.fullmatch(name)
    if match:
        offset = _offset(match[1], match[2], match[3])
        return None if offset is None else timezone(offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name that is a folder or leaves the database is an OSError or ValueError.
        return None


def _offset(sign: str | None, hours: str, minutes: str) -> timedelta | None:
    if sign is None:
        return timedelta(0)
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if size > _MAX_OFFSET or int(minutes or 0) > 59:  # noqa: PLR2004
        return None
    return -size if sign == "-" else size
