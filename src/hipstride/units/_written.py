"""Durations and paces as they are written for people."""

from __future__ import annotations

from hipstride.units._constants import METRES_PER_KILOMETRE

__all__ = ["format_duration", "format_pace"]


def format_duration(duration_s: float) -> str:
    """Write a duration as h:mm:ss or m:ss.

    Parameters
    ----------
    duration_s : float
        The duration [s].

    Returns
    -------
    str
        The text, or an en dash where the duration is not a finite number.

    Examples
    --------
    >>> format_duration(3725.4), format_duration(59.6), format_duration(float("nan"))
    ('1:02:05', '1:00', '–')
    """
    if not abs(duration_s) < float("inf"):
        return "–"
    sign = "-" if duration_s < 0 else ""
    minutes, seconds = divmod(round(abs(duration_s)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}:{minutes:02d}:{seconds:02d}"
    return f"{sign}{minutes}:{seconds:02d}"


def format_pace(speed_mps: float, *, metres: float = METRES_PER_KILOMETRE) -> str:
    """Write a speed as the time for a kilometre, or for any other distance.

    Parameters
    ----------
    speed_mps : float
        The speed [m/s].
    metres : float
        The distance that the pace is for [m].

    Returns
    -------
    str
        Minutes and seconds, or an en dash where there is no pace.

    Examples
    --------
    >>> format_pace(3.0), format_pace(3.0, metres=1609.344), format_pace(0.0)
    ('5:33', '8:56', '–')
    """
    if not speed_mps > 0:
        return "–"
    return format_duration(metres / speed_mps)
