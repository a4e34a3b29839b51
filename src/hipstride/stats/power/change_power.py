"""How likely a dated change would be found, by how long one goes on after it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray
from hipstride.stats._wording import points
from hipstride.stats.change._model import (
    MIN_DAYS_PER_SIDE,
    MIN_ROWS_PER_SIDE,
    MIN_ROWS_PER_SIDE_TREND,
    TREND_DAYS,
)
from hipstride.stats.change._rows import change_rows
from hipstride.stats.power._arguments import amounts, counts, simulations
from hipstride.stats.power._draws import (
    Draws,
    days_of,
    fit_null,
    process,
    repeated,
    wilson,
)
from hipstride.stats.power._numbers import Errors, HistoryNumbers, typical_numbers
from hipstride.stats.power._own_numbers import errors_of, refuse_without_spread
from hipstride.stats.power._words import (
    STATIONARY,
    TYPICAL,
    checks_of_pain,
    share_words,
)
from hipstride.tables import Result

__all__ = ["power_of_change"]

_WASHOUT_DAYS = 7
_TYPICAL_BEFORE = 60


def power_of_change(
    obs: pd.DataFrame | HistoryNumbers | None,
    outcome: str = "pain_after_0_10",
    *,
    effects_points: Sequence[float] = (1.0, 2.0, 3.0),
    smallest_effect_points: float = 1.0,
    n_after: Sequence[int] = (40, 80, 160),
    n_sims: int = 200,
    seed: int = 0,
) -> Result:
    """Tell how likely `dated_change` would find a step, were one made today.

    Parameters
    ----------
    obs : DataFrame, HistoryNumbers or None
        An OBSERVATIONS table up to today (no stride needed), the numbers of one, or
        None for a typical runner with 60 rated runs.
    outcome : str
        The column with the ratings.
    effects_points : sequence of float
        True steps to look for, up or down [points].
    smallest_effect_points : float
        The step that the answer is about [points].
    n_after : sequence of int
        Rated runs after the change, with those of the washout.
    n_sims : int
        Simulated histories for each, one half the mirror image of the other.
    seed : int
        Of the simulation.

    Returns
    -------
    Result
        The power for the smallest effect with the fewest runs after, its Monte-Carlo
        interval, and the table ``power``. A plan is no evidence: the level is 0.

    Raises
    ------
    NotEnoughDataError
        If fewer than 8 runs are rated.
    TableError
        If a column or an argument is unfit.

    Notes
    -----
    The step stands on a common trend where the two sides are long enough for one, as in
    `dated_change`; else alone, and the table says so. Pain before the run is never
    adjusted for.

    Examples
    --------
    >>> plan = power_of_change(None, n_after=(60,), n_sims=20)
    >>> plan.tables["power"]["model"].unique().tolist()
    ['level and trend']
    """
    effects = amounts("effects_points", effects_points, smallest_effect_points)
    sizes = counts("n_after", n_after, low=MIN_ROWS_PER_SIDE)
    sims = simulations(n_sims)
    n_before, pain, gaps, context, is_typical = _setting(obs, outcome)
    rng = np.random.default_rng(seed)
    rows = []
    for n in sizes:
        draws, has_trend = _draws(rng, pain, gaps, context, (n_before, n), sims)
        for effect in effects:
            power = draws.power(effect)
            low, high = wilson(power, sims)
            rows.append(
                {
                    "n_before": n_before,
                    "n_after": n,
                    "effect_points": effect,
                    "power": power,
                    "low": low,
                    "high": high,
                    "half_width_points": draws.half_width,
                    "model": "level and trend" if has_trend else "level alone",
                }
            )
    table = pd.DataFrame(rows)
    smallest = float(smallest_effect_points)
    at = table["effect_points"] == smallest
    first = table.loc[at].iloc[0]
    last = table.loc[at].iloc[-1]
    return Result(
        question=(
            f"How likely would a change of {points(smallest)} from today on be found?"
        ),
        estimate=float(first["power"]),
        unit=(
            f"share of simulated histories with {sizes[0]} rated runs after the change "
            "that exclude 0"
        ),
        low=float(first["low"]),
        high=float(first["high"]),
        level=0.95,
        p_value=float("nan"),
        n=0 if is_typical else n_before,
        n_dropped=0,
        method=(
            f"{sims} simulated histories for each length, each analysed by GapGLS with "
            f"a step, a common trend where it can be told, and {_WASHOUT_DAYS} days of "
            "washout"
        ),
        verdict_level=0,
        verdict=(
            f"A step of {points(smallest)} would be found in "
            f"{share_words(float(last['power']))} such histories with {sizes[-1]} "
            f"rated runs after it; the interval would reach "
            f"{float(last['half_width_points']):.1f} points to either side. One dated "
            "change can only show large effects; the randomised plan shows smaller "
            "ones."
        ),
        checks={
            "source": "typical" if is_typical else "history",
            "pain": checks_of_pain(pain),
        },
        caveats=(TYPICAL,) if is_typical else (STATIONARY,),
        seed=seed,
        tables={"power": table},
    )


def _setting(
    obs: pd.DataFrame | HistoryNumbers | None, outcome: str
) -> tuple[int, Errors, FloatArray, FloatArray, bool]:
    """Give runs before, errors, gaps, covariates, and whether they are a guess."""
    if obs is not None and not isinstance(obs, HistoryNumbers):
        rows = change_rows(obs, outcome)
        n = len(rows.y)
        refuse_without_spread(rows.y, rows.day)
        context = np.column_stack([np.empty((n, 0)), *rows.context.values()])
        x = np.column_stack([np.ones(n), rows.day, context])
        pain = errors_of(rows.y, x, rows.day)
        gaps = np.maximum(np.diff(np.sort(rows.day)), 1e-3)
        return n, pain, gaps, context, False
    numbers = typical_numbers() if obs is None else obs
    is_typical = numbers.source == "typical"
    n = numbers.n_rated or _TYPICAL_BEFORE
    covariates = numbers.covariates
    if numbers.is_before_adjusted:
        # Pain before the run is the last of the covariates.
        covariates = covariates[:, :-1]
    return n, numbers.pain_unadjusted, numbers.gaps_days, covariates, is_typical


def _draws(
    rng: np.random.Generator,
    pain: Errors,
    gaps: FloatArray,
    context: FloatArray,
    sides: tuple[int, int],
    n_sims: int,
) -> tuple[Draws, bool]:
    n_before, n_after = sides
    trends, found = [], []
    for _ in range((n_sims + 1) // 2):  # as in `power_of_history`
        day = days_of(rng, gaps, n_before + n_after)
        y = process(rng, pain, day)
        date = day[n_before]
        others = repeated(context, len(day), int(rng.integers(len(context))))
        used = (day < date) | (day >= date + _WASHOUT_DAYS)
        post = (day >= date).astype(np.float64)
        has_trend = _can_have_trend(day[used], post[used])
        trends.append(has_trend)
        if has_trend:
            others = np.column_stack([(day - date) / TREND_DAYS, others])
        found.append(fit_null(y[used], post[used], others[used], day[used]))
    estimate, se, critical = np.array(found).T
    return Draws(estimate, se, critical), bool(np.mean(trends) > 0.5)  # noqa: PLR2004


def _can_have_trend(day: FloatArray, post: FloatArray) -> bool:
    before, after = day[post == 0], day[post == 1]
    return bool(
        min(len(before), len(after)) >= MIN_ROWS_PER_SIDE_TREND
        and min(np.ptp(before), np.ptp(after)) >= MIN_DAYS_PER_SIDE
    )
