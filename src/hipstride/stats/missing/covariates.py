"""The association with missing covariates filled in many times over.

A run without a rating before it, or without a load, is left out of the association;
and where a fifth of the runs lack a covariate, the covariate is. This is the other way:
the gaps are drawn from what is known, twenty times, and the answers pooled.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.stats._build_design import build_design
from hipstride.stats._own_columns import check_is_table, numbers_of
from hipstride.stats._usable_runs import LN_SPEED, STRIDE, usable_runs
from hipstride.stats._wording import PCT_PER_TYPICAL_CHANGE, points
from hipstride.stats.association import association
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.missing._chained import fill_in
from hipstride.stats.missing.rubin import PooledImputations, rubin
from hipstride.tables import Requirement, Result

__all__ = ["with_imputed_covariates"]

# More missing than that is no gap: nothing would be known of most of it.
_MAX_MISSING_SHARE = 0.6
_COVARIATES = (
    "mean_grade_pct",
    "load_acute_m",
    "load_chronic_m",
    "days_since_last_run",
    "pain_before_0_10",
)
_GAPS_AT_RANDOM = (
    "What was filled in was drawn as if the gaps had nothing to do with their own "
    "value; who leaves the rating out when it hurts breaks that"
)
_WORDS = {
    "mean_grade_pct": "grade",
    "load_acute_m": "7-day load",
    "load_chronic_m": "28-day load",
    "days_since_last_run": "days since the last run",
    "pain_before_0_10": "pain before the run",
}


def with_imputed_covariates(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    n_imputations: int = 20,
    seed: int = 0,
) -> Result:
    """Answer the association with the gaps of its covariates drawn, many times over.

    Only covariates are filled in, never a rating that is asked about: a likelihood
    takes care of those, and drawing them adds nothing.

    Parameters
    ----------
    obs, outcome, smallest_effect_points
        As for `association`.
    n_imputations : int
        How many times.
    seed : int
        Of the draws.

    Returns
    -------
    Result
        The pooled slope at level 0 or 1, for what was drawn is not what was seen; the
        association itself is the check ``as_rated``. Where nothing is missing, or too
        much, it is the association with a caveat that says so.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    1. Grade, loads, rest and pain before the run, where 60 % or less of the rated runs
       lack them.
    2. Drawn from all other columns, the rating, its neighbours in time, and the day.
    3. Pooled by Rubin's rules with Barnard and Rubin's degrees of freedom, at the
       Kenward-Roger degrees of freedom of the complete tables.

    References
    ----------
    .. [1] van Buuren S. Flexible Imputation of Missing Data. 2nd ed. 2018.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> gone = obs["pain_before_0_10"].where(obs.index % 3 > 0)
    >>> result = with_imputed_covariates(obs.assign(pain_before_0_10=gone))
    >>> "pain before the run: 20 of 60" in result.checks["imputation"]["filled_in"]
    True
    """
    check_is_table(obs)
    plain = association(
        obs, outcome, smallest_effect_points=smallest_effect_points, seed=seed
    )
    table, rated = _rated(obs, outcome)
    missing, too_many = _gaps(table, outcome)
    if not missing:
        return replace(plain, caveats=(*plain.caveats, *_nothing_done(too_many)))
    rng = np.random.default_rng(seed)
    slopes, variances, df, rows = [], [], [], []
    helpers = [STRIDE, LN_SPEED, "_rating", "_rating_before", "_rating_after", "_day"]
    for _ in range(n_imputations):
        filled = fill_in(table, missing, helpers, rng)  # note 2
        whole = obs.copy()
        for name in missing:
            values = numbers_of(obs[name], name).copy()
            values[rated] = filled[name].to_numpy(np.float64)
            whole[name] = values
        design = build_design(whole, outcome)
        fit = gap_gls(design.y, design.matrix, design.day)
        slopes.append(float(fit.coefficients[1]))
        variances.append(float(fit.vcov[1, 1]))
        df.append(float(fit.df[1]))
        rows.append(fit.n)
    complete = float(np.mean(df))
    pooled = rubin(slopes, variances, n=complete + 1, k=1)  # note 3
    return _result(
        plain,
        pooled,
        table,
        (missing, too_many),
        rows[0],
        n_imputations,
        smallest_effect_points,
    )


def _rated(obs: pd.DataFrame, outcome: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Give the rated runs as numbers in order of time, and their places in `obs`."""
    marked = obs.assign(_place=np.arange(len(obs), dtype=np.float64))
    runs = usable_runs(marked, outcome, further=("_place",))
    is_rated = runs.is_eligible & runs.table[outcome].notna().to_numpy()
    table = runs.table.loc[is_rated].reset_index(drop=True)
    rating = table[outcome]
    table = table.assign(
        _rating=rating,
        _rating_before=rating.shift(1).bfill(),
        _rating_after=rating.shift(-1).ffill(),
        _day=table["day"],
    )
    return table, table["_place"].to_numpy(np.int64)


def _gaps(table: pd.DataFrame, outcome: str) -> tuple[list[str], list[str]]:
    """Name the covariates with gaps, and those with too many."""
    missing, too_many = [], []
    for name in _COVARIATES:
        if name == outcome or name not in table.columns:
            continue
        share = float(table[name].isna().mean())
        if 0 < share <= _MAX_MISSING_SHARE:  # note 1
            missing.append(name)
        elif share > _MAX_MISSING_SHARE:
            too_many.append(name)
    return missing, too_many


def _nothing_done(too_many: list[str]) -> list[str]:
    if too_many:
        why = f"more than {100 * _MAX_MISSING_SHARE:.0f} % of the rated runs lack it"
        return [f"Not filled in, for {why}: {_listed(too_many)}"]
    return ["No covariate has a gap: nothing was filled in"]


def _listed(names: list[str]) -> str:
    return ", ".join(_WORDS[name] for name in names)


def _result(
    plain: Result,
    pooled: PooledImputations,
    table: pd.DataFrame,
    gaps: tuple[list[str], list[str]],
    n: int,
    n_imputations: int,
    smallest_effect_points: float,
) -> Result:
    missing, too_many = gaps
    k = PCT_PER_TYPICAL_CHANGE
    low, high = k * pooled.low, k * pooled.high
    is_clear = pooled.low > 0 or pooled.high < 0
    is_within = -smallest_effect_points < low and high < smallest_effect_points
    numbers = (
        f"{k * pooled.estimate:+.2f} points per 5 %, 95 % interval {low:+.2f} to "
        f"{high:+.2f}"
    )
    requirements = (
        Requirement(
            "all that level 1 asks of the association but its interval",
            all(r.is_met for r in plain.requirements if r.level <= 1 and not _tells(r)),
            "; ".join(
                r.name for r in plain.requirements if not r.is_met and r.level <= 1
            )
            or "met",
        ),
        Requirement(
            "the pooled interval excludes 0, or lies within the smallest effect of "
            "interest",
            is_clear or is_within,
            numbers,
        ),
    )
    level = int(all(r.is_met for r in requirements))
    counts = "; ".join(
        f"{_WORDS[name]}: {int(table[name].isna().sum())} of {len(table)}"
        for name in missing
    )
    return replace(
        plain,
        estimate=pooled.estimate,
        low=pooled.low,
        high=pooled.high,
        p_value=pooled.p_value,
        n=n,
        n_dropped=plain.n + plain.n_dropped - n,
        method=(
            f"{plain.method}; gaps of {_listed(missing)} drawn {n_imputations} times "
            "from the other columns and their neighbours in time, pooled by Rubin's "
            "rules"
        ),
        verdict_level=level,
        verdict=_sentence(level, numbers, smallest_effect_points, pooled, is_clear),
        checks={
            "imputation": {
                "filled_in": counts,
                "n_imputations": n_imputations,
                "fraction_missing": pooled.fraction_missing,
                "df": pooled.df,
            },
            "as_rated": {
                "points_per_pct": plain.estimate,
                "low": plain.low,
                "high": plain.high,
                "p_value": plain.p_value,
                "n": plain.n,
            },
        },
        caveats=(
            _GAPS_AT_RANDOM,
            *(_nothing_done(too_many) if too_many else ()),
        ),
        requirements=requirements,
        tables={},
    )


def _tells(requirement: Requirement) -> bool:
    return requirement.name.startswith("the interval excludes 0")


def _sentence(
    level: int,
    numbers: str,
    smallest: float,
    pooled: PooledImputations,
    is_clear: bool,
) -> str:
    if level == 0:
        return (
            "With the gaps filled in this history still cannot answer the question "
            f"({numbers}). Rate before every run, and keep the watch on."
        )
    if not is_clear:
        return (
            f"With the gaps filled in, no difference larger than {points(smallest)} "
            f"per 5 % of step length at the same speed was found ({numbers})."
        )
    direction = "higher" if pooled.estimate > 0 else "lower"
    return (
        f"With the gaps filled in, pain was {direction} on runs with longer steps at "
        f"the same speed ({numbers}). Explanations other than stride were not excluded."
    )
