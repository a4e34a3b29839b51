"""One mixed model for all runners, as a second opinion that must first converge.

The optimisers of statsmodels stop short of the maximum on such data, each on another
set, at times without a warning. So three are run, and the best end is taken only if
the gradient there is small.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.stats._arrays import FloatArray

__all__ = ["MixedFit", "mixed_model", "mixed_slope"]

_METHODS = ("powell", "bfgs", "lbfgs")
# Gradient of the log-likelihood by the scaled variance components, for each row.
_SMALL_GRADIENT = 1e-3


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
    model = MixedLM(
        outcome / scale_y, fixed / scale_x, np.asarray(groups), random / scale_z
    )
    best, name = None, ""
    for method in _METHODS:  # note 2
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fit = model.fit(reml=True, method=[method])
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            continue
        is_usable = np.isfinite(fit.llf) and np.isfinite(fit.bse_fe).all()
        if is_usable and (best is None or fit.llf > best.llf):
            best, name = fit, method
    if best is None:
        return None
    gradient = _gradient(model, best)
    return MixedFit(
        coefficients=np.asarray(best.fe_params, np.float64) * scale_y / scale_x,
        se=np.asarray(best.bse_fe, np.float64) * scale_y / scale_x,
        random_sd=np.sqrt(np.maximum(np.diag(np.atleast_2d(best.cov_re)), 0))
        * scale_y
        / scale_z,
        residual_sd=float(np.sqrt(best.scale)) * scale_y,
        log_likelihood=float(best.llf)
        - (len(outcome) - fixed.shape[1]) * float(np.log(scale_y))
        - float(np.log(scale_x).sum()),
        method=name,
        gradient=gradient,
        is_converged=bool(gradient < _SMALL_GRADIENT),
    )


def mixed_slope(table: pd.DataFrame, two_stage_se: float, df: int) -> dict[str, object]:
    """Give the average slope by a mixed model, or the words of why not.

    Parameters
    ----------
    table : DataFrame
        What `within_between` gave.
    two_stage_se : float
        The standard error of the two-stage mean, as a yardstick.
    df : int
        Degrees of freedom of the interval.

    Returns
    -------
    dict
        Estimate and interval [points per 1 %], spread of the slopes, optimiser; or a
        ``note`` alone.

    Notes
    -----
    The slope that differs between runners is that on the runner's own matched-speed
    residual. On the raw stride, which is mostly speed, the spread comes out near 0 and
    the interval far too narrow.
    """
    names = [c for c in table.columns if c.endswith(("_w", "_m"))]
    columns = table[names].to_numpy(np.float64)
    keep = np.ptp(columns, axis=0) > 0
    names = [name for name, kept in zip(names, keep, strict=True) if kept]
    x = np.column_stack([np.ones(len(table)), columns[:, keep]])
    n_means = sum(name.endswith("_m") for name in names)
    if df <= n_means:
        # The means of few runners explain all that differs between them.
        names = [name for name in names if name.endswith("_w")]
        x = np.column_stack([np.ones(len(table)), table[names].to_numpy(np.float64)])
    z = np.column_stack([np.ones(len(table)), table["own"].to_numpy(np.float64)])
    fit = mixed_model(table["y"].to_numpy(np.float64), x, table["runner"].to_numpy(), z)
    if fit is None or not fit.is_converged:
        return {"note": "no optimiser reached a maximum; not shown"}
    place = 1 + names.index("stride_w")
    estimate, se = float(fit.coefficients[place]), float(fit.se[place])
    if not two_stage_se / 2 <= se <= 2 * two_stage_se:
        return {
            "note": "its standard error is not within a factor of 2 of the two-stage "
            "one, so that the fit is not to be trusted; not shown"
        }
    half = float(stats.t.ppf(0.975, df)) * se
    return {
        "points_per_pct": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "df": df,
        "sd_of_slopes": float(fit.random_sd[1]),
        "optimiser": fit.method,
    }


def _scales(columns: FloatArray) -> FloatArray:
    spread = columns.std(axis=0)
    return np.where(spread > 0, spread, 1.0)


def _gradient(model: object, fit: object) -> float:
    """Give the largest slope of the log-likelihood by the variance components."""
    packed = fit.params_object.get_packed(use_sqrt=True, has_fe=False)  # type: ignore[attr-defined]
    step = 1e-4
    steepest = 0.0
    for place in range(len(packed)):
        ends = []
        for sign in (1, -1):
            moved = packed.copy()
            moved[place] += sign * step
            ends.append(float(model.loglike(moved)))  # type: ignore[attr-defined]
        steepest = max(steepest, abs(ends[0] - ends[1]) / (2 * step))
    return steepest / float(model.n_totobs)  # type: ignore[attr-defined]
