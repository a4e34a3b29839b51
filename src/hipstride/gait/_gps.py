"""A GPS that does not see the sky: tunnels, drift, and two stories of one way.

A watch without sky goes on with what it knew, and catches up with a leap when it sees
again; one that stands still wanders. A step length made of such a speed is no step of
the runner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._spells import spells
from hipstride.gait.signals import Signals
from hipstride.gait.timer import is_paused, is_silence

__all__ = ["drifts", "tunnels", "wanders"]

# A position that stood still or was missing for less time does no harm.
MIN_TUNNEL_S = 10.0
# Nobody who moves as fast as that leaves the position unchanged.
MIN_FROZEN_SPEED_MPS = 2.0
# The way straight across, over the way by the speed: above, the speed was too low. A
# fix is off by some 10 m at either end.
MAX_CATCH_UP = 1.25
CATCH_UP_SLACK_M = 20.0
# A speed that stays within this all through is not measured.
MAX_HELD_SPREAD_MPS = 0.02
MIN_HELD_SAMPLES = 4
# After a tunnel speed is smoothed over the leap.
TUNNEL_MARGIN_S = 10.0

# Without a step, and after so long not half as far from where it began as the ground
# that was counted: nobody went anywhere.
MIN_WANDER_S = 10.0
MAX_WANDER_PROGRESS = 0.5

# Speed and distance are two measures of one thing, and smoothing lets one lag behind
# the other. Beyond this over half a minute and over a minute one of them is wrong.
DRIFT_BIN_S = 30.0
MAX_DRIFT = 0.25
MIN_DRIFT_M = 20.0

_EARTH_M_PER_DEG = 111_195.0


def tunnels(signals: Signals) -> NDArray[np.bool_]:
    """Find the stretches without a new position, and with a wrong speed.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n,)
        Whether the position was missing, or stood still at 2 m/s or more, for 10 s or
        more between two known ones, no pause or silence among them, and the speed is
        refuted: it was held at one number, or the way straight across is longer than
        the way by the speed by a quarter and 20 m. Ten seconds more are counted in, in
        which speed is smoothed. All False without positions.
    """
    n = len(signals)
    found = np.zeros(n, dtype=np.bool_)
    if not signals.has_position:
        return found
    latitude_deg, longitude_deg = signals.latitude_deg, signals.longitude_deg
    blind = np.isnan(latitude_deg) | np.isnan(longitude_deg)
    frozen = (np.diff(latitude_deg) == 0) & (np.diff(longitude_deg) == 0)
    blind[1:] |= frozen & (signals.speed_mps[1:] >= MIN_FROZEN_SPEED_MPS)
    starts, again = spells(blind)
    # The last sample with a position before, the first one after.
    last = starts - 1
    inner = (last >= 0) & (again < n)
    last, again = last[inner], again[inner]
    elapsed_s, speed_mps = signals.elapsed_s, signals.speed_mps
    long = elapsed_s[again] - elapsed_s[last] >= MIN_TUNNEL_S
    last, again = last[long], again[long]
    if not len(last):
        return found
    step_m = np.nan_to_num(speed_mps[:-1] * signals.step_s)
    way_m = np.append(0.0, np.cumsum(step_m))
    silent = is_silence(signals.step_s) | is_paused(elapsed_s[1:], signals.pauses)
    holes = np.append(0, np.cumsum(silent))
    across_m = _across(signals, last, again)
    refuted = across_m > MAX_CATCH_UP * (way_m[again] - way_m[last]) + CATCH_UP_SLACK_M
    whole = holes[again] == holes[last]
    for start, end, is_wrong in zip(
        last[whole] + 1, again[whole], refuted[whole], strict=True
    ):
        inside = speed_mps[start:end]
        is_held = end - start >= MIN_HELD_SAMPLES
        if is_wrong or (is_held and np.ptp(inside) <= MAX_HELD_SPREAD_MPS):
            found[start:end] = True
            found[end:] |= elapsed_s[end:] <= elapsed_s[end] + TUNNEL_MARGIN_S
    return found


def wanders(signals: Signals, stepless: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the stretches in which the position moves and the runner does not.

    Parameters
    ----------
    signals : Signals
        The run.
    stepless : array of bool, shape (n,)
        Moving slowly at a cadence of 0.

    Returns
    -------
    array of bool, shape (n,)
        Whether that lasts for 10 s and leads less than half as far as the ground that
        was counted. Many watches count no steps in a walk, which gets somewhere. All
        False without positions.
    """
    found = np.zeros(len(signals), dtype=np.bool_)
    if not signals.has_position:
        return found
    starts, ends = spells(stepless)
    last = ends - 1
    long = signals.elapsed_s[last] - signals.elapsed_s[starts] >= MIN_WANDER_S
    starts, last = starts[long], last[long]
    ground_m = signals.ground_m[last] - signals.ground_m[starts]
    vain = _across(signals, starts, last) < MAX_WANDER_PROGRESS * ground_m
    for start, end in zip(starts[vain], last[vain] + 1, strict=True):
        found[start:end] = True
    return found


def drifts(signals: Signals) -> NDArray[np.bool_]:
    """Find the stretches in which speed and distance tell different stories.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n,)
        Whether the ground by speed and the ground by distance differ by more than a
        quarter and 20 m over half a minute, and over a minute that it is part of, when
        their usual ratio in the run (the median) is taken out. All False without
        positions: there the two are no two measures.
    """
    n = len(signals)
    found = np.zeros(n, dtype=np.bool_)
    if n <= 1 or not (signals.has_position and signals.has_distance):
        return found
    step_s, speed_mps = signals.step_s, signals.speed_mps
    by_speed_m = step_s * (speed_mps[1:] + speed_mps[:-1]) / 2
    by_distance_m = np.diff(signals.distance_m)
    compared = np.isfinite(by_speed_m) & np.isfinite(by_distance_m)
    compared &= (step_s > 0) & ~is_silence(step_s)
    number = np.floor(signals.elapsed_s[1:] / DRIFT_BIN_S)
    # Numbered afresh, so that one absurd moment cannot ask for a huge array.
    at = np.append(0, np.cumsum(number[1:] != number[:-1]))

    def summed(ground_m: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(at, weights=np.where(compared, ground_m, 0.0))
        return np.asarray(sums, dtype=np.float64)

    a_m, b_m = summed(by_speed_m), summed(by_distance_m)
    both = (a_m > MIN_DRIFT_M) & (b_m > MIN_DRIFT_M)
    if not both.any():
        return found
    a_m *= np.median(b_m[both] / a_m[both])
    apart = _apart(a_m, b_m)
    if apart.any():
        with_next = _apart(a_m[1:] + a_m[:-1], b_m[1:] + b_m[:-1])
        apart &= np.append(with_next, False) | np.append(False, with_next)
        found[1:] = apart[at]
    return found


def _apart(a_m: NDArray[np.float64], b_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    off_m = np.abs(a_m - b_m)
    less_m = np.minimum(np.abs(a_m), np.abs(b_m))
    return np.asarray((off_m > MIN_DRIFT_M) & (off_m > MAX_DRIFT * less_m))


def _across(
    signals: Signals, start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give the way straight across between samples [m]."""
    latitude_deg, longitude_deg = signals.latitude_deg, signals.longitude_deg
    north_m = _EARTH_M_PER_DEG * (latitude_deg[end] - latitude_deg[start])
    east_m = _EARTH_M_PER_DEG * (longitude_deg[end] - longitude_deg[start])
    return np.hypot(north_m, east_m * np.cos(np.radians(latitude_deg[start])))
