"""Altitudes that cannot be: spikes, zeros, leaps of a barometer that corrects itself.

No ground rises by metres between two steps, so such a leap is one of the instrument.
What is left out is marked; nothing is moved or filled in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SoundAltitude", "sound_altitude"]

# What is no altitude on land: the shore of the Dead Sea lies at -430 m; FIT writes
# -500 m for a number that was never set.
ALTITUDE_RANGE_M = (-450.0, 9_000.0)
# The steepest trails that people still run rise by a half; the rest is the step of a
# coarse altimeter (1 m on many devices) up or down twice.
MAX_RISE_M = 2.0
MAX_RISE_PER_M = 0.5
# A level that lasts for less ground than this between two leaps is a spike.
MAX_SPIKE_M = 40.0
# One and the same number for so long just before a leap: the sensor had stopped.
MIN_FROZEN_M = 60.0
# No ground that is run on for so long is level to the last digit of an altimeter.
MIN_CONSTANT_M = 500.0


class SoundAltitude(NamedTuple):
    """Which altitudes can be believed, and where a new level begins."""

    is_sound: NDArray[np.bool_]
    # Of each sample: how many leaps lie before it. Only within one level do altitudes
    # compare.
    level: NDArray[np.int64] | None


def sound_altitude(
    along_m: NDArray[np.float64], altitude_m: NDArray[np.float64]
) -> SoundAltitude:
    """Tell sound altitudes from what no ground can be.

    Parameters
    ----------
    along_m : array, shape (n,)
        Distance since the start, not falling; no gaps [m].
    altitude_m : array, shape (n,)
        Height; no gaps [m].

    Returns
    -------
    SoundAltitude
        Arrays of shape (n,); the level is None where there is but one.

    Notes
    -----
    1. Out of range, or one and the same number all through 500 m or more: not sound.
    2. A *leap* is a change of more than 2 m + half of the ground between two samples.
    3. Between leaps lie levels. One that lasts for less than 40 m is a spike and not
       sound; those at its sides are one level again unless there is a leap between
       them too.
    4. One and the same number all through the last 60 m or more of a level, before a
       leap, was a sensor that had stopped: not sound.
    """
    low_m, high_m = ALTITUDE_RANGE_M
    # 1
    is_sound = (altitude_m >= low_m) & (altitude_m <= high_m)
    if not is_sound.any():
        return SoundAltitude(is_sound, None)
    at: NDArray[np.int64] | None = None
    x, y = along_m, altitude_m
    if not is_sound.all():
        at = np.flatnonzero(is_sound)
        x, y = along_m[at], altitude_m[at]
    if x[-1] - x[0] >= MIN_CONSTANT_M and (y == y[0]).all():
        return SoundAltitude(np.zeros(len(along_m), dtype=np.bool_), None)
    leaps = _leaps(x, y)
    if not len(leaps):
        return SoundAltitude(is_sound, None)
    # 3
    at = np.arange(len(along_m)) if at is None else at
    kept = np.arange(len(x))
    while len(leaps):
        starts = np.append(0, leaps)
        ends = np.append(leaps, len(kept))
        is_spike = x[kept[ends - 1]] - x[kept[starts]] < MAX_SPIKE_M
        # A level cut off by the start or the end of the run may be the true one.
        is_spike &= ~((starts == 0) | (ends == len(kept))) | (ends - starts <= 2)  # noqa: PLR2004 - a pair says nothing
        if not is_spike.any():
            break
        kept = kept[~np.repeat(is_spike, ends - starts)]
        leaps = _leaps(x[kept], y[kept])
    is_sound[:] = False
    is_sound[at[kept]] = True
    if not len(leaps):
        return SoundAltitude(is_sound, None)
    # 4
    for start, leap in zip(np.append(0, leaps), leaps, strict=False):
        inside = kept[start:leap]
        differs = np.flatnonzero(y[inside] != y[inside[-1]])
        held = inside[differs[-1] + 1 if len(differs) else 0 :]
        if x[held[-1]] - x[held[0]] >= MIN_FROZEN_M:
            is_sound[at[held]] = False
    level = np.zeros(len(along_m), dtype=np.int64)
    level[at[kept[leaps]]] = 1
    return SoundAltitude(is_sound, np.cumsum(level))


def _leaps(
    along_m: NDArray[np.float64], altitude_m: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give the places that a leap leads to."""
    rise_m = np.abs(np.diff(altitude_m))
    # 2: mostly there is none, and the ground need not be looked at.
    high = np.flatnonzero(rise_m > MAX_RISE_M)
    ground_m = along_m[high + 1] - along_m[high]
    return high[rise_m[high] > MAX_RISE_M + MAX_RISE_PER_M * ground_m] + 1
