"""What has to be said beside the drift of a run: what was assumed, what to mind."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.curve import StrideCurve
from hipstride.gait.timer import column
from hipstride.gait.windows import WINDOW_S

__all__ = ["BELT_MEAN", "CIRCULAR", "notes_of", "too_few"]

CIRCULAR = (
    "the watch made the speed out of cadence, so that step length carries no news here"
)
BELT_MEAN = "a belt distance does not tell how speed changed within the run"
# A change of speed worth a word, between thirds and from window to window.
_SPEED_CHANGE = 0.03
_SPEED_SPREAD = 0.08
_GRADE_CHANGE_PCT = 0.5
_SHORT_S = 1200.0
_REST_S = 300.0
# So many windows outside the curve's speeds are no slip of the GPS.
_OUTSIDE_SHARE = 0.05


def too_few(got: int, of: int, needed: int) -> str:
    """Say that something was recorded, but in too few half minutes."""
    return f"known in {got} of {of} half minutes; needed {needed}, some in each third"


def notes_of(
    windows: pd.DataFrame,
    third: NDArray[np.int64],
    curve: StrideCurve,
    *,
    is_own: bool,
    no_news: str,
) -> tuple[str, ...]:
    """Say what was assumed, one sentence each.

    Parameters
    ----------
    windows : DataFrame
        The half minutes of steady running, a `WINDOWS` table.
    third : array of int, shape (n,)
        In which third each lies.
    curve : StrideCurve
        What the steps were held against.
    is_own : bool
        Whether the curve is of this run alone.
    no_news : str
        Why nothing is known of the speed on a treadmill; empty where it was measured.

    Returns
    -------
    tuple of str
        The notes; those on step length only where it was measured.
    """
    notes = []
    speed_mps, grade_pct = column(windows, "speed_mps"), column(windows, "grade_pct")
    elapsed_s = column(windows, "elapsed_s")
    if no_news:
        notes.append(f"A treadmill run: {no_news}.")
    else:
        if is_own:
            notes.append(
                "No curve of other runs was given: the effect of speed is from this "
                "run alone."
            )
        if not curve.is_elasticity_measured:
            notes.append(
                "Speed varies too little to measure its effect on the step: the "
                f"published one, {curve.elasticity:g} ± {curve.elasticity_se:g} "
                "(Cavanagh & Kram 1989), stands in."
            )
        notes += _speed_notes(speed_mps, third, curve, is_own=is_own)
        notes += _grade_notes(grade_pct, third, curve)
    if column(windows, "duration_s").sum() < _SHORT_S:
        notes.append(
            "Less than 20 minutes of steady running: where form wanders over many "
            "minutes the intervals are too narrow."
        )
    rest_s = float(np.diff(elapsed_s).max()) - WINDOW_S
    if rest_s >= _REST_S:
        notes.append(
            f"{rest_s / 60:.0f} min without steady running lie in between: a rest may "
            "have undone some of the drift."
        )
    return tuple(notes)


def _speed_notes(
    speed_mps: NDArray[np.float64],
    third: NDArray[np.int64],
    curve: StrideCurve,
    *,
    is_own: bool,
) -> list[str]:
    notes = []
    log_speed = np.log(speed_mps)
    faster = _apart(log_speed, third)
    if abs(faster) >= _SPEED_CHANGE:
        how = "faster" if faster > 0 else "slower"
        notes.append(
            f"The last third was {100 * abs(np.expm1(faster)):.0f} % {how} than the "
            "first. The steps are compared at the same speed, and the interval holds "
            "what is not known of the effect of speed."
        )
    if log_speed.std() >= _SPEED_SPREAD:
        notes.append(
            "Speed changed much from one half minute to the next, as in intervals: "
            "each is held against the curve at its own speed."
        )
    low, high = curve.speed_range_mps
    outside = float(np.mean((speed_mps < low) | (speed_mps > high)))
    if not is_own and outside > _OUTSIDE_SHARE:
        notes.append(
            f"{100 * outside:.0f} % of the half minutes are slower or faster than the "
            "runs behind the curve: it is extended there."
        )
    return notes


def _grade_notes(
    grade_pct: NDArray[np.float64], third: NDArray[np.int64], curve: StrideCurve
) -> list[str]:
    if np.isnan(grade_pct).all():
        return ["No altitude: hills, if there were any, count as flat."]
    grade = np.nan_to_num(grade_pct, nan=0.0)
    apart = _apart(grade, third)
    is_unknown = curve.uphill_slope == curve.downhill_slope == 0
    if is_unknown and abs(apart) >= _GRADE_CHANGE_PCT:
        how = "higher" if apart > 0 else "lower"
        note = (
            f"The grade of the last third was {abs(apart):.1f} % {how}, and too "
            "little is known of what grade does to this runner's step: part of the "
            "change may be the hill."
        )
        return [note]
    return []


def _apart(values: NDArray[np.float64], third: NDArray[np.int64]) -> float:
    """Give last third less first."""
    return float(values[third == third.max()].mean() - values[third == 0].mean())
