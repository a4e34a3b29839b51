"""Distances, durations and paces as people type them.

``3.0 mi``, ``5k``, ``400m``; ``9:30``, ``1:02:03``, ``10min``; ``9:30/mi``, ``6.5mph``.
A number without its unit is refused: three what?
"""

from __future__ import annotations

import re
from typing import NoReturn

from hipstride.units._constants import (
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
)

__all__ = ["parse_distance_m", "parse_duration_s", "parse_pace_mps"]

_METRES: dict[str, float] = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("km", "k", "kms"), METRES_PER_KILOMETRE),
    **dict.fromkeys(("kilometre", "kilometres"), METRES_PER_KILOMETRE),
    **dict.fromkeys(("kilometer", "kilometers"), METRES_PER_KILOMETRE),
    **dict.fromkeys(("mi", "mile", "miles"), METRES_PER_MILE),
}
_SECONDS: dict[str, float] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), SECONDS_PER_HOUR),
    **dict.fromkeys(
        ("min", "mins", "minute", "minutes", "'", "\N{PRIME}"), SECONDS_PER_MINUTE
    ),
    **dict.fromkeys(
        ("s", "sec", "secs", "second", "seconds", '"', "\N{DOUBLE PRIME}"), 1.0
    ),
}
_SPEEDS: dict[str, float] = {
    **dict.fromkeys(("m/s", "mps"), 1.0),
    **dict.fromkeys(("km/h", "kmh", "kph"), METRES_PER_KILOMETRE / SECONDS_PER_HOUR),
    **dict.fromkeys(("mph", "mi/h"), METRES_PER_MILE / SECONDS_PER_HOUR),
}

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+"
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*([^0-9\s.,]*)")
_CLOCK = re.compile(r"(?:([0-9]+):)?([0-9]{1,3}):([0-9]{2}(?:[.,][0-9]+)?)")
# Whether a comma before three digits stands for thousands, nobody can tell.
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")
_SIXTY = 60.0

_A_DISTANCE = "a distance with its unit: 3.0mi, 5km or 400m"
_A_DURATION = "a duration: 9:30, 1:02:03, 10min or 90s"
_A_PACE = "a pace or a speed with its unit: 9:30/mi, 5:30/km, 6.5mph or 10km/h"


def parse_distance_m(text: str) -> float:
    """Read a distance that somebody typed.

    Parameters
    ----------
    text : str
        A number and its unit: m, km (or k), mi, or their names. A comma is a decimal
        point, as in ``3,5 km``.

    Returns
    -------
    float
        The distance, above 0 [m].

    Raises
    ------
    ValueError
        If it is no distance above 0, has no unit, or could be read in two ways.

    Examples
    --------
    >>> parse_distance_m("3.0 mi"), parse_distance_m("3,5km"), parse_distance_m("5K")
    (4828.032, 3500.0, 5000.0)
    >>> parse_distance_m("-5km")
    Traceback (most recent call last):
    ...
    ValueError: found '-5km'; expected a distance with its unit: 3.0mi, 5km or 400m
    """
    found = _WITH_UNIT.fullmatch(_plain(text))
    if found is None or found[2] not in _METRES:
        _refuse(text, _A_DISTANCE)
    return _above_0(_number(found[1], text) * _METRES[found[2]], text, "a distance")


def parse_duration_s(text: str) -> float:
    """Read a duration that somebody typed.

    Parameters
    ----------
    text : str
        ``m:ss`` or ``h:mm:ss``, or numbers with the units h, min and s.

    Returns
    -------
    float
        The duration, above 0 [s].

    Raises
    ------
    ValueError
        If it is no duration above 0, or has no unit.

    Examples
    --------
    >>> (
    ...     parse_duration_s("9:30"),
    ...     parse_duration_s("1:02:03"),
    ...     parse_duration_s("1h 30min"),
    ... )
    (570.0, 3723.0, 5400.0)
    """
    plain = _plain(text)
    clock = _CLOCK.fullmatch(plain)
    if clock is not None:
        hours, minutes = float(clock[1] or 0), float(clock[2])
        seconds = _number(clock[3], text)
        # 90:00 is an hour and a half; 1:75:00 and 9:75 are slips.
        if seconds >= _SIXTY or (clock[1] is not None and minutes >= _SIXTY):
            _refuse(text, f"{_A_DURATION}; minutes and seconds end at 59")
        total_s = hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE + seconds
        return _above_0(total_s, text, "a duration")
    total_s, last = 0.0, float("inf")
    rest = plain
    while rest:
        part = _WITH_UNIT.match(rest)
        unit_s = None if part is None else _SECONDS.get(part[2])
        # Each unit once, the larger before the smaller.
        if part is None or unit_s is None or unit_s >= last:
            _refuse(text, _A_DURATION)
        total_s, last = total_s + _number(part[1], text) * unit_s, unit_s
        rest = rest[part.end() :].lstrip()
    if not plain:
        _refuse(text, _A_DURATION)
    return _above_0(total_s, text, "a duration")


def parse_pace_mps(text: str) -> float:
    """Read a pace or a speed that somebody typed.

    Parameters
    ----------
    text : str
        A duration for a distance (``9:30/mi``, ``5:30 min/km``, ``1:45 per 400m``), or
        a speed in m/s, km/h or mph.

    Returns
    -------
    float
        The speed, above 0 [m/s].

    Raises
    ------
    ValueError
        If it is neither, or its unit is missing.

    Examples
    --------
    >>> round(parse_pace_mps("9:30/mi"), 3), parse_pace_mps("5:00 min/km")
    (2.823, 3.3333333333333335)
    >>> parse_pace_mps("7.2 km/h")
    2.0
    """
    plain = _plain(text)
    speed = _WITH_UNIT.fullmatch(plain)
    if speed is not None and speed[2] in _SPEEDS:
        return _above_0(_number(speed[1], text) * _SPEEDS[speed[2]], text, "a speed")
    time, slash, ground = plain.replace(" per ", "/").partition("/")
    time, ground = time.strip(), ground.strip()
    # In "5:30 min/km" the minutes are said twice.
    if ":" in time:
        time = time.removesuffix("min").rstrip()
    if not slash:
        _refuse(text, _A_PACE)
    try:
        metres = parse_distance_m(ground if ground[:1].isdigit() else f"1{ground}")
        return metres / parse_duration_s(time)
    except ValueError:
        _refuse(text, _A_PACE)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def _number(digits: str, text: str) -> float:
    if _THOUSANDS.search(digits):
        _refuse(
            text,
            "a number without a comma before three digits, which could stand for "
            "thousands or for a decimal point",
        )
    return float(digits.replace(",", "."))


def _above_0(value: float, text: str, what: str) -> float:
    if not 0 < value < float("inf"):
        _refuse(text, f"{what} above 0")
    return value


def _refuse(text: str, expected: str) -> NoReturn:
    msg = f"found {text!r}; expected {expected}"
    raise ValueError(msg) from None
