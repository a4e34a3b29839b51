"""Ratings of places that the stride does not touch, such as the neck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hipstride.simulate._noise import wander
from hipstride.simulate._pain import rate

if TYPE_CHECKING:
    from hipstride.simulate._runner import Runner

__all__ = ["control_column", "control_ratings"]

# Which stream of the seed the other sites are drawn from.
_CONTROL_STREAM = 3


def control_column(site: str) -> str:
    """Name the column of a control site.

    Examples
    --------
    >>> control_column("neck")
    'control_neck_after_0_10'
    """
    return f"control_{site}_after_0_10"


def control_ratings(
    seed: int, runner: Runner, day: NDArray[np.int64]
) -> dict[str, NDArray[np.float64]]:
    """Draw the ratings of the control sites after each run.

    Each site wanders as the pain itself does, on its own; neither stride nor speed
    moves it.

    Parameters
    ----------
    seed : int
        The history's seed.
    runner : Runner
        The true numbers.
    day : array of int, shape (n,)
        The days of the runs, from 0 [d].

    Returns
    -------
    dict
        One column of ratings for each site [points].

    Examples
    --------
    >>> from hipstride.simulate import Runner
    >>> list(control_ratings(1, Runner(control_sites=("neck",)), np.arange(5)))
    ['control_neck_after_0_10']
    """
    root = np.random.SeedSequence(seed, spawn_key=(_CONTROL_STREAM,))
    found = {}
    for site, stream in zip(
        runner.control_sites, root.spawn(len(runner.control_sites)), strict=True
    ):
        rng = np.random.default_rng(stream)
        state = wander(rng, runner.pain_memory, int(day[-1]) + 1)[day]
        noise_sd = float(
            np.hypot(runner.run_noise_sd_points, runner.rating_noise_sd_points)
        )
        felt = (
            runner.pain_baseline_points
            + runner.pain_sd_points * state
            + noise_sd * rng.standard_normal(len(day))
        )
        found[control_column(site)] = rate(
            felt,
            step_points=runner.rating_step_points,
            careless=rng.random(len(day)) < runner.careless_zero_share,
        )
    return found
