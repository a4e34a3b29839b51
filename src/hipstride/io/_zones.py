"""Time zones: whether a name is one, and which one this machine lives in."""

from __future__ import annotations

import difflib
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import tzlocal

from hipstride.errors import HipstrideError

__all__ = ["checked_zone", "machine_zone"]

_UNKNOWN = "UTC"
_SHOWN = 3


def checked_zone(name: str) -> str:
    """Give the name of a time zone as the world writes it.

    Parameters
    ----------
    name : str
        Such as ``Europe/Berlin``, in any case of letters.

    Returns
    -------
    str
        The name in the IANA database.

    Raises
    ------
    HipstrideError
        If there is no such zone; the message names those that are like it.

    Examples
    --------
    >>> checked_zone("europe/berlin")
    'Europe/Berlin'
    """
    known = _by_lower_case()
    wanted = "_".join(name.split()).lower()
    if wanted in known:
        return known[wanted]
    # A city alone will do where there is but one of its name.
    cities = [zone for low, zone in known.items() if low.endswith(f"/{wanted}")]
    if len(cities) == 1:
        return cities[0]
    near = difflib.get_close_matches(wanted, known, n=_SHOWN)
    like = ", ".join(known[one] for one in near) or "Europe/Berlin, America/New_York"
    msg = f"time zone: found {name!r}; expected a name such as {like}"
    raise HipstrideError(msg)


def machine_zone() -> str:
    """Name the time zone that this machine is set to; UTC where it does not tell."""
    try:
        name = tzlocal.get_localzone_name()
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return _UNKNOWN
    return name


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in sorted(available_timezones())}
