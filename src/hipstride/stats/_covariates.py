"""What stands beside the stride: the confounders, fixed before anything is seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray
from hipstride.stats._categories import MIN_RUNS_PER_LEVEL, category_columns
from hipstride.stats.design_matrix import CONTEXT, WORDS, Design

__all__ = ["candidates", "with_categories"]

# A covariate that more of the rated runs lack than this is left out; below it, the
# runs without it are.
MAX_MISSING_SHARE = 0.2
MAX_GAP_DAYS = 14.0
_WANTED = {
    "speed": "ln_speed",
    "grade": "mean_grade_pct",
    "treadmill": "is_treadmill",
    "trend": "day",
    "load_acute": "load_acute_m",
    "load_chronic": "load_chronic_m",
    "gap": "days_since_last_run",
    "pain_before": "pain_before_0_10",
}
# Without these nothing is amiss: or another caveat says it.
_NO_LOSS = ("treadmill", "pain_before")
_RARE_MATTERS = {
    "device": "Runs of rarely used devices counted with the main one, though a change "
    "of device can shift the step length",
    "shoe": "Runs in rarely worn shoes counted with the main ones, though a change of "
    "shoes can shift the step length",
    "surface": "Runs on rare surfaces counted with the main one",
}


def candidates(
    rated: pd.DataFrame, outcome: str, further: Sequence[str], caveats: list[str]
) -> dict[str, FloatArray]:
    """Take each covariate that is there and mostly known.

    Parameters
    ----------
    rated : DataFrame
        The rated runs.
    outcome : str
        The column with the ratings; it is no covariate.
    further : sequence of str
        Covariates that were asked for; of categories only whether they are known is
        looked at here.
    caveats : list of str
        What is left out is added to it.

    Returns
    -------
    dict
        Columns by what they stand for, NaN where missing.
    """
    groups: dict[str, FloatArray] = {}
    wanted = _WANTED | {CONTEXT + name: name for name in further}
    for name, column in wanted.items():
        if column == outcome:
            continue
        words = WORDS.get(name, column)
        if column not in rated.columns:
            if name not in _NO_LOSS:
                caveats.append(f"{words} is not in the table: not adjusted for")
            continue
        values = _numbers(rated[column])
        if name == "grade":
            values = _with_treadmill(values, rated)
        missing = float(np.mean(~np.isfinite(values)))
        if missing > MAX_MISSING_SHARE:
            if name != "pain_before":  # the caveat on guarding says it
                caveats.append(
                    f"{words} is missing on {100 * missing:.0f} % of the rated "
                    "runs: not adjusted for"
                )
            continue
        groups[name] = _shaped(name, values)
    return groups


def with_categories(
    design: Design, further: Sequence[str], caveats: list[str]
) -> Design:
    """Give each common device, shoe, surface and asked-for level its own intercept.

    Parameters
    ----------
    design : Design
        The regression; categories that were asked for stand in it as a placeholder.
    further : sequence of str
        Covariates that were asked for.
    caveats : list of str
        Levels that were merged are added to it.

    Returns
    -------
    Design
        With the columns of the categories.
    """
    table = design.runs.table
    for name in ("device", "shoe", "surface"):
        if name in table.columns:
            level = table[name].iloc[design.rows].astype("str").fillna("unknown")
            columns, n_merged = category_columns(level)
            if n_merged:
                caveats.append(f"{_RARE_MATTERS[name]}: {n_merged}")
            if columns.shape[1]:
                design = design.with_group(name, columns)
    for name in further:
        group = CONTEXT + name
        if group not in design.groups or _is_numeric(table[name]):
            continue
        columns, n_merged = category_columns(table[name].iloc[design.rows])
        if n_merged:
            caveats.append(
                f"Runs with a rare {name}, fewer than {MIN_RUNS_PER_LEVEL} of a kind, "
                f"counted with the commonest: {n_merged}"
            )
        if not columns.shape[1]:
            caveats.append(
                f"{name} has no second level on {MIN_RUNS_PER_LEVEL} rated runs: not "
                "adjusted for"
            )
            design = design.without(group)
        else:
            design = design.with_group(group, columns)
    return design


def _is_numeric(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype))


def _numbers(values: pd.Series) -> FloatArray:
    """Take numbers; of a category, 0 where known, for its columns come later."""
    if _is_numeric(values):
        return values.to_numpy(np.float64)
    return np.where(values.notna().to_numpy(), 0.0, np.nan)


def _shaped(name: str, values: FloatArray) -> FloatArray:
    if name == "gap":
        values = np.minimum(values, MAX_GAP_DAYS)
    if name == "trend":
        values = values - values.mean()
    if name == "grade":
        up, down = np.maximum(values, 0), np.minimum(values, 0)
        # Legs answer to uphill and downhill differently; each needs runs of its own.
        if min(np.sum(up > 0), np.sum(down < 0)) >= MIN_RUNS_PER_LEVEL:
            return np.column_stack([up, down])
    return values[:, None]


def _with_treadmill(values: FloatArray, rated: pd.DataFrame) -> FloatArray:
    """Give treadmill runs a common grade where all of them lack one.

    Treadmill runs have an intercept of their own, which takes up any constant: the
    number put in changes no estimate, so it is no guess.
    """
    if "is_treadmill" not in rated.columns:
        return values
    indoors = rated["is_treadmill"].to_numpy(np.float64) == 1
    known = np.isfinite(values)
    if indoors.any() and not known[indoors].any() and known[~indoors].any():
        return np.where(indoors, float(values[~indoors & known].mean()), values)
    return values
