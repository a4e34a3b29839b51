"""Check what a CSV says about the steps against what it says about the speed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._cadence import count_steps
from hipstride.io._cadence_words import doubt_of
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["check_columns", "check_units", "leave_zeros_missing"]

Floats = NDArray[np.float64]

# A header that says steps per minute is believed above this: no runner's one foot
# comes down as often.
_BOTH_FEET_ABOVE_SPM = 110.0
_MIN_SPEED_MPS = 1.0
_MIN_CADENCE_SPM = 60.0
# Half and double are told apart from one at the halfway points, by factor.
_HALFWAY = 2**0.5
_NEAR = 1.2
# The middle speed of a run; the slowest is a stroll, the fastest a world record mile.
_RUN_MPS = (0.5, 7.5)
# Distance and speed of one file may differ by this factor, by GPS and by pauses.
_MAX_FACTOR = 3.0
_MIN_WAY_M = 50.0
_UNIT_NEAR = 0.05
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
    is_step_halved: bool = False,
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
    is_step_halved : bool
        The step length is the half of what the file calls a stride: some write a step
        there. Otherwise nothing is doubled, since nobody writes half a step.

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
        notes += _check_step_length(
            columns, is_stated=is_step_stated, is_halved=is_step_halved
        )
    return notes


def check_units(
    name: str, elapsed_s: Floats, columns: dict[str, Floats], sport: str
) -> None:
    """Refuse a speed or distance that can only be of another unit.

    Raises
    ------
    ReadError
        If the middle speed is no runner's, or the distance is another than the speed
        gives.

    Examples
    --------
    >>> second = np.arange(600.0)
    >>> in_km_h = {"speed_mps": np.full(600, 11.0)}
    >>> check_units("a.csv", second, in_km_h, "running")
    Traceback (most recent call last):
    ...
    hipstride.errors.ReadError: a.csv: found a median speed of 11; expected 0.5 to 7.5 \
m/s in a run; give the factor to m/s: 0.2778 for km/h, 0.447 for mph
    """
    speed = columns.get("speed_mps")
    if speed is None:
        return
    moving = speed[np.isfinite(speed) & (speed > 0)]
    if not len(moving):
        return
    middle_mps = float(np.median(moving))
    low, high = _RUN_MPS
    if sport == "running" and not low <= middle_mps <= high:
        raise ReadError(
            name,
            f"a median speed of {middle_mps:.3g}",
            f"{low:g} to {high:g} m/s in a run",
            "give the factor to m/s: 0.2778 for km/h, 0.447 for mph",
        )
    if "distance_m" not in columns:
        return
    distance_m = columns["distance_m"]
    known = np.isfinite(distance_m) & np.isfinite(speed)
    if np.count_nonzero(known) < 2:  # noqa: PLR2004 - a way has two ends
        return
    way_m = float(np.ptp(distance_m[known]))
    by_speed_m = float(np.sum(speed[known][1:] * np.diff(elapsed_s[known])))
    if max(way_m, by_speed_m) < _MIN_WAY_M:
        return
    ratio = way_m / max(by_speed_m, 1.0)
    for factor, unit in ((1 / 3.6, "km/h"), (0.44704, "mph")):
        if abs(ratio / factor - 1) < _UNIT_NEAR:
            raise ReadError(
                name,
                f"a speed that gives {by_speed_m:.4g} m where the distance is "
                f"{way_m:.4g} m, as {unit} would",
                "m/s",
                f"give the factor to m/s: {factor:.4g} for {unit}",
            )
    if not 1 / _MAX_FACTOR < ratio < _MAX_FACTOR:
        raise ReadError(
            name,
            f"a distance of {way_m:.4g} where the speed gives {by_speed_m:.4g} m",
            "metres",
            "give the factor to metres: 1000 for km, 1609.344 for miles",
        )


def _check_cadence(
    columns: dict[str, Floats], sport: str, *, is_stated: bool
) -> list[str]:
    cadence = columns["cadence_spm"]
    counted = cadence[np.isfinite(cadence) & (cadence > 0)]
    if not len(counted):
        return []
    speed_mps = columns.get("speed_mps")
    if is_stated and np.median(counted) >= _BOTH_FEET_ABOVE_SPM:
        return doubt_of(cadence, speed_mps)
    found = count_steps(
        cadence, speed_mps, sport, rule="stated" if is_stated else "usual"
    )
    columns["cadence_spm"] = found.cadence_spm
    return [found.note] if found.note else []


def _check_step_length(
    columns: dict[str, Floats], *, is_stated: bool, is_halved: bool
) -> list[str]:
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
    is_half = 1 / (2 * _HALFWAY) < ratio < 1 / _HALFWAY
    if is_halved and not is_stated and is_half:
        columns["device_step_length_m"] = step_m * 2
        return ["the step length was half of speed over cadence; it was doubled"]
    return [f"the device's step length is {ratio:.2f} times speed over cadence"]
