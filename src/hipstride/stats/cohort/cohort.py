"""Whether pain goes with the stride in runners on average, and how far they differ.

Two stages: each runner's own slope by the runner's own regression, then their mean with
random effects. Pooling the runs of all with raw stride would be wrong twice: it
compares runners with one another, and takes runs of one runner for independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from hipstride.errors import NotEnoughDataError
from hipstride.stats._answer import check_smallest
from hipstride.stats._wording import OUTCOME_WORDS, PCT_PER_TYPICAL_CHANGE, placement
from hipstride.stats.cohort._verdict import MIN_RUNNERS, CohortEvidence, judge_cohort
from hipstride.stats.cohort.gee import gee_slope
from hipstride.stats.cohort.mixed import mixed_slope
from hipstride.stats.cohort.pooling import MIN_ESTIMATES, Pooled, pool, shrunken
from hipstride.stats.cohort.runners import RunnerSlope, runner_slopes
from hipstride.stats.cohort.within_between import within_between
from hipstride.tables import Result

__all__ = ["cohort"]

UNIT = "points per +1 % step length at the same speed, on average"
# A mixed model of more rows takes minutes, and says nothing that the others do not.
_MAX_ROWS_MIXED = 12_000


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
        The average slope, verdict level 0, 1 or 2; ``tables["runners"]`` has a row for
        each runner with the own and the shrunken slope, or why there is none.

    Raises
    ------
    NotEnoughDataError
        If fewer than two runners give a slope.
    TableError
        If a column is missing or unfit.

    Notes
    -----
    1. Stage one: GapGLS for each runner, with the runner's own covariates and errors.
    2. Stage two: Paule-Mandel, Hartung-Knapp (truncated), t(G - 1).
    3. Beside it: a t-test of the slopes, GEE and a mixed model on the same runs.

    References
    ----------
    .. [1] Bell A, Jones K. Polit Sci Res Methods 2015;3:133-153.
       doi:10.1017/psrm.2014.7

    Examples
    --------
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
    >>> result.low < 0.3 < result.high, result.n
    (True, 8)
    """
    check_smallest(smallest_effect_points)
    every = runner_slopes(obs, outcome, runner)  # note 1
    used = [one for one in every if not one.reason]
    if len(used) < MIN_ESTIMATES:
        reasons = "; ".join(f"{one.runner}: {one.reason}" for one in every[:3])
        what = "runners with a slope"
        raise NotEnoughDataError(
            what,
            needed=MIN_ESTIMATES,
            got=len(used),
            remedy=f"of {len(every)} runners: {reasons}" if reasons else "",
        )
    slopes = np.array([one.estimate for one in used])
    errors = np.array([one.se for one in used])
    pooled = pool(slopes, errors)  # note 2
    checks = _checks(used, pooled, slopes, smallest_effect_points)  # note 3
    gee = checks["gee"]
    assert isinstance(gee, Mapping)  # noqa: S101 - for the type checker
    before = [
        one.design is not None and "pain_before" in one.design.groups for one in used
    ]
    evidence = CohortEvidence(
        outcome=outcome,
        pooled=pooled,
        n_runners=len(every),
        share_before_adjusted=float(np.mean(before)),
        smallest_effect_points=smallest_effect_points,
        gee_low=float(gee.get("low", math.nan)),
        gee_high=float(gee.get("high", math.nan)),
    )
    verdict = judge_cohort(evidence)
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
        caveats=_caveats(every, before),
        seed=seed,
        requirements=verdict.requirements,
        tables={"runners": _runners(every, pooled)},
    )


def _checks(
    used: Sequence[RunnerSlope],
    pooled: Pooled,
    slopes: np.ndarray,
    smallest_points: float,
) -> dict[str, object]:
    k = PCT_PER_TYPICAL_CHANGE
    table = within_between(used)
    mixed: dict[str, object] = (
        mixed_slope(table, pooled.se, pooled.df)
        if len(table) <= _MAX_ROWS_MIXED
        else {"note": f"more than {_MAX_ROWS_MIXED} rows; not tried"}
    )
    half = float(stats.t.ppf(0.975, pooled.df) * stats.sem(slopes))
    return {
        "per_5_pct": {
            "points": k * pooled.mean,
            "low": k * pooled.low,
            "high": k * pooled.high,
        },
        "smallest_effect": {
            "points_per_5_pct": smallest_points,
            "placement": placement(k * pooled.low, k * pooled.high, smallest_points),
        },
        "between_runners": {
            "sd_of_slopes": pooled.tau,
            "low": pooled.tau_low,
            "high": pooled.tau_high,
            "i2_pct": pooled.i2_pct,
            "q": pooled.q,
        },
        "prediction": {
            "low": pooled.prediction_low,
            "high": pooled.prediction_high,
            "df": pooled.n - 2,
        },
        "t_test_of_slopes": {
            "points_per_pct": float(slopes.mean()),
            "low": float(slopes.mean()) - half,
            "high": float(slopes.mean()) + half,
            "df": pooled.df,
        },
        "gee": gee_slope(table, len(used)),
        "mixed_model": mixed,
        "ratings": {"n_runners": len(used), "n_rated": len(table)},
    }


def _runners(every: Sequence[RunnerSlope], pooled: Pooled) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "runner": [one.runner for one in every],
            "n": [one.n for one in every],
            "estimate": [one.estimate for one in every],
            "se": [one.se for one in every],
            "low": [one.low for one in every],
            "high": [one.high for one in every],
            "reason": [one.reason for one in every],
        }
    )
    is_used = (table["reason"] == "").to_numpy()
    own = table.loc[is_used, ["estimate", "se"]].to_numpy(np.float64)
    slope, se = shrunken(own[:, 0], own[:, 1], pooled)
    weight = 1 / (own[:, 1] ** 2 + pooled.tau**2)
    half = float(stats.norm.ppf(0.975)) * se
    columns = {
        "shrunken": slope,
        "shrunken_low": slope - half,
        "shrunken_high": slope + half,
        "weight_pct": 100 * weight / weight.sum(),
    }
    for name, values in columns.items():
        table.loc[is_used, name] = values
    return table[[*(c for c in table.columns if c != "reason"), "reason"]]


def _caveats(every: Sequence[RunnerSlope], before: Sequence[bool]) -> tuple[str, ...]:
    caveats = []
    refused = [one for one in every if one.reason]
    if refused:
        caveats.append(
            f"Runners without a slope: {len(refused)} of {len(every)}; the table of "
            "runners says why"
        )
    if not all(before):
        caveats.append(
            "Pain before the run was not adjusted for in all runners: sore runners "
            "shorten the stride, which makes longer strides look harmless"
        )
    if len(every) - len(refused) < MIN_RUNNERS:
        caveats.append(
            "So few runners are a list of single runners; read the table of runners"
        )
    caveats.append(
        "These runners were not drawn by lot: the average is theirs, not that of all"
    )
    return tuple(caveats)
