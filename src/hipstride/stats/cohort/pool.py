"""Pool estimates of any kind, one for each runner, into an answer of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.errors import TableError
from hipstride.stats.cohort._evidence import MIN_RUNNERS
from hipstride.stats.cohort.pooling import random_effects
from hipstride.stats.cohort.shrinkage import with_shrunken
from hipstride.tables import Requirement, Result

__all__ = ["pool"]


def pool(
    estimates: ArrayLike,
    standard_errors: ArrayLike,
    labels: Sequence[object] | None = None,
    *,
    unit: str = "as given",
    question: str = "What do the estimates come to on average?",
) -> Result:
    """Pool the estimates of several runners with random effects.

    For slopes, log odds ratios, level changes: anything with one estimate and one
    standard error for each runner, from hipstride or elsewhere.

    Parameters
    ----------
    estimates, standard_errors : array-like, shape (G,)
        One for each runner; a runner with neither (NaN) is listed and left out.
    labels : sequence, optional
        Names of the runners; 1, 2, 3 ... where not given.
    unit : str
        What the estimates are in.
    question : str
        What was asked, in one sentence.

    Returns
    -------
    Result
        Mean, interval and p with t(G - 1); level 1 at most, since what lies behind
        the estimates is not seen here. ``tables["runners"]`` has a row for each.

    Raises
    ------
    NotEnoughDataError
        If fewer than two estimates are there.
    TableError
        If lengths differ, a label stands twice, only one of estimate and standard
        error is there, or a standard error is not above 0.

    Notes
    -----
    The mean is that of `random_effects`; the interval of a single row is normal, since
    the degrees of freedom behind it are not known.

    Examples
    --------
    >>> found = pool([0.1, 0.2, 0.3, 0.2], [0.05, 0.05, 0.06, 0.07], list("abcd"))
    >>> round(found.estimate, 2), found.n, found.verdict_level
    (0.2, 4, 0)
    """
    b, se = _pair(estimates, standard_errors)
    names = _names(labels, len(b))
    is_there = np.isfinite(b)
    pooled = random_effects(b[is_there], se[is_there])
    half = float(stats.norm.ppf(0.975)) * se
    table = pd.DataFrame(
        {
            "runner": names,
            "estimate": b,
            "se": se,
            "low": b - half,
            "high": b + half,
            "reason": np.where(is_there, "", "no estimate given"),
        }
    )
    few = pooled.n < MIN_RUNNERS
    excludes_zero = pooled.low > 0 or pooled.high < 0
    requirements = (
        Requirement(
            f"at least {MIN_RUNNERS} runners with an estimate",
            not few,
            f"{pooled.n}",
        ),
        Requirement(
            "the interval of the average excludes 0",
            excludes_zero,
            f"{pooled.low:+.3g} to {pooled.high:+.3g}",
        ),
    )
    level = int(all(r.is_met for r in requirements))
    missing = len(b) - pooled.n
    return Result(
        question=question,
        estimate=pooled.mean,
        unit=unit,
        low=pooled.low,
        high=pooled.high,
        level=0.95,
        p_value=pooled.p_value,
        n=pooled.n,
        n_dropped=missing,
        method=(
            "random-effects mean (Paule-Mandel, Hartung-Knapp truncated, "
            f"t({pooled.df}))"
        ),
        verdict_level=level,
        verdict=_sentence(level, pooled.prediction_low, pooled.prediction_high, few),
        checks={
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
        },
        caveats=(
            *((f"Runners without an estimate: {missing}",) if missing else ()),
            "How the estimates came about is not seen here",
        ),
        requirements=requirements,
        tables={"runners": with_shrunken(table, pooled)},
    )


def _sentence(level: int, low: float, high: float, few: bool) -> str:
    if few:
        return (
            "These runners are a list of single runners, not an average; read them one "
            "by one."
        )
    if level == 0:
        return "These runners cannot tell on average: the interval holds 0."
    return (
        "On average the estimates differ from 0, but individual ones range from "
        f"{low:+.3g} to {high:+.3g} (95 % of such runners)."
    )


def _pair(estimates: ArrayLike, errors: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    try:
        b = np.asarray(estimates, dtype=np.float64)
        se = np.asarray(errors, dtype=np.float64)
    except (TypeError, ValueError):
        msg = "estimates: found what is no number; expected numbers alone"
        raise TableError(msg) from None
    if b.ndim != 1 or b.shape != se.shape:
        msg = (
            f"estimates: found shape {b.shape} beside standard errors of shape "
            f"{se.shape}; expected one of each for each runner"
        )
        raise TableError(msg)
    if np.isinf(b).any() or np.isinf(se).any():
        msg = "estimates: found an infinite value; expected numbers, or NaN for none"
        raise TableError(msg)
    half_there = np.isnan(b) != np.isnan(se)
    if half_there.any():
        msg = (
            f"estimates: {int(half_there.sum())} have no standard error, or the "
            "reverse; expected both, or NaN for both"
        )
        raise TableError(msg)
    return b, se


def _names(labels: Sequence[object] | None, n: int) -> list[str]:
    names = [str(one) for one in (range(1, n + 1) if labels is None else labels)]
    if len(names) != n:
        msg = f"labels: found {len(names)}; expected {n}, one for each estimate"
        raise TableError(msg)
    if len(set(names)) < n:
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"labels: found {twice!r} twice; expected one estimate for each runner"
        raise TableError(msg)
    return names
