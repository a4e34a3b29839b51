"""What an account's list and the settings tell of a run beside its file.

A list knows the name, the runner's words, the shoe and the effort, and that a run filed
under "other" was on a treadmill. The clock of a file that holds UTC alone is that of
the list, else that of the time zone which the runner has set.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.io._clock import zone_offset
from hipstride.library._recorded import RUNNING, UNDECIDED_SPORTS
from hipstride.runs.notes import apart, joined
from hipstride.runs.row import NO_CLOCK

__all__ = ["overlaid", "told_by"]

_INDOORS = frozenset({"treadmill", "indoor_running", "virtual_activity"})
_FILLED = ("rpe_0_10", "feel_0_100")


def told_by(
    listed: object, is_treadmill: object, sport: str, sub_sport: str
) -> dict[str, str]:
    """Give what a list says better than the file.

    Parameters
    ----------
    listed, is_treadmill : object
        The list's sport, and whether it says treadmill; missing where no list tells.
    sport, sub_sport : str
        What the file itself states.

    Returns
    -------
    dict
        ``sport``, where the file states none that means anything and the list says it
        was a run; ``sub_sport``, where the list says treadmill and the file does not.

    Examples
    --------
    >>> told_by("running", True, "generic", "")
    {'sport': 'running', 'sub_sport': 'treadmill'}
    >>> told_by("running", True, "running", "treadmill"), told_by(None, None, "", "")
    ({}, {})
    """
    told: dict[str, str] = {}
    says_run = listed == RUNNING
    if says_run and sport in UNDECIDED_SPORTS:
        told["sport"] = RUNNING
    if says_run and is_treadmill is True and sub_sport not in _INDOORS:
        told["sub_sport"] = "treadmill"
    return told


def overlaid(
    runs: pd.DataFrame,
    activities: pd.DataFrame,
    zone: str | None,
) -> pd.DataFrame:
    """Fill in what the files of runs leave open.

    Parameters
    ----------
    runs : DataFrame
        Rows of `RUNS` as the files alone give them.
    activities : DataFrame
        What the lists say of each run, row by row, in the columns of `ACTIVITIES`;
        missing where they say nothing.
    zone : str or None
        The time zone that the runner has set.

    Returns
    -------
    DataFrame
        A copy with ``name``, ``description`` and ``shoe``; effort and feel where the
        watch did not ask; the clock, and with it ``local_date``, where the file tells
        none.
    """
    linked = activities.set_axis(runs.index)
    numbers = linked[[*_FILLED, "utc_offset_s"]].astype("float64")
    filled = {
        "name": linked["name"].astype("str"),
        "description": linked["description"].astype("str"),
        "shoe": linked["shoe"].astype("str"),
        **{name: runs[name].fillna(numbers[name]) for name in _FILLED},
    }
    return _with_clock(runs.assign(**filled), numbers["utc_offset_s"], zone)


def _with_clock(
    runs: pd.DataFrame, of_list: pd.Series, zone: str | None
) -> pd.DataFrame:
    """Set the clock of the runs whose files tell none, and say whose it is."""
    unknown = runs["utc_offset_s"].isna() & runs["started_at"].notna()
    if not unknown.any():
        return runs
    offsets_s = runs["utc_offset_s"].to_numpy(np.float64).copy()
    notes = runs["notes"].fillna("").astype("str").tolist()
    for place in np.flatnonzero(unknown.to_numpy()).tolist():
        if np.isfinite(of_list.iloc[place]):
            offsets_s[place] = of_list.iloc[place]
            whose = "the clock is that of the account's list"
        elif zone:
            there = zone_offset(zone, runs["started_at"].iloc[place])
            offsets_s[place] = there.total_seconds()
            whose = f"the clock is that of {zone}, as set by the runner"
        else:
            continue
        kept = [one for one in apart(notes[place]) if not one.startswith(NO_CLOCK)]
        notes[place] = joined([*kept, whose])
    offset_s = pd.Series(offsets_s, index=runs.index)
    local = runs["started_at"].dt.tz_localize(None) + pd.to_timedelta(
        offset_s.fillna(0.0), unit="s"
    )
    local_date = runs["local_date"].where(~unknown, local.dt.normalize())
    return runs.assign(
        utc_offset_s=offset_s,
        local_date=local_date.astype("datetime64[us]"),
        notes=pd.Series(notes, index=runs.index, dtype="str"),
    )
