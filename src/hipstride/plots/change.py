"""A dated change: the runs, the fitted course, and the course without the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.plots._change_course import (
    course_parts,
    draw_course,
    places_of,
    shade_washout,
)
from hipstride.plots._change_marks import (
    draw_other_changes,
    other_changes,
    started_at,
)
from hipstride.plots._placebo_inset import (
    draw_placebo_dates,
    placebo_parts,
    placebo_words,
)
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._room_above import leave_room, say_above, size_in
from hipstride.plots._runs import draw_ratings, is_treadmill
from hipstride.plots._style import (
    INK,
    frame_axes,
    is_narrow,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import days_of, own_table, ratings
from hipstride.plots._time_axis import label_days
from hipstride.plots._words import (
    change_words,
    check_is_about,
    finding,
    interval_words,
    outcome_words,
    runs_words,
    span_words,
)
from hipstride.stats import dated_change
from hipstride.tables import OBSERVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.tables import Result

__all__ = ["change"]

_SCALE_0_10 = (-0.6, 10.7)
# Above the ratings: the legend, and the inset beside it or beneath it.
_LEGEND_IN = 0.8
_INSET_IN = 0.78
_LEAST_FOR_RATINGS_IN = 1.0


def change(
    obs: pd.DataFrame,
    change: str,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what pain did at a dated change, and where it was heading without it.

    Dots are rated runs, squares on a treadmill. The line is the fitted course before
    and after the change with its 95 % band, at the means of what it is net of; the
    dashed line with a grey band is the trend of before, carried on. The first days
    after the change are shaded: they are not used. Thin dotted lines are other changes.
    The small picture shows the same estimate at every other date that could have been
    the change.

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
        (``run``), ``points``, ``low``, ``high`` (``fitted course``, ``without the
        change``), ``label`` (``another change``) or ``estimate_points`` (``placebo
        dates``, ``the date itself, no days left out``).

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
    check_is_about(result, outcome)
    obs, undated = _dated(obs)
    obs = obs.sort_values("day", kind="stable")
    named, refused = str(change), ""
    if result is None:
        try:
            result = dated_change(obs, change, outcome)
        except NotEnoughDataError as error:
            refused = f"The data cannot answer: {error}."
    ax = use_axes(ax, height_in=5.4)
    frame_axes(ax)
    x, x_label = days_of(obs)
    pain = ratings(obs, outcome)
    draw_ratings(ax, x, pain, is_treadmill(obs))
    ax.set_yticks(range(0, 11, 2))
    ax.set_ylabel(f"{outcome_words(outcome)} [0–10]", fontsize=9.5)
    label_days(ax, x, x_label)
    rated = int(np.isfinite(pain).sum())
    head = f"{rated} rated of {runs_words(len(obs))}, {span_words(obs)}.{undated}"
    parts: list[tuple[str, dict[str, object]]] = [("run", {"at": x, "pain_0_10": pain})]

    if result is None or "course" not in result.tables:
        started = started_at(obs, named, x)
        if started is not None and len(x) and x[0] <= started <= x[-1]:
            _mark_change(ax, started, named)
        leave_room(ax, 0.0, _SCALE_0_10)
        if refused and len(obs):
            say_above(ax, refused, _SCALE_0_10)
        what = f"{outcome_words(outcome).capitalize()} around {_words_of(named)}"
        title_and_caption(ax, finding(result, what), head)
        return keep_plot_data(ax, *parts)

    course = result.tables["course"]
    at = places_of(course, x)
    draw_course(ax, course, at)
    started = at[int(course["is_after"].to_numpy().argmax())]
    _mark_change(ax, started, named)
    shade_washout(ax, result, started, _SCALE_0_10)
    others = other_changes(obs, named, x, result)
    dotted = draw_other_changes(ax, others, (x[0], x[-1])) if len(x) else ""
    placebo = result.tables["placebo_dates"]
    _draw_above(ax, placebo, result)
    title_and_caption(
        ax,
        finding(result, ""),
        f"{head} {_caption(result)}{placebo_words(result)}{dotted}",
    )
    parts += [
        *course_parts(course, at),
        (
            "another change",
            {"at": [one.at for one in others], "label": [one.words for one in others]},
        ),
        *placebo_parts(placebo),
    ]
    return keep_plot_data(ax, *parts)


def _dated(obs: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Leave out runs without a date: a dated change does not know them."""
    if "local_date" not in obs.columns:
        return obs, ""
    undated = obs["local_date"].isna()
    if not undated.any() or undated.all():
        return obs, ""
    words = f" {runs_words(int(undated.sum()))} without a date not drawn."
    return obs[~undated], words


def _mark_change(ax: Axes, started: np.generic, named: str) -> None:
    ax.plot(
        [started, started],
        _SCALE_0_10,
        color=INK,
        linewidth=1.2,
        linestyle="-.",
        label=f"{_words_of(named)} begins",
        zorder=3,
    )


def _words_of(named: str) -> str:
    words = change_words(named)
    return f"“{words}”" if words else "the change"


def _draw_above(ax: Axes, placebo: pd.DataFrame, result: Result) -> None:
    """Put legend and inset above the ratings: side by side, or one under another."""
    narrow = is_narrow(ax)
    width_in, height_in = size_in(ax)
    has_inset = bool(len(placebo))
    stacked = _LEGEND_IN + _INSET_IN if narrow and has_inset else _LEGEND_IN
    if stacked + _LEAST_FOR_RATINGS_IN > height_in:
        has_inset, stacked = has_inset and not narrow, _LEGEND_IN
    leave_room(ax, stacked, _SCALE_0_10)
    # The label belongs to the ratings, not to the room above.
    ax.yaxis.set_label_coords(-0.47 / width_in, 0.5 * (1 - stacked / height_in))
    if has_inset:
        # Two lines of words stand above the inset, the numbers of its axis beneath.
        top = (_LEGEND_IN + 0.16 if narrow else 0.28) / height_in
        tall = 0.36 / height_in
        left, wide = (0.1, 0.8) if narrow else (0.69, 0.3)
        draw_placebo_dates(ax, placebo, result, (left, 1 - top - tall, wide, tall))
    ax.legend(
        loc="upper left",
        ncols=2,
        frameon=False,
        fontsize=7 if narrow else 8,
        borderaxespad=0.3,
        handlelength=1.6,
        handletextpad=0.5,
        columnspacing=0.8,
        labelspacing=0.35,
        borderpad=0.1,
    )


def _caption(result: Result) -> str:
    ratings = result.checks.get("ratings")
    sides = ""
    if isinstance(ratings, dict):
        sides = (
            f" {ratings['n_before']} runs used before and {ratings['n_after']} after."
        )
    return f"{interval_words(result)}.{sides}"
