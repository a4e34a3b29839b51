"""A run in miles, kilometres or minutes, as runners expect it, and in the watch's laps.

A split ends where its distance is full, between two samples as a rule; pauses do not
count. The treadmill's own distance comes first where it was typed in, see `belt`.
"""

from __future__ import annotations

from math import isfinite

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.gait._split_ground import Ground, ground_of, ordered_signals
from hipstride.gait._split_laps import laps_of
from hipstride.gait._split_means import Curve, covered_at
from hipstride.gait._split_table import (
    are_whole,
    marks_of,
    put_together,
    side_by_side,
    when_full,
)
from hipstride.gait.signals import Signals
from hipstride.tables import Recording
from hipstride.units import METRES_PER_KILOMETRE

__all__ = ["Curve", "lap_splits", "splits", "splits_by_time"]


def splits(
    recording: Recording,
    *,
    every_m: float = METRES_PER_KILOMETRE,
    curve: Curve | None = None,
) -> pd.DataFrame:
    """Cut a run into splits of one distance.

    Parameters
    ----------
    recording : Recording
        One run; `with_belt_distance` first where a treadmill's display is better known.
    every_m : float
        How long a split is; 1,000 for kilometres, 1,609.344 for miles [m].
    curve : Curve, optional
        The runner's own curve, such as ``matched_stride(windows).curve``, to hold the
        step lengths against.

    Returns
    -------
    DataFrame
        A `SPLITS` table. The last row is what remains, ``is_whole`` tells. Distances
        sum to the run's total, durations to its timer time.

    Raises
    ------
    ValueError
        If `every_m` is no distance, or so short that there are over 10,000 splits.
    NotEnoughDataError
        If the run has neither distance nor speed, or no samples.

    Notes
    -----
    1. The moment at which a distance is full is found on the line between the two
       samples around it, in timer time, and is the first one where the runner stood.
    2. ``speed_mps`` is distance over timer time. ``cadence_spm`` is steps over time and
       ``step_length_m`` ground over steps, both of the running seconds of known cadence
       alone: ``running_fraction`` tells how much of the split was run.
    3. ``stride_deviation_pct`` is 100 × ln of that step length over the one that the
       curve expects at the running speed and grade of the split. It is missing where a
       watch on a treadmill guessed the speed, and on ground steeper than the curve's,
       5 %.

    Examples
    --------
    >>> samples = pd.DataFrame({"elapsed_s": np.arange(601.0), "speed_mps": 3.0})
    >>> samples["distance_m"] = 3.0 * samples["elapsed_s"]
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="",
    ...     device="",
    ...     started_at=pd.Timestamp("2026-09-01 06:00", tz="UTC"),
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> splits(run)[["split", "duration_s", "distance_m", "is_whole"]].round(1)
       split  duration_s  distance_m  is_whole
    0      1       333.3      1000.0      True
    1      2       266.7       800.0     False
    """
    _check_every(every_m, "every_m", "m")
    signals, ground = _prepared(recording)
    if not ground.total_m > 0:
        what = "metres to cut into splits"
        raise NotEnoughDataError(
            what,
            needed=every_m,
            got=0 if not isfinite(ground.total_m) else ground.total_m,
            remedy="the file has neither distance nor speed; cut by time, or type in "
            "the treadmill's distance",
        )
    marks_m = marks_of(ground.total_m, every_m)
    # 1
    ends_s = np.append(when_full(ground, marks_m[:-1]), ground.total_s)
    is_whole = are_whole(marks_m, every_m)
    return side_by_side(recording, signals, ground, ends_s, marks_m, is_whole, curve)


def splits_by_time(
    recording: Recording, *, every_s: float = 600.0, curve: Curve | None = None
) -> pd.DataFrame:
    """Cut a run into splits of one duration of timer time.

    Parameters
    ----------
    recording : Recording
        One run.
    every_s : float
        How long a split lasts [s].
    curve : Curve, optional
        As in `splits`.

    Returns
    -------
    DataFrame
        A `SPLITS` table as `splits` gives it; distances are missing where the file has
        neither distance nor speed.

    Raises
    ------
    ValueError
        If `every_s` is no duration, or so short that there are over 10,000 splits.
    NotEnoughDataError
        If the run has no samples.

    Examples
    --------
    >>> samples = pd.DataFrame({"elapsed_s": np.arange(601.0), "speed_mps": 3.0})
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="",
    ...     device="",
    ...     started_at=pd.Timestamp("2026-09-01 06:00", tz="UTC"),
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> splits_by_time(run, every_s=300)["distance_m"].tolist()
    [900.0, 900.0]
    """
    _check_every(every_s, "every_s", "s")
    signals, ground = _prepared(recording)
    ends_s = marks_of(ground.total_s, every_s)
    marks_m = covered_at(ground, ends_s)
    marks_m[-1] = ground.total_m
    is_whole = are_whole(ends_s, every_s)
    return side_by_side(recording, signals, ground, ends_s, marks_m, is_whole, curve)


def lap_splits(recording: Recording, *, curve: Curve | None = None) -> pd.DataFrame:
    """Give the watch's own laps as splits.

    Parameters
    ----------
    recording : Recording
        One run.
    curve : Curve, optional
        As in `splits`.

    Returns
    -------
    DataFrame
        A `SPLITS` table with the watch's distances and times, whatever they are;
        ``note`` says where laps overlap, leave out a part of the run, tell another
        distance than the samples, or have none and take it from the samples.

    Raises
    ------
    NotEnoughDataError
        If the file has no laps, or no samples.
    """
    laps = recording.laps
    if not len(laps):
        what, remedy = "laps", "the watch wrote none; cut by distance"
        raise NotEnoughDataError(what, needed=1, got=0, remedy=remedy)
    signals, ground = _prepared(recording)
    lapped = laps_of(recording, signals, ground)
    return put_together(
        recording,
        signals,
        ground,
        lapped.begins_s,
        lapped.ends_s,
        lapped.distance_m,
        lapped.is_whole,
        lapped.notes,
        curve,
    ).assign(started_at=laps["started_at"].to_numpy())


def _check_every(every: float, name: str, unit: str) -> None:
    if not 0 < every < float("inf"):
        msg = f"{name}: found {every:g}; expected more than 0 {unit}"
        raise ValueError(msg)


def _prepared(recording: Recording) -> tuple[Signals, Ground]:
    signals = ordered_signals(recording)
    ground = ground_of(recording, signals)
    if not ground.total_s > 0:
        what = "samples to cut into splits"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=len(signals),
            remedy="the file tells no more than that there was a run",
        )
    return signals, ground
