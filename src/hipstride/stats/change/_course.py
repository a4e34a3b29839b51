"""The course of pain by the model of a dated change, with and without the change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._model import ChangeModel
from hipstride.stats.gap_gls import GapGls

__all__ = ["course_of"]

_MOST_POINTS = 100
_LEVEL = 0.95


def course_of(
    model: ChangeModel, fit: GapGls, first_on: np.datetime64, started_on: np.datetime64
) -> pd.DataFrame:
    """Give the fitted line before and after a change, and the one without it.

    Parameters
    ----------
    model : ChangeModel
        Rows and columns of the primary regression.
    fit : GapGls
        Its fit.
    first_on : datetime64
        The day that counts as 0.
    started_on : datetime64
        The day of the change.

    Returns
    -------
    DataFrame
        ``day, local_date, is_after, fitted_points, low, high,
        counterfactual_points, counterfactual_low, counterfactual_high``: at most 100
        days from the first run used to the last, and the day of the change twice, as
        the end of before and the beginning of after. All other columns of the model
        are held at their means over the runs used. The counterfactual goes on after
        the change as if it had not been made; before it, it is NaN.

    Notes
    -----
    The bands are 95 % intervals of the line, not of single runs, with the degrees of
    freedom of the step.
    """
    at = float((started_on - first_on) / np.timedelta64(1, "D"))
    first, last = float(model.day.min()), float(max(model.day.max(), at))
    grid = np.linspace(first, last, _MOST_POINTS)
    before = np.append(grid[grid < at], at)
    after = np.append(at, grid[grid > at])
    day = np.concatenate([before, after])
    is_after = np.arange(len(day)) >= len(before)
    points, low, high = _line(model, fit, day, is_after)
    without = _line(model, fit, day, np.zeros_like(is_after))
    aside = [np.where(is_after, values, np.nan) for values in without]
    date = pd.Timestamp(first_on) + pd.to_timedelta(day, unit="D")
    return pd.DataFrame(
        {
            "day": day,
            "local_date": date.as_unit("s"),
            "is_after": is_after,
            "fitted_points": points,
            "low": low,
            "high": high,
            "counterfactual_points": aside[0],
            "counterfactual_low": aside[1],
            "counterfactual_high": aside[2],
        }
    )


def _line(
    model: ChangeModel, fit: GapGls, day: FloatArray, is_after: np.ndarray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the line of the model on these days with its band."""
    x = np.tile(model.x.mean(axis=0), (len(day), 1))
    x[:, 1] = is_after
    trend = model.column("trend")
    if trend >= 0:
        # The trend is a straight line in days, wherever it was centred.
        slope, level = np.polyfit(model.day, model.x[:, trend], 1)
        x[:, trend] = level + slope * day
    points = x @ fit.coefficients
    variance = np.einsum("ij,jk,ik->i", x, fit.vcov, x).clip(min=0)
    half = stats.t.ppf((1 + _LEVEL) / 2, fit.df[1]) * np.sqrt(variance)
    if not np.isfinite(fit.se[1]):
        half = np.full_like(points, np.nan)
    return points, points - half, points + half
