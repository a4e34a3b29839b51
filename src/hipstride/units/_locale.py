"""Kilometres or miles, as where the runner lives."""

from __future__ import annotations

import locale
import os
from typing import Literal

from hipstride.units._constants import METRES_PER_KILOMETRE, METRES_PER_MILE

__all__ = ["LengthUnits", "chosen_units", "default_units", "metres_per"]

LengthUnits = Literal["km", "mi"]

# CLDR: where the distance along a road is given in miles.
_MILE_COUNTRIES = ("US", "GB", "LR", "PR", "VI", "GU", "AS", "MP")
_VARIABLES = ("LC_ALL", "LC_MEASUREMENT", "LANG")


def default_units() -> LengthUnits:
    """Say what distances and paces are told in where nobody asked for one.

    ``HIPSTRIDE_UNITS`` (``km`` or ``mi``) comes first, then the country of the
    locale (``LC_ALL``, ``LC_MEASUREMENT``, ``LANG``, or what the system says).

    Returns
    -------
    {"km", "mi"}
        Kilometres where nothing says miles.

    References
    ----------
    .. [1] Unicode CLDR, supplemental data, measurementSystem-category-road.

    Examples
    --------
    >>> default_units() in ("km", "mi")
    True
    """
    asked = os.environ.get("HIPSTRIDE_UNITS", "").strip().lower()
    if asked in ("km", "mi"):
        return "mi" if asked == "mi" else "km"
    stated = next((v for name in _VARIABLES if (v := os.environ.get(name))), None)
    if stated is None:
        stated = locale.getlocale()[0] or ""
    country = stated.partition(".")[0].partition("@")[0].rpartition("_")[2]
    is_english_us = stated.startswith("English_United States")  # Windows' own name
    return "mi" if country in _MILE_COUNTRIES or is_english_us else "km"


def chosen_units(units: LengthUnits | None) -> LengthUnits:
    """Give the units that were asked for, or those of the machine.

    Parameters
    ----------
    units : {"km", "mi"} or None
        What was asked for.

    Returns
    -------
    {"km", "mi"}
        What to tell distances and paces in.

    Raises
    ------
    ValueError
        If it is neither of the two.

    Examples
    --------
    >>> chosen_units("mi")
    'mi'
    """
    if units is None:
        return default_units()
    if units not in ("km", "mi"):
        msg = f"units: found {units!r}; expected 'km' or 'mi'"
        raise ValueError(msg)
    return units


def metres_per(units: LengthUnits) -> float:
    """Say how long one kilometre or one mile is.

    Parameters
    ----------
    units : {"km", "mi"}
        Which.

    Returns
    -------
    float
        Its length [m].

    Examples
    --------
    >>> metres_per("km")
    1000.0
    """
    return METRES_PER_MILE if units == "mi" else METRES_PER_KILOMETRE
