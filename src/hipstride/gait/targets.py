r"""What cadence makes a runner's own step shorter by so much, at one speed.

At a fixed speed :math:`v` step length and cadence are mirror images, :math:`c = 60 v /
\ell`. So steps that are 5 % shorter are a cadence of 1 / 0.95, that is 5.3 % higher.
What the steps are now is read off the runner's own curve: leg length does not tell it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.clean import MAX_USABLE_GRADE_PCT
from hipstride.gait.curve import StrideCurve
from hipstride.units import SECONDS_PER_MINUTE, STEPS_PER_STRIDE

__all__ = ["DEFAULT_SHORTEN_PCT", "stride_targets"]

DEFAULT_SHORTEN_PCT = (3.0, 5.0, 7.5, 10.0)
# Beyond the speeds behind the curve by more than this it is a guess, not a curve.
MAX_BEYOND = 0.25
# The half minutes behind the curve are no steeper than 5 %; on ground twice as steep
# running is another thing.
MAX_GRADE_PCT = 10.0
# What a body does is another gait by then; no study went near it.
MAX_SHORTEN_PCT = 30.0
# Studies of the hip went to 10 % more steps, a step shorter by 9.1 % (`hip_mechanics`).
TRIED_SHORTEN_PCT = 10.0
_ROUNDING = 1e-9


def stride_targets(
    curve: StrideCurve,
    speed_mps: float,
    *,
    shorten_pct: Iterable[float] = DEFAULT_SHORTEN_PCT,
    grade_pct: float = 0.0,
) -> pd.DataFrame:
    """Give the cadence for each of several shorter steps, at one speed.

    Parameters
    ----------
    curve : StrideCurve
        The runner's own curve, ``matched_stride(windows).curve``.
    speed_mps : float
        The speed [m/s].
    shorten_pct : iterable of float
        By how much the step is to be shorter [%].
    grade_pct : float
        The slope of the ground [%].

    Returns
    -------
    DataFrame
        A row for the steps as they are (``shorten_pct`` 0), and one for each reduction:
        shorten_pct, speed_mps, grade_pct; step_length_m, stride_length_m and
        cadence_spm, each with the 95 % interval of the curve in ``…_low_…`` and
        ``…_high_…``; cadence_change_spm and cadence_change_pct against the steps as
        they are; is_extrapolated, where the speed lies outside of those behind the
        curve; and note, what has to be said of the row. Beyond them by more than a
        quarter all lengths and cadences are NaN, and the note says so. ``attrs`` holds
        ``level`` and the curve's ``notes``.

    Raises
    ------
    ValueError
        If the speed is none, the grade beyond 10 %, or a reduction not between 0 and
        30 %.

    Notes
    -----
    1. The intervals are those of the runner's mean. A single run lies further off, as
       form changes from day to day.
    2. The change of cadence in per cent has no interval: it is arithmetic, whatever the
       step is now.

    Examples
    --------
    >>> from hipstride import gait
    >>> speed_mps = np.tile(np.linspace(2.6, 3.4, 40), 6)
    >>> windows = pd.DataFrame(
    ...     {
    ...         "run_id": np.repeat(list("abcdef"), 40),
    ...         "elapsed_s": np.tile(np.arange(40) * 30.0, 6),
    ...         "speed_mps": speed_mps,
    ...         "step_length_m": 1.05 * (speed_mps / 3.0) ** 0.9,
    ...         "cadence_spm": 170.0,
    ...         "duration_s": 30.0,
    ...     }
    ... )
    >>> targets = stride_targets(gait.matched_stride(windows).curve, 3.0)
    >>> targets["cadence_spm"].round(1).tolist()
    [171.4, 176.7, 180.5, 185.3, 190.5]
    >>> targets["cadence_change_pct"].round(2).tolist()
    [0.0, 3.09, 5.26, 8.11, 11.11]
    """
    if not 0 < speed_mps < inf:
        msg = f"speed_mps: found {speed_mps:g}; expected a speed above 0"
        raise ValueError(msg)
    if not abs(grade_pct) <= MAX_GRADE_PCT:
        msg = (
            f"grade_pct: found {grade_pct:g}; expected -{MAX_GRADE_PCT:g} to "
            f"{MAX_GRADE_PCT:g}, as the curve is of ground up to 5 %"
        )
        raise ValueError(msg)
    wanted = [float(one) for one in shorten_pct]
    for one in wanted:
        if not 0 < one <= MAX_SHORTEN_PCT:
            msg = (
                f"shorten_pct: found {one:g}; expected above 0 and up to "
                f"{MAX_SHORTEN_PCT:g}"
            )
            raise ValueError(msg)
    shorten = np.array([0.0, *wanted])
    kept = 1.0 - shorten / 100.0
    is_outside, far = _outside(curve, speed_mps)
    known = np.nan if far else 1.0
    step_m = known * float(curve.step_length_m(speed_mps, grade_pct)) * kept
    low, high = curve.interval(speed_mps, grade_pct)
    low_m, high_m = known * float(low) * kept, known * float(high) * kept

    def cadence(step_length_m: NDArray[np.float64]) -> NDArray[np.float64]:
        return SECONDS_PER_MINUTE * speed_mps / step_length_m

    # 2
    change_pct = 100.0 * (1.0 / kept - 1.0)
    table = pd.DataFrame(
        {
            "shorten_pct": shorten,
            "speed_mps": float(speed_mps),
            "grade_pct": float(grade_pct),
            "step_length_m": step_m,
            "step_length_low_m": low_m,
            "step_length_high_m": high_m,
            "stride_length_m": STEPS_PER_STRIDE * step_m,
            "stride_length_low_m": STEPS_PER_STRIDE * low_m,
            "stride_length_high_m": STEPS_PER_STRIDE * high_m,
            "cadence_spm": cadence(step_m),
            "cadence_low_spm": cadence(high_m),
            "cadence_high_spm": cadence(low_m),
            "cadence_change_spm": cadence(step_m) - cadence(step_m)[0],
            "cadence_change_pct": change_pct,
            "is_extrapolated": is_outside,
            "note": _notes(curve, shorten, grade_pct, is_outside=is_outside, far=far),
        }
    )
    table.attrs = {"level": 0.95, "notes": curve.notes}
    return table


def _outside(curve: StrideCurve, speed_mps: float) -> tuple[bool, bool]:
    """Say whether a speed lies outside of those behind the curve, and whether far."""
    low, high = curve.speed_range_mps
    is_outside = not low * (1 - _ROUNDING) <= speed_mps <= high * (1 + _ROUNDING)
    far = not low * (1 - MAX_BEYOND) <= speed_mps <= high * (1 + MAX_BEYOND)
    return is_outside, far


def _notes(
    curve: StrideCurve,
    shorten_pct: NDArray[np.float64],
    grade_pct: float,
    *,
    is_outside: bool,
    far: bool,
) -> pd.Series:
    """Say what has to be said of each row."""
    low, high = curve.speed_range_mps
    span = f"the runs behind the curve are at {low:.2f} to {high:.2f} m/s"
    if far:
        return pd.Series([f"not known: {span}"] * len(shorten_pct), dtype="str")
    of_all = []
    if is_outside:
        of_all.append(f"extrapolated: {span}")
    if not curve.is_elasticity_measured:
        of_all.append("the effect of speed is the published one, not this runner's")
    if abs(grade_pct) > MAX_USABLE_GRADE_PCT:
        of_all.append(f"extrapolated: the curve ends at {MAX_USABLE_GRADE_PCT:g} %")
    elif grade_pct and curve.uphill_slope == curve.downhill_slope == 0:
        of_all.append("what grade does to this runner's step is not known: as flat")
    tried = f"beyond the +{TRIED_SHORTEN_PCT:g} % of step rate that studies tried"
    return pd.Series(
        [
            "; ".join([*of_all, *([tried] if one > TRIED_SHORTEN_PCT else [])])
            for one in shorten_pct
        ],
        dtype="str",
    )
