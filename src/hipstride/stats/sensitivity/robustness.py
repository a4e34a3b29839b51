"""How strong something unmeasured would have to be to undo the answer.

The robustness value: the share of the rest of both stride and pain that a confounder
would have to explain to bring the estimate to nothing (Cinelli and Hazlett 2020).
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from hipstride.errors import TableError

__all__ = ["partial_r2", "robustness_value"]


def partial_r2(t: float, df: float) -> float:
    r"""Give the share of the rest of the outcome that the exposure explains.

    .. math:: R^2 = t^2 / (t^2 + df)

    Parameters
    ----------
    t : float
        The t-value of the coefficient.
    df : float
        Its residual degrees of freedom.

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    TableError
        If t is not finite or df not above 0.

    References
    ----------
    .. [1] Cinelli C, Hazlett C. J R Stat Soc B 2020;82:39-67.
       doi:10.1111/rssb.12348

    Examples
    --------
    >>> round(partial_r2(4.18445, 783), 3)
    0.022
    """
    _check(t, df)
    return t**2 / (t**2 + df)


def robustness_value(
    t: float, df: float, *, q: float = 1.0, alpha: float | None = None
) -> float:
    r"""Give the strength of a confounder that would take the answer away.

    .. math:: RV = \tfrac12 \left(\sqrt{f^4 + 4 f^2} - f^2\right),
       \quad f = q\,|t| / \sqrt{df}

    With `alpha`, f is lessened by :math:`|t^*_{df - 1}| / \sqrt{df - 1}`: what would
    leave the interval holding 0.

    Parameters
    ----------
    t : float
        The t-value of the coefficient.
    df : float
        Its residual degrees of freedom.
    q : float
        The share of the estimate that is to be explained away; 1 is all of it.
    alpha : float, optional
        The level of the test; without it the estimate itself is to go.

    Returns
    -------
    float
        0 to 1: a confounder that explains this share of what is left of stride *and*
        of pain would suffice; 0 where nothing needs to be explained away.

    Raises
    ------
    TableError
        If t is not finite, df is too small, or q or alpha are out of range.

    Notes
    -----
    For a linear model with independent errors. For GapGLS take its t and its
    Kenward-Roger df: the value is then that of a history of so many independent runs.

    References
    ----------
    .. [1] Cinelli C, Hazlett C. J R Stat Soc B 2020;82:39-67.
       doi:10.1111/rssb.12348

    Examples
    --------
    >>> round(robustness_value(4.18445, 783), 3)
    0.139
    >>> round(robustness_value(4.18445, 783, alpha=0.05), 3)
    0.076
    """
    _check(t, df)
    if not (0 < q < math.inf):
        msg = f"q: found {q!r}; expected a number above 0"
        raise TableError(msg)
    f = q * abs(t) / math.sqrt(df)
    if alpha is not None:
        if not 0 < alpha < 1:
            msg = f"alpha: found {alpha!r}; expected a number between 0 and 1"
            raise TableError(msg)
        if df <= 1:
            msg = f"df: found {df:g}; expected more than 1 where alpha is given"
            raise TableError(msg)
        critical = float(stats.t.ppf(1 - alpha / 2, df - 1)) / math.sqrt(df - 1)
        f_less = f - critical
        if f_less <= 0:
            return 0.0
        value = _value(f_less)
        # Where the outcome alone would need more than all of it, the bound is another.
        if f > 1 / critical:
            value = (f**2 - critical**2) / (1 + f**2)
        return value
    return _value(f)


def _value(f: float) -> float:
    return 0.5 * (math.sqrt(f**4 + 4 * f**2) - f**2)


def _check(t: float, df: float) -> None:
    if not np.isfinite(t):
        msg = f"t: found {t!r}; expected a finite number"
        raise TableError(msg)
    if not (0 < df < math.inf):
        msg = f"df: found {df!r}; expected a number above 0"
        raise TableError(msg)
