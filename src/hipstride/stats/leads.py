"""Each run's own stride at its speed, and whether the next run's goes with pain now.

The stride of a later run cannot have made the pain of this one. If it goes with it,
pain shortens the stride, or something slow moves both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats._usable_runs import STRIDE
from hipstride.stats.design_matrix import MIN_SPARE_ROWS, Design
from hipstride.stats.gap_gls import gap_gls

__all__ = ["lead_test", "matched_residual"]

_SPEED, _GRADE, _TREADMILL = "ln_speed", "mean_grade_pct", "is_treadmill"


def matched_residual(design: Design) -> FloatArray:
    """Give each run's own stride residual at its speed, over all usable runs.

    Rated or not: the next run's stride is known whether or not it was rated.

    Parameters
    ----------
    design : Design
        The regression; what it has of speed, grade, treadmill and device is taken out.

    Returns
    -------
    ndarray, shape (number of runs in the table,)
        The residual [%]; NaN where a run cannot be used.
    """
    table = design.runs.table
    columns = [table[_SPEED].to_numpy(np.float64)]
    if "treadmill" in design.groups:
        columns.append(table[_TREADMILL].to_numpy(np.float64))
    if "grade" in design.groups:
        grade = table[_GRADE].to_numpy(np.float64)
        if "treadmill" in design.groups:
            # The treadmill's own intercept takes up whatever number stands here.
            grade = np.where((columns[1] == 1) & ~np.isfinite(grade), 0.0, grade)
        columns.append(grade)
    if "device" in design.groups:
        device = table["device"].astype("str").fillna("unknown")
        columns += list(pd.get_dummies(device, dtype=np.float64).to_numpy().T)
    x = np.column_stack([np.ones(len(table)), *columns])
    usable = design.runs.is_eligible & np.isfinite(x).all(axis=1)
    y = table[STRIDE].to_numpy(np.float64)
    residual = np.full(len(y), np.nan)
    full = x[usable][:, rank_order(x[usable])]
    if len(full) > full.shape[1]:
        basis, _ = np.linalg.qr(full)
        residual[usable] = y[usable] - basis @ (basis.T @ y[usable])
    return residual


def lead_test(design: Design) -> dict[str, object]:
    """Ask whether the *next* run's stride goes with this run's pain: it should not.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    dict
        The slope on the next run's matched-speed residual with its interval and p,
        those of this run and of the run before beside it [points per 1 %]; NaN where
        there are too few rows.
    """
    residual = matched_residual(design)
    eligible = np.flatnonzero(design.runs.is_eligible)
    place = np.searchsorted(eligible, design.rows)
    own = residual[eligible]
    after = np.append(own, np.nan)[place + 1]
    before = np.append(np.nan, own)[place]
    known = np.isfinite(after) & np.isfinite(before)
    # Lag and lead come last, so that they are the last two columns.
    part = design.with_group("lag", before).with_group("lead", after).take(known)
    n, k = part.matrix.shape
    values = np.full(6, np.nan)
    if {"lag", "lead"} <= part.groups.keys() and n >= k + MIN_SPARE_ROWS:
        fit = gap_gls(part.y, part.matrix, part.day)
        lead, lag = k - 1, k - 2
        values[:] = (
            fit.coefficients[lead],
            fit.low[lead],
            fit.high[lead],
            fit.p_value[lead],
            fit.coefficients[lag],
            fit.coefficients[1],
        )
    names = (
        "lead_points_per_pct",
        "lead_low",
        "lead_high",
        "p_value",
        "lag_points_per_pct",
        "current_points_per_pct",
    )
    return {**dict(zip(names, values.tolist(), strict=True)), "n": n}
