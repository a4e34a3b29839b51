"""What a rating is net of besides the change: speed, grade, surface, load and rest.

Never pain before the run, which a change acts through, and nothing of the same run that
pain may have cut short: distance, heart rate, stride.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray

__all__ = ["CONTEXT", "context_of", "varying"]

# A covariate that more of the rated runs lack than this is left out; below it, the
# runs without it are.
MAX_MISSING_SHARE = 0.2
MAX_GAP_DAYS = 14.0
# The column it is read from, and what it is called.
CONTEXT = {
    "speed": ("mean_speed_mps", "speed"),
    "grade": ("mean_grade_pct", "grade"),
    "treadmill": ("is_treadmill", "treadmill or outdoors"),
    "load_acute": ("load_acute_m", "7-day load"),
    "load_chronic": ("load_chronic_m", "28-day load"),
    "gap": ("days_since_last_run", "days since the last run"),
}


def context_of(rated: pd.DataFrame, caveats: list[str]) -> dict[str, FloatArray]:
    """Take each covariate that is there and mostly known.

    Parameters
    ----------
    rated : DataFrame
        The rated rows, with clean numbers.
    caveats : list of str
        What is left out is said here.

    Returns
    -------
    dict
        One column for each, NaN where missing.

    Examples
    --------
    >>> context_of(pd.DataFrame({"days_since_last_run": [2.0, 30.0]}), [])["gap"].T
    array([[ 2., 14.]])
    """
    groups: dict[str, FloatArray] = {}
    absent = []
    for name, (column, words) in CONTEXT.items():
        if column not in rated.columns:
            if name != "treadmill":
                absent.append(words)
            continue
        values = rated[column].to_numpy(np.float64)
        if name == "speed":
            with np.errstate(invalid="ignore", divide="ignore"):
                values = np.log(np.where(values > 0, values, np.nan))
        elif name == "grade":
            values = _grade(values, rated)
        elif name == "gap":
            values = np.minimum(values, MAX_GAP_DAYS)
        missing = float(np.mean(~np.isfinite(values))) if len(values) else 0.0
        if missing > MAX_MISSING_SHARE:
            caveats.append(
                f"{words.capitalize()} is missing on {100 * missing:.0f} % of the "
                "rated runs: not adjusted for"
            )
            continue
        groups[name] = values[:, None]
    if absent:
        caveats.append(
            f"Not in the table, and so not adjusted for: {', '.join(absent)}"
        )
    return groups


def _grade(values: FloatArray, rated: pd.DataFrame) -> FloatArray:
    """Give treadmill runs a common grade where all of them lack one.

    Treadmill runs have an intercept of their own, which takes up any constant.
    """
    if "is_treadmill" not in rated.columns:
        return values
    indoors = rated["is_treadmill"].to_numpy(np.float64) == 1
    known = np.isfinite(values)
    if indoors.any() and not known[indoors].any() and known[~indoors].any():
        return np.where(indoors, float(values[~indoors & known].mean()), values)
    return values


def varying(context: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Leave out what is the same on all rows: it says nothing.

    Examples
    --------
    >>> varying({"gap": np.ones((3, 1))})
    {}
    """
    return {
        name: columns
        for name, columns in context.items()
        if len(columns) and float(np.ptp(columns)) > 0
    }
