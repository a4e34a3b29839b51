"""One run of a simulated history, second by second, as a watch records it.

The watch measures cadence well and speed by GPS, so speed, distance and positions share
their errors, and step length is what the two give. On a treadmill it takes the usual
step length for granted, so that the form of the day is lost there, as in real files.
Each run follows its own wide arc in the ocean around Point Nemo, far from any home.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.simulate._history import History
from hipstride.simulate._noise import lagged, wander
from hipstride.simulate._runner import Runner
from hipstride.simulate._tables import file_stem
from hipstride.tables import PAUSES, SAMPLES, Recording
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

__all__ = ["recordings"]

Floats = NDArray[np.float64]

# Point Nemo, 2,688 km from the nearest land.
_START_LATITUDE_DEG, _START_LONGITUDE_DEG = -48.8767, -123.3933
_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_ARC_RADIUS_M = 5_000.0
_START_ALTITUDE_M = 100.0
_HILL_LENGTHS_M = (1_900.0, 830.0, 410.0)

# Within a run: how speed goes, in shares of the run's usual speed.
_WARM_UP_DEFICIT, _WARM_UP_S = 0.12, 120.0
_PACE_SD, _PACE_MEMORY_S = 0.025, 120.0
_PACE_TREND_SD = 0.03
_UPHILL_SLOWING_PER_PCT = 0.02
_INTERVAL_S, _INTERVALS_FROM_S, _FAST, _SLOW = 150, 900, 0.12, -0.08
_STEP_SD, _STEP_MEMORY_S = 0.008, 20.0

_GPS_RUN_SD, _GPS_SD, _GPS_MEMORY_S = 0.004, 0.015, 8.0
_GPS_SIDE_SD_M, _GPS_SIDE_MEMORY_S = 1.0, 60.0
_BAROMETER_SD_M, _BAROMETER_MEMORY_S = 0.3, 60.0

_PAUSES_PER_RUN, _WALKING_SHARE = 0.8, 0.1
_WALKING_SPEED_MPS, _WALKING_CADENCE_SPM = 1.5, 112.0
_SETTLED_S = 600  # before it nobody pauses or walks


@dataclass(frozen=True, slots=True)
class _Run:
    """What is true of one run; a row of the history's truth."""

    started_at: pd.Timestamp
    is_treadmill: bool
    is_interval: bool
    distance_m: float
    speed_pct: float
    speed_mps: float
    grade_pct: float
    stride_pct: float


@dataclass(frozen=True, slots=True)
class _Motion:
    """What the body truly does, second by second of the timer."""

    speed_mps: Floats
    grade_pct: Floats
    cadence_spm: Floats
    step_length_m: Floats


def recordings(
    history: History, *, seed: int | None = None, duration_s: float | None = None
) -> Iterator[Recording]:
    """Give the runs of a history one by one, second by second.

    Parameters
    ----------
    history : History
        The runs and their truth.
    seed : int, optional
        Of the noise within the runs; the history's own where not given. A run's noise
        does not depend on the runs before it.
    duration_s : float, optional
        Make every run this long by the timer; its own duration where not given [s].

    Yields
    ------
    Recording
        One run with samples at 1 Hz, kilometre laps and pauses.

    Raises
    ------
    ValueError
        If the duration is below a minute.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> first = next(recordings(history(Runner(), n_runs=2, seed=1), duration_s=600))
    >>> len(first.samples), first.sport
    (601, 'running')
    """
    if duration_s is not None and not duration_s >= SECONDS_PER_MINUTE:
        msg = f"duration_s: found {duration_s:g}; expected at least a minute"
        raise ValueError(msg)
    names = [field.name for field in fields(_Run)]
    rows = history.runs_truth[names].itertuples(index=False, name=None)
    for run, row in enumerate(rows):
        truth = _Run(*row)
        rng = np.random.default_rng([history.seed if seed is None else seed, run])
        own_s = truth.distance_m / truth.speed_mps
        seconds = round(own_s if duration_s is None else duration_s)
        yield _recording(rng, history.runner, run, truth, seconds)


def _recording(
    rng: np.random.Generator,
    runner: Runner,
    run: int,
    truth: _Run,
    seconds: int,
) -> Recording:
    motion = _motion(rng, runner, truth, seconds)
    columns = _signals(rng, runner, motion, truth.stride_pct, truth.is_treadmill)
    elapsed_s, pauses = _paused(rng, seconds)
    time = truth.started_at + pd.to_timedelta(elapsed_s, unit="s").as_unit("us")
    samples = pd.DataFrame(
        {"time": time.as_unit("us"), "elapsed_s": elapsed_s, **columns}
    )
    return Recording(
        run_id=f"sim-{run + 1:04d}",
        source=file_stem(run),
        format="fit",
        sport="running",
        sub_sport="treadmill" if truth.is_treadmill else "generic",
        device=runner.device,
        started_at=truth.started_at,
        utc_offset=pd.Timedelta(hours=runner.utc_offset_h),
        samples=SAMPLES.order(samples),
        laps=_laps(columns["distance_m"], elapsed_s, truth.started_at),
        pauses=pauses,
        rpe_0_10=float(np.clip(round(4 + truth.speed_pct / 8), 1, 10)),
        feel_0_100=25.0 * round(4 * float(np.clip(rng.normal(0.65, 0.15), 0, 1))),
        distance_m=float(columns["distance_m"][-1]),
        timer_s=float(seconds),
    )


def _motion(
    rng: np.random.Generator, runner: Runner, truth: _Run, seconds: int
) -> _Motion:
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
    if rng.random() < _WALKING_SHARE and seconds > 2 * _SETTLED_S:
        start = int(rng.integers(_SETTLED_S, seconds - 120))
        walk = slice(start, start + int(rng.integers(45, 90)))
        speed_mps[walk] = _WALKING_SPEED_MPS
        cadence_spm[walk] = _WALKING_CADENCE_SPM
        step_length_m[walk] = (
            SECONDS_PER_MINUTE * _WALKING_SPEED_MPS / _WALKING_CADENCE_SPM
        )
    return _Motion(speed_mps, grade_pct, cadence_spm, step_length_m)


def _signals(
    rng: np.random.Generator,
    runner: Runner,
    motion: _Motion,
    stride_pct: float,
    is_treadmill: bool,
) -> dict[str, Floats]:
    """Record the motion as a watch does, with its errors and its rounding."""
    count = len(motion.speed_mps)
    relative = np.log(motion.speed_mps / runner.base_speed_mps)
    error = _GPS_RUN_SD * rng.standard_normal() + _GPS_SD * wander(
        rng, math.exp(-1 / _GPS_MEMORY_S), count
    )
    if is_treadmill:
        error = np.full(count, -stride_pct / 100)
    speed_mps = motion.speed_mps * np.exp(error)
    distance_m = np.concatenate(([0.0], np.cumsum(speed_mps[1:])))
    demand_bpm = 146 + 110 * relative + 2.0 * motion.grade_pct
    heart_rate_bpm = lagged(demand_bpm, start=95.0, lag=40.0)
    heart_rate_bpm += 1.5 * wander(rng, math.exp(-1 / 15.0), count)
    columns = {
        "distance_m": distance_m,
        "speed_mps": speed_mps,
        "cadence_spm": np.rint(motion.cadence_spm),
        "heart_rate_bpm": np.rint(np.clip(heart_rate_bpm, 50, 205)),
    }
    if not is_treadmill:
        climb_m = np.cumsum(motion.grade_pct / 100 * motion.speed_mps)
        drift_m = _BAROMETER_SD_M * wander(
            rng, math.exp(-1 / _BAROMETER_MEMORY_S), count
        )
        columns["altitude_m"] = _START_ALTITUDE_M + climb_m + drift_m
        columns |= _positions(rng, distance_m)
    if runner.has_dynamics:
        columns |= _dynamics(rng, motion, error)
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
    rng: np.random.Generator, motion: _Motion, error: Floats
) -> dict[str, Floats]:
    """Add what a chest strap or a pod tells of each step."""
    count = len(error)
    noise = rng.standard_normal((3, count))
    relative = np.log(motion.speed_mps / motion.speed_mps.mean())
    step_length_m = motion.step_length_m * np.exp(error)
    vertical_oscillation_m = 0.092 * np.exp(-0.2 * relative + 0.03 * noise[0])
    return {
        "device_step_length_m": step_length_m,
        "vertical_oscillation_m": vertical_oscillation_m,
        "ground_contact_s": 0.245 * np.exp(-0.4 * relative + 0.02 * noise[1]),
        "ground_contact_balance_pct": 49.8 + 0.5 * noise[2],
        "vertical_ratio_pct": 100 * vertical_oscillation_m / step_length_m,
    }


def _paused(rng: np.random.Generator, seconds: int) -> tuple[Floats, pd.DataFrame]:
    """Stop the timer now and then, and give the wall-clock second of each sample."""
    second = np.arange(seconds + 1)
    count = int(rng.poisson(_PAUSES_PER_RUN)) if seconds > 2 * _SETTLED_S else 0
    latest = max(seconds - 60, _SETTLED_S + 1)
    stops = np.unique(rng.integers(_SETTLED_S, latest, count))
    spans = rng.integers(20, 90, len(stops))
    lost = np.zeros(seconds + 1, dtype=np.int64)
    for stop, span in zip(stops, spans, strict=True):
        lost[stop + 1 :] += span
    elapsed_s = (second + lost).astype(np.float64)
    pauses = PAUSES.empty()
    if count:
        pauses = pd.DataFrame(
            {"elapsed_s": elapsed_s[stops], "duration_s": spans.astype(np.float64)}
        )
    return elapsed_s, pauses


def _laps(
    distance_m: Floats, elapsed_s: Floats, started_at: pd.Timestamp
) -> pd.DataFrame:
    """Lap at every kilometre, as watches do of themselves."""
    marks = np.arange(METRES_PER_KILOMETRE, distance_m[-1], METRES_PER_KILOMETRE)
    first = np.concatenate(([0], np.searchsorted(distance_m, marks)))
    bounds = np.append(first, len(distance_m) - 1)
    return pd.DataFrame(
        {
            "lap": np.arange(1, len(first) + 1),
            "started_at": started_at
            + pd.to_timedelta(elapsed_s[first], unit="s").as_unit("us"),
            "duration_s": np.diff(bounds).astype(np.float64),
            "distance_m": np.diff(distance_m[bounds]),
        }
    )
