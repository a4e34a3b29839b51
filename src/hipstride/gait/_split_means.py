"""What was done between two moments of the timer: means, steps, climbs, and doubts."""

from __future__ import annotations

from math import nan
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._split_ground import Ground
from hipstride.gait.clean import MAX_USABLE_GRADE_PCT, flags_of
from hipstride.gait.reasons import Reason
from hipstride.gait.signals import Signals
from hipstride.gait.timer import paused_until
from hipstride.units import SECONDS_PER_MINUTE, STEPS_PER_STRIDE, format_duration

__all__ = ["Curve", "Measured", "covered_at", "elapsed_at", "means_between", "measured"]

Floats = NDArray[np.float64]

# Ground covered between two samples faster than any sprinter: a leap of the GPS.
MAX_GROUND_SPEED_MPS = 12.0
# Of fewer running seconds a mean would be that of a few strides.
MIN_RUNNING_S = 10.0
# Less than this share of a split known: its climb would be a guess.
MIN_KNOWN_SHARE = 0.5
# A split that was run but for this is told without a word.
_MAX_UNTOLD_SHARE = 0.05
_MIN_TOLD_S = 10.0
_MIN_TOLD_LEAP_M = 30.0
# In these seconds the number of steps is not known.
_DOUBTFUL = (Reason.CADENCE_OF_ONE_FOOT, Reason.LOCKED)


class Curve(Protocol):
    """A runner's own curve: what step to expect at a speed and a grade."""

    def step_length_m(self, speed_mps: Floats, grade_pct: Floats) -> Floats:
        """Give the step length to expect [m]."""


class Measured(NamedTuple):
    """What each sample stands for, from its moment to the next: arrays of one length.

    Each quantity grows evenly over ``lasts_s`` from ``timer_s`` on.
    """

    timer_s: Floats
    lasts_s: Floats
    running_s: Floats
    # Running seconds of known cadence, their steps and their ground.
    stepped_s: Floats
    steps: Floats
    stepped_m: Floats
    beats: Floats
    beating_s: Floats
    rise_m: Floats
    climb_m: Floats
    graded_m: Floats
    silent_s: Floats
    leap_m: Floats
    has_cadence: bool


def measured(signals: Signals, ground: Ground) -> Measured:
    """Tell what each sample stands for.

    Parameters
    ----------
    signals : Signals
        The run.
    ground : Ground
        Its ground.

    Returns
    -------
    Measured
        Seconds, steps, metres and heart beats.
    """
    flags = flags_of(signals)
    timer_s = ground.timer_s
    step_s = np.diff(np.append(timer_s, ground.total_s))
    step_s = np.maximum(step_s, 0.0)
    lasts_s = np.minimum(signals.durations_s, step_s)
    stretch_m = np.diff(np.append(ground.covered_m, ground.total_m))
    stretch_m = np.maximum(np.nan_to_num(stretch_m), 0.0)
    is_leap = stretch_m > MAX_GROUND_SPEED_MPS * step_s + 1.0
    is_whole = step_s <= lasts_s + 1e-6
    cadence_spm = signals.cadence_spm
    is_stepped = flags.is_running & np.isfinite(cadence_spm)
    is_stepped &= ~np.isin(flags.reason, _DOUBTFUL) & is_whole & ~is_leap
    stepped_s = lasts_s * is_stepped
    known_bpm = np.isfinite(signals.heart_rate_bpm)
    known_grade = np.isfinite(flags.grade_pct)
    rise_m = np.nan_to_num(flags.grade_pct) / 100.0 * stretch_m
    # The last metres were run after the last sample.
    climb_m = np.maximum(np.append(flags.grade_pct[1:], flags.grade_pct[-1:]), 0.0)
    return Measured(
        timer_s=timer_s,
        lasts_s=lasts_s,
        running_s=lasts_s * flags.is_running,
        stepped_s=stepped_s,
        steps=stepped_s * np.nan_to_num(cadence_spm) / SECONDS_PER_MINUTE,
        stepped_m=stretch_m * is_stepped,
        beats=lasts_s * np.nan_to_num(signals.heart_rate_bpm) / SECONDS_PER_MINUTE,
        beating_s=lasts_s * known_bpm,
        rise_m=rise_m,
        climb_m=np.nan_to_num(climb_m) / 100.0 * stretch_m,
        graded_m=stretch_m * known_grade,
        silent_s=np.where(is_whole, 0.0, step_s),
        leap_m=np.where(is_leap, stretch_m, 0.0),
        has_cadence=signals.has_cadence,
    )


def means_between(
    all_of: Measured,
    begins_s: Floats,
    ends_s: Floats,
    distance_m: Floats,
    *,
    curve: Curve | None,
) -> pd.DataFrame:
    """Sum up what lies between moments of the timer.

    Parameters
    ----------
    all_of : Measured
        The run.
    begins_s, ends_s : array, shape (k,)
        Where on the timer each part begins and ends [s].
    distance_m : array, shape (k,)
        How far each is [m].
    curve : Curve or None
        What to hold the steps against.

    Returns
    -------
    DataFrame
        One row a part: its means, ``running_fraction`` and ``note``.
    """

    def total(values: Floats) -> Floats:
        return _grown(all_of, values, ends_s) - _grown(all_of, values, begins_s)

    lasted_s = ends_s - begins_s
    running_s, stepped_s = total(all_of.running_s), total(all_of.stepped_s)
    stepped_m, steps = total(all_of.stepped_m), total(all_of.steps)
    beating_s, graded_m = total(all_of.beating_s), total(all_of.graded_m)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_enough = stepped_s >= np.minimum(MIN_RUNNING_S, MIN_KNOWN_SHARE * lasted_s)
        is_enough &= steps > 0
        cadence_spm = np.where(is_enough, SECONDS_PER_MINUTE * steps / stepped_s, nan)
        has_step = is_enough & (stepped_m > 0)
        step_m = np.where(has_step, stepped_m / steps, nan)
        known = graded_m >= MIN_KNOWN_SHARE * distance_m
        known &= graded_m > 0
        grade_pct = np.where(known, 100.0 * total(all_of.rise_m) / graded_m, nan)
        beats_bpm = np.where(
            beating_s > 0, SECONDS_PER_MINUTE * total(all_of.beats) / beating_s, nan
        )
        expected_m = np.full(len(step_m), nan)
        # The curve is that of ground less steep.
        is_steep = np.abs(grade_pct) > MAX_USABLE_GRADE_PCT
        if curve is not None:
            usual_m = curve.step_length_m(
                stepped_m / stepped_s, np.nan_to_num(grade_pct)
            )
            expected_m = np.where(is_steep, nan, usual_m)
        return pd.DataFrame(
            {
                "speed_mps": np.where(lasted_s > 0, distance_m / lasted_s, nan),
                "cadence_spm": cadence_spm,
                "step_length_m": step_m,
                "stride_length_m": STEPS_PER_STRIDE * step_m,
                "stride_deviation_pct": 100.0 * np.log(step_m / expected_m),
                "heart_rate_bpm": beats_bpm,
                "grade_pct": grade_pct,
                "ascent_m": np.where(known, total(all_of.climb_m), nan),
                "running_fraction": np.clip(running_s / lasted_s, 0.0, 1.0),
                "note": _doubts(
                    lasted_s,
                    running_s,
                    is_enough | (not all_of.has_cadence),
                    total(all_of.silent_s),
                    total(all_of.leap_m),
                    is_steep & has_step & (curve is not None),
                ),
            }
        )


def covered_at(ground: Ground, moments_s: Floats) -> Floats:
    """Tell how far the runner was at moments of the timer [m]."""
    timer_s = np.append(ground.timer_s, max(ground.total_s, ground.timer_s[-1]))
    covered_m = np.append(ground.covered_m, ground.total_m)
    return np.asarray(np.interp(moments_s, timer_s, covered_m), dtype=np.float64)


def elapsed_at(signals: Signals, ground: Ground, moments_s: Floats) -> Floats:
    """Tell at which time since the start the timer showed these moments [s]."""
    starts_s, ends_s = signals.pauses
    own_s = ground.elapsed_s - paused_until(ground.elapsed_s, signals.pauses)
    after_s = np.maximum(moments_s - ground.timer_s[-1], 0.0)
    moments_s = np.interp(moments_s, ground.timer_s, own_s) + after_s
    lengths_s = ends_s - starts_s
    begin_s = starts_s - (np.cumsum(lengths_s) - lengths_s)
    before = np.searchsorted(begin_s, moments_s, side="left")
    paused_s = np.append(0.0, np.cumsum(lengths_s))[before]
    return np.asarray(moments_s + paused_s, dtype=np.float64)


def _grown(all_of: Measured, values: Floats, moments_s: Floats) -> Floats:
    """Give how much of something had come together by each moment."""
    sums = np.append(0.0, np.cumsum(values))
    corners_s = np.stack([all_of.timer_s, all_of.timer_s + all_of.lasts_s]).T.ravel()
    grown = np.stack([sums[:-1], sums[1:]]).T.ravel()
    return np.asarray(np.interp(moments_s, corners_s, grown), dtype=np.float64)


def _doubts(
    lasted_s: Floats,
    running_s: Floats,
    is_enough: NDArray[np.bool_],
    silent_s: Floats,
    leap_m: Floats,
    is_steep: NDArray[np.bool_],
) -> list[str]:
    """Say what is to be known of each part; empty where it was run from end to end."""
    words: list[list[str]] = [[] for _ in lasted_s]
    for at, (lasted, running) in enumerate(zip(lasted_s, running_s, strict=True)):
        other = lasted - running - silent_s[at]
        if other > max(_MAX_UNTOLD_SHARE * lasted, _MIN_TOLD_S):
            words[at].append(f"walked or stood for {format_duration(other)}")
        if silent_s[at] > _MIN_TOLD_S:
            words[at].append(f"no signal for {format_duration(silent_s[at])}")
        if leap_m[at] > _MIN_TOLD_LEAP_M:
            words[at].append(f"the distance leaps by {leap_m[at]:,.0f} m")
        if not is_enough[at]:
            words[at].append("too little running of known cadence for means")
        if is_steep[at]:
            words[at].append("too steep to compare")
    return [", ".join(one) for one in words]
