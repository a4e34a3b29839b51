r"""GapGLS: regression for a diary with gaps.

A runner's pain today resembles yesterday's pain more than last month's, and runs are
not equally spaced. So the errors are correlated by the *days* between runs,

.. math:: \mathrm{Cov}(e_i, e_j) = \sigma^2
   [(1 - \nu) \exp(-|d_i - d_j| / \tau) + \nu \, 1_{i = j}],

fitted by REML, with Kenward-Roger variance and degrees of freedom. The nugget
:math:`\nu` takes up rounding and what is of one run alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize, stats

from hipstride.stats._arrays import FloatArray, as_column, as_design
from hipstride.stats._markov import Chain, cross_products, make_chain
from hipstride.stats.kenward_roger import kenward_roger
from hipstride.stats.reml import profile

__all__ = ["GapGls", "gap_gls"]

# The correlation may outlast the series: a bound at half its length made the
# standard error of a trend 48 % too small in a published-style series of 80 days.
MAX_TAU_PER_SPAN = 10.0
# Below this share of the smallest gap between days no two runs are correlated.
_MIN_TAU_PER_GAP = 0.15
# exp(-1/0.15) is 0.001: nothing is left of the correlation.
_GRID_TAU = 8
_GRID_NU = (0.02, 0.2, 0.4, 0.6, 0.8, 0.95)
_EDGE = 1e-4
_MIN_NU = 1e-6
# The deviance where the matrix is no correlation: far above any other.
_REFUSED = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class GapGls:
    """A fitted GapGLS.

    Attributes
    ----------
    coefficients, se, df, low, high, p_value : ndarray, shape (k,)
        One for each column: estimate, Kenward-Roger standard error and degrees of
        freedom, 95 % interval, two-sided p.
    vcov, vcov_plain : ndarray, shape (k, k)
        Covariance of the coefficients with and without the correction.
    sigma, tau_days, nu : float
        Standard deviation of the errors, decay of their correlation [d], share that
        is independent between runs.
    log_likelihood : float
        Restricted log-likelihood, by the convention of R's nlme.
    at_bound : tuple of str
        Which of ``tau_days`` and ``nu`` ended at the end of its range.
    is_converged : bool
        Whether the search ended at a maximum.
    """

    coefficients: FloatArray
    se: FloatArray
    df: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    vcov: FloatArray
    vcov_plain: FloatArray
    sigma: float
    tau_days: float
    nu: float
    log_likelihood: float
    n: int
    at_bound: tuple[str, ...]
    is_converged: bool


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


def gap_gls(y: ArrayLike, x: ArrayLike, day: ArrayLike) -> GapGls:
    """Fit a regression whose errors are correlated by the days between runs.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome, such as pain.
    x : array-like, shape (n, k)
        The design, intercept included.
    day : array-like, shape (n,)
        The day of each row, in any order; several runs may share a day [d].

    Returns
    -------
    GapGls
        Coefficients with intervals, and the fitted correlation.

    Raises
    ------
    NotEnoughDataError
        If there are too few rows, or a column follows from the others.
    TableError
        If the shapes differ, or a value is missing or infinite.

    Notes
    -----
    1. The likelihood is flat along a ridge, so the search starts from the best
       places of a coarse grid.
    2. Kenward-Roger is used to first order: without the second derivative by tau,
       whose term changes with the parametrisation (tau or its logarithm) and grows
       without limit where the likelihood is flat. To first order the result is the
       same in any parametrisation and never below the plain variance. A parameter at
       the end of its range is held there. ``docs/methods.md`` has the measurements.

    References
    ----------
    .. [1] Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS. 2000, ch. 5.
    .. [2] Turner SL et al. BMC Med Res Methodol 2021;21:181.
       doi:10.1186/s12874-021-01364-0

    Examples
    --------
    >>> day = np.array([0, 1, 3, 4, 7, 8, 9, 12, 15, 16])
    >>> x = np.column_stack([np.ones(10), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]])
    >>> y = x @ [1.0, 0.5] + [0.1, 0.2, -0.1, 0.0, -0.2, 0.1, 0.3, -0.3, 0.1, -0.1]
    >>> fit = gap_gls(y, x, day)
    >>> bool(fit.low[1] < 0.5 < fit.high[1])
    True
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    design = as_design(x, n=n)
    days = as_column(day, "day", n=n)
    fit = fit_correlation(outcome, design, days)
    cov, dcov = _derivatives(fit, days)
    kr = kenward_roger(design, cov, dcov)  # note 2
    se = np.sqrt(np.diag(kr.vcov))
    t = np.divide(fit.coefficients, se, out=np.zeros_like(se), where=se > 0)
    half = stats.t.ppf(0.975, kr.df) * se
    return GapGls(
        coefficients=fit.coefficients,
        se=se,
        df=kr.df,
        low=fit.coefficients - half,
        high=fit.coefficients + half,
        p_value=2 * stats.t.sf(np.abs(t), kr.df),
        vcov=kr.vcov,
        vcov_plain=kr.vcov_plain,
        sigma=fit.sigma,
        tau_days=fit.tau_days,
        nu=fit.nu,
        log_likelihood=fit.log_likelihood,
        n=n,
        at_bound=fit.at_bound,
        is_converged=fit.is_converged,
    )


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
    if min(log_tau - np.log(bounds[0]), np.log(bounds[1]) - log_tau) < _EDGE:
        at_bound.append("tau_days")
    if min(nu, 1 - nu) < _EDGE:
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
    # Runs that share a day leave no room for a nugget of zero.
    lowest = _MIN_NU if chain.n_within else 0.0
    products, _ = cross_products(chain, tau_days, max(nu, lowest))
    k = x.shape[1]
    weighed = np.linalg.solve(products[:k, :k], products[:k, k])
    return np.asarray(np.linalg.solve(triangle, weighed))


def _tau_bounds(chain: Chain) -> tuple[float, float]:
    gaps = chain.gaps_days[chain.gaps_days > 0]
    if not len(gaps):
        return 1.0, 1.0 + 1e-9
    return _MIN_TAU_PER_GAP * float(gaps.min()), MAX_TAU_PER_SPAN * float(gaps.sum())


def _maximise(
    chain: Chain, n: int, tau_bounds: tuple[float, float]
) -> tuple[float, float, float, bool]:
    """Search (log tau, nu) from the two best separate places of a grid (note 1)."""
    low, high = np.log(tau_bounds[0]), np.log(tau_bounds[1])
    # Runs that share a day leave no room for a nugget of zero.
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
    points = np.array([centre, centre + [step_tau, 0.0], centre + [0.0, step_nu]])
    return np.clip(points, [low, nu_low], [high, 1.0])


def _derivatives(
    fit: CorrelationFit, day: FloatArray
) -> tuple[FloatArray, list[FloatArray]]:
    """Write the covariance as a E(tau) + b I, and differentiate by a, b and log tau."""
    identity = np.eye(len(day))
    # A variance of nothing has no inverse; nothing is what remains of it in the end.
    sigma2 = max(fit.sigma**2, 1e-300)
    if fit.nu >= 1 - _EDGE:
        return sigma2 * identity, [identity]
    whole, smooth, lag = correlation_matrix(day, fit.tau_days, fit.nu)
    dcov = [smooth]
    if "nu" not in fit.at_bound:
        dcov.append(identity)
    if "tau_days" not in fit.at_bound:
        dcov.append(smooth * lag)
    return sigma2 * whole, dcov
