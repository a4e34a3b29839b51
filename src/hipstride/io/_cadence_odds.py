"""How well a cadence and a speed go together in a person on foot.

At 3 m/s people take about 160 steps a minute; 80 would be leaps of 2.25 m, 320 a
shuffle of 0.56 m. Walkers take about 106 at 1.4 m/s. So a number from a file, taken
once as the steps of one foot and once as those of both, mostly fits in one way alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "MIN_CADENCE",
    "MIN_MOMENTS",
    "NOBODYS",
    "Misfits",
    "expected_cadence_spm",
    "in_motion",
    "misfits",
]

Floats = NDArray[np.float64]

# Who stands or strolls says nothing; fewer moments than this are chance.
MIN_SPEED_MPS = 0.7
MIN_CADENCE = 25.0
MIN_MOMENTS = 20
# A misfit of three standard deviations from anybody on foot.
NOBODYS = 4.5

# Walking: cadence grows from about 75 steps/min at 0.6 m/s to 130 at 2 m/s.
_WALK_AT_REST_SPM = 50.0
_WALK_SLOPE = 40.0
# Running: about 155 at 2.2 m/s to 185 at 6 m/s; most of speed comes from length.
_RUN_AT_REST_SPM = 138.0
_RUN_SLOPE = 8.0
_WALK_TO_RUN_MPS = 2.1  # where people change over, whatever they mean to do
# How far people differ at one speed, as a standard deviation of the logarithm; of 60
# real runs none was further than 0.25 from the line of running.
_WALK_SD = 0.09
_RUN_SD = 0.10
# Nobody walks much faster, nor runs in shorter steps; beyond, it fits ever less.
_FASTEST_WALK_MPS = 2.3
_SHORTEST_RUNNING_STEP_M = 0.6
_BEYOND_SD = 0.10
# A single moment tells no more than that: its speed may be wrong.
_WORST = 15.0
_LOG_2 = float(np.log(2.0))


class Misfits(NamedTuple):
    """How badly each moment fits, as half the squared distance in SDs; 0 to 15."""

    one_foot: Floats
    both_feet: Floats


def expected_cadence_spm(speed_mps: Floats) -> Floats:
    """Give the steps of both feet that people take at a speed, to within a fifth.

    Parameters
    ----------
    speed_mps : array
        Speed [m/s].

    Returns
    -------
    array
        Cadence of both feet [steps/min].

    Examples
    --------
    >>> expected_cadence_spm(np.array([1.4, 3.0, 5.0])).tolist()
    [106.0, 162.0, 178.0]
    """
    walk = _WALK_AT_REST_SPM + _WALK_SLOPE * speed_mps
    run = _RUN_AT_REST_SPM + _RUN_SLOPE * speed_mps
    return np.where(speed_mps < _WALK_TO_RUN_MPS, walk, run)


def misfits(cadence: Floats, speed_mps: Floats) -> Misfits:
    """Tell how badly a cadence fits its speed if of one foot, and if of both.

    Parameters
    ----------
    cadence : array
        As recorded, above 0 [1/min].
    speed_mps : array
        Speed at the same moments, above 0 [m/s].

    Returns
    -------
    Misfits
        Their difference is the logarithm of the odds of the one against the other.

    Notes
    -----
    1. A walker's and a runner's cadence grow with speed as `expected_cadence_spm` says,
       and people lie about these lines by 9 and 10 % (SD).
    2. Walking faster than 2.3 m/s, and running in steps below 0.6 m, counts against.
    3. Walking or running, whichever fits better, is taken. So a jog at 1.9 m/s and a
       walk at the same speed are both at home.

    Examples
    --------
    >>> fits = misfits(np.array([81.0, 162.0]), np.array([3.0, 3.0]))
    >>> fits.one_foot.round(6).tolist(), fits.both_feet.round(6).tolist()
    ([0.0, 15.0], [15.0, 0.0])
    """
    log_cadence, log_speed = np.log(cadence), np.log(speed_mps)
    # 1
    off_walk = log_cadence - np.log(_WALK_AT_REST_SPM + _WALK_SLOPE * speed_mps)
    off_run = log_cadence - np.log(_RUN_AT_REST_SPM + _RUN_SLOPE * speed_mps)
    # 2
    too_fast = np.maximum(log_speed - np.log(_FASTEST_WALK_MPS), 0.0) / _BEYOND_SD
    length = log_speed - log_cadence + np.log(60.0 / _SHORTEST_RUNNING_STEP_M)

    def misfit(shift: float) -> Floats:
        walk = ((off_walk + shift) / _WALK_SD) ** 2 + too_fast**2
        too_short = np.minimum(length - shift, 0.0) / _BEYOND_SD
        run = ((off_run + shift) / _RUN_SD) ** 2 + too_short**2
        # 3
        best: Floats = np.minimum(walk, run)
        return np.minimum(best / 2.0, _WORST, dtype=np.float64)

    return Misfits(misfit(_LOG_2), misfit(0.0))


def in_motion(cadence: Floats, speed_mps: Floats | None) -> NDArray[np.intp]:
    """Give the places of the moments that move and have a cadence.

    Parameters
    ----------
    cadence : array
        Of one foot or of both [1/min].
    speed_mps : array or None
        Speed at the same moments; with none there is no such moment [m/s].

    Returns
    -------
    array of int
        Places, rising.
    """
    if speed_mps is None:
        return np.empty(0, dtype=np.intp)
    moves = (speed_mps >= MIN_SPEED_MPS) & np.isfinite(speed_mps)
    return np.flatnonzero(moves & (cadence >= MIN_CADENCE) & np.isfinite(cadence))
