"""From recordings to one row per run, one recording in memory at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sized
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import DataQualityWarning, NotEnoughDataError
from hipstride.gait import daily_load
from hipstride.gait.timer import column
from hipstride.progress import shown_progress
from hipstride.runs.baseline import from_baseline
from hipstride.runs.curve import matched
from hipstride.runs.notes import apart, joined
from hipstride.runs.row import row_of
from hipstride.tables import RUNS, WINDOWS, Recording

__all__ = ["completed", "summarize", "summarize_with_windows"]

# Watches count from the end of 1989 until they are told the time.
FIRST_PLAUSIBLE_START = pd.Timestamp("2000-01-01", tz="UTC")
OVERLAP = np.timedelta64(30, "s")


def summarize(
    recordings: Iterable[Recording] | Recording,
    *,
    baseline_until: str | pd.Timestamp | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Turn recordings into one row per run.

    Parameters
    ----------
    recordings : iterable of Recording, or one Recording
        What `read_runs` yields; they are taken one at a time and let go.
    baseline_until : str or Timestamp, optional
        Last day of the baseline period, such as the day before a change. Stride
        deviations are counted from the runs up to and including it; from all runs
        where not given.
    progress : bool, optional
        Show how far it is: where not given, in a notebook when it takes long; never,
        or always.

    Returns
    -------
    DataFrame
        A `RUNS` table, one row a recording, in order of start. What a file does not
        carry is NaN.

    Raises
    ------
    TableError
        If `baseline_until` is no day.
    NotEnoughDataError
        If no run with steady running lies in the baseline.

    Warns
    -----
    DataQualityWarning
        If two recordings overlap in time: both are kept. If one is an exact copy of
        another (the same run_id): one is kept. If one starts before 2000: the clock of
        the device may not have been set.

    Examples
    --------
    >>> len(summarize([]))
    0
    """
    runs, _ = summarize_with_windows(
        recordings, baseline_until=baseline_until, progress=progress
    )
    return runs


def summarize_with_windows(
    recordings: Iterable[Recording] | Recording,
    *,
    baseline_until: str | pd.Timestamp | None = None,
    progress: bool | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn recordings into one row per run, and keep the half minutes behind it.

    Parameters
    ----------
    recordings, baseline_until, progress
        As in `summarize`.

    Returns
    -------
    runs : DataFrame
        A `RUNS` table.
    windows : DataFrame
        A `WINDOWS` table of all runs.

    Raises
    ------
    TableError
        If `baseline_until` is no day.
    NotEnoughDataError
        If no run with steady running lies in the baseline.

    Notes
    -----
    1. Means are over usable seconds, each weighed by its time. Those of speed and
       cadence are taken over logarithms, and the mean step length is 60 × mean speed /
       mean cadence: so the three agree, and a run at several speeds lies on the stride
       curve, which is a line in logarithms. (Plain means of intervals do not: the mean
       of a curve is not the curve of the mean.)
    2. ``duration_s`` is timer time, from the start to the last sample without pauses.
       It and the distance are the device's own totals where the file gives some that
       the samples do not contradict. ``moving_s`` and ``running_s`` are parts of it.
    3. A treadmill run's step length is independent of its cadence only where a foot pod
       measured the speed, or the runner typed what the belt said. Such runs alone, and
       those outdoors, shape the stride curve and have a step length at the reference
       speed.
    4. A device, or a device on a treadmill, is put on the scale of the usual one where
       both were in use together, else compared with its own baseline; a run without
       one has no deviation. Its notes say so. `from_baseline` counts from another
       baseline without reading the files again.
    5. Where a file does not tell the runner's clock, ``local_date`` is by the time zone
       in which it began, or that of UTC where it has no positions; the notes say so.

    Examples
    --------
    >>> runs, windows = summarize_with_windows([])
    >>> len(runs), len(windows)
    (0, 0)
    """
    if isinstance(recordings, Recording):
        recordings = [recordings]
    # Of what a reader yields nobody knows how many there will be.
    total = len(recordings) if isinstance(recordings, Sized) else None
    rows: list[dict[str, object]] = []
    tables: list[pd.DataFrame] = []
    seen: set[str] = set()
    copies: list[str] = []
    ends: dict[str, pd.Timestamp] = {}
    with shown_progress("Summing up runs", progress=progress) as tell:
        for recording in recordings:
            if recording.run_id in seen:
                copies.append(recording.source)
                continue
            seen.add(recording.run_id)
            row, windows = row_of(recording)
            rows.append(row)
            ends[recording.run_id] = _end_of(recording)
            tables.append(windows)
            tell(len(rows), total, f"{len(rows):,} run{'s' * (len(rows) != 1)}")
    if not rows:
        return RUNS.empty(*RUNS.names), WINDOWS.empty(*WINDOWS.names)
    runs = pd.DataFrame(rows).astype(
        {"started_at": "datetime64[us, UTC]", "local_date": "datetime64[us]"}
    )
    runs = runs.sort_values("started_at", kind="stable", ignore_index=True)
    _warn(runs, copies, runs["run_id"].map(ends))
    filled = [table for table in tables if len(table)]
    windows = pd.concat(filled, ignore_index=True) if filled else tables[0]
    return completed(runs, windows, baseline_until=baseline_until), windows


def completed(
    runs: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    baseline_until: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Add to the rows of runs what only all of them together tell.

    Parameters
    ----------
    runs : DataFrame
        What each recording alone tells, a `RUNS` row each, in order of start.
    windows : DataFrame
        The `WINDOWS` of all of them.
    baseline_until : str or Timestamp, optional
        Last day of the baseline period; all runs where not given.

    Returns
    -------
    DataFrame
        A `RUNS` table: with the step length at the reference speed, the deviation from
        the baseline, and the loads.

    Raises
    ------
    TableError
        If `baseline_until` is no day.
    NotEnoughDataError
        If no run with steady running lies in the baseline.
    """
    runs = _with_matched_stride(runs, windows, baseline_until)
    load = daily_load(runs)
    return RUNS.order(runs.assign(**{name: load[name] for name in load.columns}))


def _with_matched_stride(
    runs: pd.DataFrame,
    windows: pd.DataFrame,
    baseline_until: str | pd.Timestamp | None,
) -> pd.DataFrame:
    names = ("step_length_at_ref_speed_m", "step_length_at_ref_speed_se_m")
    try:
        found = matched(runs, windows)
    except NotEnoughDataError:
        # The day is still looked at, so that a slip in it shows.
        return from_baseline(runs.assign(**dict.fromkeys(names, nan)), baseline_until)
    by_run = found.runs.set_index("run_id").reindex(runs["run_id"])
    runs = runs.assign(**{name: by_run[name].to_numpy() for name in names})
    told = [
        joined([*apart(cell), *found.curve.notes, *apart(own)])
        for cell, own in zip(runs["notes"], by_run["notes"].fillna(""), strict=True)
    ]
    notes = runs["notes"].where(runs[names[0]].isna(), pd.Series(told, dtype="str"))
    runs = runs.assign(notes=notes)
    return from_baseline(runs, baseline_until)


def _end_of(recording: Recording) -> pd.Timestamp:
    elapsed_s = column(recording.samples, "elapsed_s")
    known = elapsed_s[np.isfinite(elapsed_s)]
    last_s = float(known.max()) if len(known) else 0.0
    return recording.started_at + pd.Timedelta(seconds=last_s)


def _warn(runs: pd.DataFrame, copies: list[str], ends_at: pd.Series) -> None:
    parts = []
    if copies:
        parts.append(
            f"{len(copies)} recordings are exact copies of others and are left out "
            f"({_some(copies)})"
        )
    again = _overlapping(runs["started_at"], ends_at)
    if again.any():
        parts.append(
            f"{np.count_nonzero(again)} recordings share their time with another "
            f"({_some(runs.loc[again, 'source'].tolist())}); they may be the same run "
            "twice, and all are kept: take one of each away"
        )
    early = runs["started_at"] < FIRST_PLAUSIBLE_START
    if early.any():
        parts.append(
            f"{np.count_nonzero(early)} of the recordings start before 2000 "
            f"({_some(runs.loc[early, 'source'].tolist())}); the clock of the device "
            "may not have been set, and their dates, loads and ratings would be wrong"
        )
    if parts:
        warnings.warn("; ".join(parts), DataQualityWarning, stacklevel=4)


def _overlapping(starts_at: pd.Series, ends_at: pd.Series) -> NDArray[np.bool_]:
    """Tell the runs that share some of their time with another; starts are sorted."""
    starts = starts_at.to_numpy("datetime64[us]")
    ends = ends_at.to_numpy("datetime64[us]")
    again = np.zeros(len(starts), dtype=np.bool_)
    longest = 0
    for i in range(1, len(starts)):
        # Watches round to seconds; one run may start where another ends.
        if starts[i] == starts[longest] or starts[i] + OVERLAP < ends[longest]:
            again[[longest, i]] = True
        if ends[i] > ends[longest]:
            longest = i
    return again


def _some(names: list[str], most: int = 6) -> str:
    listed = ", ".join(names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most} more"
