"""How likely an association would be found, now and after more rated runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats.power._arguments import amounts, counts, simulations, to_numbers
from hipstride.stats.power._draws import (
    Draws,
    days_of,
    fit_null,
    process,
    repeated,
    wilson,
)
from hipstride.stats.power._needed import runs_needed_for
from hipstride.stats.power._numbers import HistoryNumbers
from hipstride.stats.power._words import (
    CANNOT_TELL,
    after_more,
    checks_of,
    effect_words,
    share_words,
    watching_caveats,
)
from hipstride.stats.verdict import PCT_PER_TYPICAL_CHANGE
from hipstride.tables import Result

__all__ = ["power_of_history"]

# Rows beyond the coefficients, as the primary analysis asks for.
_MIN_SPARE_ROWS = 8
_USUAL_TOO_FEW = 100


def power_of_history(
    obs: pd.DataFrame | HistoryNumbers | None,
    outcome: str = "pain_after_0_10",
    *,
    effects_points_per_5_pct: Sequence[float] = (0.5, 1.0, 2.0),
    smallest_effect_points: float = 1.0,
    n_more: Sequence[int] = (0, 50, 100, 200),
    n_sims: int = 200,
    seed: int = 0,
) -> Result:
    """Tell how likely `association` would find an effect, now and after more runs.

    Parameters
    ----------
    obs : DataFrame, HistoryNumbers or None
        An OBSERVATIONS table, the numbers of one, or None for a typical runner.
    outcome : str
        The column with the ratings.
    effects_points_per_5_pct : sequence of float
        True effects to look for, per 5 % of step length [points].
    smallest_effect_points : float
        The effect that the answer is about, per 5 % of step length [points].
    n_more : sequence of int
        Further rated runs.
    n_sims : int
        Simulated histories for each number of runs, one half the mirror image of the
        other.
    seed : int
        Of the simulation.

    Returns
    -------
    Result
        The power for the smallest effect with the runs at hand, its Monte-Carlo
        interval, and the tables ``power`` and ``runs_needed``. A plan is no evidence:
        the level is 0.

    Raises
    ------
    NotEnoughDataError
        If the history has too few rated runs to take its numbers from, or none of the
        histories asked for is long enough to be analysed.
    TableError
        If a column or an argument is unfit.

    Notes
    -----
    1. The primary model is fitted to the history: memory, nugget and spread of the
       pain, and the same of the step length net of its covariates.
    2. Histories are drawn with these numbers, on days with the gaps of this runner,
       with the runner's own covariates; each is analysed by GapGLS with a trend.
    3. An effect added to the pain shifts the estimate of GLS by exactly itself and
       moves nothing else, so one fit serves all effects; pain of the other sign gives
       the estimate of the other sign, so one fit serves two histories.
    4. The ratings of a history already have their steps and their floor in the spread;
       the simulated ones are not rounded again. Effects are those on the scale.

    Examples
    --------
    >>> plan = power_of_history(None, n_more=(50,), n_sims=20)
    >>> plan.tables["power"].columns.tolist()[:3]
    ['n_rated', 'n_more', 'effect_points_per_5_pct']
    """
    effects = amounts(
        "effects_points_per_5_pct", effects_points_per_5_pct, smallest_effect_points
    )
    more = counts("n_more", n_more, low=0)
    sims = simulations(n_sims)
    numbers = to_numbers(obs, outcome)
    rng = np.random.default_rng(seed)
    draws = {
        numbers.n_rated + each: _draws(rng, numbers, numbers.n_rated + each, sims)
        for each in more
        if numbers.n_rated + each >= numbers.covariates.shape[1] + 3 + _MIN_SPARE_ROWS
    }
    if not draws:
        what = "rated runs in a history to be planned"
        raise NotEnoughDataError(
            what,
            needed=numbers.covariates.shape[1] + 3 + _MIN_SPARE_ROWS,
            got=numbers.n_rated + max(more),
            remedy="ask for more runs in n_more",
        )
    table = _power_table(draws, effects, numbers.n_rated, sims)
    needed = {
        effect: runs_needed_for(effect / PCT_PER_TYPICAL_CHANGE, draws)
        for effect in effects
    }
    smallest = float(smallest_effect_points)
    n_first = min(draws)
    power = draws[n_first].power(smallest / PCT_PER_TYPICAL_CHANGE)
    low, high = wilson(power, sims)
    return Result(
        question=(
            f"How likely would this history find {effect_words(smallest)} at the same "
            "speed?"
        ),
        estimate=power,
        unit=f"share of simulated histories of {n_first} rated runs that exclude 0",
        low=low,
        high=high,
        level=0.95,
        p_value=float("nan"),
        n=numbers.n_rated,
        n_dropped=0,
        method=(
            f"{sims} simulated histories for each number of rated runs, each analysed "
            "by GapGLS "
            + ("with" if numbers.is_before_adjusted else "without")
            + " pain before the run"
        ),
        verdict_level=0,
        verdict=_sentence(numbers, n_first, power, draws, needed[smallest], smallest),
        checks={
            **checks_of(numbers, numbers.pain),
            "step_length": {
                "partial_sd_pct": numbers.stride.sd,
                "tau_days": numbers.stride.tau_days,
                "nu": numbers.stride.nu,
            },
            "half_width_points_per_5_pct": {
                str(n): PCT_PER_TYPICAL_CHANGE * draws[n].half_width
                for n in sorted(draws)
            },
            "runs_needed_for_80_pct": {
                f"{effect:g} points per 5 %": "more than 5000" if n is None else n
                for effect, n in needed.items()
            },
        },
        caveats=watching_caveats(numbers),
        seed=seed,
        tables={
            "power": table,
            "runs_needed": pd.DataFrame(
                {
                    "effect_points_per_5_pct": list(needed),
                    "n_rated": pd.array(list(needed.values()), dtype="Int64"),
                }
            ),
        },
    )


def _draws(
    rng: np.random.Generator, numbers: HistoryNumbers, n: int, n_sims: int
) -> Draws:
    found = []
    for _ in range((n_sims + 1) // 2):  # note 3
        day = days_of(rng, numbers.gaps_days, n)
        start = int(rng.integers(len(numbers.covariates)))
        others = np.column_stack([day, repeated(numbers.covariates, n, start)])
        found.append(
            fit_null(
                process(rng, numbers.pain, day),
                process(rng, numbers.stride, day),
                others,
                day,
            )
        )
    estimate, se, critical = np.array(found).T
    return Draws(estimate, se, critical)


def _power_table(
    draws: Mapping[int, Draws], effects: tuple[float, ...], n_rated: int, n_sims: int
) -> pd.DataFrame:
    rows = []
    for n, found in sorted(draws.items()):
        for effect in effects:
            power = found.power(effect / PCT_PER_TYPICAL_CHANGE)
            low, high = wilson(power, n_sims)
            rows.append(
                {
                    "n_rated": n,
                    "n_more": n - n_rated,
                    "effect_points_per_5_pct": effect,
                    "power": power,
                    "low": low,
                    "high": high,
                    "half_width_points_per_5_pct": PCT_PER_TYPICAL_CHANGE
                    * found.half_width,
                }
            )
    return pd.DataFrame(rows)


def _sentence(
    numbers: HistoryNumbers,
    n: int,
    power: float,
    draws: Mapping[int, Draws],
    needed: int | None,
    smallest: float,
) -> str:
    width = PCT_PER_TYPICAL_CHANGE * draws[n].half_width
    words = effect_words(smallest)
    said = (
        f"With {n} rated runs, {words} would be found in {share_words(power)} such "
        f"histories; the interval would reach {width:.1f} points per 5 % to either "
        f"side. {after_more(needed, numbers.n_rated, words)}"
    )
    is_short = numbers.n_rated < _USUAL_TOO_FEW
    return f"{said} {CANNOT_TELL}" if is_short or needed is None else said
