"""Files that tell the time of a wall clock, and not whose.

Garmin Connect's list of activities does. Their readers can only take it for UTC; a
library knows the runner's time zone, and so the true moment: else such a run would be
an hour or more from the same run as the watch recorded it, and might be on another day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.io._clock import zone_offset
from hipstride.io._csv_values import NO_ZONE
from hipstride.runs.notes import apart, joined
from hipstride.runs.row import NO_CLOCK

__all__ = ["on_clock_of", "with_true_start"]


def on_clock_of(heads: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Move starts and ends that are of a wall clock to the moments that they were.

    Parameters
    ----------
    heads : DataFrame
        Recordings with ``is_wall_clock``, ``started_at`` and ``ended_at`` in
        microseconds.
    zone : str
        The runner's time zone.

    Returns
    -------
    DataFrame
        A copy, in order of start.
    """
    of_clock = heads["is_wall_clock"].to_numpy(bool)
    if not of_clock.any():
        return heads
    starts, ends = heads["started_at"].to_numpy(), heads["ended_at"].to_numpy()
    wall = pd.to_datetime(pd.Series(starts[of_clock]), unit="us")
    # What the clock showed twice is taken for summer time; what it left out, for later.
    true = wall.dt.tz_localize(
        zone, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward"
    ).dt.tz_convert("UTC")
    moved = true.dt.tz_localize(None).to_numpy("M8[us]").astype(np.int64)
    by = moved - starts[of_clock]
    starts, ends = starts.copy(), ends.copy()
    starts[of_clock] += by
    ends[of_clock] += by
    placed = heads.assign(started_at=starts, ended_at=ends)
    return placed.sort_values(["started_at", "run_id"], ignore_index=True)


def with_true_start(
    runs: pd.DataFrame, heads: pd.DataFrame, zone: str | None
) -> pd.DataFrame:
    """Give the runs of such files their true start, and keep the day that they tell.

    Parameters
    ----------
    runs : DataFrame
        Rows of `RUNS`, as the files alone give them.
    heads : DataFrame
        The same recordings, in the same order, as `on_clock_of` gives them.
    zone : str or None
        The runner's time zone.

    Returns
    -------
    DataFrame
        A copy.
    """
    of_clock = heads["is_wall_clock"].to_numpy(bool)
    if zone is None or not of_clock.any():
        return runs
    true = pd.Series(pd.to_datetime(heads["started_at"], unit="us", utc=True))
    started_at = runs["started_at"].where(~of_clock, true.set_axis(runs.index))
    offset_s = runs["utc_offset_s"].to_numpy(np.float64).copy()
    notes = runs["notes"].fillna("").astype("str").tolist()
    for place in np.flatnonzero(of_clock).tolist():
        offset = zone_offset(zone, started_at.iloc[place])
        offset_s[place] = offset.total_seconds()
        kept = [
            one
            for one in apart(notes[place])
            if one != NO_ZONE and not one.startswith(NO_CLOCK)
        ]
        notes[place] = joined([*kept, f"its times are of the clock of {zone}"])
    return runs.assign(
        started_at=started_at.astype("datetime64[us, UTC]"),
        utc_offset_s=offset_s,
        notes=pd.Series(notes, index=runs.index, dtype="str"),
    )
