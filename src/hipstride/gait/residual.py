"""Plain log-log residuals of step length on speed and grade, over runs."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hipstride.errors import NotEnoughDataError, TableError

__all__ = ["StrideResidual", "stride_residual"]


@dataclass(frozen=True, slots=True, eq=False)
class StrideResidual:
    """A straight line in logarithms, and what it leaves.

    Parameters
    ----------
    intercept, elasticity, grade_slope : float
        The coefficients of 1, ln speed and grade.
    residual_pct : array, shape (n,)
        100 × (ln value - line), for the rows outside of the baseline too [%].
    sigma_log : float
        Residual standard deviation over the baseline, degrees of freedom taken off.
    """

    intercept: float
    elasticity: float
    grade_slope: float
    residual_pct: NDArray[np.float64]
    sigma_log: float


def stride_residual(
    step_length_m: ArrayLike,
    speed_mps: ArrayLike,
    grade_pct: ArrayLike,
    *,
    baseline: ArrayLike | None = None,
) -> StrideResidual:
    """Fit ln step on ln speed and grade over runs, and give the residuals.

    This line goes through the means of *all* runs and so swallows a change of form that
    came with a change of speed; `matched_stride` does not. It is here for second
    opinions and plots. Cadence may be given in place of step length: at a fixed speed
    the two are mirror images, their elasticities sum to 1 and their residuals to 0.

    Parameters
    ----------
    step_length_m : array, shape (n,)
        Step length, stride length or cadence of each run.
    speed_mps, grade_pct : array, shape (n,)
        Mean speed [m/s] and grade [%].
    baseline : array of bool, shape (n,), optional
        The runs that the line is fitted to; all where not given.

    Returns
    -------
    StrideResidual
        Rows with something missing are left out of the fit and have NaN.

    Raises
    ------
    TableError
        If the lengths differ.
    NotEnoughDataError
        If fewer than 4 whole rows are in the baseline, or they do not vary.

    Examples
    --------
    >>> speed_mps = np.array([2.5, 2.8, 3.1, 3.4, 3.7])
    >>> grade_pct = np.array([0.0, 1, 0, -1, 0])
    >>> fit = stride_residual(0.4 * speed_mps**0.9, speed_mps, grade_pct)
    >>> round(fit.elasticity, 9), bool(np.allclose(fit.residual_pct, 0))
    (0.9, True)
    """
    step, speed, grade_ = (
        np.asarray(values, dtype=np.float64)
        for values in (step_length_m, speed_mps, grade_pct)
    )
    chosen = (
        np.ones(len(step), dtype=np.bool_)
        if baseline is None
        else np.asarray(baseline, dtype=np.bool_)
    )
    lengths = {len(step), len(speed), len(grade_), len(chosen)}
    if len(lengths) > 1:
        msg = f"stride_residual: found lengths {sorted(lengths)}; expected one length"
        raise TableError(msg)
    whole = (step > 0) & (speed > 0) & np.isfinite(grade_) & np.isfinite(step * speed)
    y = np.log(np.where(whole, step, 1.0))
    x = np.column_stack(
        [
            np.ones(len(y)),
            np.log(np.where(whole, speed, 1.0)),
            np.where(whole, grade_, 0),
        ]
    )
    used = whole & chosen
    n, p = int(np.count_nonzero(used)), x.shape[1]
    rank = int(np.linalg.matrix_rank(x[used])) if n else 0
    if n <= p or rank < p:
        what = "runs that differ in speed and grade"
        raise NotEnoughDataError(
            what,
            needed=p + 1,
            got=min(n, rank),
            remedy="use a longer history",
        )
    coefficients, *_ = np.linalg.lstsq(x[used], y[used])
    residuals = y - x @ coefficients
    return StrideResidual(
        intercept=float(coefficients[0]),
        elasticity=float(coefficients[1]),
        grade_slope=float(coefficients[2]),
        residual_pct=np.where(whole, 100.0 * residuals, np.nan),
        sigma_log=sqrt(float(residuals[used] @ residuals[used]) / (n - p)),
    )
