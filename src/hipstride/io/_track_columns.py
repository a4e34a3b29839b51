"""What the columns of a track lack: missing values as NaN, distance, speed, indoors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hipstride.io._geo import SPEED_WINDOW_S, speed_from_distance, track_distance
from hipstride.io._xml_elements import Ints

__all__ = ["agreed_total", "completed", "indoor_sub_sport"]

Floats = NDArray[np.float64]

# Positions wander by as much while one stands.
_STANDING_M = 50.0
# What speed adds up to may differ from the distance by so much on a hilly trail.
_DOUBTFUL = 1.5
_KMH_PER_MPS = 3.6
_MAX_STEP_S = 60.0
_MIN_STEPS = 20
# No heart beats as often; 255 is how a byte says that nothing was measured.
_MAX_HEART = 250.0
# A total may fall by the rounding of its last digit.
_FALL_M = 0.5
# A belt does not climb; a track with its positions removed does.
_MAX_BELT_RANGE_M = 10.0


def completed(
    columns: Mapping[str, Floats], elapsed_s: Floats, part: Ints, notes: list[str]
) -> dict[str, Floats]:
    """Mark what is missing as missing, and derive distance and speed.

    Parameters
    ----------
    columns : mapping of str to array
        The columns as the file has them.
    elapsed_s : array
        Time since the start, not decreasing [s].
    part : array of int
        Number of the segment.
    notes : list of str
        Gets a sentence for each thing done.

    Returns
    -------
    dict of str to array
        The columns that hold any value.
    """
    found = _present(columns, notes)
    _zeros_to_missing(found, notes)
    _distance_and_speed(found, elapsed_s, part, notes)
    return found


def agreed_total(stated_m: float, distance_m: Floats | None, notes: list[str]) -> float:
    """Keep the device's total unless it contradicts its own points."""
    if distance_m is None or not stated_m > 0:
        return stated_m
    covered_m = float(np.nanmax(distance_m) - np.nanmin(distance_m))
    if max(covered_m, stated_m) < _STANDING_M:
        return stated_m
    if covered_m > 0 and 0.5 < stated_m / covered_m < 2:  # noqa: PLR2004
        return stated_m
    notes.append(
        f"the laps add up to {stated_m:.0f} m and the points to {covered_m:.0f} m; "
        "the total of the laps was not used"
    )
    return float("nan")


def indoor_sub_sport(
    columns: Mapping[str, Floats],
    sport: str,
    notes: list[str],
    *,
    had_positions: bool,
) -> str:
    """Take a run without positions as one on a treadmill, unless it climbs."""
    if sport != "running" or "latitude_deg" in columns:
        return ""
    if had_positions:
        notes.append(
            "no position could be used, so the run may be on a treadmill or not"
        )
        return ""
    altitude = columns.get("altitude_m")
    if altitude is not None and np.nanmax(altitude) - np.nanmin(altitude) > (
        _MAX_BELT_RANGE_M
    ):
        notes.append("the file has no positions, though the altitude changes")
        return ""
    notes.append(
        "the file has no positions; it was taken as a treadmill run, which the file "
        "does not say"
    )
    return "treadmill"


def _present(columns: Mapping[str, Floats], notes: list[str]) -> dict[str, Floats]:
    """Leave out columns without any value, and positions that cannot be."""
    found = dict(columns)
    if "latitude_deg" in found and "longitude_deg" in found:
        latitude, longitude = found["latitude_deg"], found["longitude_deg"]
        is_off = (np.abs(latitude) > 90) | (np.abs(longitude) > 180)  # noqa: PLR2004
        is_off |= (latitude == 0) & (longitude == 0)
        is_off |= np.isnan(latitude) != np.isnan(longitude)
        if is_off.any():
            notes.append(
                f"{np.count_nonzero(is_off)} positions are half missing, 0°, 0° or "
                "off the globe and were left missing"
            )
            found["latitude_deg"] = np.where(is_off, np.nan, latitude)
            found["longitude_deg"] = np.where(is_off, np.nan, longitude)
    return {name: values for name, values in found.items() if not _is_void(values)}


def _is_void(values: Floats) -> bool:
    return bool(np.isnan(values).all())


def _zeros_to_missing(columns: dict[str, Floats], notes: list[str]) -> None:
    """Devices write a heart rate of 0, or of 255, where the strap was silent."""
    heart = columns.get("heart_rate_bpm")
    if heart is None:
        return
    for is_none, said in ((heart <= 0, "0"), (heart > _MAX_HEART, "more than 250")):
        if is_none.any():
            count = np.count_nonzero(is_none)
            notes.append(f"{count} heart rates of {said} were left missing")
            heart = np.where(is_none, np.nan, heart)
    columns["heart_rate_bpm"] = heart
    if _is_void(columns["heart_rate_bpm"]):
        del columns["heart_rate_bpm"]


def _distance_and_speed(
    columns: dict[str, Floats], elapsed_s: Floats, part: Ints, notes: list[str]
) -> None:
    has_positions = "latitude_deg" in columns and "longitude_deg" in columns
    along = None
    if has_positions:
        along = track_distance(columns["latitude_deg"], columns["longitude_deg"], part)
    increments = columns.pop("distance_increment_or_total_m", None)
    if increments is not None:
        stated = _stated_distance(increments, along, notes)
        if stated is not None:
            columns.setdefault("distance_m", stated)
    own = columns.get("distance_m")
    is_flat = own is not None and not (own > 0).any()
    if is_flat and along is not None and np.nanmax(along) > _STANDING_M:
        notes.append("the file's own distance is 0 throughout and was not used")
        del columns["distance_m"]
    if "distance_m" not in columns and along is not None:
        columns["distance_m"] = along
        notes.append(
            "distance was derived from the positions, great circle from point to "
            "point within each segment"
        )
    elif along is not None:
        _check_distance(columns["distance_m"], along, notes)
    _check_unit(columns, elapsed_s, notes)
    if "speed_mps" not in columns and "distance_m" in columns:
        speed = speed_from_distance(elapsed_s, columns["distance_m"], part)
        known = columns["distance_m"][np.isfinite(columns["distance_m"])]
        if falls := np.count_nonzero(np.diff(known) < -_FALL_M):
            notes.append(
                f"the file's distance goes back at {falls} points; the speed around "
                "them was left missing"
            )
            speed = np.where(speed < 0, np.nan, speed)
        if not _is_void(speed):
            columns["speed_mps"] = speed
            notes.append(
                "speed was derived from distance and time, as the mean over "
                f"{SPEED_WINDOW_S:g} s around each point"
            )


def _check_distance(distance_m: Floats, along_m: Floats, notes: list[str]) -> None:
    """Hold the file's own distance against its positions."""
    covered_m = float(np.nanmax(distance_m) - np.nanmin(distance_m))
    length_m = float(np.nanmax(along_m))
    if max(covered_m, length_m) < 2 * _STANDING_M:
        return
    if not 1 / _DOUBTFUL < covered_m / max(length_m, 1.0) < _DOUBTFUL:
        notes.append(
            f"the file's own distance covers {covered_m:.0f} m and its positions "
            f"{length_m:.0f} m; its own was kept"
        )


def _check_unit(
    columns: dict[str, Floats], elapsed_s: Floats, notes: list[str]
) -> None:
    """Hold the file's speed against its distance; some apps may write km/h."""
    speed, distance = columns.get("speed_mps"), columns.get("distance_m")
    if speed is None or distance is None:
        return
    step_s, step_m = np.diff(elapsed_s), np.diff(distance)
    is_used = np.isfinite(speed[1:]) & np.isfinite(step_m) & (step_s <= _MAX_STEP_S)
    if np.count_nonzero(is_used) < _MIN_STEPS:
        return
    by_speed_m = float((speed[1:] * step_s)[is_used].sum())
    covered_m = float(step_m[is_used].sum())
    if covered_m < _STANDING_M:
        return
    ratio = by_speed_m / covered_m
    if 1 / _DOUBTFUL < ratio < _DOUBTFUL:
        return
    if abs(ratio / _KMH_PER_MPS - 1) < 0.1:  # noqa: PLR2004
        columns["speed_mps"] = speed / _KMH_PER_MPS
        notes.append(
            f"speed was {ratio:.1f} times the distance covered per second, so it was "
            "in km/h, and was converted"
        )
        return
    notes.append(f"the file's speed is {ratio:.2f} times its distance per second")


def _stated_distance(
    values: Floats, along: Floats | None, notes: list[str]
) -> Floats | None:
    """Decide whether a distance extension counts from the start or from point to point.

    Some write the total so far, some the way since the point before; the length of
    the track tells which.
    """
    filled = np.nan_to_num(values)
    known = values[np.isfinite(values)]
    total_if_running, total_if_steps = float(known.max()), float(filled.sum())
    is_running = bool((np.diff(known) >= 0).all()) and known[-1] > known[0]
    length = float(np.nanmax(along)) if along is not None else float("nan")
    if is_running and not abs(total_if_running - length) > 0.3 * length:
        notes.append("distance is the file's own, counted from the start")
        return values
    if abs(total_if_steps - length) <= 0.3 * length:
        notes.append("distance is the file's own, added up from point to point")
        return np.cumsum(filled)
    notes.append(
        "the file's own distance fits its positions neither as a total nor from point "
        "to point and was not used"
    )
    return None
