"""The ground of a run against its running timer: what splits and belt stand on.

Pauses are taken out of the time, gaps of the distance are bridged, and neither ever
falls. The device's own totals are held against what the samples tell.
"""

from __future__ import annotations

from math import nan
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.steps import foot_pod_speed, measured_samples
from hipstride.gait.timer import is_silence, paused_until, reached
from hipstride.tables import Recording

__all__ = ["Ground", "ground_of", "is_guessed", "ordered_signals"]

Floats = NDArray[np.float64]

# A watch writes its last sample some seconds before it is stopped, and its timer counts
# fractions of a second; more is another story.
END_SLACK_S = 10.0
END_SLACK_M = 20.0
END_SLACK_SHARE = 0.005
# Seconds that smart recording hid here and there: up to this share of the run they are
# taken off evenly.
MAX_HIDDEN_SHARE = 0.03
# Slower than this over a silence, nobody was on the way: the timer stood.
MAX_STANDING_SPEED_MPS = 0.3
# A watch that corrects its clock steps back now and then; more is a table sorted by
# something else.
MAX_SHARE_BACKWARDS = 0.02

_Source = Literal["distance", "speed", "pod", "none"]


class Ground(NamedTuple):
    """How far the runner was when; arrays as long as the signals, neither falls.

    All of it is counted from the start; ``total_s`` and ``total_m`` may lie a little
    behind the last sample.
    """

    elapsed_s: Floats
    timer_s: Floats
    covered_m: Floats
    total_s: float
    total_m: float
    source: _Source
    # The distance column is ``start_m + covered_m / scale``.
    start_m: float
    scale: float
    notes: tuple[str, ...]


def ordered_signals(recording: Recording) -> Signals:
    """Take out the signals, in the order of time where they are not nearly in it."""
    samples = measured_samples(recording)
    signals = signals_of(samples, recording.pauses)
    back = np.count_nonzero(signals.elapsed_s < reached(signals.elapsed_s))
    if back <= MAX_SHARE_BACKWARDS * len(signals):
        return signals
    samples = samples.sort_values("elapsed_s", kind="stable")
    return signals_of(samples, recording.pauses)


def ground_of(recording: Recording, signals: Signals) -> Ground:
    """Tell how far the runner was when.

    Parameters
    ----------
    recording : Recording
        The run.
    signals : Signals
        Its signals, as `ordered_signals` gives them.

    Returns
    -------
    Ground
        From the distance of the file; from speed where it has none, and on a treadmill
        from a foot pod's speed, which then is the measured one.

    Notes
    -----
    1. Timer time is elapsed time without the pauses.
    2. A distance that steps back waits until it is reached again; where samples have
       none, it grows evenly.
    3. If the device's timer counted less than the samples reach over, it stood where
       samples are missing and no ground was covered; a rest of up to 3 % is taken off
       evenly.
    4. The device's total distance counts. A few metres more than the last sample has
       are run after it; if it is further off, all is scaled to it. Where the foot pod
       measured, its own total counts.
    """
    notes: list[str] = []
    elapsed_s = np.nan_to_num(reached(signals.elapsed_s))
    if not len(elapsed_s):
        return Ground(elapsed_s, elapsed_s, elapsed_s, nan, nan, "none", 0.0, 1.0, ())
    if len(signals.clock_leaps):
        notes.append("the clock was set anew within the run: the leap is closed")
    # 1
    timer_s = elapsed_s - paused_until(elapsed_s, signals.pauses)
    timer_s = timer_s - min(float(timer_s[0]), 0.0)
    # 2
    source = _source(recording, signals)
    start_m, covered_m = _covered(signals, timer_s, source)
    # 3
    timer_s, total_s = _held_to_timer(recording.timer_s, timer_s, covered_m, notes)
    # 4
    sampled_m = float(covered_m[-1])
    total_m, scale = sampled_m, 1.0
    own_m = nan if source == "pod" else recording.distance_m
    if own_m > 0 and sampled_m > 0:
        slack_m = max(END_SLACK_M, END_SLACK_SHARE * own_m)
        is_cut_off = total_s - timer_s[-1] > END_SLACK_S and own_m > sampled_m
        if is_cut_off or sampled_m <= own_m <= sampled_m + slack_m:
            total_m = float(own_m)
        else:
            scale, total_m = own_m / sampled_m, float(own_m)
            if abs(own_m - sampled_m) > slack_m:
                notes.append(
                    f"the samples cover {sampled_m:,.0f} m and the device's total is "
                    f"{own_m:,.0f} m: the distances are scaled to it"
                )
    elif own_m > 0:
        total_m = float(own_m)
    return Ground(
        elapsed_s,
        timer_s,
        # So that the last one is the total to the last bit.
        covered_m if scale == 1.0 else covered_m / sampled_m * total_m,
        total_s,
        total_m,
        source,
        start_m,
        scale,
        tuple(notes),
    )


def is_guessed(recording: Recording) -> bool:
    """Tell whether the speed is what a watch on a treadmill made of cadence."""
    if not recording.is_treadmill or np.isfinite(recording.belt_distance_m):
        return False
    return foot_pod_speed(recording.samples) is None


def _source(recording: Recording, signals: Signals) -> _Source:
    is_guessed = recording.is_treadmill and not np.isfinite(recording.belt_distance_m)
    if is_guessed and foot_pod_speed(recording.samples) is not None:
        return "pod"
    # A watch that never counted writes zeros.
    if signals.has_distance and np.nanmax(signals.distance_m) > 0:
        return "distance"
    return "speed" if signals.has_speed else "none"


def _covered(
    signals: Signals, timer_s: Floats, source: _Source
) -> tuple[float, Floats]:
    """Give where the distance begins, and the ground covered at each sample."""
    if source == "none":
        return 0.0, np.full(len(timer_s), np.nan)
    if source in {"speed", "pod"}:
        speed_mps = np.nan_to_num(signals.speed_mps)
        # Nobody knows what was done in a long silence.
        step_s = np.minimum(np.diff(timer_s), signals.durations_s[:-1])
        stretch_m = np.maximum(step_s * (speed_mps[1:] + speed_mps[:-1]) / 2, 0.0)
        return 0.0, np.append(0.0, np.cumsum(stretch_m))
    known = np.isfinite(signals.distance_m)
    along_m = np.maximum.accumulate(signals.distance_m[known])
    start_m = min(float(along_m[0]), 0.0)
    return start_m, np.interp(timer_s, timer_s[known], along_m) - start_m


def _held_to_timer(
    own_s: float, timer_s: Floats, covered_m: Floats, notes: list[str]
) -> tuple[Floats, float]:
    """Take out of the timer what it did not count, and say when it ended."""
    sampled_s = float(timer_s[-1])
    excess_s = sampled_s - own_s
    if not own_s > 0 or excess_s <= 0:
        return timer_s, float(own_s) if own_s > 0 else sampled_s
    step_s = np.diff(timer_s)
    ground_m = np.diff(covered_m)
    hidden_s = np.where(
        is_silence(step_s) & ~(ground_m > MAX_STANDING_SPEED_MPS * step_s), step_s, 0.0
    )
    found_s = float(hidden_s.sum())
    if found_s > 0 and excess_s > 1.0:
        hidden_s *= min(excess_s / found_s, 1.0)
        timer_s = timer_s - np.append(0.0, np.cumsum(hidden_s))
        notes.append(
            f"the timer stood for {hidden_s.sum():.0f} s where samples are missing and "
            "no ground was covered: taken as pauses"
        )
    rest_s = float(timer_s[-1]) - own_s
    if rest_s <= MAX_HIDDEN_SHARE * own_s:
        return timer_s * (own_s / timer_s[-1]), float(own_s)
    notes.append(
        f"the device's timer counted {own_s:,.0f} s and the samples reach over "
        f"{timer_s[-1]:,.0f} s: where it stood is not in the file, so the time of the "
        "samples is taken"
    )
    return timer_s, float(timer_s[-1])
