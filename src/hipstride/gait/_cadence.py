"""What a cadence sensor gets wrong: nothing, half of it, or the heart's beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._spells import lasting
from hipstride.gait.signals import Signals
from hipstride.units import SECONDS_PER_MINUTE

__all__ = [
    "MAX_RUNNING_CADENCE_SPM",
    "MIN_RUNNING_CADENCE_SPM",
    "MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS",
    "is_locked",
    "is_of_one_foot",
    "is_too_low",
]

# Adults go over from walking to running at 135 to 140 steps/min and near 2.1 m/s;
# cadence tells the two apart far better than speed (93 % right against 55 to 79 %).
# "Cadence (steps/min) as an indicator of the walk-to-run transition", Hum Mov Sci
# 2023;90:103117. Hansen et al., Sci Rep 2017;7:2010 find 141 (SD 6).
MIN_RUNNING_CADENCE_SPM = 135.0
MAX_RUNNING_CADENCE_SPM = 240.0
MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS = 2.1
# Nobody walks in steps of this length: the cadence is not all that was stepped.
MAX_WALKING_STEP_M = 1.2

# Strides for steps: within so much of the half of the run's own cadence.
ONE_FOOT_TOLERANCE = 0.08
# At the same kind of speed.
ONE_FOOT_SPEED_RANGE = 0.15
MIN_ONE_FOOT_S = 15.0
# So much running at a whole cadence is needed to know the run's own.
MIN_OWN_SAMPLES = 20

# Optical sensors lock on to the arm swing. Equal to within one for a minute on end is
# no coincidence; which of the two is wrong is not known, so neither is used.
LOCK_TOLERANCE = 1.0
LOCK_DURATION_S = 60.0


def is_too_low(signals: Signals) -> NDArray[np.bool_]:
    """Tell where the cadence is missing, 0 or far too low for a speed of running.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n,)
        Speed of at least 2.1 m/s, and no cadence or one below 135 steps/min that would
        make steps of more than 1.2 m; all False in a run without any cadence.
    """
    if not signals.has_cadence:
        return np.zeros(len(signals), dtype=np.bool_)
    speed_mps, cadence_spm = signals.speed_mps, signals.cadence_spm
    low = cadence_spm < MIN_RUNNING_CADENCE_SPM
    low &= SECONDS_PER_MINUTE * speed_mps > MAX_WALKING_STEP_M * cadence_spm
    low |= np.isnan(cadence_spm)
    return low & (speed_mps >= MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS)


def is_of_one_foot(
    signals: Signals, too_low: NDArray[np.bool_], is_running: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Find stretches in which the sensor counted strides and not steps.

    Parameters
    ----------
    signals : Signals
        The run.
    too_low : array of bool, shape (n,)
        As `is_too_low` gives it.
    is_running : array of bool, shape (n,)
        As in `Flags`.

    Returns
    -------
    array of bool, shape (n,)
        Whether the cadence is, for 15 s or more, half of the run's own: the median at
        speeds within 15 %, to 8 %. Nothing is doubled: the seconds are not used.
    """
    found = np.zeros(len(signals), dtype=np.bool_)
    at = np.flatnonzero(too_low & (signals.cadence_spm > 0))
    own = np.flatnonzero(is_running)
    if not len(at) or len(own) < MIN_OWN_SAMPLES:
        return found
    # In order of speed, so that each kind of speed is a slice.
    own = own[np.argsort(signals.speed_mps[own], kind="stable")]
    own_mps, own_spm = signals.speed_mps[own], signals.cadence_spm[own]
    kind = np.rint(signals.speed_mps[at] / (ONE_FOOT_SPEED_RANGE / 2)).astype(np.int64)
    for one in np.unique(kind):
        mps = one * ONE_FOOT_SPEED_RANGE / 2
        first = np.searchsorted(own_mps, mps * (1 - ONE_FOOT_SPEED_RANGE))
        behind = np.searchsorted(own_mps, mps * (1 + ONE_FOOT_SPEED_RANGE))
        if behind - first < MIN_OWN_SAMPLES:
            continue
        whole_spm = float(np.median(own_spm[first:behind]))
        these = at[kind == one]
        off = np.abs(2 * signals.cadence_spm[these] / whole_spm - 1)
        found[these] = off <= ONE_FOOT_TOLERANCE
    return lasting(found, signals.elapsed_s, MIN_ONE_FOOT_S)


def is_locked(signals: Signals) -> NDArray[np.bool_]:
    """Find the spans in which cadence and heart rate are one and the same number.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n,)
        Whether they are equal to within one for a minute on end.
    """
    same = np.abs(signals.cadence_spm - signals.heart_rate_bpm) <= LOCK_TOLERANCE
    return lasting(same, signals.elapsed_s, LOCK_DURATION_S)
