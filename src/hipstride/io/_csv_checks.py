"""Check what a CSV says about the steps against what it says about the speed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.io._cadence import steps_per_minute
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["check_columns", "leave_zeros_missing"]

Floats = NDArray[np.float64]

# A header that says steps per minute is believed above this: no runner's one foot
# comes down as often.
_BOTH_FEET_ABOVE_SPM = 110.0
_MIN_SPEED_MPS = 1.0
_MIN_CADENCE_SPM = 60.0
# Half and double are told apart from one at the halfway points, by factor.
_HALFWAY = 2**0.5
_NEAR = 1.2
# In these a zero is the silence of a sensor, not a value.
_NEVER_ZERO = (
    "heart_rate_bpm",
    "ground_contact_s",
    "vertical_oscillation_m",
    "device_step_length_m",
    "vertical_ratio_pct",
    "ground_contact_balance_pct",
)


def leave_zeros_missing(columns: dict[str, Floats]) -> list[str]:
    """Turn zeros that cannot be measured into missing values, and say how many.

    Examples
    --------
    >>> columns = {"heart_rate_bpm": np.array([0.0, 140.0])}
    >>> leave_zeros_missing(columns), columns["heart_rate_bpm"].tolist()
    (['1 zeros in heart_rate_bpm were left missing'], [nan, 140.0])
    """
    notes: list[str] = []
    for name in _NEVER_ZERO:
        if name in columns and (count := np.count_nonzero(columns[name] == 0)):
            columns[name] = np.where(columns[name] == 0, np.nan, columns[name])
            notes.append(f"{count} zeros in {name} were left missing")
    return notes


def check_columns(
    columns: dict[str, Floats],
    sport: str,
    *,
    is_cadence_stated: bool = False,
    is_step_stated: bool = False,
) -> list[str]:
    """Bring cadence to both feet and the device's step length to one step, by physics.

    Parameters
    ----------
    columns : dict of str to array
        Columns by our names; changed in place, where a factor of two shows.
    sport : str
        In the words of the FIT profile.
    is_cadence_stated : bool
        The file says steps per minute: then only what cannot be is changed.
    is_step_stated : bool
        The caller has said what the step length is: then it is only compared.

    Returns
    -------
    list of str
        What was found, for the notes.

    Examples
    --------
    >>> columns = {
    ...     "cadence_spm": np.full(30, 160.0),
    ...     "speed_mps": np.full(30, 3.2),
    ...     "device_step_length_m": np.full(30, 2.4),
    ... }
    >>> check_columns(columns, "running", is_cadence_stated=True)[-1]
    'the step length was twice speed over cadence, a full stride; it was halved'
    >>> float(columns["device_step_length_m"][0])
    1.2
    """
    notes: list[str] = []
    if "cadence_spm" in columns:
        notes += _check_cadence(columns, sport, is_stated=is_cadence_stated)
    if {"cadence_spm", "device_step_length_m", "speed_mps"} <= columns.keys():
        notes += _check_step_length(columns, is_stated=is_step_stated)
    return notes


def _check_cadence(
    columns: dict[str, Floats], sport: str, *, is_stated: bool
) -> list[str]:
    cadence = columns["cadence_spm"]
    counted = cadence[np.isfinite(cadence) & (cadence > 0)]
    if not len(counted):
        return []
    if is_stated and np.median(counted) >= _BOTH_FEET_ABOVE_SPM:
        return []
    columns["cadence_spm"], note = steps_per_minute(
        cadence, columns.get("speed_mps"), sport
    )
    return [note]


def _check_step_length(columns: dict[str, Floats], *, is_stated: bool) -> list[str]:
    cadence, speed = columns["cadence_spm"], columns["speed_mps"]
    step_m = columns["device_step_length_m"]
    is_used = (
        (cadence >= _MIN_CADENCE_SPM)
        & (speed >= _MIN_SPEED_MPS)
        & (step_m > 0)
        & np.isfinite(step_m)
    )
    if not is_used.any():
        return []
    derived = SECONDS_PER_MINUTE * speed[is_used] / cadence[is_used]
    ratio = float(np.median(step_m[is_used] / derived))
    if 1 / _NEAR < ratio < _NEAR:
        return []
    if not is_stated and _HALFWAY < ratio < 2 * _HALFWAY:
        columns["device_step_length_m"] = step_m / 2
        return [
            "the step length was twice speed over cadence, a full stride; it was halved"
        ]
    if not is_stated and 1 / (2 * _HALFWAY) < ratio < 1 / _HALFWAY:
        columns["device_step_length_m"] = step_m * 2
        return ["the step length was half of speed over cadence; it was doubled"]
    return [f"the device's step length is {ratio:.2f} times speed over cadence"]
