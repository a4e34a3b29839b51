"""The numbers that a plot was drawn from, as a table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from hipstride.errors import TableError

__all__ = ["get_plot_data", "keep_plot_data"]

_drawn: WeakKeyDictionary[Axes, pd.DataFrame] = WeakKeyDictionary()


def get_plot_data(
    plot: Axes | Callable[..., Axes], /, *args: object, **options: object
) -> pd.DataFrame:
    """Give the numbers of a plot, to be checked, exported or drawn another way.

    Parameters
    ----------
    plot : Axes or function
        Axes that a function of `hipstride.plots` returned, or such a function, which is
        then called with all that follows; nothing is shown.
    *args, **options
        What the function takes, but for ``ax``.

    Returns
    -------
    DataFrame
        One row for each mark; ``part`` says of what, in the words of the legend.
        Which columns there are, the docstring of each plot says.

    Raises
    ------
    TableError
        If the axes are not of one of these plots.

    Examples
    --------
    >>> from hipstride import plots
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> get_plot_data(plots.timeline, obs)["pain_0_10"].tolist()
    [4.0, 3.0]
    """
    if not isinstance(plot, Axes):
        if "ax" not in inspect.signature(plot).parameters:
            msg = f"found {plot!r}; expected a function of hipstride.plots, or its axes"
            raise TableError(msg)
        plot = plot(*args, ax=Figure(figsize=(8, 6)).subplots(), **options)
    if plot not in _drawn:
        msg = "found axes without data; expected those that a plot of hipstride gave"
        raise TableError(msg)
    return _drawn[plot].copy()


def keep_plot_data(ax: Axes, *parts: tuple[str, Mapping[Any, object]]) -> Axes:
    """Remember what was drawn on these axes: for each part its columns.

    Returns
    -------
    Axes
        The same axes.
    """
    tables = [pd.DataFrame(dict(columns)).assign(part=part) for part, columns in parts]
    kept = [table for table in tables if len(table)]
    nothing = tables[0] if tables else pd.DataFrame({"part": []})
    table = pd.concat(kept, ignore_index=True) if kept else nothing
    _leave_dollars(ax)
    _drawn[ax] = table[["part", *(name for name in table.columns if name != "part")]]
    return ax


def _leave_dollars(ax: Axes) -> None:
    """Let no label become a formula: a runner's dollars are dollars."""
    for panel in ax.get_shared_x_axes().get_siblings(ax):
        for text in panel.findobj(Text):
            text.set_parse_math(False)
