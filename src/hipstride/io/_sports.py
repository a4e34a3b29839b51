"""The words that files have for a sport, in the words of the FIT profile."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["sport_of"]

_RUNNING = (
    "run running jog jogging laufen lauf course_a_pied courir correr carrera corrida "
    "corsa hardlopen lopning lop bieganie lob juoksu"
)
_SPORTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_RUNNING.split(), ("running", "")),
    **dict.fromkeys(("trail_running", "trail_run"), ("running", "trail")),
    **dict.fromkeys(("track_running", "track_run"), ("running", "track")),
    **dict.fromkeys(("street_running", "road_running"), ("running", "street")),
    **dict.fromkeys(("treadmill_running", "treadmill"), ("running", "treadmill")),
    **dict.fromkeys(("indoor_running", "indoor_run"), ("running", "indoor_running")),
    **dict.fromkeys(
        ("virtual_run", "virtual_running"), ("running", "virtual_activity")
    ),
    # Strava writes its own numbers into GPX.
    "9": ("running", ""),
    "1": ("cycling", ""),
    **dict.fromkeys(("walk", "walking"), ("walking", "")),
    **dict.fromkeys(("hike", "hiking"), ("hiking", "")),
    **dict.fromkeys(("ride", "biking", "cycling", "bike"), ("cycling", "")),
    "mountain_biking": ("cycling", "mountain"),
    **dict.fromkeys(("swim", "swimming"), ("swimming", "")),
    "open_water_swimming": ("swimming", "open_water"),
    "lap_swimming": ("swimming", "lap_swimming"),
    "multi_sport": ("multisport", ""),
    **dict.fromkeys(("other", "generic"), ("generic", "")),
    **dict.fromkeys(("", "unknown"), ("", "")),
}


def sport_of(word: str) -> tuple[str, str, tuple[str, ...]]:
    """Translate a file's word for the sport.

    Parameters
    ----------
    word : str
        What the file says, in any case; may be empty.

    Returns
    -------
    sport, sub_sport : str
        In the words of the FIT profile; empty where the word is unknown.
    notes : tuple of str
        The word that was not understood, if so.

    Examples
    --------
    >>> sport_of("Trail Running"), sport_of("9")
    (('running', 'trail', ()), ('running', '', ()))
    >>> sport_of("quidditch")
    ('', '', ("the sport 'quidditch' is not known and was left open",))
    """
    plain = unicodedata.normalize("NFKD", word.strip().lower())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    key = re.sub(r"[\s\-]+", "_", plain)
    if key in _SPORTS:
        return (*_SPORTS[key], ())
    return "", "", (f"the sport {word.strip()!r} is not known and was left open",)
