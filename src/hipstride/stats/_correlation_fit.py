"""The search for decay and nugget, and what can be done once they are known.

The likelihood of a Markov process costs time proportional to n, so that a grid and
two careful searches take a few hundredths of a second for a year of runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize

from hipstride.stats._arrays import FloatArray
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
_GRID_TAU = 10
_GRID_NU = (0.02, 0.2, 0.4, 0.6, 0.8, 0.95)
# So near to the end of its range a parameter counts as at its end.
EDGE = 1e-4
# Runs at the same moment leave no room for a nugget of zero: one rating copied to both
# would then outweigh the whole history.
_MIN_NU = 0.05
# The deviance where the matrix is no correlation: far above any other.
_REFUSED = 1e12


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
    log_tau, nu, value, is_converged = _maximise(chain, n, bounds)
    products, log_determinant = cross_products(chain, float(np.exp(log_tau)), nu)
    _, sigma2 = profile(products, log_determinant, n=n)
    inverse = np.linalg.inv(products[:k, :k])
    beta = start + scale * (inverse @ products[:k, k])
    at_bound = []
    if min(log_tau - np.log(bounds[0]), np.log(bounds[1]) - log_tau) < EDGE:
        at_bound.append("tau_days")
    lowest = _MIN_NU if chain.n_within else 0.0
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
    """Remove the correlation: what is left of errors should be white."""
    whole, _, _ = correlation_matrix(day, tau_days, nu)
    lower = np.linalg.cholesky(whole)
    return np.asarray(linalg.solve_triangular(lower, columns, lower=True))


def gls_at(
    y: FloatArray, x: FloatArray, day: FloatArray, tau_days: float, nu: float
) -> FloatArray:
    """Give the coefficients at a known correlation; a nugget of 1 is least squares."""
    basis, triangle = np.linalg.qr(x)
    chain = make_chain(np.column_stack([basis, y]), day)
    lowest = _MIN_NU if chain.n_within else 0.0
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


def _maximise(
    chain: Chain, n: int, tau_bounds: tuple[float, float]
) -> tuple[float, float, float, bool]:
    """Search (log tau, nu) from the two best separate places of a grid."""
    low, high = np.log(tau_bounds[0]), np.log(tau_bounds[1])
    nu_low = _MIN_NU if chain.n_within else 0.0

    def deviance(theta: FloatArray) -> float:
        nu = min(max(float(theta[1]), nu_low), 1.0)
        try:
            products, log_determinant = cross_products(
                chain, float(np.exp(theta[0])), nu
            )
            return profile(products, log_determinant, n=n)[0]
        except np.linalg.LinAlgError:
            return _REFUSED

    grid = [
        (deviance(np.array([log_tau, nu])), log_tau, nu)
        for log_tau in np.linspace(low, high, _GRID_TAU)
        for nu in _GRID_NU
    ]
    grid.append((deviance(np.array([low, 1.0])), low, 1.0))
    grid.sort()
    first = grid[0]
    others = [g for g in grid[1:] if abs(g[1] - first[1]) > (high - low) / 6]
    ends = []
    for _, log_tau, nu in [first, *others[:1]]:
        rough = optimize.minimize(
            deviance,
            (log_tau, nu),
            method="L-BFGS-B",
            bounds=((low, high), (nu_low, 1.0)),
            options={"ftol": 1e-12, "gtol": 1e-6, "eps": 1e-6},
        )
        ends.append(rough)
    best = min(ends, key=lambda end: float(end.fun))
    fine = optimize.minimize(
        deviance,
        best.x,
        method="Nelder-Mead",
        bounds=((low, high), (nu_low, 1.0)),
        options={
            "xatol": 1e-5,
            "fatol": 1e-9,
            "initial_simplex": _simplex(np.asarray(best.x), low, high, nu_low),
        },
    )
    end = fine if float(fine.fun) <= float(best.fun) else best
    is_converged = bool(fine.success) and float(end.fun) < _REFUSED
    return float(end.x[0]), float(end.x[1]), float(end.fun), is_converged


def _simplex(centre: FloatArray, low: float, high: float, nu_low: float) -> FloatArray:
    """Start small around the rough end, inside of the range."""
    step_tau = -0.02 if centre[0] + 0.02 > high else 0.02
    step_nu = -0.01 if centre[1] + 0.01 > 1 else 0.01
    steps = np.array([[0.0, 0.0], [step_tau, 0.0], [0.0, step_nu]])
    return np.asarray(np.clip(centre + steps, [low, nu_low], [high, 1.0]))
