"""Three windows of pain, named beforehand: this run, the next morning, a week.

A stride may hurt at once, on the next day, or by the sum of many runs. Each window is
an association of its own; that three were looked at is paid for (Benjamini and
Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._answer import answer, check_smallest
from hipstride.stats._arrays import FloatArray
from hipstride.stats._build_design import build_design
from hipstride.stats._controls import check_controls
from hipstride.stats.design_matrix import Design, can_be_fitted
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.leads import matched_residual
from hipstride.stats.multiplicity import adjust
from hipstride.tables import Result

__all__ = ["MORNING", "of_the_week", "windows_of_pain"]

MORNING = "pain_next_morning_0_10"
WEEK_DAYS = 7.0
WEEK = "on the mean of the runs of the last 7 days"


def windows_of_pain(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
    controls: Sequence[str] = (),
    seed: int = 0,
) -> list[Result]:
    """Relate pain to the stride in three windows, and pay for looking three times.

    Parameters
    ----------
    obs, outcome, smallest_effect_points, covariates, analgesic, controls, seed
        As for `association`.

    Returns
    -------
    list of Result
        At most three: the same run, the next morning, and the mean stride of the last
        7 days. A window that the history cannot carry is left out, and the others name
        it. ``checks["windows"]`` has ``p_adjusted`` (false discovery rate) and
        ``n_windows``; level 2 asks for an adjusted p below 0.05.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`, for the first window.

    Notes
    -----
    1. The same run: `outcome` on the stride of that run.
    2. The next morning: ``pain_next_morning_0_10`` on the stride of that run.
    3. The last 7 days: `outcome` on the mean of the runs' own matched-speed residuals
       over the day of the run and the six before it. Pain before the run is *not*
       adjusted for here: the strides of the days before may have made it, and to hold
       it fixed would take their effect away. So a sore runner's shortened stride stays
       in the answer, which cannot reach level 2.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> [round(one.checks["windows"]["n_windows"]) for one in windows_of_pain(obs)]
    [3, 3, 3]
    """
    check_smallest(smallest_effect_points)
    named = check_controls(obs, controls, outcome)

    def laid_out(column: str) -> Design:
        return build_design(
            obs, column, covariates=covariates, analgesic=analgesic, ratings=named
        )

    same_run = laid_out(outcome)
    windows = [("the same run", outcome, same_run)]
    missing = []
    try:
        if outcome != MORNING and MORNING in obs.columns:
            windows.append(("the next morning", MORNING, laid_out(MORNING)))
        elif outcome != MORNING:
            missing.append(f"the next morning: no column {MORNING!r}")
    except NotEnoughDataError as refusal:
        missing.append(f"the next morning: {refusal}")
    week = of_the_week(same_run).without("pain_before")
    if can_be_fitted(week):
        windows.append(("the last 7 days", outcome, week))
    else:
        missing.append("the last 7 days: too little spread of the weekly means")

    fits = [gap_gls(d.y, d.matrix, d.day) for _, _, d in windows]
    p_values = [float(fit.p_value[1]) for fit in fits]
    adjusted = adjust(p_values)
    results = []
    for (window, column, design), fit, p_adjusted in zip(
        windows, fits, adjusted, strict=True
    ):
        result = answer(
            design,
            column,
            smallest_effect_points=smallest_effect_points,
            analgesic=analgesic,
            controls=named,
            seed=seed,
            fit=fit,
            p_adjusted=float(p_adjusted),
        )
        about = {
            "window": window,
            "p_adjusted": float(p_adjusted),
            "n_windows": len(windows),
        }
        notes = tuple(f"A window that could not be looked at: {why}" for why in missing)
        results.append(
            replace(
                result,
                checks={**result.checks, "windows": about},
                caveats=(*result.caveats, *notes),
            )
        )
    return results


def of_the_week(design: Design) -> Design:
    """Put the mean stride of the last 7 days in the place of that of the run."""
    mean = _mean_of_days(design.runs.calendar_day, matched_residual(design))
    week = replace(design, stride_pct=mean[design.rows], exposure=WEEK)
    return week.take(np.isfinite(week.stride_pct))


def _mean_of_days(day: FloatArray, values: FloatArray) -> FloatArray:
    """Average over the day of each run and the six days before it; NaN is left out."""
    known = np.isfinite(values) & np.isfinite(day)
    at, own = day[known], values[known]
    total = np.append(0.0, np.cumsum(own))
    first = np.searchsorted(at, at - WEEK_DAYS + 1, side="left")
    last = np.arange(1, len(at) + 1)
    mean = np.full(len(values), np.nan)
    mean[known] = (total[last] - total[first]) / (last - first)
    return mean
