"""A randomised trial of a cue: each run in the drawn order, and the difference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride.errors import NotEnoughDataError
from hipstride.plots._forest import ForestRow, draw_forest
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    FAINT,
    GREY,
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._words import (
    finding,
    interval_words,
    outcome_words,
    runs_words,
    safe_label,
    span_words,
)
from hipstride.stats.trial.analysis import trial as analyse

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.stats import Schedule
    from hipstride.tables import Result

__all__ = ["trial"]

_TOP_0_10 = 12.2
_UNRATED_AT_0_10 = -0.4
_CUE_CHARACTERS = 28
_CUE_CHARACTERS_NARROW = 18


def trial(
    obs: pd.DataFrame,
    schedule: Schedule,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ratings of a trial in the drawn order, by cue, and the difference.

    Triangles are runs with the cue that is tested, circles those with the control;
    lines are the means. Beneath, the difference with its interval by the lot, and the
    smallest effect of interest in grey.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    schedule : Schedule
        What was drawn.
    outcome : str
        The column of ratings [0–10].
    result : Result, optional
        What `hipstride.stats.trial` said of it; else it is computed.
    ax : Axes, optional
        Where to draw; its room is shared with the difference.

    Returns
    -------
    Axes
        The axes of the ratings. Where the data cannot answer they say so.
        `get_plot_data` gives ``part`` (the cue), ``unit``, ``local_date`` and
        ``pain_0_10``.

    Raises
    ------
    TableError
        If a column is missing, or the schedule is not the one that was drawn.

    Examples
    --------
    >>> import datetime as dt
    >>> from matplotlib.figure import Figure
    >>> from hipstride.stats import TrialDesign, draw
    >>> first = dt.date(2026, 12, 1)
    >>> design = TrialDesign(kind="alternation", n_units=24, started_on=first)
    >>> drawn = draw(design, seed=7, drawn_on=first)
    >>> arm = np.array(drawn.schedule)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-12-01", periods=24, freq="2D"),
    ...         "pain_after_0_10": 5.0 - 2 * arm + np.arange(24) % 3,
    ...     }
    ... )
    >>> trial(obs, drawn, ax=Figure().subplots()).get_ylabel()
    'pain after the run [0–10]'
    """
    design = schedule.design
    ax = use_axes(ax, height_in=5.6)
    frame_axes(ax)
    ax.set_ylabel(f"{outcome_words(outcome)} [0–10]", fontsize=9.5)
    unit_words = "run" if design.unit == "run" else "day"
    if result is None:
        try:
            result = analyse(obs, schedule, outcome)
        except NotEnoughDataError as error:
            return _empty(ax, schedule, outcome, f"The data cannot answer: {error}.")
    runs = result.tables.get("runs")
    if runs is None or outcome not in runs.columns:
        return _empty(ax, schedule, outcome, finding(result, ""))
    pain = runs[outcome].to_numpy(np.float64)
    unit = runs["unit"].to_numpy(np.float64)
    is_arm = runs["arm"].to_numpy() == 1
    _shade_blocks(ax, schedule)
    narrow = is_narrow(ax)
    characters = _CUE_CHARACTERS_NARROW if narrow else _CUE_CHARACTERS
    rated = np.isfinite(pain)
    parts = []
    for chosen, marker, color, cue in (
        (is_arm, "^", VERMILION, design.arm),
        (~is_arm, "o", BLUE, design.control),
    ):
        words = safe_label(cue, characters=characters)
        use = chosen & rated
        ax.scatter(
            unit[use],
            pain[use],
            s=34,
            marker=marker,
            facecolors=color if marker == "^" else "none",
            edgecolors=color,
            linewidths=1.2,
            label=f"“{words}” ({int(use.sum())})",
            zorder=3,
        )
        if use.any():
            ax.axhline(
                float(pain[use].mean()),
                color=color,
                linewidth=1.4,
                linestyle="-" if marker == "^" else (0, (5, 2)),
                zorder=2,
            )
        parts.append(
            (
                cue,
                {
                    "unit": unit[chosen],
                    "local_date": runs.loc[chosen, "local_date"].to_numpy(),
                    "pain_0_10": pain[chosen],
                },
            )
        )
    if not rated.all():
        ax.plot(
            unit[~rated],
            np.full(int((~rated).sum()), _UNRATED_AT_0_10),
            "|",
            color=GREY,
            markersize=6,
            label="not rated",
        )
    ax.set_ylim(-0.9, _TOP_0_10 + (1.2 if narrow else 0))
    ax.set_yticks(range(0, 11, 2))
    ax.set_xlim(0, len(schedule.schedule) + 1)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6 if narrow else 10, integer=True))
    ax.set_xlabel(f"{unit_words} of the schedule", fontsize=9.5)
    ax.legend(
        loc="upper right",
        ncols=1 if narrow else 3,
        frameon=False,
        fontsize=8.5,
        handletextpad=0.2,
        borderaxespad=0.1,
    )
    _draw_difference(ax, result)
    n = int(rated.sum())
    title_and_caption(
        ax,
        finding(result, ""),
        f"{n} rated of {runs_words(len(runs))}, {span_words(runs)}; drawn on "
        f"{schedule.drawn_on}, seed {schedule.seed}. {interval_words(result)}"
        f"{_p_words(result)}. Shaded: the cue that is tested.",
    )
    return keep_plot_data(ax, *parts)


def _empty(ax: Axes, schedule: Schedule, outcome: str, words: str) -> Axes:
    say_instead(ax, words)
    ax.set(xticks=[], yticks=[])
    cue = safe_label(schedule.design.arm)
    title_and_caption(
        ax,
        f"The trial of “{cue}” has no answer yet",
        f"{len(schedule.schedule)} {schedule.design.unit}s in the schedule, drawn on "
        f"{schedule.drawn_on}, n = 0 used.",
    )
    return keep_plot_data(ax, (schedule.design.arm, {"unit": [], "pain_0_10": []}))


def _shade_blocks(ax: Axes, schedule: Schedule) -> None:
    """Shade the units of the arm, one patch for each stretch."""
    arm = np.array([0, *schedule.schedule, 0])
    edges = np.flatnonzero(np.diff(arm)).reshape(-1, 2)
    for first, last in edges:
        ax.axvspan(
            first + 0.5, last + 0.5, color=FAINT, alpha=0.5, linewidth=0, zorder=0
        )


def _draw_difference(ax: Axes, result: Result) -> None:
    """Draw the difference beneath the ratings, on axes of its own."""
    divider = make_axes_locatable(ax)
    panel = divider.append_axes("bottom", size=0.5, pad=0.95)
    frame_axes(panel)
    panel.spines["left"].set_visible(False)
    row = ForestRow("", result.estimate, result.low, result.high, color=VERMILION)
    found = result.checks.get("smallest_effect")
    points = found.get("points") if isinstance(found, dict) else None
    smallest = float(points) if isinstance(points, int | float) else None
    draw_forest(panel, [row], smallest=smallest)
    panel.set_yticks([])
    label_x(panel, "difference, tested cue less control [points]")


def _p_words(result: Result) -> str:
    return f", p = {result.p_value:.2g}" if math.isfinite(result.p_value) else ""
