"""What kind of thing a found file is, told by its name and its first bytes.

Nineteen of twenty files of an account's export are no runs. They are put aside here,
after a glance, so that the readers see only what may be one.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Literal

from hipstride.io._apple_scan import is_apple_health
from hipstride.io._files import Found, is_ours
from hipstride.io._fit_peek import HEAD_BYTES, file_type
from hipstride.io._formats import suffix_of
from hipstride.io.garmin_account import is_garmin_activities
from hipstride.io.strava_account import is_strava_activities
from hipstride.library._work import Outcome

__all__ = ["APPLE_EXPORT", "Kind", "sort_found"]

Kind = Literal["garmin", "strava", "apple", "activity"]

# Enough of an Apple export to see its root behind the document type definition.
_APPLE_HEAD_BYTES = 2**16
_ROUTES = "workout-routes"
APPLE_EXPORT = "export.xml"
# Types that the profile does not name, as watches use them.
_TYPES = {"44": "metrics", "49": "sleep"}
_NO_ACTIVITY = "a FIT file of {}, not of an activity"


def sort_found(  # noqa: PLR0911 - one answer for each kind of file
    found: Found, apple: Collection[str]
) -> Kind | Outcome:
    """Say what to do with a file.

    Parameters
    ----------
    found : Found
        A file of a walk, at which the walk stands.
    apple : collection of str
        Folders in which an export of Apple Health was found.

    Returns
    -------
    str or Outcome
        ``garmin``, ``strava``: an account's list of activities. ``apple``: an export of
        Apple Health. ``activity``: to be examined. An Outcome where that is settled.

    Raises
    ------
    ReadError
        If it, or its first bytes, cannot be read.
    """
    if found.problem is not None:
        raise found.problem
    path = PurePosixPath(found.label)
    if is_garmin_activities(path.name):
        return "garmin"
    suffix = suffix_of(path.name)
    if suffix == "xml":
        is_apple = is_apple_health(found.head(_APPLE_HEAD_BYTES))
        return (
            "apple" if is_apple else Outcome("not a run", "an XML file of another kind")
        )
    if not is_ours(found.label):
        kind = f"a .{suffix} file" if suffix else "a file without an ending"
        return Outcome("not a run", f"{kind}, which holds no activity")
    if path.parent.name == _ROUTES and str(path.parent.parent) in apple:
        return Outcome("not a run", "a route of Apple Health, read with its workout")
    if suffix == "csv" and is_strava_activities(
        found.head(_APPLE_HEAD_BYTES), path.name
    ):
        return "strava"
    if suffix == "fit":
        of = file_type(found.head(HEAD_BYTES))
        if of not in {"", "activity"}:
            named = _TYPES.get(of, f"type {of}" if of.isdecimal() else of)
            return Outcome("not a run", _NO_ACTIVITY.format(named.replace("_", " ")))
    return "activity"
