"""A dated change: the runs, the fitted course, and the course without the change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.plots._placebo_inset import draw_placebo_dates
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._runs import draw_ratings, is_treadmill
from hipstride.plots._style import (
    FAINT,
    INK,
    VERMILION,
    frame_axes,
    is_narrow,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import days_of, numbers, own_table
from hipstride.plots._time_axis import label_days
from hipstride.plots._words import (
    finding,
    interval_words,
    outcome_words,
    runs_words,
    safe_label,
    span_words,
)
from hipstride.stats import dated_change
from hipstride.tables import OBSERVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["change"]

_TOP_0_10 = 10.6
# The room above 10 is for the legend, and the inset.
_TOP_WITH_INSET_0_10 = 15.0
_TOP_NARROW_0_10 = 17.5


def change(
    obs: pd.DataFrame,
    change: str,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what pain did at a dated change, and what it would have done without it.

    Dots are rated runs, squares on a treadmill. The line is the fitted course before
    and after the change with its 95 % band, the dashed line the trend of before,
    carried on as if nothing had been changed. Faint runs are not used: the first days
    after the change, and what comes after its end. The inset shows the same estimate at
    every other date that could have been the change.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    change : str
        The runner's words for it, its column, or its first day.
    outcome : str
        The column of ratings [0–10].
    result : Result, optional
        What `hipstride.stats.dated_change` said of it; else it is computed.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. Where the data cannot answer they still show the runs, and
        say why. `get_plot_data` gives ``part``, ``at``, and per part ``pain_0_10``
        (runs), ``points``, ``low``, ``high`` (course and counterfactual) or
        ``estimate_points`` (placebo dates).

    Raises
    ------
    TableError
        If nothing is called so, or a column is missing.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import simulate
    >>> obs = simulate.history(simulate.demo_runner(), n_runs=160, seed=2).observations
    >>> change(obs, "shorter stride", ax=Figure().subplots()).get_ylabel()
    'pain after the run [0–10]'
    """
    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)
    obs = obs.sort_values("day", kind="stable")
    refused = ""
    if result is None:
        try:
            result = dated_change(obs, change, outcome)
        except NotEnoughDataError as error:
            refused = f"The data cannot answer: {error}."
    ax = use_axes(ax, height_in=5.4)
    frame_axes(ax)
    x, x_label = days_of(obs)
    pain = numbers(obs, outcome)
    draw_ratings(ax, x, pain, is_treadmill(obs))
    ax.set_ylim(-0.6, _TOP_0_10)
    ax.set_yticks(range(0, 11, 2))
    ax.set_ylabel(f"{outcome_words(outcome)} [0–10]", fontsize=9.5)
    label_days(ax, x, x_label)
    rated = int(np.isfinite(pain).sum())
    head = f"{rated} rated of {runs_words(len(obs))}, {span_words(obs)}."
    runs = ("run", {"at": x, "pain_0_10": pain})
    if result is None or "course" not in result.tables:
        if refused:
            say_instead(ax, refused)
        what = f"{outcome_words(outcome).capitalize()} around “{safe_label(change)}”"
        title_and_caption(ax, finding(result, what), head)
        return keep_plot_data(ax, runs)
    course = result.tables["course"]
    at = _places(course, x)
    _draw_course(ax, course, at)
    started = at[int(course["is_after"].to_numpy().argmax())]
    ax.axvline(started, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    _shade_unused(ax, result, x, started)
    placebo = result.tables["placebo_dates"]
    if not is_narrow(ax) and len(placebo):
        draw_placebo_dates(ax, placebo, result)
        ax.set_ylim(-0.6, _TOP_WITH_INSET_0_10)
    elif is_narrow(ax):
        ax.set_ylim(-0.6, _TOP_NARROW_0_10)
    ax.legend(loc="upper left", frameon=False, fontsize=8.5, borderaxespad=0.2)
    title_and_caption(ax, finding(result, ""), f"{head} {_caption(result)}")
    after = course["is_after"].to_numpy()
    return keep_plot_data(
        ax,
        runs,
        _band("fitted course", at, course, "fitted_points", "low", "high"),
        _band(
            "without the change",
            at[after],
            course[after],
            "counterfactual_points",
            "counterfactual_low",
            "counterfactual_high",
        ),
        (
            "placebo dates",
            {"at": placebo["date"], "estimate_points": placebo["estimate_points"]},
        ),
    )


def _places(course: pd.DataFrame, x: NDArray[np.generic]) -> NDArray[np.generic]:
    if x.dtype.kind == "M":
        return course["local_date"].to_numpy("datetime64[s]")
    return course["day"].to_numpy(np.float64)


def _draw_course(ax: Axes, course: pd.DataFrame, at: NDArray[np.generic]) -> None:
    after = course["is_after"].to_numpy()
    for side, label in ((~after, "fitted course, 95 % band"), (after, "")):
        part = course[side]
        ax.plot(
            at[side],
            part["fitted_points"],
            color=VERMILION,
            linewidth=2,
            label=label or None,
            zorder=4,
        )
        ax.fill_between(
            at[side],
            part["low"],
            part["high"],
            color=VERMILION,
            alpha=0.18,
            linewidth=0,
            zorder=1,
        )
    ax.plot(
        at[after],
        course.loc[after, "counterfactual_points"],
        color=INK,
        linewidth=1.6,
        linestyle=(0, (5, 2)),
        label="the trend of before, carried on",
        zorder=4,
    )


def _shade_unused(
    ax: Axes, result: Result, x: NDArray[np.generic], started: np.generic
) -> None:
    """Shade the days after the change that were left out while it settled."""
    days = _washout_days(result)
    if not days or not len(x):
        return
    ends: list[Any] = [started, started]
    ends[1] += days * (np.timedelta64(1, "D") if x.dtype.kind == "M" else 1.0)
    ax.axvspan(
        *ends,
        color=FAINT,
        alpha=0.6,
        linewidth=0,
        label=f"the first {days} days, left out",
        zorder=0,
    )


def _washout_days(result: Result) -> int:
    head, found, _ = result.method.partition(" days of washout")
    last = head.rpartition(" ")[2]
    return int(last) if found and last.isdigit() else 0


def _band(
    part: str,
    at: NDArray[np.generic],
    course: pd.DataFrame,
    points: str,
    low: str,
    high: str,
) -> tuple[str, dict[str, object]]:
    columns = {"points": points, "low": low, "high": high}
    values = {name: course[column].to_numpy() for name, column in columns.items()}
    return part, {"at": at, **values}


def _caption(result: Result) -> str:
    ratings = result.checks.get("ratings")
    sides = ""
    if isinstance(ratings, dict):
        sides = (
            f" {ratings['n_before']} runs used before and {ratings['n_after']} after."
        )
    placebo = result.checks.get("placebo_dates")
    others = ""
    if isinstance(placebo, dict) and math.isfinite(placebo["p_value"]):
        others = (
            f" Of {placebo['n_dates']} other dates as if they were the change, p = "
            f"{placebo['p_value']:.2f}."
        )
    return f"{interval_words(result)}.{sides}{others}"
