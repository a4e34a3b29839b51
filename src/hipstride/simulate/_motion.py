"""What the body does in a simulated run, second by second: speed, step, cadence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.simulate._noise import lagged, wander
from hipstride.simulate._runner import Runner
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["SETTLED_S", "Motion", "RunTruth", "motion_of"]

Floats = NDArray[np.float64]

# Before it nobody pauses or walks.
SETTLED_S = 600

_HILL_LENGTHS_M = (1_900.0, 830.0, 410.0)
# How speed goes, in shares of the run's usual speed.
_WARM_UP_DEFICIT, _WARM_UP_S = 0.12, 120.0
_PACE_SD, _PACE_MEMORY_S = 0.025, 120.0
_PACE_TREND_SD = 0.03
_UPHILL_SLOWING_PER_PCT = 0.02
_INTERVAL_S, _INTERVALS_FROM_S, _FAST, _SLOW = 150, 900, 0.12, -0.08
_STEP_SD, _STEP_MEMORY_S = 0.008, 20.0
_WALKING_SHARE, _WALKING_SPEED_MPS, _WALKING_CADENCE_SPM = 0.1, 1.5, 112.0


@dataclass(frozen=True, slots=True)
class RunTruth:
    """What is true of one run; a row of the history's truth."""

    started_at: pd.Timestamp
    is_treadmill: bool
    is_interval: bool
    distance_m: float
    speed_pct: float
    speed_mps: float
    grade_pct: float
    stride_pct: float
    device: str
    device_speed_pct: float
    device_cadence_pct: float


@dataclass(frozen=True, slots=True)
class Motion:
    """What the body truly does, second by second of the timer."""

    speed_mps: Floats
    grade_pct: Floats
    cadence_spm: Floats
    step_length_m: Floats


def motion_of(
    rng: np.random.Generator, runner: Runner, truth: RunTruth, seconds: int
) -> Motion:
    """Draw the true speed, grade, step and cadence of every second."""
    second = np.arange(seconds + 1.0)
    pace = (
        -_WARM_UP_DEFICIT * np.exp(-second / _WARM_UP_S)
        + _PACE_TREND_SD * rng.standard_normal() * (second / seconds - 0.5)
        + _PACE_SD * wander(rng, math.exp(-1 / _PACE_MEMORY_S), seconds + 1)
    )
    if truth.is_interval:
        turn = (second - _INTERVALS_FROM_S) // _INTERVAL_S
        fast = np.where(turn % 2 == 0, _FAST, _SLOW)
        pace += lagged(np.where(turn >= 0, fast, 0.0), start=0.0, lag=5.0)
    grade_pct = np.zeros(seconds + 1)
    if not truth.is_treadmill:
        along_m = truth.speed_mps * np.cumsum(np.exp(pace))
        grade_pct += truth.grade_pct
        size = runner.hilliness_pct * math.sqrt(2 / len(_HILL_LENGTHS_M))
        for length_m in _HILL_LENGTHS_M:
            phase = 2 * math.pi * (along_m / length_m + rng.random())
            grade_pct += size * np.sin(phase)
        pace -= _UPHILL_SLOWING_PER_PCT * grade_pct
    speed_mps = truth.speed_mps * np.exp(pace)
    step_length_m = runner.step_length_m * np.exp(
        runner.elasticity * np.log(speed_mps / runner.base_speed_mps)
        + (runner.grade_effect_pct * grade_pct + truth.stride_pct) / 100
        + _STEP_SD * wander(rng, math.exp(-1 / _STEP_MEMORY_S), seconds + 1)
    )
    cadence_spm = SECONDS_PER_MINUTE * speed_mps / step_length_m
    if rng.random() < _WALKING_SHARE and seconds > 2 * SETTLED_S:
        start = int(rng.integers(SETTLED_S, seconds - 120))
        walk = slice(start, start + int(rng.integers(45, 90)))
        speed_mps[walk] = _WALKING_SPEED_MPS
        cadence_spm[walk] = _WALKING_CADENCE_SPM
        step_length_m[walk] = (
            SECONDS_PER_MINUTE * _WALKING_SPEED_MPS / _WALKING_CADENCE_SPM
        )
    return Motion(speed_mps, grade_pct, cadence_spm, step_length_m)
