"""Is a cadence counted for one foot or for both? Decided by physics, once per file.

``RunCadence`` of TCX and ``cad`` of GPX count one foot in nearly every file and both in
some, and nothing in the file tells which. But a runner's speed does: at 3 m/s people
take about 160 steps a minute; 80 would be leaps of 2.25 m, 320 a shuffle of 0.56 m.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FOOT_SPORTS", "expected_cadence_spm", "steps_per_minute"]

Floats = NDArray[np.float64]

# Sports of which the cadence is steps; "" is a file that does not say.
FOOT_SPORTS = frozenset(
    {"", "running", "walking", "hiking", "generic", "training", "transition"}
)

_ON_FOOT = frozenset({"running", "walking", "hiking"})

# Walking: cadence grows from about 75 steps/min at 0.6 m/s to 130 at 2 m/s.
_WALK_AT_REST_SPM = 50.0
_WALK_SLOPE = 40.0
# Running: about 155 at 2.2 m/s to 185 at 6 m/s; most of speed comes from length.
_RUN_AT_REST_SPM = 138.0
_RUN_SLOPE = 8.0
_WALK_TO_RUN_MPS = 2.1  # where people change over, whatever they mean to do
_MIN_SPEED_MPS = 0.7
_MIN_CADENCE = 25.0
_MIN_MOMENTS = 20
# The halfway point between one foot and both is a factor of sqrt(2) from either;
# nearer to it than this factor nothing can be said.
_UNSURE_FACTOR = 1.10
# Longer than any runner's step: the cadence is not of feet.
_LONGEST_STEP_M = 2.4


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


def steps_per_minute(
    cadence: Floats, speed_mps: Floats | None, sport: str
) -> tuple[Floats, str]:
    """Turn a recorded cadence into steps of both feet, and say why.

    Parameters
    ----------
    cadence : array
        As recorded, of one foot or of both [1/min].
    speed_mps : array or None
        Speed at the same moments; None where the file has none [m/s].
    sport : str
        In the words of the FIT profile; ``""`` where unknown.

    Returns
    -------
    cadence_spm : array
        Steps of both feet [steps/min]; for a sport without steps the recorded value.
    note : str
        What was decided and by what.

    Notes
    -----
    1. Moments count that move (0.7 m/s) and have a cadence (25 a minute).
    2. Each gives the ratio of the recorded cadence to the one expected at its speed;
       the file's ratio is their median. It is near 1 for both feet, near 1/2 for one.
    3. Within 10 % of the point halfway between (by factor), or with fewer than 20
       such moments, nothing is decided: one foot is assumed, as in nearly every file.
    4. Without any speed a median above 120 a minute is of both feet: no runner takes
       240 steps a minute for long; below 100 it is of one foot in a run.

    Examples
    --------
    >>> cadence, note = steps_per_minute(np.full(60, 81.0), np.full(60, 3.0), "running")
    >>> float(cadence[0]), note[:40]
    (162.0, 'cadence was counted for one foot and dou')
    """
    if sport not in FOOT_SPORTS:
        return cadence, f"cadence was kept as recorded: {sport} has no steps"
    has_cadence = np.isfinite(cadence) & (cadence >= _MIN_CADENCE)
    if speed_mps is not None:
        is_used = has_cadence & (speed_mps >= _MIN_SPEED_MPS)
        if np.count_nonzero(is_used) >= _MIN_MOMENTS:
            return _by_speed(cadence, cadence[is_used], speed_mps[is_used], sport)
    return _by_number(cadence, cadence[has_cadence], sport)


def _by_speed(
    cadence: Floats, used: Floats, speed_mps: Floats, sport: str
) -> tuple[Floats, str]:
    ratio = float(np.median(used / expected_cadence_spm(speed_mps)))
    step_m = float(np.median(60 * speed_mps / used))
    seen = f"median {np.median(used):.0f} at {np.median(speed_mps):.1f} m/s"
    if sport not in _ON_FOOT and step_m / 2 > _LONGEST_STEP_M:
        return cadence, (
            f"cadence was kept as recorded: as steps it would mean {step_m / 2:.1f} m "
            "each, so it is not of feet"
        )
    halfway = np.sqrt(0.5)
    if halfway / _UNSURE_FACTOR < ratio < halfway * _UNSURE_FACTOR:
        return 2 * cadence, (
            f"cadence ({seen}) fits one foot (steps of {step_m / 2:.2f} m) as badly as "
            f"both ({step_m:.2f} m); one foot was assumed, as in nearly every file, "
            "and doubled"
        )
    if ratio < halfway:
        return 2 * cadence, (
            f"cadence was counted for one foot and doubled: {seen} means steps of "
            f"{step_m / 2:.2f} m, not {step_m:.2f} m"
        )
    return cadence.copy(), (
        f"cadence was counted for both feet and kept: {seen} means steps of "
        f"{step_m:.2f} m, not {step_m / 2:.2f} m"
    )


_BOTH_FEET_ABOVE = 120.0
_ONE_FOOT_BELOW = 100.0


def _by_number(cadence: Floats, used: Floats, sport: str) -> tuple[Floats, str]:
    if not len(used):
        return 2 * cadence, "cadence is zero throughout"
    middle = float(np.median(used))
    if middle > _BOTH_FEET_ABOVE:
        return cadence.copy(), (
            f"cadence (median {middle:.0f}) was taken as both feet, since twice as "
            "much is beyond a runner; there was too little speed to check it against"
        )
    why = "as in nearly every file"
    if middle < _ONE_FOOT_BELOW and sport == "running":
        why = "since it is too slow for both feet in a run"
    return 2 * cadence, (
        f"cadence (median {middle:.0f}) was taken as one foot and doubled, {why}; "
        "there was too little speed to check it against"
    )
