r"""A runner's months at table level: runs, felt pain, ratings, and the truth.

What happens, in order, with :math:`d` the day of run :math:`t`:

1. form and pain each wander as an AR(1) process over calendar days;
2. stride deviation :math:`s_t` = form + changes + shoe + cue − guarding × pain before
   the run;
3. felt pain after the run = pain of the day + recovery and flares + changes +
   :math:`\beta s_t` + cue + speed and load effects + chance; it does not feed back into
   the pain of later days;
4. a rating is felt pain, told with some noise, rounded and cut off at 0 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from hipstride.simulate._control import control_ratings
from hipstride.simulate._gear import gear_of
from hipstride.simulate._noise import wander
from hipstride.simulate._pain import rate
from hipstride.simulate._runner import RATED_MOMENTS, Runner
from hipstride.simulate._slow import slow_of
from hipstride.simulate._tables import changes_table, journal_table, observations_table
from hipstride.simulate._truth import Truth, is_active, truth_of
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR

__all__ = ["History", "history"]

Floats = NDArray[np.float64]

# Spans of the two moving averages of load (Williams et al. 2017).
_ACUTE_DAYS, _CHRONIC_DAYS = 7, 28
_SHORTEST_RUN_M, _LONGEST_RUN_M = 1_500.0, 45_000.0
# Pain in a run is mostly the pain after it, told with a little more noise.
_DURING_SHARE = 0.8
# From this rating on a runner may be too sore to write it down.
_SORE_POINTS = 4.0


@dataclass(frozen=True, eq=False)
class History:
    """A simulated runner's history, with the truth that a real one never shows.

    Parameters
    ----------
    runner : Runner
        The true numbers.
    seed : int
        What it was drawn from.
    observations : DataFrame
        An `OBSERVATIONS` table, as the whole pipeline would give it, with small errors
        of measurement.
    runs_truth : DataFrame
        One row per run: what was true, such as ``stride_pct`` (form, changes, shoe,
        guarding) and the felt pain ``felt_after_points``, all ratings before any was
        forgotten, and the ``device`` and the ``shoe`` that were worn with what they
        did: ``device_speed_pct``, ``device_cadence_pct``, ``shoe_stride_pct``; what
        recovery and flares add, ``slow_points``, and the ``arm`` of a schedule.
    truth : Truth
        The effects, latent and on the rating scale.
    """

    runner: Runner
    seed: int
    observations: pd.DataFrame
    runs_truth: pd.DataFrame
    truth: Truth

    @cached_property
    def journal(self) -> pd.DataFrame:
        """The diary: a `JOURNAL` table, one row per rating that was given."""
        return journal_table(self.observations, self.runs_truth, self.runner)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What the runner changed: a `CHANGES` table."""
        return changes_table(self.runs_truth, self.runner)


def history(
    runner: Runner, *, n_runs: int, seed: int, arms: ArrayLike | None = None
) -> History:
    """Simulate a runner's history at table level.

    Parameters
    ----------
    runner : Runner
        The true numbers.
    n_runs : int
        How many runs, at least 2.
    seed : int
        The same seed and runner give the same history. Runners that differ only in
        their effects, their watches or their shoes share all random draws, with or
        without a schedule.
    arms : array-like of 0 and 1, shape (n_runs,), optional
        On which runs the cue of a randomised schedule was used; what it does are
        `Runner.arm_stride_pct` and `Runner.arm_pain_points`.

    Returns
    -------
    History
        Observations, journal, changes and the truth.

    Raises
    ------
    ValueError
        If `n_runs` is below 2, a change lies behind the last run, or `arms` is not one
        0 or 1 for each run.

    Examples
    --------
    >>> year = history(Runner(), n_runs=120, seed=1)
    >>> len(year.observations), year.truth.effect_points_per_pct
    (120, 0.15)
    """
    if n_runs < 2:  # noqa: PLR2004 - a history is more than one run
        msg = f"n_runs: found {n_runs}; expected 2 or more"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    day = _run_days(rng, runner.runs_per_week, n_runs)
    gear = gear_of(seed, runner.devices, runner.shoes, runner.device, n_runs)
    slow = slow_of(seed, runner, day)
    arm = {"arm": _arms(arms, n_runs)}
    runs = _pain(rng, runner, _runs(rng, runner, day) | gear | slow | arm)
    runs |= control_ratings(seed, runner, day)
    frame = pd.DataFrame(runs)
    return History(
        runner=runner,
        seed=seed,
        observations=observations_table(rng, runner, frame),
        runs_truth=frame,
        truth=truth_of(runner, frame),
    )


def _arms(arms: ArrayLike | None, n_runs: int) -> Floats:
    if arms is None:
        return np.zeros(n_runs)
    given = np.asarray(arms, dtype=np.float64)
    if given.shape != (n_runs,) or not np.isin(given, (0.0, 1.0)).all():
        msg = (
            f"arms: found an array of shape {given.shape}; expected 0 or 1 for each of "
            f"the {n_runs} runs"
        )
        raise ValueError(msg)
    return given


def _run_days(
    rng: np.random.Generator, runs_per_week: float, n_runs: int
) -> NDArray[np.int64]:
    """Choose the days of the runs; each week a fresh choice of days."""
    weeks = int(n_runs / runs_per_week) + 3
    # 4.5 runs a week are weeks of four and weeks of five.
    quota = np.diff(np.floor(np.arange(weeks + 1) * runs_per_week + 1e-9))
    rank = np.argsort(np.argsort(rng.random((weeks, 7)), axis=1), axis=1)
    days = np.flatnonzero((rank < quota[:, None]).ravel())[:n_runs].astype(np.int64)
    first_day = int(days[0])
    return days - first_day


def _runs(
    rng: np.random.Generator, runner: Runner, day: NDArray[np.int64]
) -> dict[str, object]:
    """Draw what each run is like before any pain: when, how far, how fast."""
    n_runs = len(day)
    local_date = np.datetime64(runner.start_on, "us") + day * np.timedelta64(1, "D")
    start_s = np.clip(rng.normal(18.0, 1.5, n_runs), 6.0, 20.5) * SECONDS_PER_HOUR
    clock = local_date + np.round(start_s).astype("timedelta64[s]")
    offset = np.timedelta64(round(runner.utc_offset_h * SECONDS_PER_HOUR), "s")

    spread = runner.distance_sd_pct / 100
    shape = 1 / max(spread, 1e-3) ** 2
    distance_m = runner.mean_distance_m * rng.gamma(shape, 1 / shape, n_runs)
    distance_m = np.clip(distance_m, _SHORTEST_RUN_M, _LONGEST_RUN_M)
    speed_pct = (
        runner.speed_sd_pct * rng.standard_normal(n_runs)
        + runner.speed_drift_pct * day / 365.25
    )
    is_treadmill = rng.random(n_runs) < runner.treadmill_share
    is_interval = (rng.random(n_runs) < runner.intervals_share) & ~is_treadmill
    grade_pct = runner.grade_sd_pct * rng.standard_normal(n_runs)
    load = _loads(day, distance_m)
    return {
        "day": day,
        "local_date": local_date,
        "started_at": pd.DatetimeIndex(clock - offset, tz="UTC"),
        "is_treadmill": is_treadmill,
        "is_interval": is_interval,
        "distance_m": distance_m,
        "speed_pct": speed_pct,
        "speed_mps": runner.base_speed_mps * np.exp(speed_pct / 100),
        "grade_pct": np.where(is_treadmill, 0.0, grade_pct),
        "load_acute_m": load[_ACUTE_DAYS],
        "load_chronic_m": load[_CHRONIC_DAYS],
        "form_pct": runner.form_sd_pct
        * wander(rng, runner.form_memory, int(day[-1]) + 2)[day],
    }


def _pain(
    rng: np.random.Generator, runner: Runner, runs: dict[str, object]
) -> dict[str, object]:
    """Add the pain, what it does to the stride, what the stride does to it."""
    day = np.asarray(runs["day"])
    n_runs = len(day)
    state = runner.pain_sd_points * wander(rng, runner.pain_memory, int(day[-1]) + 2)
    chance = (
        runner.run_noise_sd_points
        * np.asarray(runs["noise_factor"])
        * rng.standard_normal(n_runs)
    )
    slow = np.asarray(runs["slow_points"])
    arm = np.asarray(runs["arm"])
    told = runner.rating_noise_sd_points * rng.standard_normal((4, n_runs))
    careless = rng.random((4, n_runs)) < runner.careless_zero_share
    lost = rng.random((3, n_runs))

    local_date = np.asarray(runs["local_date"])
    shift_pct, shift_points = np.zeros(n_runs), np.zeros(n_runs)
    for change in runner.changes:
        active = is_active(change, local_date)
        shift_pct += change.stride_pct * active
        shift_points += change.pain_points * active
    stride_pct = (
        np.asarray(runs["form_pct"])
        + shift_pct
        + np.asarray(runs["shoe_stride_pct"])
        + runner.arm_stride_pct * arm
        - runner.guarding_pct_per_point * (state[day] + slow)
    )
    acute_m = np.nan_to_num(np.asarray(runs["load_acute_m"]))
    chronic_m = np.nan_to_num(np.asarray(runs["load_chronic_m"]))
    load_points = (
        runner.load_effect_points_per_km * (acute_m - chronic_m) / METRES_PER_KILOMETRE
    )
    run_points = (
        runner.effect_points_per_pct * stride_pct
        + runner.speed_effect_points_per_pct * np.asarray(runs["speed_pct"])
        + load_points
        + chance
        + runner.arm_pain_points * arm
    )
    base = runner.pain_baseline_points + shift_points + slow
    felt = {
        "before": base + state[day],
        "during": base + state[day] + _DURING_SHARE * run_points,
        "after": base + state[day] + run_points,
        "next_morning": base + state[day + 1] + runner.morning_share * run_points,
    }
    ratings = {
        moment: rate(
            felt[moment] + told[row],
            step_points=runner.rating_step_points,
            careless=careless[row],
        )
        for row, moment in enumerate(RATED_MOMENTS)
    }
    after = ratings["after"]
    forgotten = (
        (lost[0] < runner.missing_share)
        | ((after == 0) & (lost[1] < runner.forgetting_share))
        # A rating is never both, so that one draw does for either.
        | ((after >= _SORE_POINTS) & (lost[1] < runner.sore_forgetting_share))
    )
    speed_ratio = np.asarray(runs["speed_mps"]) / runner.base_speed_mps
    step_length_m = runner.step_length_m * np.exp(
        runner.elasticity * np.log(speed_ratio)
        + (runner.grade_effect_pct * np.asarray(runs["grade_pct"]) + stride_pct) / 100
    )
    return {
        **runs,
        "stride_pct": stride_pct,
        "step_length_m": step_length_m,
        "load_points": load_points,
        **{f"felt_{moment}_points": felt[moment] for moment in RATED_MOMENTS},
        **{f"rating_{moment}_0_10": ratings[moment] for moment in RATED_MOMENTS},
        "is_forgotten": forgotten,
        "is_before_forgotten": lost[2] < runner.missing_share,
    }


def _loads(day: NDArray[np.int64], distance_m: Floats) -> dict[int, Floats]:
    """Average the distance of the days before each run, weights falling with age.

    The average starts with the first day, so the first run has none: NaN.
    """
    daily_m = np.zeros(int(day[-1]) + 1)
    daily_m[day] = distance_m
    loads = {}
    for span in (_ACUTE_DAYS, _CHRONIC_DAYS):
        upto = _averaged(daily_m, newest_share=2 / (span + 1))
        loads[span] = np.array([np.nan, *upto[:-1]])[day]
    return loads


def _averaged(values: Floats, *, newest_share: float) -> list[float]:
    """Average exponentially, starting at the first value."""
    return list(
        accumulate(
            values.tolist(), lambda mean, new: mean + newest_share * (new - mean)
        )
    )
