"""What the time of a run went to, and how much of its way has a known grade."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._stops import WARM_UP_S
from hipstride.gait.clean import Flags
from hipstride.gait.reasons import REASONS, Reason
from hipstride.gait.signals import Signals
from hipstride.units import SECONDS_PER_MINUTE

__all__ = [
    "ALL_SHARE",
    "SHORT_S",
    "is_all_walking",
    "noisy_share",
    "reliable_fraction",
    "spent_by_reason",
    "why_so_little",
]

# This much of what was not paused or stood through is all of it.
ALL_SHARE = 0.95
# A run has to outlast the first minutes by one to hold any steady running.
SHORT_S = 300.0


def spent_by_reason(
    flags: Flags, durations_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum up the time of a run by what became of it.

    Parameters
    ----------
    flags : Flags
        What `flags_of` says of the run.
    durations_s : array, shape (n,)
        Time that each sample stands for [s].

    Returns
    -------
    array
        Time by `Reason`, the usable one first [s].
    """
    size = len(REASONS) + 1
    spent_s = np.bincount(flags.reason, weights=durations_s, minlength=size)
    return np.asarray(spent_s, dtype=np.float64)


def is_all_walking(spent_s: NDArray[np.float64]) -> bool:
    """Tell whether nearly all that was moved was walked.

    Parameters
    ----------
    spent_s : array
        As `spent_by_reason` gives it [s].

    Returns
    -------
    bool
        Whether 95 % of the time without pauses and standing is walking.
    """
    moved_s = spent_s.sum() - spent_s[Reason.PAUSED] - spent_s[Reason.STANDING]
    return bool(moved_s > 0 and spent_s[Reason.WALKING] >= ALL_SHARE * moved_s)


def noisy_share(flags: Flags, durations_s: NDArray[np.float64]) -> float:
    """Tell for how much of the running the speed or the positions cannot be.

    Parameters
    ----------
    flags : Flags
        What `flags_of` says of the run.
    durations_s : array, shape (n,)
        Time that each sample stands for [s].

    Returns
    -------
    float
        Share of the time that is usable or lost to jumps of speed, drifting GPS or a
        tunnel; 0 where there is none.
    """
    spent_s = spent_by_reason(flags, durations_s)
    noisy_s = spent_s[[Reason.SPEED_JUMP, Reason.GPS_DRIFT, Reason.TUNNEL]].sum()
    looked_s = noisy_s + spent_s[[Reason.NONE, Reason.IMPLAUSIBLE_STEP]].sum()
    return float(noisy_s / looked_s) if looked_s > 0 else 0.0


def why_so_little(
    signals: Signals, flags: Flags, durations_s: NDArray[np.float64]
) -> str:
    """Say why there is no steady running in a run, for its notes.

    Parameters
    ----------
    signals : Signals
        The run.
    flags : Flags
        What `flags_of` says of it.
    durations_s : array, shape (n,)
        Time that each sample stands for [s].

    Returns
    -------
    str
        ``all of it walking``, or what most of the time after the first minutes is lost
        to; ``no samples``, ``no times`` or ``shorter than 5 min…`` where that is so.
    """
    if not len(signals):
        return "no samples"
    if not np.isfinite(signals.elapsed_s).any():
        return "no times"
    spent_s = spent_by_reason(flags, durations_s)
    if is_all_walking(spent_s):
        return "all of it walking"
    if spent_s.sum() < SHORT_S:
        least = f"{WARM_UP_S / SECONDS_PER_MINUTE:.0f}"
        return f"shorter than 5 min: no steady running after the first {least} minutes"
    spent_s[[Reason.NONE, Reason.FIRST_MINUTES]] = 0.0
    if not spent_s.any():
        return "nothing but the first minutes"
    return f"most is lost to: {REASONS[int(np.argmax(spent_s)) - 1]}"


def reliable_fraction(signals: Signals, flags: Flags) -> float:
    """Tell for how much of the way the grade is known.

    Parameters
    ----------
    signals : Signals
        The run.
    flags : Flags
        What `flags_of` says of it.

    Returns
    -------
    float
        Share of the ground covered; NaN for a run without any altitude or distance.
    """
    if not np.isfinite(signals.altitude_m).any():
        return nan
    stretch_m = np.maximum(np.diff(signals.ground_m), 0.0)
    known = np.isfinite(stretch_m)
    way_m = float(stretch_m[known].sum())
    if not way_m > 0:
        return nan
    known &= flags.is_grade_reliable[1:]
    return float(stretch_m[known].sum()) / way_m
