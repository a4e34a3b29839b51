"""Were the runs without a rating like those with one? Stride, speed, load and pain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats._build_design import build_design
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.leads import matched_residual

__all__ = ["compare", "rated_and_unrated"]

# Fewer of either kind cannot be compared.
_MIN_RUNS = 3
_MIN_ALL = 8
_NAMES = {
    "stride_residual_pct": "step length at the same speed (%)",
    "mean_speed_mps": "speed (m/s)",
    "load_acute_m": "7-day load (m)",
    "load_chronic_m": "28-day load (m)",
    "previous_rating": "the rating of the run before (points)",
    "days_since_last_run": "days since the last run",
}


def rated_and_unrated(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> pd.DataFrame:
    """Compare the usable runs that were rated with those that were not.

    Parameters
    ----------
    obs, outcome
        As for `association`.

    Returns
    -------
    DataFrame
        ``variable``, ``words``, ``mean_rated``, ``mean_unrated``, ``difference`` (rated
        less unrated), ``low``, ``high``, ``n_rated``, ``n_unrated``; one row for each
        of step length at the same speed [%], speed [m/s], loads [m], the rating of the
        run before, where it has one [points], and days since the last run [d] that is
        there. NaN where fewer than 3 runs of either kind know it.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    The difference is the coefficient of "was rated" by GapGLS, so that a month without
    a diary counts as one month and not as twelve runs; it need not equal the difference
    of the two means. A difference in what is in the model does no harm of itself; it
    says how far the rated runs must speak for others.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(missing_share=0.2), n_runs=80, seed=1).observations
    >>> rated_and_unrated(obs)["variable"].tolist()[:2]
    ['stride_residual_pct', 'mean_speed_mps']
    """
    return compare(build_design(obs, outcome), outcome)


def compare(design: Design, outcome: str) -> pd.DataFrame:
    """Give the table of `rated_and_unrated` for a design that is there already."""
    is_usable = design.runs.is_eligible
    table = design.runs.table.assign(stride_residual_pct=matched_residual(design))
    table = table.loc[is_usable]
    day = table["day"].to_numpy(np.float64)
    is_rated = table[outcome].notna().to_numpy()
    known = {
        **{name: table[name] for name in _NAMES if name in table.columns},
        # Carried on through a month without a diary, one rating would count as many.
        "previous_rating": table[outcome].shift(),
    }
    known.setdefault("days_since_last_run", table["day"].diff())
    rows = [
        {
            "variable": name,
            "words": words,
            **_difference(known[name].to_numpy(np.float64), is_rated, day),
        }
        for name, words in _NAMES.items()
        if name in known
    ]
    return pd.DataFrame(rows)


def _difference(
    values: FloatArray, is_rated: NDArray[np.bool_], day: FloatArray
) -> dict[str, float | int]:
    there = np.isfinite(values)
    values, is_rated, day = values[there], is_rated[there], day[there]
    n_rated, n_unrated = int(is_rated.sum()), int((~is_rated).sum())
    nan = float("nan")
    mean_rated = float(values[is_rated].mean()) if n_rated else nan
    mean_unrated = float(values[~is_rated].mean()) if n_unrated else nan
    found: dict[str, float | int] = {
        "mean_rated": mean_rated,
        "mean_unrated": mean_unrated,
        "difference": nan,
        "low": nan,
        "high": nan,
        "n_rated": n_rated,
        "n_unrated": n_unrated,
    }
    is_enough = min(n_rated, n_unrated) >= _MIN_RUNS and len(values) >= _MIN_ALL
    if is_enough and np.ptp(values) > 0 and np.ptp(day) > 0:
        x = np.column_stack([np.ones(len(values)), is_rated])
        fit = gap_gls(values, x, day)
        found |= {
            "difference": float(fit.coefficients[1]),
            "low": float(fit.low[1]),
            "high": float(fit.high[1]),
        }
    return found
