"""Each run's own stride at its speed, and whether the next run's goes with pain now.

The stride of a later run cannot have made the pain of this one. If it goes with it,
pain shortens the stride, or something slow moves both.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray, left_by, rank_order
from hipstride.stats._usable_runs import STRIDE
from hipstride.stats.design_matrix import (
    MIN_SPARE_ROWS,
    SAME_RUN,
    Design,
    can_be_fitted,
)
from hipstride.stats.gap_gls import gap_gls

__all__ = ["lag_table", "lagged_design", "lead_of", "lead_test", "matched_residual"]

_TERMS = ("lag", "current", "lead")
_SPEED, _GRADE, _TREADMILL = "ln_speed", "mean_grade_pct", "is_treadmill"


def matched_residual(design: Design) -> FloatArray:
    """Give each run's own stride residual at its speed, over all usable runs.

    Rated or not: the next run's stride is known whether or not it was rated.

    Parameters
    ----------
    design : Design
        The regression; what it has of speed, grade, treadmill, device, shoe and
        surface is taken out.

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
        is_split = design.groups["grade"].shape[1] > 1
        columns += [np.maximum(grade, 0), np.minimum(grade, 0)] if is_split else [grade]
    for name in ("device", "shoe", "surface"):
        if name in design.groups:
            level = table[name].astype("str").fillna("unknown")
            columns += list(pd.get_dummies(level, dtype=np.float64).to_numpy().T)
    x = np.column_stack([np.ones(len(table)), *columns])
    usable = design.runs.is_eligible & np.isfinite(x).all(axis=1)
    y = table[STRIDE].to_numpy(np.float64)
    residual = np.full(len(y), np.nan)
    full = x[usable][:, rank_order(x[usable])]
    if len(full) > full.shape[1]:
        residual[usable] = left_by(full, y[usable])
    return residual


def lagged_design(design: Design) -> Design:
    """Put the strides of the run before and of the next run beside this run's.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    Design
        With the groups ``lag`` and ``lead`` last, on the rows that have both; a group
        is not there where it says nothing of its own.

    Notes
    -----
    Lag and lead are the runs' own matched-speed residuals: the raw stride of another
    run is mostly the speed of that run. Where the exposure is a mean over days, the
    run before is part of it and only the lead is added.
    """
    residual = matched_residual(design)
    eligible = np.flatnonzero(design.runs.is_eligible)
    place = np.searchsorted(eligible, design.rows)
    own = residual[eligible]
    after = np.append(own, np.nan)[place + 1]
    known = np.isfinite(after)
    if design.exposure == SAME_RUN:
        before = np.append(np.nan, own)[place]
        known &= np.isfinite(before)
        design = design.with_group("lag", before)
    return design.with_group("lead", after).take(known)


def lag_table(design: Design) -> pd.DataFrame:
    """Give the slopes on the stride of the run before, this one and the next.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    DataFrame
        ``term`` (lag, current, lead), ``points_per_pct``, ``low``, ``high``,
        ``p_value`` and ``n``; one fit, NaN where there are too few rows [points per
        1 %].
    """
    part = lagged_design(design)
    n, k = part.matrix.shape
    terms: dict[str, tuple[float, ...]] = dict.fromkeys(_TERMS, (np.nan,) * 4)
    if "lead" in part.groups and n >= k + MIN_SPARE_ROWS and can_be_fitted(part):
        fit = gap_gls(part.y, part.matrix, part.day)
        # Lag and lead came last, so that they are the last columns.
        places = {"current": 1, "lead": k - 1}
        if "lag" in part.groups:
            places["lag"] = k - 2
        for term, at in places.items():
            values = (fit.coefficients, fit.low, fit.high, fit.p_value)
            terms[term] = tuple(float(one[at]) for one in values)
    names = ["points_per_pct", "low", "high", "p_value"]
    table = pd.DataFrame.from_dict(terms, orient="index", columns=names)
    return table.rename_axis("term").reset_index().assign(n=n)


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
    return lead_of(lag_table(design))


def lead_of(lags: pd.DataFrame) -> dict[str, object]:
    """Pick the lead test out of what `lag_table` gives."""
    by_term = {row["term"]: row for row in lags.to_dict("records")}
    lead = by_term["lead"]
    return {
        "lead_points_per_pct": lead["points_per_pct"],
        "lead_low": lead["low"],
        "lead_high": lead["high"],
        "p_value": lead["p_value"],
        "lag_points_per_pct": by_term["lag"]["points_per_pct"],
        "current_points_per_pct": by_term["current"]["points_per_pct"],
        "n": int(lead["n"]),
    }
