"""Generalised estimating equations: the average over runners, errors left open."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["MIN_RUNNERS_FOR_ROBUST", "gee_slope"]

# With fewer, the robust variance is too small; Mancl and DeRouen's is not.
MIN_RUNNERS_FOR_ROBUST = 40


def gee_slope(table: pd.DataFrame, n_runners: int) -> dict[str, object]:
    """Give the average slope by GEE with an exchangeable correlation.

    Parameters
    ----------
    table : DataFrame
        What `within_between` gave.
    n_runners : int
        How many runners it holds.

    Returns
    -------
    dict
        Estimate and interval [points per 1 %] with t(G - 1), and which variance; or a
        ``note`` alone.

    References
    ----------
    .. [1] Mancl LA, DeRouen TA. Biometrics 2001;57:126-134.
    """
    # Imported where it is used: it is slow to import.
    from statsmodels.genmod.cov_struct import Exchangeable  # noqa: PLC0415
    from statsmodels.genmod.generalized_estimating_equations import (  # noqa: PLC0415
        GEE,
    )

    names = [c for c in table.columns if c.endswith("_w")]
    columns = table[names].to_numpy(np.float64)
    keep = np.ptp(columns, axis=0) > 0
    names = [name for name, kept in zip(names, keep, strict=True) if kept]
    scale = columns[:, keep].std(axis=0)
    x = np.column_stack([np.ones(len(table)), columns[:, keep] / scale])
    kind = "robust" if n_runners >= MIN_RUNNERS_FOR_ROBUST else "bias_reduced"
    place = 1 + names.index("stride_w")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            fit = GEE(
                table["y"].to_numpy(np.float64),
                x,
                groups=table["runner"].to_numpy(),
                cov_struct=Exchangeable(),
            ).fit(cov_type=kind)
    except (np.linalg.LinAlgError, ValueError, FloatingPointError):
        return {"note": "the equations could not be solved; not shown"}
    estimate = float(fit.params[place] / scale[place - 1])
    se = float(fit.bse[place] / scale[place - 1])
    if not (fit.converged and np.isfinite([estimate, se]).all() and se > 0):
        return {"note": "the equations came to no end; not shown"}
    half = float(stats.t.ppf(0.975, n_runners - 1)) * se
    return {
        "points_per_pct": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "df": n_runners - 1,
        "variance": "robust" if kind == "robust" else "bias-reduced (Mancl-DeRouen)",
    }
