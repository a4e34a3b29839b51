"""Speeds that cannot be: jumps, and stretches that are full of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait.signals import Signals

__all__ = ["jumps"]

# Faster than any steady running of an amateur; a world-class 1500 m is run at 7.3.
MAX_USABLE_SPEED_MPS = 8.0
# No one gains or loses more from one second to the next in steady running.
MAX_ACCELERATION_MPS2 = 3.0
# Ground covered between two samples faster than any sprinter: a GPS jump.
MAX_GROUND_SPEED_MPS = 12.0
# So many jumps within half a minute, and what lies between them only looks sound. Of a
# speed that scatters by 2 m/s this flags 98 %, of one that scatters by 0.8 m/s 1 %.
NOISE_MARGIN_S = 15.0
MIN_JUMPS_OF_NOISE = 4


def jumps(signals: Signals) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Find the jumps of speed and ground, and the stretches that are full of them.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    is_jump : array of bool, shape (n,)
        Speed above 8 m/s; both ends of a change of speed by more than 3 m/s each
        second, and of ground covered faster than 12 m/s.
    is_impossible : array of bool, shape (n,)
        Those of them that not even a start or a stop explains, and all within 15 s of
        four or more jumps in half a minute.
    """
    step_s = np.where(signals.step_s > 0, signals.step_s, np.nan)
    impossible = signals.speed_mps > MAX_USABLE_SPEED_MPS
    leap = np.diff(signals.ground_m) > MAX_GROUND_SPEED_MPS * step_s
    jump = impossible.copy()
    _both_ends(impossible, leap)
    leap |= np.abs(np.diff(signals.speed_mps)) > MAX_ACCELERATION_MPS2 * step_s
    _both_ends(jump, leap)
    moments_s = signals.elapsed_s[1:][leap]
    moments_s = np.sort(moments_s[np.isfinite(moments_s)])
    if len(moments_s) >= MIN_JUMPS_OF_NOISE:
        first = np.searchsorted(moments_s, signals.elapsed_s - NOISE_MARGIN_S)
        behind = np.searchsorted(
            moments_s, signals.elapsed_s + NOISE_MARGIN_S, side="right"
        )
        impossible |= behind - first >= MIN_JUMPS_OF_NOISE
    return jump, impossible


def _both_ends(flag: NDArray[np.bool_], between: NDArray[np.bool_]) -> None:
    if between.any():
        flag[1:] |= between
        flag[:-1] |= between
