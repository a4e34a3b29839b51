"""Whether the schedule was followed: the stride differed, the cue was carried out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.trial._compared import Arms, compare
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.joining import Joined

__all__ = ["MIN_SHARE_FOLLOWED", "MIN_STRIDE_PCT", "Manipulation", "manipulation"]

MIN_STRIDE_PCT = 2.0
MIN_SHARE_FOLLOWED = 0.8
# Fewer runs with a step length than this tell nothing of either arm.
_MIN_RUNS = 8


@dataclass(frozen=True, slots=True)
class Manipulation:
    """How the stride differed between the arms, and how often the cue was followed.

    NaN stands for what is not known; `difference_pct` is arm less control, as assigned.
    """

    measure: str
    difference_pct: float
    low_pct: float
    high_pct: float
    p_value: float
    n: int
    share_followed: float
    n_followed_known: int
    is_shown: bool
    words: str


def manipulation(
    joined: Joined, arms: Arms, design: TrialDesign, adherence: str | None
) -> Manipulation:
    """Compare the stride at the same speed between the arms.

    Parameters
    ----------
    joined, arms, design
        The trial.
    adherence : str or None
        The column that says whether the cue was followed.

    Returns
    -------
    Manipulation
        Shown where the stride moved the declared way by 2 % or more with a p within
        alpha; where the arm is not about the stride, where the record says that 80 %
        of the runs followed it.
    """
    measure, y, x = _stride(joined)
    rows = np.isfinite(y) & np.isfinite(x).all(axis=1)
    if "is_step_length_independent" in joined.table.columns:
        rows &= joined.table["is_step_length_independent"].to_numpy() != 0
    difference = low = high = p_value = float("nan")
    n = int(rows.sum())
    if n >= _MIN_RUNS:
        try:
            found = compare(y[rows], rows, arms, x[rows], alpha=design.alpha)
        except NotEnoughDataError:
            n = 0
        else:
            difference, low, high = found.estimate, found.low, found.high
            p_value = found.p_value
    share, n_known = _followed(joined, adherence)
    goal = design.stride_goal_pct
    if goal is None:
        is_shown = bool(share >= MIN_SHARE_FOLLOWED)
        words = (
            f"the cue was followed on {100 * share:.0f} % of {n_known} runs"
            if n_known
            else "no record of whether the cue was followed"
        )
    else:
        is_shown = bool(
            difference * np.sign(goal) >= MIN_STRIDE_PCT and p_value <= design.alpha
        )
        words = (
            f"stride {difference:+.1f} % ({low:+.1f} to {high:+.1f}), p = {p_value:.3g}"
            if n >= _MIN_RUNS
            else "too few runs with a step length of their own"
        )
    return Manipulation(
        measure,
        difference,
        low,
        high,
        p_value,
        n,
        share,
        n_known,
        is_shown=is_shown,
        words=words,
    )


def _stride(joined: Joined) -> tuple[str, FloatArray, FloatArray]:
    """Take the best measure of the stride at the same speed that is there."""
    table = joined.table
    none = np.empty((len(table), 0))
    if "stride_deviation_pct" in table.columns:
        measure = "stride_deviation_pct"
        if table[measure].notna().sum() >= _MIN_RUNS:
            return measure, table[measure].to_numpy(np.float64), none
    at_ref = "step_length_at_ref_speed_m"
    if at_ref in table.columns and table[at_ref].notna().sum() >= _MIN_RUNS:
        return at_ref, _ln_pct(table[at_ref].to_numpy(np.float64)), none
    if {"mean_step_length_m", "mean_speed_mps"} <= set(table.columns):
        step = _ln_pct(table["mean_step_length_m"].to_numpy(np.float64))
        covariates = [_ln_pct(table["mean_speed_mps"].to_numpy(np.float64))]
        if "mean_grade_pct" in table.columns:
            grade = table["mean_grade_pct"].to_numpy(np.float64)
            covariates.append(np.nan_to_num(grade))
        return "mean step length at the same speed", step, np.column_stack(covariates)
    return "none", np.full(len(table), np.nan), none


def _ln_pct(values: FloatArray) -> FloatArray:
    positive = np.where(values > 0, values, np.nan)
    return np.asarray(100 * np.log(positive), dtype=np.float64)


def _followed(joined: Joined, adherence: str | None) -> tuple[float, int]:
    if adherence is None:
        return float("nan"), 0
    values = joined.table[adherence].to_numpy(np.float64)
    known = values[np.isfinite(values)]
    return (float(known.mean()) if len(known) else float("nan")), len(known)
