"""What a watch makes of the motion: measured, with its errors and its rounding.

It measures cadence well and speed by GPS, so speed, distance and positions share their
errors, and step length is what the two give. On a treadmill it takes the usual step
length for granted, so that the form of the day is lost there, as in real files.
Each run follows its own wide arc in the ocean around Point Nemo, far from any home.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hipstride.simulate._motion import Motion, RunTruth
from hipstride.simulate._noise import lagged, wander
from hipstride.simulate._runner import Runner

__all__ = ["signals_of"]

Floats = NDArray[np.float64]

# Point Nemo, 2,688 km from the nearest land.
_START_LATITUDE_DEG, _START_LONGITUDE_DEG = -48.8767, -123.3933
_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_ARC_RADIUS_M = 5_000.0
_START_ALTITUDE_M = 100.0

_GPS_SIDE_SD_M, _GPS_SIDE_MEMORY_S = 1.0, 60.0
_BAROMETER_SD_M, _BAROMETER_MEMORY_S = 0.3, 60.0


def signals_of(
    rng: np.random.Generator,
    runner: Runner,
    motion: Motion,
    truth: RunTruth,
) -> dict[str, Floats]:
    """Record the motion as a watch does, with its errors and its rounding."""
    count = len(motion.speed_mps)
    relative = np.log(motion.speed_mps / runner.base_speed_mps)
    of_the_run = runner.gps_run_sd_pct / 100 * rng.standard_normal()
    error = of_the_run + runner.gps_speed_sd_pct / 100 * wander(
        rng, math.exp(-1 / runner.gps_speed_memory_s), count
    )
    if truth.is_treadmill:
        error = np.full(count, -truth.stride_pct / 100)
    speed_scale = 1 + truth.device_speed_pct / 100
    cadence_scale = 1 + truth.device_cadence_pct / 100
    speed_mps = speed_scale * motion.speed_mps * np.exp(error)
    distance_m = np.concatenate(([0.0], np.cumsum(speed_mps[1:])))
    demand_bpm = 146 + 110 * relative + 2.0 * motion.grade_pct
    heart_rate_bpm = lagged(demand_bpm, start=95.0, lag=40.0)
    heart_rate_bpm += 1.5 * wander(rng, math.exp(-1 / 15.0), count)
    columns = {
        "distance_m": distance_m,
        "speed_mps": speed_mps,
        "cadence_spm": np.rint(cadence_scale * motion.cadence_spm),
        "heart_rate_bpm": np.rint(np.clip(heart_rate_bpm, 50, 205)),
    }
    if not truth.is_treadmill:
        climb_m = np.cumsum(motion.grade_pct / 100 * motion.speed_mps)
        drift_m = _BAROMETER_SD_M * wander(
            rng, math.exp(-1 / _BAROMETER_MEMORY_S), count
        )
        columns["altitude_m"] = _START_ALTITUDE_M + climb_m + drift_m
        columns |= _positions(rng, distance_m)
    if runner.has_dynamics:
        # The watch's own step length is its speed over its cadence.
        columns |= _dynamics(rng, motion, speed_scale / cadence_scale * np.exp(error))
    return columns


def _positions(rng: np.random.Generator, distance_m: Floats) -> dict[str, Floats]:
    """Lay the distance along an arc that starts in a direction of its own."""
    bearing = 2 * math.pi * rng.random()
    side_m = _GPS_SIDE_SD_M * wander(
        rng, math.exp(-1 / _GPS_SIDE_MEMORY_S), len(distance_m)
    )
    angle = distance_m / _ARC_RADIUS_M
    radius_m = _ARC_RADIUS_M + side_m
    # Ahead and aside of the start, the arc bending to the right.
    ahead_m = radius_m * np.sin(angle)
    aside_m = _ARC_RADIUS_M - radius_m * np.cos(angle)
    north_m = ahead_m * math.cos(bearing) - aside_m * math.sin(bearing)
    east_m = ahead_m * math.sin(bearing) + aside_m * math.cos(bearing)
    latitude_deg = _START_LATITUDE_DEG + np.degrees(north_m / _EARTH_RADIUS_M)
    across_m = _EARTH_RADIUS_M * np.cos(np.radians(latitude_deg))
    return {
        "latitude_deg": latitude_deg,
        "longitude_deg": _START_LONGITUDE_DEG + np.degrees(east_m / across_m),
    }


def _dynamics(
    rng: np.random.Generator, motion: Motion, step_scale: Floats
) -> dict[str, Floats]:
    """Add what a chest strap or a pod tells of each step."""
    count = len(step_scale)
    noise = rng.standard_normal((3, count))
    relative = np.log(motion.speed_mps / motion.speed_mps.mean())
    step_length_m = motion.step_length_m * step_scale
    vertical_oscillation_m = 0.092 * np.exp(-0.2 * relative + 0.03 * noise[0])
    return {
        "device_step_length_m": step_length_m,
        "vertical_oscillation_m": vertical_oscillation_m,
        "ground_contact_s": 0.245 * np.exp(-0.4 * relative + 0.02 * noise[1]),
        "ground_contact_balance_pct": 49.8 + 0.5 * noise[2],
        "vertical_ratio_pct": 100 * vertical_oscillation_m / step_length_m,
    }
