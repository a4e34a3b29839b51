"""The average slope by one mixed model, or the words of why it is not shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hipstride.stats.cohort.mixed import mixed_model

__all__ = ["mixed_slope"]


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
