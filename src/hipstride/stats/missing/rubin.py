r"""Rubin's rules: one answer out of several that differ in what was filled in.

With m estimates :math:`q_i` and their variances :math:`u_i`, the variance of the mean
is :math:`T = \bar u + (1 + 1/m) b`, b the variance between the estimates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import as_column

__all__ = ["PooledImputations", "rubin"]

_MIN_IMPUTATIONS = 2


@dataclass(frozen=True, slots=True)
class PooledImputations:
    """Several estimates as one.

    Attributes
    ----------
    estimate, se, low, high, df, p_value : float
        The pooled estimate, its 95 % interval, Barnard and Rubin's degrees of freedom
        and the two-sided p.
    within, between : float
        Mean of the variances, and variance of the estimates.
    fraction_missing : float
        Share of the information that is missing, for the degrees of freedom at hand.
    """

    estimate: float
    se: float
    low: float
    high: float
    df: float
    p_value: float
    within: float
    between: float
    fraction_missing: float


def rubin(
    estimates: ArrayLike, variances: ArrayLike, *, n: float, k: float
) -> PooledImputations:
    """Pool estimates from imputed tables.

    Parameters
    ----------
    estimates, variances : array-like, shape (m,)
        One for each imputed table.
    n, k : float
        Rows and coefficients of a complete table; n - k are the degrees of freedom it
        would have.

    Returns
    -------
    PooledImputations
        Estimate, interval and fraction of missing information.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than 2 estimates, or no degrees of freedom.
    TableError
        If a value is missing or infinite, or a variance is not above 0.

    References
    ----------
    .. [1] Rubin DB. Multiple Imputation for Nonresponse in Surveys. 1987, ch. 3.
    .. [2] Barnard J, Rubin DB. Biometrika 1999;86:948-955.

    Examples
    --------
    >>> pooled = rubin([0.2, 0.3, 0.25], [0.01, 0.01, 0.01], n=60, k=5)
    >>> pooled.estimate, round(pooled.se, 4)
    (0.25, 0.1155)
    """
    own = as_column(estimates, "estimates")
    spread = as_column(variances, "variances", n=len(own))
    m = len(own)
    if m < _MIN_IMPUTATIONS:
        what = "imputations"
        raise NotEnoughDataError(what, needed=_MIN_IMPUTATIONS, got=m)
    if n - k <= 0:
        what = f"rows for {k:g} coefficients"
        raise NotEnoughDataError(what, needed=k + 1, got=n)
    if spread.min() <= 0:
        msg = f"variances: found {spread.min():g}; expected numbers above 0"
        raise TableError(msg)
    estimate, within = float(own.mean()), float(spread.mean())
    between = float(own.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    complete = n - k
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    # 1 / df adds up the two sources; without variance between there is one alone.
    df = 1 / (share**2 / (m - 1) + 1 / observed)
    se = float(np.sqrt(total))
    half = float(stats.t.ppf(0.975, df)) * se
    ratio = extra / within
    return PooledImputations(
        estimate=estimate,
        se=se,
        low=estimate - half,
        high=estimate + half,
        df=float(df),
        p_value=float(2 * stats.t.sf(abs(estimate) / se, df)),
        within=within,
        between=between,
        fraction_missing=(ratio + 2 / (df + 3)) / (ratio + 1),
    )
