"""What was decided of a cadence, in words, with the two step lengths it lay between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.io._cadence_odds import MIN_MOMENTS, NOBODYS, in_motion, misfits
from hipstride.units import SECONDS_PER_MINUTE, STEPS_PER_STRIDE

__all__ = ["doubt_of", "seen", "step_m", "told", "undecided"]

Floats = NDArray[np.float64]

# A misfit of two standard deviations; who is nearer is at home.
_AT_HOME = 2.0


def seen(cadence: Floats, speed_mps: Floats) -> str:
    """Tell the middle of both in words.

    Examples
    --------
    >>> seen(np.array([81.0]), np.array([3.0]))
    'median 81 at 3.0 m/s'
    """
    return f"median {np.median(cadence):.0f} at {np.median(speed_mps):.1f} m/s"


def step_m(cadence_spm: Floats, speed_mps: Floats) -> float:
    """Give the middle step length that both mean [m].

    Examples
    --------
    >>> step_m(np.array([160.0]), np.array([3.0]))
    1.125
    """
    return float(np.median(SECONDS_PER_MINUTE * speed_mps / cadence_spm))


def doubt_of(cadence_spm: Floats, speed_mps: Floats | None) -> list[str]:
    """Say so where steps that a file states outright are nobody's at their speed.

    Parameters
    ----------
    cadence_spm : array
        Steps of both feet, as the file says [steps/min].
    speed_mps : array or None
        Speed at the same moments [m/s].

    Returns
    -------
    list of str
        One note, or none.

    Examples
    --------
    >>> doubt_of(np.full(60, 82.0), np.full(60, 3.0))[0][:46]
    'cadence (median 82 at 3.0 m/s) would mean step'
    >>> doubt_of(np.full(60, 164.0), np.full(60, 3.0))
    []
    """
    used = in_motion(cadence_spm, speed_mps)
    if speed_mps is None or len(used) < MIN_MOMENTS:
        return []
    number, speed = cadence_spm[used], speed_mps[used]
    if float(np.median(misfits(number, speed).both_feet)) <= NOBODYS:
        return []
    note = (
        f"cadence ({seen(number, speed)}) would mean steps of "
        f"{step_m(number, speed):.2f} m, which are nobody's at this speed; it was "
        "kept, as the file says"
    )
    return [note]


def told(number: Floats, speed_mps: Floats, *, is_one: bool) -> str:
    """Say what was decided, and which step length that means.

    Examples
    --------
    >>> told(np.array([80.0]), np.array([3.0]), is_one=True)
    'cadence was counted for one foot and doubled: median 80 at 3.0 m/s means steps of \
1.12 m, not 2.25 m'
    """
    one_m, both_m = _two_lengths(number, speed_mps)
    feet = "one foot and doubled" if is_one else "both feet and kept"
    found_m, other_m = (one_m, both_m) if is_one else (both_m, one_m)
    return (
        f"cadence was counted for {feet}: {seen(number, speed_mps)} means steps of "
        f"{found_m:.2f} m, not {other_m:.2f} m"
    )


def undecided(
    number: Floats, speed_mps: Floats, misfit: float, because: str, *, is_one: bool
) -> str:
    """Say that either fits as well or as badly, and what was taken.

    Examples
    --------
    >>> undecided(np.array([115.0]), np.array([3.0]), 6.0, ", as usual", is_one=True)
    'cadence (median 115 at 3.0 m/s) fits one foot (steps of 0.78 m) as badly as both \
(1.57 m); one foot was assumed, as usual, and doubled'
    """
    one_m, both_m = _two_lengths(number, speed_mps)
    how = "well" if misfit <= _AT_HOME else "badly"
    taken = "one foot was assumed" if is_one else "both feet were assumed"
    return (
        f"cadence ({seen(number, speed_mps)}) fits one foot (steps of {one_m:.2f} m) "
        f"as {how} as both ({both_m:.2f} m); {taken}{because}, and "
        f"{'doubled' if is_one else 'kept'}"
    )


def _two_lengths(number: Floats, speed_mps: Floats) -> tuple[float, float]:
    both_m = step_m(number, speed_mps)
    return both_m / STEPS_PER_STRIDE, both_m
