"""One mixed model for all runners, as a second opinion that must first converge.

The optimisers of statsmodels stop short of the maximum on such data, each on another
set, at times without a warning. So three are run, and the best end is taken only if
the gradient there is small.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from hipstride.stats._arrays import FloatArray
from hipstride.stats.cohort._reml_at import RemlAt, reml_at, steepest_slope

__all__ = ["MixedFit", "mixed_model"]

_METHODS = ("powell", "bfgs", "lbfgs")
# Gradient of the log-likelihood by the scaled variance components, for each row.
_SMALL_GRADIENT = 1e-3
_SAME_LIKELIHOOD = 1e-9
# Each goes on from where it stopped: Powell's search often stops early on the edge.
_ROUNDS = 2


class _End(Protocol):
    cov_re: FloatArray
    scale: float
    params_object: object


class _Model(Protocol):
    """What is used of a model of statsmodels."""

    def fit(self, *, reml: bool, method: list[str], start_params: object) -> _End: ...


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """The best end of three optimisers.

    Attributes
    ----------
    coefficients, se : ndarray, shape (k,)
        Fixed effects, in the units of the columns.
    random_sd : ndarray, shape (r,)
        Standard deviations of the random effects.
    residual_sd, log_likelihood : float
        Of the errors; restricted.
    method : str
        Which optimiser it was.
    gradient : float
        Largest slope of the log-likelihood per row there.
    is_converged : bool
        Whether that is small.
    """

    coefficients: FloatArray
    se: FloatArray
    random_sd: FloatArray
    residual_sd: float
    log_likelihood: float
    method: str
    gradient: float
    is_converged: bool


def mixed_model(
    y: ArrayLike, x: ArrayLike, groups: ArrayLike, z: ArrayLike
) -> MixedFit | None:
    """Fit a linear mixed model by REML with the best of three optimisers.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome.
    x : array-like, shape (n, k)
        Fixed effects, intercept included.
    groups : array-like, shape (n,)
        The runner of each row.
    z : array-like, shape (n, r)
        Random effects, intercept included.

    Returns
    -------
    MixedFit or None
        None where no optimiser came to a finite end.

    Notes
    -----
    1. Columns and outcome are put on one scale first.
    2. Powell, BFGS and L-BFGS; the highest finite log-likelihood is taken.
    3. Likelihood, coefficients and standard errors are computed anew at the variances
       found, by generalised least squares as in lme4. Those of statsmodels break down
       where a variance is 0.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> runner = np.repeat(np.arange(12), 20)
    >>> x = np.column_stack([np.ones(240), rng.normal(size=240)])
    >>> y = x @ [1.0, 0.5] + rng.normal(size=12)[runner] + rng.normal(size=240)
    >>> fit = mixed_model(y, x, runner, np.ones((240, 1)))
    >>> bool(abs(fit.coefficients[1] - 0.5) < 0.2)
    True
    """
    # Imported where it is used: it is slow to import.
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415

    outcome, fixed, random = (np.asarray(a, dtype=np.float64) for a in (y, x, z))
    scale_y = float(np.std(outcome)) or 1.0
    scale_x, scale_z = _scales(fixed), _scales(random)  # note 1
    runner = np.asarray(groups)
    outcome, fixed, random = outcome / scale_y, fixed / scale_x, random / scale_z
    model = MixedLM(outcome, fixed, runner, random)
    parts = [
        (outcome[runner == one], fixed[runner == one], random[runner == one])
        for one in dict.fromkeys(runner.tolist())
    ]
    best: tuple[RemlAt, FloatArray, float, str] | None = None
    for method in _METHODS:  # note 2
        for spread, residual in _ends(model, method):
            try:
                found = reml_at(parts, spread, residual)  # note 3
            except np.linalg.LinAlgError:
                continue
            # The first of equals: the order of the methods decides, not rounding.
            least = -math.inf if best is None else best[0].log_likelihood
            if found.log_likelihood > least + _SAME_LIKELIHOOD:
                best = (found, spread, residual, method)
    if best is None:
        return None
    found, spread, residual, method = best
    gradient = steepest_slope(parts, spread, residual)
    n, k = fixed.shape
    return MixedFit(
        coefficients=found.coefficients * scale_y / scale_x,
        se=found.se * scale_y / scale_x,
        random_sd=np.sqrt(np.maximum(np.diag(spread), 0)) * scale_y / scale_z,
        residual_sd=math.sqrt(residual) * scale_y,
        log_likelihood=found.log_likelihood
        - (n - k) * math.log(scale_y)
        - float(np.log(scale_x).sum()),
        method=method,
        gradient=gradient,
        is_converged=gradient < _SMALL_GRADIENT,
    )


def _ends(model: _Model, method: str) -> Iterator[tuple[FloatArray, float]]:
    """Give the variances at which an optimiser stops, and stops again."""
    start = None
    for _ in range(_ROUNDS):
        # What statsmodels warns of is looked at here by the gradient.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                fit = model.fit(reml=True, method=[method], start_params=start)
            except (np.linalg.LinAlgError, ValueError, FloatingPointError):
                return
            spread = np.atleast_2d(np.asarray(fit.cov_re, np.float64))
            residual = float(fit.scale)
        if not (np.isfinite(spread).all() and 0 < residual < math.inf):
            return
        yield spread, residual
        start = fit.params_object


def _scales(columns: FloatArray) -> FloatArray:
    spread = columns.std(axis=0)
    return np.where(spread > 0, spread, 1.0)
