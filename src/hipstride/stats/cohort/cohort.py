"""Whether pain goes with the stride in runners on average, and how far they differ.

Two stages: each runner's own slope by the runner's own regression, then their mean with
random effects. Pooling the runs of all with raw stride would be wrong twice: it
compares runners with one another, and takes runs of one runner for independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._answer import check_smallest
from hipstride.stats._wording import OUTCOME_WORDS
from hipstride.stats.cohort._checks import checks_of, evidence_of, share_before_adjusted
from hipstride.stats.cohort._evidence import MIN_RUNNERS
from hipstride.stats.cohort._verdict import judge_cohort
from hipstride.stats.cohort.pooling import MIN_ESTIMATES, Pooled, random_effects
from hipstride.stats.cohort.runners import RunnerSlope, runner_slopes
from hipstride.stats.cohort.shrinkage import with_shrunken
from hipstride.tables import Result

__all__ = ["cohort"]

UNIT = "points per +1 % step length at the same speed, on average"
# How many refused runners a sentence names.
_NAMED = 5


def cohort(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    runner: str = "runner_id",
    smallest_effect_points: float = 1.0,
    seed: int = 0,
) -> Result:
    """Relate pain to the step length at the same speed, over several runners.

    Parameters
    ----------
    obs : DataFrame
        OBSERVATIONS of several runners, one under the other, with a column that names
        them.
    outcome : str
        The column with the ratings.
    runner : str
        The column that names the runner.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Result
        The average slope, verdict level 0, 1 or 2; `n` counts runners.
        ``tables["runners"]`` has a row for each runner: ``runner, n, estimate, se, low,
        high, shrunken, shrunken_low, shrunken_high, weight_pct, reason``; the reason
        says why where there is no slope.

    Raises
    ------
    NotEnoughDataError
        If fewer than two runners give a slope; the message says why for some.
    TableError
        If a column is missing or unfit, a row names no runner, or the runs of one
        person stand under two names.

    Notes
    -----
    1. Stage one: GapGLS for each runner, with the runner's own covariates and errors.
    2. Stage two: Paule-Mandel, Hartung-Knapp (truncated), t(G - 1).
    3. Beside it: a t-test of the slopes, GEE and a mixed model on the same runs, and
       the stride of the next run, which should show nothing.

    Raw strides of all runners in one regression are not offered: between runners they
    say who runs how, and runs of one runner are not independent.

    References
    ----------
    .. [1] Bell A, Jones K. Polit Sci Res Methods 2015;3:133-153.
       doi:10.1017/psrm.2014.7

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> n = 60
    >>> def season(name):
    ...     form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    ...     return pd.DataFrame(
    ...         {
    ...             "runner_id": name,
    ...             "day": 2.0 * np.arange(n),
    ...             "mean_speed_mps": speed,
    ...             "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...             "pain_after_0_10": np.round(
    ...                 4 + 0.3 * form_pct + rng.normal(size=n)
    ...             ),
    ...         }
    ...     )
    >>> result = cohort(pd.concat([season(name) for name in "abcdefgh"]))
    >>> result.low < 0.3 < result.high, len(result.tables["runners"])
    (True, 8)
    """
    check_smallest(smallest_effect_points)
    every = runner_slopes(obs, outcome, runner)  # note 1
    used = [one for one in every if not one.reason]
    _need_two(every, used)
    pooled = random_effects(  # note 2
        [one.estimate for one in used], [one.se for one in used]
    )
    checks = checks_of(used, len(every), pooled, smallest_effect_points)  # note 3
    verdict = judge_cohort(
        evidence_of(used, every, pooled, checks, outcome, smallest_effect_points)
    )
    return Result(
        question=(
            f"Does {OUTCOME_WORDS.get(outcome, outcome)} go with the step length at "
            "the same speed, in runners on average?"
        ),
        estimate=pooled.mean,
        unit=UNIT,
        low=pooled.low,
        high=pooled.high,
        level=0.95,
        p_value=pooled.p_value,
        n=pooled.n,
        n_dropped=len(every) - pooled.n,
        method=(
            "two stages: GapGLS for each runner with the runner's own covariates; "
            "random-effects mean (Paule-Mandel, Hartung-Knapp truncated, "
            f"t({pooled.df}))"
        ),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=checks,
        caveats=_caveats(every, used),
        seed=seed,
        requirements=verdict.requirements,
        tables={"runners": _runners(every, pooled)},
    )


def _need_two(every: Sequence[RunnerSlope], used: Sequence[RunnerSlope]) -> None:
    if len(used) >= MIN_ESTIMATES:
        return
    refused = [one for one in every if one.reason]
    reasons = "; ".join(f"{one.runner}: {one.reason}" for one in refused[:_NAMED])
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    what = "runners with a slope"
    raise NotEnoughDataError(
        what,
        needed=MIN_ESTIMATES,
        got=len(used),
        remedy=f"refused: {reasons}{more}"
        if refused
        else "bring the runs of more runners; one alone is for `association`",
    )


def _runners(every: Sequence[RunnerSlope], pooled: Pooled) -> pd.DataFrame:
    names = ("runner", "n", "estimate", "se", "low", "high", "reason")
    table = pd.DataFrame(
        {name: [getattr(one, name) for one in every] for name in names}
    )
    return with_shrunken(table, pooled)


def _caveats(
    every: Sequence[RunnerSlope], used: Sequence[RunnerSlope]
) -> tuple[str, ...]:
    caveats = []
    if len(used) < len(every):
        named = [one.runner for one in every if one.reason]
        shown = ", ".join(named[:_NAMED]) + (" and others" if named[_NAMED:] else "")
        caveats.append(
            f"Runners without a slope: {len(named)} of {len(every)} ({shown}); the "
            "table of runners says why"
        )
    if share_before_adjusted(used) < 1:
        caveats.append(
            "Pain before the run was not adjusted for in all runners: a sore runner "
            "shortens the stride, which makes longer strides look harmless"
        )
    if len(used) < MIN_RUNNERS:
        caveats.append(
            f"Fewer than {MIN_RUNNERS} runners are a list of single runners; read the "
            "table of runners"
        )
    caveats.append(
        "Runners near 0 have small slopes and small standard errors, since the scale "
        "has a floor, and so weigh more; the t-test of the slopes weighs all alike"
    )
    caveats.append(
        "The range of individual slopes and the slopes drawn to the mean take the "
        "spread between runners as known, so that they are somewhat too narrow"
    )
    caveats.append(
        "These runners were not drawn by lot: the average is theirs, not that of all"
    )
    return tuple(caveats)
