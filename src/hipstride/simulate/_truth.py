"""The true effects of a simulated history, latent and on the rating scale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.simulate._pain import expected_rating, marginal_effect
from hipstride.simulate._runner import Change, Runner

__all__ = ["ChangeTruth", "Truth", "change_date", "is_active", "truth_of"]


@dataclass(frozen=True, slots=True)
class ChangeTruth:
    """What one change truly did.

    Parameters
    ----------
    label : str
        The change.
    stride_pct : float
        On the step length at the same speed [%].
    pain_points, pain_on_scale_points : float
        On the pain after a run, by way of the stride and directly: as felt, and as the
        mean of the ratings moved [points].
    """

    label: str
    stride_pct: float
    pain_points: float
    pain_on_scale_points: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What an analysis of a simulated history should find.

    Parameters
    ----------
    effect_points_per_pct : float
        Felt pain after a run, per +1 % of step length at the same speed [points].
    effect_on_scale_points_per_pct : float
        The same for the rating: the slope of its best linear predictor, smaller by
        rounding, floor and careless zeros [points].
    guarding_pct_per_point : float
        How pain before a run shortens the step [%].
    changes : tuple of ChangeTruth
        What the changes did.
    arm_stride_pct, arm_points, arm_on_scale_points : float
        What the cue of a randomised schedule does on a run, by way of the stride and
        directly: to the step, to the pain as felt, and to the mean of the ratings on
        the runs it was used on; 0 without a schedule [%], [points].
    """

    effect_points_per_pct: float
    effect_on_scale_points_per_pct: float
    guarding_pct_per_point: float
    changes: tuple[ChangeTruth, ...]
    arm_stride_pct: float = 0.0
    arm_points: float = 0.0
    arm_on_scale_points: float = 0.0


def truth_of(runner: Runner, runs: pd.DataFrame) -> Truth:
    """Work out the true effects of a simulated history in closed form.

    Parameters
    ----------
    runner : Runner
        The true numbers.
    runs : DataFrame
        One row per run with ``local_date``, ``load_points``, ``shoe_stride_pct``,
        ``slow_points``, ``noise_factor`` and ``arm``.

    Returns
    -------
    Truth
        The effects; those on the scale are means over the runs.
    """
    local_date = runs["local_date"].to_numpy()
    active = [is_active(change, local_date) for change in runner.changes]
    effect = runner.effect_points_per_pct
    moved = [
        change.pain_points + effect * change.stride_pct for change in runner.changes
    ]
    guarded = effect * runner.guarding_pct_per_point
    arm = runs["arm"].to_numpy() > 0
    arm_points = (
        runner.arm_pain_points + effect * runner.arm_stride_pct if arm.any() else 0.0
    )
    mean_points = (
        runner.pain_baseline_points
        + effect * runs["shoe_stride_pct"].to_numpy()
        + (1 - guarded) * runs["slow_points"].to_numpy()
        + arm_points * arm
    )
    for points, on in zip(moved, active, strict=True):
        mean_points[on] += points
    sd_points = _felt_sd(runner, runs)
    changes = tuple(
        ChangeTruth(
            change.label,
            change.stride_pct,
            points,
            _rating_moved(runner, mean_points[on], sd_points[on], points),
        )
        for change, points, on in zip(runner.changes, moved, active, strict=True)
    )
    states, counts = np.unique(
        np.column_stack([mean_points, sd_points]), axis=0, return_counts=True
    )
    slopes = [
        marginal_effect(
            mean,
            sd,
            step_points=runner.rating_step_points,
            zero_share=runner.careless_zero_share,
        )
        for mean, sd in states.tolist()
    ]
    return Truth(
        effect_points_per_pct=effect,
        effect_on_scale_points_per_pct=effect
        * float(np.average(slopes, weights=counts)),
        guarding_pct_per_point=runner.guarding_pct_per_point,
        changes=changes,
        arm_stride_pct=runner.arm_stride_pct if arm.any() else 0.0,
        arm_points=arm_points,
        arm_on_scale_points=_rating_moved(
            runner, mean_points[arm], sd_points[arm], arm_points
        )
        if arm.any()
        else 0.0,
    )


def is_active(change: Change, local_date: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Tell on which runs a change holds.

    Parameters
    ----------
    change : Change
        The change.
    local_date : array of datetime64, shape (n,)
        The days of the runs.

    Returns
    -------
    array of bool, shape (n,)
        True from its day on.

    Raises
    ------
    ValueError
        If it starts behind the last run.
    """
    return local_date >= change_date(change, local_date)


def change_date(
    change: Change, local_date: Sequence[np.datetime64] | NDArray[np.datetime64]
) -> np.datetime64:
    """Give the day a change starts on.

    Parameters
    ----------
    change : Change
        The change.
    local_date : array of datetime64, shape (n,)
        The days of the runs.

    Returns
    -------
    datetime64
        Its first day.

    Raises
    ------
    ValueError
        If it starts behind the last run.
    """
    if isinstance(change.on, dt.date):
        on = np.datetime64(change.on, "us")
        if on <= local_date[-1]:
            return on
    elif change.on < len(local_date):
        return local_date[change.on]
    msg = (
        f"change {change.label!r}: found {change.on} as its start; expected one of "
        f"the {len(local_date)} runs, or a day up to {str(local_date[-1])[:10]}"
    )
    raise ValueError(msg)


def _felt_sd(runner: Runner, runs: pd.DataFrame) -> NDArray[np.float64]:
    """Give the spread of the felt pain as told, at one state of changes and flares."""
    effect = runner.effect_points_per_pct
    through_guarding = 1 - effect * runner.guarding_pct_per_point
    variance = (
        (through_guarding * runner.pain_sd_points) ** 2
        + (runner.run_noise_sd_points * runs["noise_factor"].to_numpy()) ** 2
        + runner.rating_noise_sd_points**2
        + (effect * runner.form_sd_pct) ** 2
        + (runner.speed_effect_points_per_pct * runner.speed_sd_pct) ** 2
        + runs["load_points"].to_numpy().var()
    )
    # A runner without any spread still needs a density.
    return np.asarray(np.sqrt(np.maximum(variance, 1e-12)), dtype=np.float64)


def _rating_moved(
    runner: Runner,
    mean_points: NDArray[np.float64],
    sd_points: NDArray[np.float64],
    moved_points: float,
) -> float:
    """Give by how much the mean rating is higher for felt pain moved so far."""
    states, counts = np.unique(
        np.column_stack([mean_points, sd_points]), axis=0, return_counts=True
    )
    with_it, without = (
        [
            expected_rating(
                mean - less,
                sd,
                step_points=runner.rating_step_points,
                zero_share=runner.careless_zero_share,
            )
            for mean, sd in states.tolist()
        ]
        for less in (0.0, moved_points)
    )
    return float(np.average(np.subtract(with_it, without), weights=counts))
