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
from hipstride.plots._p_words import p_words
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._room_above import leave_room, say_above
from hipstride.plots._style import (
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    title_and_caption,
    use_axes,
)
from hipstride.plots._trial_marks import (
    Arm,
    arms_of,
    draw_arms,
    draw_means,
    draw_ticks,
    parts_of,
    shade_blocks,
)
from hipstride.plots._trial_words import counted, with_short_cues
from hipstride.plots._words import (
    finding,
    interval_words,
    outcome_words,
    safe_label,
)
from hipstride.stats.trial.analysis import trial as analyse
from hipstride.stats.trial.joining import join_runs
from hipstride.tables._told_by_checks import smallest_effect_told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.stats import Schedule
    from hipstride.tables import Result

__all__ = ["trial"]

_SCALE_0_10 = (-1.4, 10.4)
_LEGEND_IN = 0.24
_LEGEND_IN_NARROW = 0.62
# The difference beneath, and the labels between.
_PANEL_IN = 0.42
_PANEL_PAD_IN = 0.52
_CUE_CHARACTERS = 28
_CUE_CHARACTERS_NARROW = 22
_LEVEL = 0.95


def trial(
    obs: pd.DataFrame,
    schedule: Schedule,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ratings of a trial in the drawn order, by cue, and the difference.

    Triangles are runs with the cue that is tested, circles those with the control,
    each in its place of the schedule; the stretches of the tested cue are shaded. Lines
    are the means, at the right with the interval of a mean. Ticks are runs without a
    rating, crosses units of the schedule without a run. Beneath, the difference with
    its interval by the lot, and the smallest effect of interest in grey.

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
        The axes of the ratings. Where the data cannot answer they show the runs and
        say so. `get_plot_data` gives ``part`` (``tested cue``, ``control``, ``means``,
        ``difference``), ``cue``, and per part ``unit`` (counted from 1, a second run of
        a day beside the first), ``local_date`` and ``pain_0_10``, or ``points``,
        ``low`` and ``high``.

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
    ax = use_axes(ax, height_in=5.6)
    frame_axes(ax)
    ax.set_ylabel(f"{outcome_words(outcome)} [0–10]", fontsize=9.5)
    refused = ""
    if result is None:
        try:
            result = analyse(obs, schedule, outcome)
        except NotEnoughDataError as error:
            refused = f"The data cannot answer: {error}."
    else:
        refused = "" if "runs" in result.tables else finding(result, "")
    runs = _runs(obs, schedule, outcome, result)
    arms = arms_of(
        runs, schedule.design, outcome, level=_LEVEL if result is None else result.level
    )
    _draw_runs(ax, runs, arms, schedule, outcome)
    if result is None or refused:
        return _refused(ax, runs, arms, schedule, outcome, refused)
    narrow = is_narrow(ax)
    _draw_legend(ax, narrow=narrow)
    _draw_difference(ax, result)
    result = with_short_cues(result, schedule)
    p_tail = f", {p_words(result.p_value)}" if math.isfinite(result.p_value) else ""
    title_and_caption(
        ax,
        finding(result, ""),
        f"{counted(runs, schedule, outcome)} {interval_words(result)}{p_tail}. "
        "Shaded: the cue that is tested. At the right: means, with the interval that "
        "they would have if runs did not depend on each other.",
    )
    ends = {"points": [result.estimate], "low": [result.low], "high": [result.high]}
    return keep_plot_data(ax, *parts_of(arms), ("difference", ends))


def _runs(
    obs: pd.DataFrame, schedule: Schedule, outcome: str, result: Result | None
) -> pd.DataFrame:
    """Give the runs of the trial in its order: from the answer, else joined here."""
    found = None if result is None else result.tables.get("runs")
    if found is not None and outcome in found.columns:
        return found
    table = join_runs(obs, schedule, outcome, None).table
    return table.assign(unit=table["unit"] + 1)


def _draw_runs(
    ax: Axes,
    runs: pd.DataFrame,
    arms: tuple[Arm, Arm],
    schedule: Schedule,
    outcome: str,
) -> None:
    n_units, unit_words = len(schedule.schedule), schedule.design.unit
    narrow = is_narrow(ax)
    shade_blocks(ax, schedule)
    draw_arms(ax, arms, n_units, _CUE_CHARACTERS_NARROW if narrow else _CUE_CHARACTERS)
    draw_means(ax, arms, n_units)
    unit = runs["unit"].to_numpy(np.float64)
    draw_ticks(
        ax,
        unit[runs[outcome].isna().to_numpy()],
        np.setdiff1d(np.arange(1.0, n_units + 1), unit),
        unit_words,
    )
    ax.set_yticks(range(0, 11, 2))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6 if narrow else 10, integer=True))
    ax.set_xlabel(f"{unit_words} of the schedule", fontsize=9.5)


def _draw_legend(ax: Axes, *, narrow: bool) -> None:
    room = _LEGEND_IN_NARROW if narrow else _LEGEND_IN
    leave_room(ax, room, _SCALE_0_10, beneath_in=_PANEL_IN + _PANEL_PAD_IN)
    ax.legend(
        loc="upper left",
        ncols=1 if narrow else 4,
        frameon=False,
        fontsize=7.5 if narrow else 8.5,
        handletextpad=0.2,
        columnspacing=1.0,
        labelspacing=0.25,
        borderaxespad=0.1,
        borderpad=0.1,
    )


def _refused(
    ax: Axes,
    runs: pd.DataFrame,
    arms: tuple[Arm, Arm],
    schedule: Schedule,
    outcome: str,
    words: str,
) -> Axes:
    """Say above the runs why there is no answer."""
    say_above(ax, words, _SCALE_0_10)
    cue = safe_label(schedule.design.arm)
    title_and_caption(
        ax,
        f"The trial of “{cue}” has no answer yet",
        f"{counted(runs, schedule, outcome)} Triangles: “{cue}”; circles: "
        f"“{safe_label(schedule.design.control)}”.",
    )
    return keep_plot_data(ax, *parts_of(arms))


def _draw_difference(ax: Axes, result: Result) -> None:
    """Draw the difference beneath the ratings, on axes of its own."""
    divider = make_axes_locatable(ax)
    panel = divider.append_axes("bottom", size=_PANEL_IN, pad=_PANEL_PAD_IN)
    frame_axes(panel)
    panel.spines["left"].set_visible(False)
    row = ForestRow("", result.estimate, result.low, result.high, color=VERMILION)
    draw_forest(panel, [row], smallest=smallest_effect_told(result.checks))
    panel.set_yticks([])
    label_x(panel, "difference, tested cue less control [points]")
