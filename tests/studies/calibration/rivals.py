"""What people use now, on the same rows: the p that each would print."""

from __future__ import annotations

import numpy as np
from scipy import stats

FREE_TURNS = 499


def of_slope(y: np.ndarray, x: np.ndarray, seed: int) -> dict[str, float]:
    """Give the p of column 1 of a design, by the methods in common use.

    Pearson looks at the raw step length alone; OLS, Newey-West with the textbook lag
    and Freedman and Lane's permutation of the residuals have all covariates.
    """
    return {
        "Pearson": float(stats.pearsonr(x[:, 1], y).pvalue),
        "OLS": least_squares_p(y, x),
        "HAC": newey_west_p(y, x),
        "shuffle": shuffle_p(y, x, seed),
    }


def of_step(y: np.ndarray, day: np.ndarray, post: np.ndarray) -> dict[str, float]:
    """Give the p of a step by the methods in common use."""
    level = np.column_stack([np.ones(len(y)), post])
    trend = np.column_stack([level, day])
    welch = stats.ttest_ind(y[post == 1], y[post == 0], equal_var=False)
    return {
        "Welch": float(welch.pvalue),
        "OLS": least_squares_p(y, level),
        "HAC": newey_west_p(y, level),
        "OLS + trend": least_squares_p(y, trend),
        "HAC + trend": newey_west_p(y, trend),
    }


def least_squares_p(y: np.ndarray, x: np.ndarray) -> float:
    """Give the p of column 1 by least squares."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    rest = y - x @ beta
    t = beta[1] / np.sqrt(rest @ rest / (n - k) * inverse[1, 1])
    return float(2 * stats.t.sf(abs(t), n - k))


def newey_west_p(y: np.ndarray, x: np.ndarray) -> float:
    """Give the p of column 1 by Newey and West, as `statsmodels` prints it.

    The lag is 4 (n/100)^(2/9); small-sample factor and t quantiles.
    """
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    scores = x * (y - x @ beta)[:, None]
    lag = int(4 * (n / 100) ** (2 / 9))
    middle = scores.T @ scores
    for back in range(1, lag + 1):
        product = scores[back:].T @ scores[:-back]
        middle += (1 - back / (lag + 1)) * (product + product.T)
    variance = (inverse @ middle @ inverse)[1, 1] * n / (n - k)
    return float(2 * stats.t.sf(abs(beta[1]) / np.sqrt(variance), n - k))


def shuffle_p(y: np.ndarray, x: np.ndarray, seed: int) -> float:
    """Give the p of a free permutation of the residuals (Freedman and Lane 1983)."""
    basis = np.linalg.qr(np.delete(x, 1, axis=1))[0]
    own = x[:, 1] - basis @ (basis.T @ x[:, 1])
    rest = y - basis @ (basis.T @ y)
    rng = np.random.default_rng([seed, 2])
    turned = rng.permuted(np.tile(rest, (FREE_TURNS, 1)), axis=1)
    turned -= (turned @ basis) @ basis.T
    ties = np.abs(turned @ own) / np.linalg.norm(turned, axis=1)
    as_large = ties >= abs(rest @ own) / np.linalg.norm(rest) - 1e-12
    return float((1 + as_large.sum()) / (1 + FREE_TURNS))
