"""Stride against pain, with all else that the model knows taken out of both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    GREY,
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    leave_empty,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import change_columns, numbers, own_table
from hipstride.plots._words import (
    check_is_about,
    finding,
    outcome_words,
    runs_words,
    span_words,
)
from hipstride.stats import association, partial_residuals
from hipstride.tables import OBSERVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["stride_vs_pain"]


def stride_vs_pain(
    obs: pd.DataFrame,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the stride of each run against its pain, both freed of the covariates.

    Each dot is one run: how far its stride and its pain lie from what speed, grade,
    load and the other covariates of the model foretell. The line is the estimate of
    `hipstride.stats.association`, the band its interval.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    outcome : str
        The column of ratings [0–10].
    result : Result, optional
        The association for this outcome, where it is at hand; else it is computed.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. Where the data cannot answer, they say so. `get_plot_data`
        gives ``part`` (``run``, ``estimate``), ``stride_residual_pct``,
        ``pain_residual_points``, ``low`` and ``high``.

    Raises
    ------
    TableError
        If a column that the model needs is missing.

    Notes
    -----
    The band pivots about the origin, through which the fitted line runs: it shows what
    slopes are compatible with the data, not where the next dot will lie.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import simulate
    >>> obs = simulate.history(simulate.Runner(), n_runs=60, seed=1).observations
    >>> stride_vs_pain(obs, ax=Figure().subplots()).get_xlabel()
    'step length, distance from expected at that speed and grade [%]'
    """
    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)
    check_is_about(result, outcome)
    if result is not None and "step length" not in result.unit:
        msg = (
            f"result: found {result.unit!r}; expected points per step length, the "
            "answer of hipstride.stats.association"
        )
        raise TableError(msg)
    ax = use_axes(ax)
    frame_axes(ax)
    label_x(ax, "step length, distance from expected at that speed and grade [%]")
    ax.set_ylabel(
        f"{outcome_words(outcome)},\ndistance from expected [points]", fontsize=9.5
    )
    title = finding(result, f"Stride against {outcome_words(outcome)}, run by run")
    try:
        # The model does not use the changes, and there may be hundreds.
        modelled = obs.drop(columns=change_columns(obs))
        dots = partial_residuals(modelled, outcome)
        found = result if result is not None else association(modelled, outcome)
    except NotEnoughDataError as error:
        rated = int(np.isfinite(numbers(obs, outcome)).sum())
        leave_empty(ax, f"The data cannot answer: {error}.")
        title_and_caption(
            ax, title, f"{rated} rated of {runs_words(len(obs))}, {span_words(obs)}."
        )
        return keep_plot_data(ax, ("run", {"stride_residual_pct": []}))

    x = dots["stride_residual_pct"].to_numpy(dtype=np.float64)
    y = dots["pain_residual_points"].to_numpy(dtype=np.float64)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.scatter(
        x, y, s=24, color=BLUE, alpha=0.6, linewidths=0, label="one run", zorder=2
    )
    lines = _draw_line(ax, x, found)
    if len(dots):
        low, high = ax.get_ylim()
        # The room above the dots is the legend's.
        ax.set_ylim(low, high + (0.32 if is_narrow(ax) else 0.16) * (high - low))
        ax.legend(
            loc="upper left",
            frameon=False,
            fontsize=8.5,
            ncols=1 if is_narrow(ax) else 3,
            borderaxespad=0.1,
        )
    title_and_caption(
        ax, finding(found, title), _caption(len(dots), obs, outcome, found)
    )
    return keep_plot_data(
        ax, ("run", {"stride_residual_pct": x, "pain_residual_points": y}), *lines
    )


def _draw_line(
    ax: Axes, x: NDArray[np.float64], found: Result
) -> list[tuple[str, dict[str, object]]]:
    if not len(x) or not math.isfinite(found.estimate):
        return []
    ends = np.linspace(float(np.min(x)), float(np.max(x)), 51)
    ax.plot(
        ends,
        found.estimate * ends,
        color=VERMILION,
        linewidth=2,
        label="estimate",
        zorder=3,
    )
    if math.isfinite(found.low) and math.isfinite(found.high):
        sides = np.sort(np.stack([found.low * ends, found.high * ends]), axis=0)
        ax.fill_between(
            ends,
            sides[0],
            sides[1],
            color=VERMILION,
            alpha=0.18,
            linewidth=0,
            label=f"{100 * found.level:g} % interval of the slope",
            zorder=1,
        )
    else:
        sides = np.full((2, len(ends)), np.nan)
    line = {
        "stride_residual_pct": ends,
        "pain_residual_points": found.estimate * ends,
        "low": sides[0],
        "high": sides[1],
    }
    return [("estimate", line)]


def _caption(n_used: int, obs: pd.DataFrame, outcome: str, found: Result) -> str:
    rated = int(np.isfinite(numbers(obs, outcome)).sum())
    head = (
        f"{n_used} used of {rated} rated and {len(obs)} runs in all, {span_words(obs)}."
    )
    if not math.isfinite(found.estimate):
        return f"{head} No line: the data cannot answer."
    return (
        f"{head} Both freed of speed, grade, load and the model's other covariates. "
        f"Slope {found.estimate:+.2f} {found.unit}, {100 * found.level:g} % interval "
        f"{found.low:+.2f} to {found.high:+.2f}."
    )
