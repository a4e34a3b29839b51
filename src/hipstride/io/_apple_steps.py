"""Speed, cadence and step length of an Apple workout, and where they come from.

Apple records no cadence; it has the steps counted in a span and a "running stride
length". Whether that is of a step or of a stride (two steps) is disputed, so it is
decided for each workout by physics: a runner takes some 150 to 190 steps a minute.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.io._cadence import expected_cadence_spm
from hipstride.units import SECONDS_PER_MINUTE, STEPS_PER_STRIDE

__all__ = ["best_covered", "cadence_and_length", "step_length"]

Floats = NDArray[np.float64]

_MIN_SPEED_MPS = 1.5
_MIN_CADENCE_SPM = 100.0
_MIN_MOMENTS = 20
# Halfway between a step and a stride is a factor of sqrt(2) from either; within a tenth
# of it nothing is decided, nor as far beyond them.
_STEP_RATIOS = (0.78, 1.41)
_STRIDE_RATIOS = (0.39, 0.64)


def best_covered(candidates: dict[str, Floats | None]) -> tuple[str, Floats | None]:
    """Choose the first that is known for half as long as the best known.

    Parameters
    ----------
    candidates : dict of str to array or None
        By the name for a note, the most trusted first.

    Returns
    -------
    name : str
        Which one; empty where there is none.
    values : array or None
        The values.

    Examples
    --------
    >>> some, all_of_it = np.array([3.0, np.nan, np.nan]), np.full(3, 2.9)
    >>> best_covered({"watch": some, "route": all_of_it})[0]
    'route'
    """
    known = {
        name: int(np.count_nonzero(np.isfinite(values)))
        for name, values in candidates.items()
        if values is not None
    }
    most = max(known.values(), default=0)
    for name, count in known.items():
        if count and 2 * count >= most:
            return name, candidates[name]
    return "", None


def step_length(
    length_m: Floats, speed_mps: Floats | None, counted_spm: Floats | None
) -> tuple[Floats | None, str]:
    """Decide whether Apple's stride length is of a step or of a stride.

    Parameters
    ----------
    length_m : array
        As recorded [m].
    speed_mps : array or None
        Speed at the same moments [m/s].
    counted_spm : array or None
        Cadence by counted steps, where there is one [steps/min].

    Returns
    -------
    step_length_m : array or None
        The length of a step; None where nothing can be decided [m].
    note : str
        What was decided and by what.

    Notes
    -----
    1. Moments of at least 1.5 m/s count; there must be 20.
    2. Speed / length is how often a minute such a length is covered. It is held against
       the counted steps, or where these are few against what people do at this speed.
    3. The median ratio is near 1 for a step and near 1/2 for a stride.

    Examples
    --------
    >>> step_length(np.full(60, 2.1), np.full(60, 3.0), None)[1][:48]
    "Apple's stride length is of a stride (two steps)"
    """
    if speed_mps is None:
        speed_mps = np.full(len(length_m), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_used = (length_m > 0) & (speed_mps >= _MIN_SPEED_MPS)
        per_minute = SECONDS_PER_MINUTE * speed_mps / length_m
    expected, by = expected_cadence_spm(speed_mps), "are usual at this speed"
    if counted_spm is not None:
        is_counted = is_used & (counted_spm >= _MIN_CADENCE_SPM)
        if np.count_nonzero(is_counted) >= _MIN_MOMENTS:
            is_used, expected, by = is_counted, counted_spm, "were counted"
    if np.count_nonzero(is_used) < _MIN_MOMENTS:
        return None, (
            "Apple's stride length was not used: there is too little speed to tell "
            "whether it is of a step or of a stride"
        )
    ratio = float(np.median((per_minute / expected)[is_used]))
    seen = (
        f"median {np.median(length_m[is_used]):.2f} m at "
        f"{np.median(speed_mps[is_used]):.1f} m/s means "
        f"{np.median(per_minute[is_used]):.0f} a minute, where "
        f"{np.median(expected[is_used]):.0f} {by}"
    )
    if _STEP_RATIOS[0] <= ratio <= _STEP_RATIOS[1]:
        return length_m, f"Apple's stride length is of a step: {seen}"
    if _STRIDE_RATIOS[0] <= ratio <= _STRIDE_RATIOS[1]:
        return length_m / STEPS_PER_STRIDE, (
            f"Apple's stride length is of a stride (two steps) and was halved: {seen}"
        )
    return None, (
        f"Apple's stride length was not used, it is neither of a step nor of a stride: "
        f"{seen}"
    )


def cadence_and_length(
    length_m: Floats | None, speed_mps: Floats | None, counted_spm: Floats | None
) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """Give the cadence and the device's step length, as far as the records go.

    Parameters
    ----------
    length_m : array or None
        Apple's stride length as recorded [m].
    speed_mps : array or None
        Speed [m/s].
    counted_spm : array or None
        Cadence by counted steps [steps/min].

    Returns
    -------
    columns : dict of str to array
        ``cadence_spm`` and ``device_step_length_m``, where there are such.
    notes : tuple of str
        How they were obtained.
    """
    columns: dict[str, Floats] = {}
    notes: list[str] = []
    by_length_spm = None
    if length_m is not None:
        own_m, note = step_length(length_m, speed_mps, counted_spm)
        notes.append(note)
        if own_m is not None and speed_mps is not None:
            columns["device_step_length_m"] = own_m
            is_known = own_m > 0
            by_length_spm = np.full(len(own_m), np.nan)
            by_length_spm[is_known] = (
                SECONDS_PER_MINUTE * speed_mps[is_known] / own_m[is_known]
            )
    name, cadence_spm = best_covered({"counted": counted_spm, "length": by_length_spm})
    if cadence_spm is not None:
        columns["cadence_spm"] = cadence_spm
    if name == "counted":
        notes.append("cadence is of the steps that were counted in each half minute")
    elif name == "length":
        notes.append(
            "cadence was made from speed and Apple's step length, since too few steps "
            "were counted: speed / cadence is that length again and tells nothing new"
        )
    return columns, tuple(notes)
