"""What a runner takes at a speed by all other runs, to hold one run against.

A runner's cadence hardly changes with speed: 10 % faster is 1 to 1.5 % more steps, the
rest is length. So a number that is half or twice the others' is another way of
counting, and a speed far from the usual at the usual cadence is another unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["CADENCE_ELASTICITY", "MIN_RUNS", "Reference", "reference_of"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# From 3.15 to 4.12 m/s stride frequency grows by 4 %, which is 0.15; others find 0.12.
# Cavanagh PR, Kram R. Med Sci Sports Exerc 1989;21:467-479.
CADENCE_ELASTICITY = 0.14
# Cadence of a run: below it people walk; above it is no amateur's.
_RUNNING_SPM = (135.0, 240.0)
_STEP_M = (0.4, 2.2)
# What people in general take: 138 + 8 for each m/s, within a tenth (SD).
_GENERAL_AT_REST_SPM, _GENERAL_SLOPE, _GENERAL_SD = 138.0, 8.0, 0.10
MIN_RUNS = 5
# Runs of one person differ by no less: watches round, and no two days are alike.
_MIN_CADENCE_SD = 0.015
_MIN_SPEED_SD = 0.08
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What the runner's other runs say of each run, in logarithms.

    Parameters
    ----------
    log_cadence : array, shape (n,)
        Expected at the run's speed, without the run itself.
    log_speed : float
        The usual speed.
    cadence_sd, speed_sd : float
        How far runs differ.
    is_used : array of bool, shape (n,)
        The runs that it is made of: those at a runner's cadence and step.
    is_own : bool
        False where these are too few and people in general had to stand in.
    """

    log_cadence: Floats
    log_speed: float
    cadence_sd: float
    speed_sd: float
    is_used: Flags
    is_own: bool


def reference_of(cadence_spm: Floats, speed_mps: Floats) -> Reference:
    """Make the reference for each of a runner's runs.

    Parameters
    ----------
    cadence_spm : array, shape (n,)
        Mean cadence of each run, NaN where there is none [steps/min].
    speed_mps : array, shape (n,)
        Mean speed [m/s].

    Returns
    -------
    Reference
        From at least 5 runs of a runner's cadence, else from people in general.

    Notes
    -----
    1. Only runs at 135 to 240 steps/min and in steps of 0.4 to 2.2 m are taken, so that
       a history most of which counts one foot does not make the rest look doubled.
    2. Each run's cadence is brought to 1 m/s by the elasticity 0.14; the expected one
       is the median of the others, brought back to the run's speed.

    Examples
    --------
    >>> found = reference_of(np.array([160.0, 162, 164, 166, 168, 82]), np.full(6, 3.0))
    >>> np.exp(found.log_cadence).round().tolist()
    [165.0, 165.0, 164.0, 163.0, 163.0, 164.0]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        log_cadence, log_speed = np.log(cadence_spm), np.log(speed_mps)
        step_m = 60.0 * speed_mps / cadence_spm
        # 1
        is_used = (cadence_spm >= _RUNNING_SPM[0]) & (cadence_spm <= _RUNNING_SPM[1])
        is_used &= (step_m >= _STEP_M[0]) & (step_m <= _STEP_M[1])
    is_own = bool(np.count_nonzero(is_used) >= MIN_RUNS)
    if not is_own:
        with np.errstate(invalid="ignore"):
            general = np.log(_GENERAL_AT_REST_SPM + _GENERAL_SLOPE * speed_mps)
        return Reference(
            general, float("nan"), _GENERAL_SD, _MIN_SPEED_SD, is_used, is_own=False
        )
    # 2
    at_one = log_cadence - CADENCE_ELASTICITY * log_speed
    expected = _median_of_others(at_one, is_used) + CADENCE_ELASTICITY * log_speed
    return Reference(
        expected,
        float(np.median(log_speed[is_used])),
        max(_spread((log_cadence - expected)[is_used]), _MIN_CADENCE_SD),
        max(_spread(log_speed[is_used]), _MIN_SPEED_SD),
        is_used,
        is_own=True,
    )


def _spread(values: Floats) -> float:
    return _MAD_TO_SD * float(np.median(np.abs(values - np.median(values))))


def _median_of_others(values: Floats, is_used: Flags) -> Floats:
    """Give the median of the used values, for each of them without itself."""
    used = np.flatnonzero(is_used)
    order = np.argsort(values[used], kind="stable")
    ranked = values[used][order]
    found = np.full(len(values), np.median(ranked))
    n = len(ranked) - 1
    rank = np.arange(n + 1)

    def other(place: int) -> Floats:
        return np.asarray(
            np.where(place < rank, ranked[place], ranked[min(place + 1, n)])
        )

    found[used[order]] = (other((n - 1) // 2) + other(n // 2)) / 2.0
    return found
