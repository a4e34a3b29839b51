"""Stride and pain net of everything else, run by run, for a plot."""

from __future__ import annotations

import pandas as pd

from hipstride.stats._arrays import FloatArray
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import fit_correlation, gls_at

__all__ = ["partial_residuals"]


def partial_residuals(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> pd.DataFrame:
    """Give stride and pain net of the covariates, run by run, for a plot.

    Parameters
    ----------
    obs, outcome
        As for `association`.

    Returns
    -------
    DataFrame
        ``stride_residual_pct`` [%], ``pain_residual_points`` [points], ``day`` [d] and
        ``run_id`` (the position in the table where it has none), in order of time.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    Covariates are taken out by generalised least squares at the fitted correlation
    (Frisch-Waugh-Lovell in the metric of the model). So the line through the origin
    with the slope of `association` is exactly the fitted one, and the scatter around
    it are the model's residuals. A plain least-squares line through these points is
    close to it, not equal: points near each other in time count for less.

    Examples
    --------
    >>> n = pd.Series(range(24), dtype=float)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": n,
    ...         "pain_after_0_10": n % 5,
    ...         "mean_step_length_m": 1 + 0.01 * (n % 7),
    ...         "mean_speed_mps": 3 + 0.1 * (n % 4),
    ...     }
    ... )
    >>> partial_residuals(obs).columns.tolist()
    ['stride_residual_pct', 'pain_residual_points', 'day', 'run_id']
    """
    design = build_design(obs, outcome)
    fit = fit_correlation(design.y, design.matrix, design.day)
    covariates = design.covariates

    def net(values: FloatArray) -> FloatArray:
        explained = gls_at(values, covariates, design.day, fit.tau_days, fit.nu)
        return values - covariates @ explained

    table = design.runs.table.iloc[design.rows]
    run_id = table["run_id"] if "run_id" in table.columns else table.index
    return pd.DataFrame(
        {
            "stride_residual_pct": net(design.stride_pct),
            "pain_residual_points": net(design.y),
            "day": design.day,
            "run_id": pd.Series(run_id).astype("str").to_numpy(),
        }
    )
