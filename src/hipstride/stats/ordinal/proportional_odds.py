r"""Proportional odds: one slope for every line drawn through the scale.

Ratings are an order before they are points. With the categories :math:`0 < 1 < \dots`,

.. math:: \operatorname{logit} P(Y \le j) = \theta_j - x'\beta,

so that :math:`\exp \beta` is by how much the odds of a higher rating are multiplied,
wherever the line between lower and higher is drawn. With two categories this is a
logit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, as_column, as_design

__all__ = ["ProportionalOdds", "proportional_odds"]

_MAX_STEPS = 100
_MAX_HALVINGS = 40
# Newton's decrement, in units of log-likelihood.
_TOLERANCE = 1e-12
_MIN_CATEGORIES = 2


@dataclass(frozen=True, slots=True, eq=False)
class ProportionalOdds:
    """A fitted model of proportional odds.

    Attributes
    ----------
    coefficients, se : ndarray, shape (k,)
        Log odds of a higher rating per unit of each column, and the standard error of
        the model, which takes runs as independent.
    thresholds, thresholds_se : ndarray, shape (c - 1,)
        Where the linear predictor passes from one category to the next.
    categories : ndarray, shape (c,)
        The ratings that occur, in order.
    log_likelihood : float
        At the maximum.
    scores : ndarray, shape (n, k + c - 1)
        What each row adds to the gradient: columns first, then thresholds.
    information : ndarray, shape (k + c - 1, k + c - 1)
        The negative Hessian, in the same order.
    points_per_log_odds : float
        By how much the mean rating moves per unit of the linear predictor, averaged
        over the rows [points].
    is_converged : bool
        Whether the search ended at a maximum.
    """

    coefficients: FloatArray
    se: FloatArray
    thresholds: FloatArray
    thresholds_se: FloatArray
    categories: FloatArray
    log_likelihood: float
    scores: FloatArray
    information: FloatArray
    points_per_log_odds: float
    is_converged: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Likelihood:
    """Log-likelihood with its derivatives by linear predictor and thresholds."""

    value: float
    scores: FloatArray
    information: FloatArray


def proportional_odds(y: ArrayLike, x: ArrayLike) -> ProportionalOdds:
    r"""Fit a cumulative logit by maximum likelihood.

    Parameters
    ----------
    y : array-like, shape (n,)
        Ratings; any numbers, of which only the order counts. Categories that do not
        occur are not there.
    x : array-like, shape (n, k)
        The columns, without an intercept: the thresholds take its place.

    Returns
    -------
    ProportionalOdds
        Coefficients, thresholds, scores and information.

    Raises
    ------
    NotEnoughDataError
        If all ratings are equal, a column is constant or follows from the others, or
        there are too few rows.
    TableError
        If the shapes differ, or a value is missing or infinite.

    Notes
    -----
    1. The columns are standardised for the search and everything is given back in
       their own units.
    2. The log-likelihood is concave (Pratt 1981), so Newton's steps, halved until they
       gain and keep the thresholds in order, end at the only maximum, if there is
       one. Under separation there is none: see `is_separable`.

    References
    ----------
    .. [1] McCullagh P. J R Stat Soc B 1980;42:109-142.
    .. [2] Pratt JW. J Am Stat Assoc 1981;76:103-106.

    Examples
    --------
    >>> x = np.arange(10.0)[:, None]
    >>> fit = proportional_odds([0, 0, 1, 0, 1, 2, 1, 2, 2, 1], x)
    >>> bool(fit.coefficients[0] > 0), len(fit.thresholds)
    (True, 2)
    """
    outcome = as_column(y, "ratings")
    n = len(outcome)
    design = as_design(np.column_stack([np.ones(n), np.asarray(x)]), n=n)[:, 1:]
    k = design.shape[1]
    categories, place = np.unique(outcome, return_inverse=True)
    if len(categories) < _MIN_CATEGORIES:
        what = "different ratings"
        raise NotEnoughDataError(what, needed=_MIN_CATEGORIES, got=len(categories))
    mean, spread = design.mean(axis=0), design.std(axis=0)  # 1
    standard = (design - mean) / spread
    below = np.cumsum(np.bincount(place))[:-1] / n
    start = np.concatenate([np.zeros(k), np.log(below / (1 - below))])
    at, found, is_converged = _maximise(start, place, standard)
    # back: beta = b / spread, theta = t + mean'beta
    back = np.eye(len(at))
    back[:k, :k] = np.diag(1 / spread)
    back[k:, :k] = mean / spread
    vcov = back @ np.linalg.pinv(found.information, hermitian=True) @ back.T
    se = np.sqrt(np.maximum(np.diag(vcov), 0))
    own = back @ at
    forward = np.linalg.inv(back)
    a = at[k:][None, :] - (standard @ at[:k])[:, None]
    density = expit(a) * expit(-a)
    return ProportionalOdds(
        coefficients=own[:k],
        se=se[:k],
        thresholds=own[k:],
        thresholds_se=se[k:],
        categories=categories,
        log_likelihood=found.value,
        scores=found.scores @ forward,
        information=forward.T @ found.information @ forward,
        points_per_log_odds=float((density @ np.diff(categories)).mean()),
        is_converged=is_converged,
    )


def _maximise(
    at: FloatArray, place: NDArray[np.int64], x: FloatArray
) -> tuple[FloatArray, _Likelihood, bool]:
    k = x.shape[1]
    found = _likelihood(at, place, x)
    for _ in range(_MAX_STEPS):
        gradient = found.scores.sum(axis=0)
        step = np.linalg.lstsq(found.information, gradient, rcond=None)[0]
        if float(gradient @ step) < _TOLERANCE * (1 + abs(found.value)):
            return at, found, True
        for _ in range(_MAX_HALVINGS):  # note 2
            there = at + step
            if np.all(np.diff(there[k:]) > 0):
                new = _likelihood(there, place, x)
                if new.value > found.value:
                    break
            step = step / 2
        else:
            return at, found, False
        at, found = there, new
    return at, found, False


def _likelihood(at: FloatArray, place: NDArray[np.int64], x: FloatArray) -> _Likelihood:
    """Sum log(F(a) - F(b)), a and b the thresholds above and below less x'beta."""
    n, k = x.shape
    edges = np.concatenate([[-np.inf], at[k:], [np.inf]])
    predictor = x @ at[:k]
    a, b = edges[place + 1] - predictor, edges[place] - predictor
    # F(a) - F(b) without cancellation
    log_p = (
        log_expit(a)
        + log_expit(-b)
        + np.log(-np.expm1(edges[place] - edges[place + 1]))
    )
    p = np.exp(log_p)
    upper, lower = expit(a), expit(b)
    f_a, f_b = upper * expit(-a), lower * expit(-b)
    g_a, g_b = f_a / p, f_b / p
    size = len(at)
    rows = np.arange(n)
    above, beneath = np.zeros((n, size - k + 2)), np.zeros((n, size - k + 2))
    above[rows, place + 1] = 1.0
    beneath[rows, place] = 1.0
    above, beneath = above[:, 1:-1], beneath[:, 1:-1]
    scores = np.column_stack(
        [
            (upper + lower - 1)[:, None] * x,
            g_a[:, None] * above - g_b[:, None] * beneath,
        ]
    )
    information = np.empty((size, size))
    information[:k, :k] = (x * (f_a + f_b)[:, None]).T @ x
    mixed = -x.T @ (f_a[:, None] * above + f_b[:, None] * beneath)
    information[:k, k:], information[k:, :k] = mixed, mixed.T
    bend_a = g_a**2 - g_a * (1 - 2 * upper)
    bend_b = g_b**2 + g_b * (1 - 2 * lower)
    cross = (above * (g_a * g_b)[:, None]).T @ beneath
    information[k:, k:] = (
        (above * bend_a[:, None]).T @ above
        + (beneath * bend_b[:, None]).T @ beneath
        - cross
        - cross.T
    )
    return _Likelihood(float(log_p.sum()), scores, information)
