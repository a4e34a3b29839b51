r"""Ratings for unrated runs, drawn from what the rated ones say about them.

GapGLS says how pain is correlated over days, so an unrated run between two sore ones
is likely sore. Given the rated runs, the others are normal with mean and covariance by
kriging; coefficients and error variance are drawn first, so that what is not known
about the model is not lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_fit import correlation_matrix
from hipstride.stats._markov import cross_products, make_chain
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.missing._all_runs import AllRuns
from hipstride.stats.missing.rubin import PooledImputations, rubin

__all__ = ["Imputed", "draw_unrated", "pooled_at"]

_MIN_IMPUTATIONS = 2
_JITTER = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """Draws for the unrated runs, before they are moved and made ratings of."""

    runs: AllRuns
    latent: FloatArray  # (imputations, unrated runs)


def draw_unrated(runs: AllRuns, n_imputations: int, seed: int) -> Imputed:
    """Draw the unrated runs given the rated ones.

    Parameters
    ----------
    runs : AllRuns
        The regression and its fit to the rated runs.
    n_imputations : int
        How many draws, at least 2.
    seed : int
        For `numpy.random.default_rng`.

    Returns
    -------
    Imputed
        One row for each draw [points].

    Raises
    ------
    TableError
        If `n_imputations` is below 2.

    Notes
    -----
    1. Error variance from its scaled inverse chi-square, coefficients from a normal
       with the Kenward-Roger covariance. Decay and nugget are held at their estimates.
    2. Mean and covariance given the rated runs: kriging.
    """
    _check_count(n_imputations)
    rng = np.random.default_rng(seed)
    fit, is_rated = runs.fit, runs.is_rated
    x, known = runs.matrix[~is_rated], runs.matrix[is_rated]
    y = runs.design.y[is_rated]
    spare = len(y) - known.shape[1]
    sigma = fit.sigma * np.sqrt(spare / rng.chisquare(spare, n_imputations))  # 1
    root = _root(fit.vcov)
    z = rng.standard_normal((n_imputations, known.shape[1]))
    scale = (sigma / fit.sigma if fit.sigma > 0 else np.ones_like(sigma))[:, None]
    beta = fit.coefficients + scale * (z @ root.T)
    whole, _, _ = correlation_matrix(runs.design.day, fit.tau_days, fit.nu)
    whole[np.diag_indices_from(whole)] += _JITTER
    between = whole[np.ix_(is_rated, ~is_rated)]  # 2
    weights = cho_solve(cho_factor(whole[np.ix_(is_rated, is_rated)]), between)
    rest = whole[np.ix_(~is_rated, ~is_rated)] - between.T @ weights
    noise = rng.standard_normal((n_imputations, len(x))) @ _root(rest).T
    mean = beta @ x.T + (y - beta @ known.T) @ weights
    return Imputed(runs, mean + sigma[:, None] * noise)


def pooled_at(imputed: Imputed, delta_points: float) -> PooledImputations:
    """Move the unrated runs by so much, complete the history and pool the slope.

    Parameters
    ----------
    imputed : Imputed
        The draws.
    delta_points : float
        By how much unrated runs hurt more than rated ones like them [points].

    Returns
    -------
    PooledImputations
        The slope on the stride [points per 1 %].

    Notes
    -----
    Decay, nugget, the Kenward-Roger factor and its degrees of freedom are fitted anew
    for each delta, on the first of the completed histories; the others keep to that
    correlation, each with an error variance of its own.
    """
    runs = imputed.runs
    x, day = runs.matrix, runs.design.day
    n, k = x.shape
    complete = np.tile(runs.design.y, (len(imputed.latent), 1))
    complete[:, ~runs.is_rated] = runs.ratings(imputed.latent + delta_points)
    fit = gap_gls(complete[0], x, day)
    factor = float(fit.vcov[1, 1] / fit.vcov_plain[1, 1])
    basis, triangle = np.linalg.qr(x)
    chain = make_chain(np.column_stack([basis, complete.T]), day)
    products, _ = cross_products(chain, fit.tau_days, fit.nu)
    inverse = np.linalg.inv(products[:k, :k])
    coefficients = inverse @ products[:k, k:]
    left = np.diag(products)[k:] - np.sum(products[:k, k:] * coefficients, axis=0)
    own = np.linalg.inv(triangle)[1]
    variances = factor * left / (n - k) * float(own @ inverse @ own)
    df = float(fit.df[1])
    return rubin(own @ coefficients, variances, n=df + k, k=k)


def _check_count(n_imputations: object) -> None:
    if isinstance(n_imputations, int) and n_imputations >= _MIN_IMPUTATIONS:
        return
    msg = f"n_imputations: found {n_imputations!r}; expected a whole number from 2"
    raise TableError(msg)


def _root(covariance: FloatArray) -> FloatArray:
    """Give a matrix whose product with its transpose is the covariance."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))
