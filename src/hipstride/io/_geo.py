"""Distance along a track of positions, and speed from distance.

For files that give no distance or no speed of their own. Raw on purpose: judging what
is a jump or a pause is for the gait layer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["SPEED_WINDOW_S", "speed_from_distance", "track_distance"]

# Mean Earth radius of the IUGG, (2a + b) / 3 of WGS 84.
EARTH_RADIUS_M = 6_371_008.8
# Half a metre of position noise is a sixth of a runner's speed over one second and
# a fiftieth over ten; a runner changes pace more slowly than that.
SPEED_WINDOW_S = 10.0
# Over a longer hole nobody knows what the runner did.
MAX_GAP_S = 30.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def track_distance(latitude_deg: Floats, longitude_deg: Floats, part: Ints) -> Floats:
    r"""Add up the great-circle distance from position to position.

    .. math::
        d = 2 R \arcsin \sqrt{\sin^2 \tfrac{\Delta\varphi}{2}
        + \cos\varphi_1 \cos\varphi_2 \sin^2 \tfrac{\Delta\lambda}{2}}

    Parameters
    ----------
    latitude_deg, longitude_deg : array
        Positions; NaN where unknown [°].
    part : array of int
        Number of the segment; the way from one segment to the next does not count,
        since the timer stood.

    Returns
    -------
    array
        Distance since the first position; NaN where the position is unknown [m].

    References
    ----------
    .. [1] R. W. Sinnott, Virtues of the haversine, Sky and Telescope 68 (1984), 159.

    Examples
    --------
    One minute of latitude was the definition of the nautical mile, 1852 m.

    >>> track_distance(np.array([0, 1 / 60]), np.zeros(2), np.zeros(2, int)).round()
    array([   0., 1853.])
    """
    distance_m = np.full(len(latitude_deg), np.nan)
    known = np.flatnonzero(np.isfinite(latitude_deg) & np.isfinite(longitude_deg))
    if not len(known):
        return distance_m
    phi = np.radians(latitude_deg[known])
    lam = np.radians(longitude_deg[known])
    half = np.sin(np.diff(phi) / 2) ** 2
    half += np.cos(phi[1:]) * np.cos(phi[:-1]) * np.sin(np.diff(lam) / 2) ** 2
    legs_m = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    legs_m[np.diff(part[known]) != 0] = 0.0
    distance_m[known] = np.concatenate([[0.0], np.cumsum(legs_m)])
    return distance_m


def speed_from_distance(
    elapsed_s: Floats,
    distance_m: Floats,
    part: Ints,
    *,
    window_s: float = SPEED_WINDOW_S,
) -> Floats:
    """Take the mean speed over a window around each moment.

    Parameters
    ----------
    elapsed_s : array
        Time, not decreasing [s].
    distance_m : array
        Distance; NaN where unknown [m].
    part : array of int
        Number of the segment; no window reaches over its ends, nor over a hole of
        more than 30 s, where it becomes one-sided instead.
    window_s : float
        Length of the window [s].

    Returns
    -------
    array
        Speed; NaN where the distance is unknown or stands alone [m/s].

    Examples
    --------
    >>> time_s = np.arange(30.0)
    >>> speed = speed_from_distance(time_s, 3 * time_s, np.zeros(30, int))
    >>> bool(np.allclose(speed, 3))
    True
    """
    speed_mps = np.full(len(elapsed_s), np.nan)
    known = np.flatnonzero(np.isfinite(distance_m))
    if len(known) < 2:  # noqa: PLR2004
        return speed_mps
    time, distance = elapsed_s[known], distance_m[known]
    is_break = (np.diff(part[known]) != 0) | (np.diff(time) > MAX_GAP_S)
    stretch = np.concatenate([[0], np.cumsum(is_break)])
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    last = np.append(first[1:], len(known)) - 1
    low = np.maximum(time - window_s / 2, time[first][stretch])
    high = np.minimum(time + window_s / 2, time[last][stretch])
    # Stretches may touch at one instant: shift each clear of the one before it.
    apart = stretch * (2 * window_s)
    grid = time + apart
    way = np.interp(high + apart, grid, distance)
    way -= np.interp(low + apart, grid, distance)
    span = high - low
    with np.errstate(invalid="ignore", divide="ignore"):
        speed_mps[known] = np.where(span > 0, way / span, np.nan)
    return speed_mps
