"""How steep the ground is, from a noisy altitude, and whether that can be believed.

Altitude comes in steps of 0.2 m (FIT) and drifts; over one metre of running it says
nothing. So the slope is that of a straight line through some eighty metres of ground,
which follows real hills and lets the steps average out. How far the altitudes lie from
that line tells how much the slope is worth.
"""

from __future__ import annotations

from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._altitude import sound_altitude

__all__ = ["GRADE_SPAN_M", "Slope", "grade", "slope_of"]

# Half a minute of easy running: short enough for a hill, long enough that a 0.3 m
# error of the altitude leaves about 0.2 % of grade.
GRADE_SPAN_M = 80.0
# On less ground than this a slope is a ratio of two errors.
MIN_GRADE_SPAN_M = 25.0
MIN_GRADE_SAMPLES = 4
# A watch that writes every 7 s has three samples on 80 m: there the two before and the
# two behind will do, if they do not lie further apart than this.
MAX_GRADE_SPAN_M = 160.0
# A step changes by some 0.4 % per 1 % of grade: more than this error moves it by more
# than most changes of form do.
MAX_GRADE_NOISE_PCT = 2.0
# A hill that bends within the span is no straight line either; a slope of four times
# its error is a slope all the same.
MAX_NOISE_OF_SLOPE = 0.25
# Neighbouring altitudes err alike. More alike than this the ground itself bends, and
# the line would be blamed for the hill.
MAX_ALIKE = 0.8


class Slope(NamedTuple):
    """The slope of the ground along a run, and how well it is known."""

    # NaN where it is not known well enough to be used.
    grade_pct: NDArray[np.float64]
    is_reliable: NDArray[np.bool_]
    # The slope that was found, good or bad, less its error.
    at_least_pct: NDArray[np.float64]
    # The standard error of the slope, median over the run.
    noise_pct: float


def grade(
    distance_m: NDArray[np.float64],
    altitude_m: NDArray[np.float64],
    *,
    span_m: float = GRADE_SPAN_M,
) -> NDArray[np.float64]:
    """Give the slope of the ground around each sample, where it is known.

    Parameters
    ----------
    distance_m : array, shape (n,)
        Distance since the start [m].
    altitude_m : array, shape (n,)
        Height [m].
    span_m : float
        Length of ground that one slope is taken over [m].

    Returns
    -------
    array, shape (n,)
        Rise per distance; NaN where `slope_of` calls it unreliable [%].

    Examples
    --------
    >>> distance_m = np.arange(0.0, 200.0, 4.0)
    >>> bool(np.allclose(grade(distance_m, 100 + 0.03 * distance_m), 3.0))
    True
    """
    return slope_of(distance_m, altitude_m, span_m=span_m).grade_pct


def slope_of(
    distance_m: NDArray[np.float64],
    altitude_m: NDArray[np.float64],
    *,
    span_m: float = GRADE_SPAN_M,
) -> Slope:
    """Give the slope of the ground around each sample, and how well it is known.

    Parameters
    ----------
    distance_m, altitude_m, span_m
        As in `grade`.

    Returns
    -------
    Slope
        Arrays of shape (n,).

    Notes
    -----
    1. Spikes, zeros, and altitudes that stood still are left out (`sound_altitude`).
    2. The least-squares line through all samples within half of `span_m` before and
       behind, but not across a leap of the altimeter. There, and at the ends of a run,
       the span is one-sided; a straight slope stays exact.
    3. Where the watch wrote so seldom that there are fewer than four samples, the two
       before and the two behind, within 160 m. Unknown with fewer than four, or on less
       than 25 m of ground.
    4. The error of a slope: that of the line, from the distances of the altitudes to
       it, made larger by how much neighbouring ones err alike (their autocorrelation
       over the whole run, at most 0.8). Above 2 %, and above a quarter of the slope
       itself, it is not used.

    An altitude that is wrong in one direction for hundreds of metres (a GPS in a
    valley, a barometer in changing weather) cannot be seen from the altitude alone.

    Examples
    --------
    >>> distance_m = np.arange(0.0, 400.0, 4.0)
    >>> altitude_m = 100 + 0.03 * distance_m
    >>> altitude_m[50:53] = 0.0
    >>> slope = slope_of(distance_m, altitude_m)
    >>> np.flatnonzero(~slope.is_reliable).tolist()
    [50, 51, 52]
    """
    n = len(distance_m)
    nothing = np.full(n, np.nan)
    unknown = Slope(nothing, np.zeros(n, dtype=np.bool_), nothing, nan)
    known = np.isfinite(distance_m) & np.isfinite(altitude_m)
    if np.count_nonzero(known) < MIN_GRADE_SAMPLES:
        return unknown
    # A distance that steps back (a device that corrects itself) waits.
    x = np.maximum.accumulate(distance_m[known])
    y = altitude_m[known]
    # 1
    is_sound, level = sound_altitude(x, y)
    if not is_sound.all():
        known[known] = is_sound
        x, y = x[is_sound], y[is_sound]
        level = None if level is None else level[is_sound]
    if len(x) < MIN_GRADE_SAMPLES:
        return unknown
    slope_pct, noise_pct = _lines(x - x[0], y - y[0], level, span_m)
    # 4
    is_noisy = noise_pct > MAX_GRADE_NOISE_PCT
    is_noisy &= noise_pct > MAX_NOISE_OF_SLOPE * np.abs(slope_pct)
    found, at_least_pct = nothing.copy(), nothing.copy()
    found[known] = np.where(is_noisy, np.nan, slope_pct)
    at_least_pct[known] = np.abs(slope_pct) - noise_pct
    some = noise_pct[np.isfinite(noise_pct)]
    return Slope(
        found,
        np.isfinite(found),
        at_least_pct,
        float(np.median(some)) if len(some) else nan,
    )


def _lines(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    level: NDArray[np.int64] | None,
    span_m: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the slope of the line around each place, and its standard error [%]."""
    # 2
    first = np.searchsorted(x, x - span_m / 2, side="left")
    behind = np.searchsorted(x, x + span_m / 2, side="right")
    few = np.flatnonzero(behind - first < MIN_GRADE_SAMPLES)
    if len(few):
        first[few] = np.clip(few - 2, 0, max(len(x) - 5, 0))
        behind[few] = np.minimum(first[few] + 5, len(x))
    if level is not None:
        first = np.maximum(first, np.searchsorted(level, level, side="left"))
        behind = np.minimum(behind, np.searchsorted(level, level, side="right"))
    n = (behind - first).astype(np.float64)

    total = np.zeros(len(x) + 1)

    def window_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
        np.cumsum(values, out=total[1:])
        return np.asarray(total.take(behind) - total.take(first), dtype=np.float64)

    sum_x, sum_y = window_sum(x), window_sum(y)
    sxx = window_sum(x * x) - sum_x * sum_x / n
    sxy = window_sum(x * y) - sum_x * sum_y / n
    syy = window_sum(y * y) - sum_y * sum_y / n
    # 3
    ground_m = x[behind - 1] - x[first]
    enough = (n >= MIN_GRADE_SAMPLES) & (ground_m >= MIN_GRADE_SPAN_M)
    enough &= ground_m <= max(MAX_GRADE_SPAN_M, span_m)
    # Many samples at one spot (standing) leave no spread to divide by.
    enough &= sxx > 1.0
    slope = np.divide(sxy, sxx, out=np.full(len(x), np.nan), where=enough)
    # 4
    left = np.maximum(syy - slope * sxy, 0.0) / (n - 2.0)
    off = y - sum_y / n - slope * (x - sum_x / n)
    variance = left / sxx * _inflation(off[enough])
    return 100.0 * slope, 100.0 * np.sqrt(variance)


def _inflation(off_m: NDArray[np.float64]) -> float:
    """Tell how much less altitudes that err alike are worth than as many new ones."""
    squares = float(off_m @ off_m)
    if not squares > 0.0:
        return 1.0
    alike = min(max(float(off_m[1:] @ off_m[:-1]) / squares, 0.0), MAX_ALIKE)
    return (1.0 + alike) / (1.0 - alike)
