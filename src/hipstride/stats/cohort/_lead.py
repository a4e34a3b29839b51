"""Negative controls over several runners: the next run's stride, and guarding."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from hipstride.stats.cohort.pooling import MIN_ESTIMATES, random_effects
from hipstride.stats.cohort.runners import RunnerSlope
from hipstride.stats.design_matrix import Design, can_be_fitted
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.leads import lagged_design

__all__ = ["pooled_lead", "pooled_without_before"]


def pooled_lead(used: Sequence[RunnerSlope]) -> dict[str, object]:
    """Pool the slopes of pain on the stride of the *next* run: it should be 0.

    Parameters
    ----------
    used : sequence of RunnerSlope
        Runners with a design.

    Returns
    -------
    dict
        Mean slope with interval [points per 1 %], p and number of runners; NaN where
        fewer than two runners have runs enough.
    """
    designs = [lagged_design(one.design) for one in used if one.design is not None]
    # The lead comes last.
    return _pooled([(d, d.matrix.shape[1] - 1) for d in designs if "lead" in d.groups])


def pooled_without_before(used: Sequence[RunnerSlope]) -> dict[str, object]:
    """Pool the slopes without the adjustment for pain before the run.

    Parameters
    ----------
    used : sequence of RunnerSlope
        Runners with a design.

    Returns
    -------
    dict
        As `pooled_lead`.
    """
    designs = [one.design.without("pain_before") for one in used if one.design]
    return _pooled([(design, 1) for design in designs])


def _pooled(parts: Sequence[tuple[Design, int]]) -> dict[str, object]:
    slopes, errors = [], []
    for design, column in parts:
        if not can_be_fitted(design):
            continue
        fit = gap_gls(design.y, design.matrix, design.day)
        if fit.is_converged and np.isfinite(fit.se[column]) and fit.se[column] > 0:
            slopes.append(float(fit.coefficients[column]))
            errors.append(float(fit.se[column]))
    if len(slopes) < MIN_ESTIMATES:
        names = ("points_per_pct", "low", "high", "p_value")
        return {**dict.fromkeys(names, math.nan), "n_runners": len(slopes)}
    pooled = random_effects(slopes, errors)
    return {
        "points_per_pct": pooled.mean,
        "low": pooled.low,
        "high": pooled.high,
        "p_value": pooled.p_value,
        "n_runners": pooled.n,
    }
