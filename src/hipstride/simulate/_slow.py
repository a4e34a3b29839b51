"""What moves pain over weeks of itself: natural recovery, and flares.

Both are what a change or a stride is easily credited with. They are drawn from a stream
of their own, so that a runner without them has the same history as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from hipstride.simulate._runner import Runner

__all__ = ["flare_days", "slow_of"]

# Which stream of the seed the flares are drawn from; watches and shoes have the first.
_FLARE_STREAM = 2


def slow_of(seed: int, runner: Runner, day: NDArray[np.int64]) -> dict[str, object]:
    """Say what recovery and flares add to the pain of each run.

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
        Columns of the truth: ``slow_points``, added to all felt pain [points], and
        ``noise_factor``, by which the chance of a run is larger.

    Examples
    --------
    >>> from hipstride.simulate import Runner
    >>> healing = Runner(recovery_points_per_100_days=-1.0)
    >>> slow_of(1, healing, np.array([0, 50, 100]))["slow_points"].tolist()
    [0.0, -0.5, -1.0]
    """
    is_flare = np.zeros(len(day), dtype=np.bool_)
    if runner.flare_share > 0:
        rng = np.random.default_rng(
            np.random.SeedSequence(seed, spawn_key=(_FLARE_STREAM,))
        )
        spells = flare_days(
            rng,
            int(day[-1]) + 1,
            share=runner.flare_share,
            mean_days=runner.flare_mean_days,
        )
        is_flare = spells[day]
    recovery = runner.recovery_points_per_100_days * day / 100
    return {
        "slow_points": recovery + runner.flare_points * is_flare,
        "noise_factor": np.where(is_flare, runner.flare_noise_factor, 1.0),
    }


def flare_days(
    rng: np.random.Generator, n_days: int, *, share: float, mean_days: float
) -> NDArray[np.bool_]:
    """Draw on which days a flare holds: spells of geometric length.

    Parameters
    ----------
    rng : Generator
        Where the days come from.
    n_days : int
        How many days.
    share : float
        Share of the days in a flare, in the long run [-].
    mean_days : float
        Mean length of a flare [d].

    Returns
    -------
    array of bool, shape (n_days,)
        True within a flare.

    Examples
    --------
    >>> days = flare_days(np.random.default_rng(1), 20_000, share=0.2, mean_days=10.0)
    >>> bool(abs(days.mean() - 0.2) < 0.03)
    True
    """
    if share >= 1:
        return np.ones(n_days, dtype=np.bool_)
    stop = 1 / mean_days
    start = min(1.0, stop * share / (1 - share))
    draws = rng.random(n_days)
    is_flare = np.empty(n_days, dtype=np.bool_)
    now = bool(draws[0] < share) if n_days else False
    for at in range(n_days):
        if at:
            now = bool(draws[at] >= stop) if now else bool(draws[at] < start)
        is_flare[at] = now
    return is_flare
