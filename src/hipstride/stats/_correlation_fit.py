"""The search for decay and nugget, and what can be done once they are known.

The likelihood of a Markov process costs time proportional to n, so that a grid and
two careful searches take a few hundredths of a second for a year of runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_search import MIN_NU, maximise
from hipstride.stats._markov import Chain, cross_products, make_chain
from hipstride.stats.reml import profile

__all__ = [
    "EDGE",
    "CorrelationFit",
    "correlation_matrix",
    "fit_correlation",
    "gls_at",
    "whiten",
]

# The correlation may outlast the series: a bound at half its length made the
# standard error of a trend 48 % too small in a published-style series of 80 days.
MAX_TAU_PER_SPAN = 10.0
# exp(-1/0.15) is 0.001: over a usual short gap nothing is left of the correlation.
_MIN_TAU_PER_GAP = 0.15
_SHORT_GAP_QUANTILE = 0.1
# So near to the end of its range a parameter counts as at its end.
EDGE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationFit:
    """Where the restricted likelihood is highest, and what the coefficients are."""

    coefficients: FloatArray
    vcov_plain: FloatArray
    sigma: float
    tau_days: float
    nu: float
    log_likelihood: float
    at_bound: tuple[str, ...]
    is_converged: bool


def fit_correlation(y: FloatArray, x: FloatArray, day: FloatArray) -> CorrelationFit:
    """Find decay and nugget by REML; a thousand runs take a few hundredths of a second.

    Parameters
    ----------
    y, x, day : ndarray
        As for `gap_gls`, already checked.

    Returns
    -------
    CorrelationFit
        The fit without small-sample inference.
    """
    n, k = x.shape
    basis, triangle = np.linalg.qr(x)
    # The outcome's fitted part is known to be irrelevant to the correlation, and
    # without it the cross-products keep all their digits.
    start = basis.T @ y
    rest = y - basis @ start
    size = float(np.sqrt(rest @ rest / n))
    scale = size if size > 0 else 1.0
    chain = make_chain(np.column_stack([basis, rest / scale]), day)
    back = np.linalg.inv(triangle)
    total = float(np.sqrt(np.mean((y - y.mean()) ** 2)))
    if size <= 1e-10 * max(total, 1e-300):
        # The design reproduces the outcome: there is no error left to correlate.
        return CorrelationFit(
            back @ start,
            (size**2 * n / (n - k)) * back @ back.T,
            size,
            _tau_bounds(chain)[0],
            1.0,
            float("nan"),
            ("nu",),
            True,
        )
    bounds = _tau_bounds(chain)
    log_tau, nu, is_converged = maximise(chain, n, bounds)
    products, log_determinant = cross_products(chain, float(np.exp(log_tau)), nu)
    value, sigma2 = profile(products, log_determinant, n=n)
    inverse = np.linalg.inv(products[:k, :k])
    beta = start + scale * (inverse @ products[:k, k])
    at_bound = []
    if min(log_tau - np.log(bounds[0]), np.log(bounds[1]) - log_tau) < EDGE:
        at_bound.append("tau_days")
    lowest = MIN_NU if chain.n_within else 0.0
    if min(nu - lowest, 1 - nu) < EDGE:
        at_bound.append("nu")
    log_likelihood = (
        -value / 2
        - (n - k) * float(np.log(scale))
        - float(np.sum(np.log(np.abs(np.diag(triangle)))))
    )
    return CorrelationFit(
        coefficients=back @ beta,
        vcov_plain=scale**2 * sigma2 * back @ inverse @ back.T,
        sigma=float(scale * np.sqrt(sigma2)),
        tau_days=float(np.exp(log_tau)),
        nu=nu,
        log_likelihood=log_likelihood,
        at_bound=tuple(at_bound),
        is_converged=is_converged,
    )


def correlation_matrix(
    day: FloatArray, tau_days: float, nu: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the correlation of the errors, its smooth part, and the lags over tau."""
    lag = np.abs(np.subtract.outer(day, day)) / tau_days
    smooth = np.exp(-lag)
    whole = (1 - nu) * smooth
    whole[np.diag_indices_from(whole)] += nu
    return whole, smooth, lag


def whiten(
    columns: FloatArray, day: FloatArray, tau_days: float, nu: float
) -> FloatArray:
    """Remove the correlation: what is left of errors should be white.

    Parameters
    ----------
    columns : ndarray, shape (n,) or (n, c)
        What to whiten.
    day : ndarray, shape (n,)
        The day of each row, in order of time [d].
    tau_days, nu : float
        The correlation [d], [-].

    Returns
    -------
    ndarray
        As solving with the Cholesky factor of the correlation matrix, in time
        proportional to n: each row less its prediction from the rows before it, over
        the standard deviation of what cannot be predicted (Kalman).
    """
    decay = np.exp(-np.diff(day, prepend=day[0]) / tau_days).tolist()
    smooth = 1.0 - nu
    white = np.empty_like(columns, dtype=np.float64)
    state = np.zeros(columns.shape[1:])
    unsure = smooth
    for i, fade in enumerate(decay):
        state = fade * state
        unsure = fade**2 * unsure + (1 - fade**2) * smooth
        spread = unsure + nu
        surprise = columns[i] - state
        white[i] = surprise / spread**0.5
        state = state + unsure / spread * surprise
        unsure *= nu / spread
    return white


def gls_at(
    y: FloatArray, x: FloatArray, day: FloatArray, tau_days: float, nu: float
) -> FloatArray:
    """Give the coefficients at a known correlation; a nugget of 1 is least squares."""
    basis, triangle = np.linalg.qr(x)
    chain = make_chain(np.column_stack([basis, y]), day)
    lowest = MIN_NU if chain.n_within else 0.0
    products, _ = cross_products(chain, tau_days, max(nu, lowest))
    k = x.shape[1]
    weighed = np.linalg.solve(products[:k, :k], products[:k, k])
    return np.asarray(np.linalg.solve(triangle, weighed))


def _tau_bounds(chain: Chain) -> tuple[float, float]:
    gaps = chain.gaps_days
    if not len(gaps):
        return 1.0, 1.0 + 1e-9
    short = float(np.quantile(gaps, _SHORT_GAP_QUANTILE))
    return _MIN_TAU_PER_GAP * short, MAX_TAU_PER_SPAN * float(gaps.sum())
