"""How long and how far: the device's own totals, or those of the samples.

A device's own totals know of pauses and of a belt distance typed in afterwards, which
the samples do not; but a total of 0, or one that the samples contradict, is not
believed.
"""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from hipstride.gait.signals import Signals
from hipstride.gait.timer import reached
from hipstride.tables import RUNS, Recording

__all__ = ["cut_to", "distance_of", "duration_of", "is_shuffled", "speed_by_distance"]

# A timer that counts fewer than this share of the recorded seconds has lost some.
_START_AND_END = 2
MIN_TIMER_SHARE = 0.9
TIMER_SLACK_S = 10.0
# A watch that corrects its clock steps back now and then; more than this is a table
# that somebody sorted by something else.
MAX_SHARE_BACKWARDS = 0.02
# Speed and distance are held against each other between neighbouring samples.
MAX_COMPARED_STEP_S = 10.0


def is_shuffled(elapsed_s: NDArray[np.float64]) -> bool:
    """Tell whether samples are not even nearly in the order of time.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        Their moments [s].

    Returns
    -------
    bool
        Whether more than 2 % of them lie before one that came earlier.
    """
    back = int(np.count_nonzero(elapsed_s < reached(elapsed_s)))
    return back > MAX_SHARE_BACKWARDS * len(elapsed_s)


def duration_of(
    recording: Recording, signals: Signals, sampled_s: float, notes: list[str]
) -> float:
    """Give the timer time: from the start to the last sample, pauses excluded.

    Parameters
    ----------
    recording : Recording
        The run.
    signals : Signals
        Its samples.
    sampled_s : float
        The time that the samples stand for [s].
    notes : list of str
        A sentence is added where the device's own timer is not believed.

    Returns
    -------
    float
        The device's own timer where it has one that the samples do not contradict [s].
    """
    own_s = recording.timer_s
    most_s = RUNS["duration_s"].high or np.inf
    # Start and end alone, as a list of activities gives them, tell of no pause.
    if len(signals) <= _START_AND_END and 0 < own_s <= most_s:
        return float(own_s)
    if 0 < own_s <= most_s and own_s + TIMER_SLACK_S >= MIN_TIMER_SHARE * sampled_s:
        return float(own_s)
    if np.isfinite(own_s) and sampled_s > 0:
        notes.append(f"the device's timer of {own_s:.0f} s contradicts the samples")
    known = signals.elapsed_s[np.isfinite(signals.elapsed_s)]
    if not len(known):
        return nan
    first_s, last_s = min(float(known[0]), 0.0), float(known.max())
    starts_s, ends_s = signals.pauses
    paused_s = np.minimum(ends_s, last_s) - np.maximum(starts_s, first_s)
    return last_s - first_s - float(np.maximum(paused_s, 0.0).sum())


def cut_to(durations_s: NDArray[np.float64], total_s: float) -> NDArray[np.float64]:
    """Let the last sample end with the timer, not one beat after it.

    Parameters
    ----------
    durations_s : array, shape (n,)
        What each sample stands for [s].
    total_s : float
        What the timer counted [s].

    Returns
    -------
    array, shape (n,)
        The same, the last that counts made shorter where they outlast the timer [s].
    """
    excess_s = float(durations_s.sum()) - total_s
    counting = np.flatnonzero(durations_s)
    if not excess_s > 0 or not len(counting):
        return durations_s
    shortened = durations_s.copy()
    shortened[counting[-1]] = max(shortened[counting[-1]] - excess_s, 0.0)
    return shortened


def distance_of(recording: Recording, signals: Signals, notes: list[str]) -> float:
    """Give the distance: the device's own total, or that of the samples.

    Parameters
    ----------
    recording : Recording
        The run.
    signals : Signals
        Its samples.
    notes : list of str
        A sentence is added where the device's own total is 0 and wrong.

    Returns
    -------
    float
        Distance; NaN where nothing tells it [m].
    """
    known = signals.ground_m[np.isfinite(signals.ground_m)]
    sampled_m = float(known.max() - min(known[0], 0.0)) if len(known) else nan
    own_m = recording.distance_m
    if own_m > 0 or (np.isfinite(own_m) and not sampled_m > 0):
        return float(own_m)
    if np.isfinite(own_m):
        notes.append("the device's total distance is 0: that of the samples is taken")
    return sampled_m


def speed_by_distance(
    signals: Signals, weight_s: NDArray[np.float64]
) -> tuple[float, float]:
    """Hold the file's speed against its distance.

    Parameters
    ----------
    signals : Signals
        The run.
    weight_s : array, shape (n,)
        What each usable sample stands for; 0 for the others [s].

    Returns
    -------
    ratio : float
        Ground covered by the speed over ground covered by the distance; NaN where one
        of them is not in the file.
    compared_s : float
        Over how much time [s].
    """
    if len(signals) < 2 or not signals.has_distance:  # noqa: PLR2004 - a pair
        return nan, 0.0
    speed_mps, step_s = signals.speed_mps, signals.step_s
    by_speed_m = step_s * (speed_mps[1:] + speed_mps[:-1]) / 2
    by_distance_m = np.diff(signals.distance_m)
    used = (weight_s[:-1] > 0) & (weight_s[1:] > 0)
    used &= (step_s > 0) & (step_s <= MAX_COMPARED_STEP_S)
    used &= np.isfinite(by_speed_m) & np.isfinite(by_distance_m)
    covered_m = float(by_distance_m[used].sum())
    if not covered_m > 0:
        return nan, 0.0
    return float(by_speed_m[used].sum()) / covered_m, float(step_s[used].sum())
