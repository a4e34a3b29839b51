"""Each runner's slope drawn towards the mean, instead of a ranking of raw slopes.

The largest of many unsure slopes is large by luck in part. Empirical Bayes takes that
part off: the less sure a slope, the nearer it comes to the mean of all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.stats._arrays import FloatArray, as_column
from hipstride.stats.cohort.pooling import Pooled

__all__ = ["shrunken", "with_shrunken"]


def shrunken(
    estimates: ArrayLike, standard_errors: ArrayLike, pooled: Pooled
) -> tuple[FloatArray, FloatArray]:
    r"""Draw each runner's slope towards the mean, the unsure ones most.

    .. math:: b_i^* = \mu + \lambda_i (b_i - \mu), \quad
       \lambda_i = \tau^2 / (\tau^2 + v_i)

    Parameters
    ----------
    estimates, standard_errors : array-like, shape (G,)
        One for each runner.
    pooled : Pooled
        What `random_effects` made of them.

    Returns
    -------
    tuple of (ndarray, ndarray), shapes (G,)
        Empirical-Bayes slopes, and standard errors that count the error of the mean
        but not that of tau.

    References
    ----------
    .. [1] Raudenbush SW, Bryk AS. J Educ Stat 1985;10:75-98.

    Examples
    --------
    >>> from hipstride.stats.cohort import random_effects
    >>> found = random_effects([0.0, 0.4], [0.1, 0.1])
    >>> shrunken([0.0, 0.4], [0.1, 0.1], found)[0].round(2).tolist()
    [0.03, 0.38]
    """
    b = as_column(estimates, "estimates")
    v = as_column(standard_errors, "standard errors", n=len(b)) ** 2
    tau2 = pooled.tau**2
    share = tau2 / (tau2 + v)
    slope = pooled.mean + share * (b - pooled.mean)
    return slope, np.sqrt(share * v + (1 - share) ** 2 * pooled.se**2)


def with_shrunken(table: pd.DataFrame, pooled: Pooled) -> pd.DataFrame:
    """Add shrunken slopes, their intervals and the weights to a table of slopes.

    Parameters
    ----------
    table : DataFrame
        ``estimate``, ``se`` and ``reason``; a row with a reason has no slope.
    pooled : Pooled
        What `random_effects` made of the slopes that are there.

    Returns
    -------
    DataFrame
        With ``shrunken``, ``shrunken_low``, ``shrunken_high`` (95 %, with t(G - 1))
        and ``weight_pct``, the share in the mean [%]; NaN where there is no slope.
    """
    is_used = (table["reason"] == "").to_numpy()
    own = table.loc[is_used, ["estimate", "se"]].to_numpy(np.float64)
    slope, se = shrunken(own[:, 0], own[:, 1], pooled)
    half = float(stats.t.ppf(0.975, pooled.df)) * se
    weight = 1 / (own[:, 1] ** 2 + pooled.tau**2)
    columns: Sequence[tuple[str, FloatArray]] = (
        ("shrunken", slope),
        ("shrunken_low", slope - half),
        ("shrunken_high", slope + half),
        ("weight_pct", 100 * weight / weight.sum()),
    )
    whole = {name: np.full(len(table), np.nan) for name, _ in columns}
    for name, values in columns:
        whole[name][is_used] = values
    table = table.assign(**whole)
    return table[[*(name for name in table.columns if name != "reason"), "reason"]]
