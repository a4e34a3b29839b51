"""The run before, the run itself, the run after: which stride goes with the pain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipstride.plots._forest import ForestRow, draw_forest
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    GREY,
    frame_axes,
    is_narrow,
    label_x,
    leave_empty,
    leave_sides,
    title_and_caption,
    use_axes,
)
from hipstride.plots._words import finding, safe_line
from hipstride.stats.verdict import PCT_PER_TYPICAL_CHANGE
from hipstride.tables._told_by_checks import dates_told, smallest_effect_told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.tables import Result

__all__ = ["lags"]

_NAMES = {
    "lag": "stride of the run before",
    "current": "stride of the run itself",
    "lead": "stride of the next run\n(should show nothing)",
}
_NARROW_NAMES = {"lag": "run before", "current": "run itself", "lead": "next run"}


def lags(result: Result, *, ax: Axes | None = None) -> Axes:
    """Draw how the pain of a run goes with the strides before, at and after it.

    The stride of the *next* run cannot have made this pain: where its interval excludes
    0, pain moved the stride, or something slow moved both.

    Parameters
    ----------
    result : Result
        What `hipstride.stats.association` gives.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. Where the result has no such table they say so.
        `get_plot_data` gives ``part`` (``lag``, ``current``, ``lead``),
        ``points_per_pct``, ``low``, ``high``, ``p_value`` and ``n``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import simulate, stats
    >>> obs = simulate.history(simulate.Runner(), n_runs=80, seed=1).observations
    >>> axes = lags(stats.association(obs), ax=Figure().subplots())
    >>> len(axes.get_yticklabels())
    3
    """
    ax = use_axes(ax, height_in=3.4)
    frame_axes(ax)
    table = result.tables.get("lags")
    title = finding(result, "")
    if table is None or not len(table):
        leave_empty(
            ax,
            "This answer has no run before and after to compare with: "
            f"{safe_line(result.verdict)}",
        )
        title_and_caption(ax, title, f"{result.n} runs used. {_dates(result)}")
        return keep_plot_data(ax, ("nothing", {"points_per_pct": []}))
    k = PCT_PER_TYPICAL_CHANGE
    names = _NARROW_NAMES if is_narrow(ax) else _NAMES
    rows = [
        ForestRow(
            names.get(str(row["term"]), str(row["term"])),
            k * row["points_per_pct"],
            k * row["low"],
            k * row["high"],
            color=GREY if row["term"] == "lead" else BLUE,
            marker="D" if row["term"] == "lead" else "o",
        )
        for row in table.to_dict("records")
    ]
    draw_forest(ax, rows, smallest=smallest_effect_told(result.checks))
    leave_sides(ax, 0.3 if is_narrow(ax) else 0.24)
    label_x(ax, "points of pain per +5 % step length at the same speed")
    counted = table["n"].to_numpy(np.float64)
    n = int(counted[np.isfinite(counted)].max(initial=0))
    title_and_caption(
        ax,
        title,
        f"{n} runs with a run before and after, of {result.n} used. {_dates(result)}"
        "All three in one model, 95 % intervals; grey: less than the smallest effect.",
    )
    parts = [
        (str(row["term"]), {name: [row[name]] for name in table.columns[1:]})
        for row in table.to_dict("records")
    ]
    return keep_plot_data(ax, *parts)


def _dates(result: Result) -> str:
    told = dates_told(result.checks)
    return f"{told}. " if told else ""
