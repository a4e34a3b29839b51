"""Ratings of other body sites: columns of their own, beside the pain in question.

A stride should not touch the shoulder. If the shoulder is rated higher on the same
runs, the way of rating drifts, not the hip (Lipsitch et al. 2010).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hipstride.alignment.changes import slug
from hipstride.errors import TableError
from hipstride.tables import PAIN_MOMENTS

__all__ = ["control_column", "control_sites"]

_MOMENTS = tuple(moment for moment in PAIN_MOMENTS if moment != "day")


def control_column(site: str, moment: str = "after") -> str:
    """Name the column that holds the ratings of another body site.

    Parameters
    ----------
    site : str
        The runner's word for it.
    moment : str
        ``before``, ``during``, ``after`` or ``next_morning``.

    Returns
    -------
    str
        ``control_``, the words in lower case joined by underscores, the moment and
        ``_0_10``.

    Raises
    ------
    TableError
        If the moment is none, or the site has no letter.

    Examples
    --------
    >>> control_column("Left shoulder")
    'control_left_shoulder_after_0_10'
    """
    if moment not in _MOMENTS:
        msg = f"moment: found {moment!r}; expected one of {', '.join(_MOMENTS)}"
        raise TableError(msg)
    words = slug(site)
    if not words:
        msg = f"controls: found the site {site!r}; expected a word, such as 'shoulder'"
        raise TableError(msg)
    return f"control_{words}_{moment}_0_10"


def control_sites(
    controls: Sequence[str], site: str | None, rated: pd.Series
) -> dict[str, str]:
    """Check the control sites against the diary.

    Parameters
    ----------
    controls : sequence of str
        The sites asked for.
    site : str or None
        The site in question.
    rated : Series of str
        The sites of all ratings, in lower case.

    Returns
    -------
    dict
        The sites in lower case, by the name of the column of the ratings after a run.

    Raises
    ------
    TableError
        If one is the site in question, is not in the diary, or shares its name with
        another.

    Examples
    --------
    >>> control_sites(["Neck"], "hip", pd.Series(["hip", "neck"]))
    {'control_neck_after_0_10': 'neck'}
    """
    if isinstance(controls, str):
        msg = f"controls: found the text {controls!r}; expected a list, [{controls!r}]"
        raise TableError(msg)
    found: dict[str, str] = {}
    for control in controls:
        name = control.strip().casefold()
        column = control_column(name)
        if site is not None and name == site.strip().casefold():
            msg = f"controls: found {control!r}, which is the site in question"
            raise TableError(msg)
        if not rated.eq(name).any():
            known = ", ".join(sorted(set(rated) - {""})) or "no sites"
            msg = (
                f"controls: found no rating of the site {control!r}; the diary has "
                f"{known}"
            )
            raise TableError(msg)
        if found.setdefault(column, name) != name:
            msg = (
                f"controls: {found[column]!r} and {control!r} share the column "
                f"{column!r}; rename one in the diary"
            )
            raise TableError(msg)
    return found
