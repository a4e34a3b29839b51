"""How a run changes from its first to its last third, the stride at the same speed.

Tired runners slow down, and slower is shorter: raw step length falls whether the form
holds or not. So each half minute is held against the runner's own stride curve at its
own speed and grade, and what is left is followed through the run.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.gait._drift_notes import BELT_MEAN, CIRCULAR, notes_of
from hipstride.gait._drift_rows import (
    MIN_WINDOWS,
    no_row,
    row_with_interval,
    row_without_interval,
    thirds_of,
)
from hipstride.gait._dynamics import window_means
from hipstride.gait.account import account
from hipstride.gait.curve import StrideCurve
from hipstride.gait.matched import matched_stride
from hipstride.gait.steps import foot_pod_speed
from hipstride.gait.timer import column
from hipstride.gait.windows import WINDOW_S, steady_windows
from hipstride.tables import Recording
from hipstride.units import format_duration

__all__ = ["drift"]

Floats = NDArray[np.float64]

# Part of the step per 1 % of grade, where the curve does not know it: 0 give or take
# this. Forty real runs gave -0.7 to +0.4 % in all but one.
UNKNOWN_GRADE_SD = 0.005
_SHORT_RUN_S = 600.0
_DEVIATION = "stride_deviation_pct"
_FROM_WINDOWS = (
    "speed_mps",
    "cadence_spm",
    "step_length_m",
    "heart_rate_bpm",
    "grade_pct",
)
# What is made with a speed that the watch made of cadence.
_OF_SPEED = frozenset({_DEVIATION, "speed_mps", "step_length_m", "vertical_ratio_pct"})


def drift(recording: Recording, *, curve: StrideCurve | None = None) -> pd.DataFrame:
    r"""Compare the last third of a run's steady running with the first.

    Parameters
    ----------
    recording : Recording
        One run. Its samples are cleaned here if they were not before.
    curve : StrideCurve, optional
        The runner's curve, as `matched_stride` draws it from many runs. Where not given
        the run itself has to tell the effect of speed, and mostly cannot: then the
        published one, 0.92 ± 0.06 % of step for each 1 % of speed [1]_, stands in.

    Returns
    -------
    DataFrame
        One row for each thing measured; those that were not recorded have no row.

        * measure, unit: ``stride_deviation_pct`` first (100 × the logarithm of step
          length over that of the curve at the same speed and grade), then speed,
          cadence, step length, heart rate and grade, and what a strap or pod tells
          (balance, ground contact, oscillation, vertical ratio), none of these at the
          same speed;
        * first_third, middle_third, last_third: means of the half minutes;
        * change, change_low, change_high: last less first, with its 95 % interval;
        * per_10_min, per_10_min_low, per_10_min_high: slope of the straight line
          through all half minutes, by elapsed time. Speed, cadence, step length, heart
          rate and grade have no intervals: they follow the pace and the course, and say
          what the thirds were like;
        * n_windows: how many half minutes stand behind it;
        * reason: why the numbers are NaN; empty where they are not.

        ``attrs`` holds ``steady_s`` (how much steady running there is [s]), ``level``,
        and ``notes``: what was assumed, one sentence each.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than 12 half minutes of steady running.

    Notes
    -----
    1. The half minutes are those of `steady_windows`: without the first four minutes,
       pauses and steep ground. Each third has the same number of them.
    2. Without a curve one is fitted to this run, with a level for each third: else the
       drift would be taken for an effect of speed where the runner slowed down.
    3. Half minutes resemble their neighbours, and one run does not tell for how long:
       the interval is that of all memories that fit (`changes_within`). In simulated
       hours it held the truth in 95 to 98 % of the cases at memories of 1 to 10 min,
       in 90 % at 16 min, and always where nothing lasts. In less than 20 min of steady
       running it is 85 to 90 % at 7 min and more, and a note says so.
    4. To the interval of ``stride_deviation_pct`` the error of the curve is added:
       that of its slopes, times how far the thirds differ in speed and grade. 10 %
       slower with an elasticity that is known to 0.06 is 0.6 % of the step.
    5. On a treadmill without a foot pod the watch makes speed out of cadence; its step
       length then carries no news, and neither does a drift of it.

    An error of the GPS speed moves step and expected step alike; a tenth of it is left.

    References
    ----------
    .. [1] Cavanagh PR, Kram R. Stride length in distance running. Med Sci Sports Exerc
       1989;21:467-479.

    Examples
    --------
    >>> second = np.arange(3600.0)
    >>> samples = pd.DataFrame(
    ...     {
    ...         "time": pd.Timestamp("2026-09-01 06:00", tz="UTC")
    ...         + pd.to_timedelta(second, unit="s").as_unit("us"),
    ...         "elapsed_s": second,
    ...         "speed_mps": 3.0,
    ...         "cadence_spm": 170 * 1.02 ** (second / 3600),
    ...     }
    ... )
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="",
    ...     device="",
    ...     started_at=samples["time"][0],
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> table = drift(run).set_index("measure")
    >>> table.loc["stride_deviation_pct", ["change", "per_10_min"]].round(2).tolist()
    [-1.24, -0.33]
    """
    windows = steady_windows(recording)
    if len(windows) < MIN_WINDOWS:
        what = f"half minutes of steady running in {recording.source}"
        raise NotEnoughDataError(
            what,
            needed=MIN_WINDOWS,
            got=len(windows),
            remedy=_remedy(recording, column(windows, "duration_s").sum()),
        )
    # 1
    third = thirds_of(len(windows))
    speed_mps, grade_pct = column(windows, "speed_mps"), column(windows, "grade_pct")
    is_own = curve is None
    if curve is None:
        # 2
        curve = matched_stride(windows.assign(run_id=third.astype(str))).curve
    expected_m = curve.step_length_m(speed_mps, grade_pct)
    series = {_DEVIATION: 100.0 * np.log(column(windows, "step_length_m") / expected_m)}
    series |= {name: column(windows, name) for name in _FROM_WINDOWS}
    series |= window_means(recording, column(windows, "elapsed_s"))
    at_s = column(windows, "elapsed_s") + 0.5 * WINDOW_S
    curve_errors = _curve_errors(curve, speed_mps, grade_pct)
    # 5
    no_news = ""
    if recording.is_treadmill and np.isfinite(recording.belt_distance_m):
        no_news = BELT_MEAN
    elif recording.is_treadmill and foot_pod_speed(recording.samples) is None:
        no_news = CIRCULAR
    rows = []
    for name, values in series.items():
        if not np.isfinite(values).any():
            continue
        if no_news and name in _OF_SPEED:
            rows.append(no_row(name, 0, no_news))
        elif name in _FROM_WINDOWS:
            rows.append(row_without_interval(name, values, at_s, third))
        else:
            # 3 and 4
            errors = curve_errors if name == _DEVIATION else None
            rows.append(row_with_interval(name, values, at_s, third, errors))
    table = pd.DataFrame(rows).astype({"reason": "str"})
    table.attrs = {
        "steady_s": float(column(windows, "duration_s").sum()),
        "level": 0.95,
        "notes": notes_of(windows, third, curve, is_own=is_own, no_news=no_news),
    }
    return table


def _remedy(recording: Recording, steady_s: float) -> str:
    """Say how much could be used of a run, why no more, and what would do."""
    short = "use a run of 10 minutes or more that has speed and cadence"
    elapsed_s = column(recording.samples, "elapsed_s")
    words = account(recording)
    lasted_s = np.nanmax(elapsed_s) if np.isfinite(elapsed_s).any() else 0.0
    if lasted_s < _SHORT_RUN_S or words == "all of it usable":
        return short
    return (
        f"{format_duration(float(steady_s))} of {format_duration(float(lasted_s))} is "
        f"steady running on usable ground after the first 4 minutes ({words}); use a "
        "run with 6 minutes of it"
    )


def _curve_errors(curve: StrideCurve, speed_mps: Floats, grade_pct: Floats) -> Floats:
    """Give how far wrong the curve may be in each window, shape (n_errors, n) [%].

    The squares of what they come to in a sum of windows add up to its variance.
    """
    x = np.log(speed_mps / curve.ref_speed_mps)
    grade = np.nan_to_num(grade_pct, nan=0.0)
    known = np.stack([x, np.maximum(grade, 0.0), np.minimum(grade, 0.0), x**2])
    slopes = curve.draws[:, :4]
    off = (slopes - slopes.mean(axis=0)) @ known / sqrt(len(slopes))
    is_grade_known = curve.uphill_slope != 0 or curve.downhill_slope != 0
    of_hills = (0.0 if is_grade_known else UNKNOWN_GRADE_SD) * grade
    return np.asarray(100.0 * np.vstack([off, of_hills]))
