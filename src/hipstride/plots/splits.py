"""The splits of one run: pace, and beneath it the steps that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride import gait
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._split_panels import draw_cadence, draw_pace, draw_steps
from hipstride.plots._split_words import caption_of, title_of
from hipstride.plots._style import frame_axes, title_and_caption, use_axes
from hipstride.plots._table import numbers
from hipstride.tables import SPLITS, Recording
from hipstride.units import SECONDS_PER_MINUTE, LengthUnits, chosen_units, metres_per

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["splits"]

# A number over a mark needs so much room; with less, marks shrink and stand alone.
_LABEL_POINTS = 33.0
_POINTS_PER_INCH = 72.0


def splits(
    run: Recording | pd.DataFrame,
    *,
    units: LengthUnits | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the splits of a run: pace as steps, step length and cadence beneath.

    Fast is up. A split is as wide as it is long; what remained at the end is hatched.
    Where the table holds deviations from the runner's own curve, a triangle up marks
    steps that are 2 % or more longer than usual at that speed, one down shorter ones.

    Parameters
    ----------
    run : Recording or DataFrame
        A run, which is cut into `units`, or a `SPLITS` table of any splits.
    units : {"km", "mi"}, optional
        What pace and distance are told in; those of the locale where not given.
    ax : Axes, optional
        Where to draw; its room is shared among the panels.

    Returns
    -------
    Axes
        The axes of the pace. `get_plot_data` gives ``part`` and the columns of the
        `SPLITS` table.

    Raises
    ------
    TableError
        If a column is missing or holds no numbers.
    ValueError
        If `units` is neither of the two.
    NotEnoughDataError
        If the recording has neither distance nor speed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> table = pd.DataFrame({"split": [1, 2], "duration_s": [300.0, 290.0]})
    >>> table["distance_m"] = 1000.0
    >>> splits(table, ax=Figure().subplots()).get_title(loc="left")
    'Kilometres 1 and 2 in 5:00, 4:50'
    """
    units = chosen_units(units)
    metres = metres_per(units)
    table = gait.splits(run, every_m=metres) if isinstance(run, Recording) else run
    SPLITS.check(table, "split", "duration_s", "distance_m")
    date = None if not isinstance(run, Recording) else run.local_date
    ax = use_axes(ax, height_in=6.4)
    width_in = float(ax.bbox.width / ax.figure.dpi)
    has_room = width_in * _POINTS_PER_INCH >= _LABEL_POINTS * max(len(table), 1)
    panels = _panels(ax, table)
    edges, x_label = _edges(table, metres, units)
    draw_pace(ax, table, edges, metres, has_room=has_room)
    ax.set_ylabel(f"pace\n[min/{units}]", fontsize=9.5)
    if "step" in panels:
        draw_steps(panels["step"], table, edges, has_room=has_room)
        draw_cadence(panels["cadence"], table, edges, has_room=has_room)
    lowest = panels.get("cadence", ax)
    for panel in {ax, *panels.values()} - {lowest}:
        panel.tick_params(labelbottom=False)
    lowest.set_xlabel(x_label, fontsize=9.5)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True))
    if len(table):
        ax.set_xlim(0.0, float(edges[-1]) or 1.0)
    title_and_caption(
        ax,
        _unbroken(title_of(table, units)),
        _unbroken(caption_of(table, units, date)),
    )
    shown = [name for name in SPLITS.names if name in table.columns]
    return keep_plot_data(ax, ("split", {name: table[name] for name in shown}))


def _unbroken(words: str) -> str:
    """Keep a number and its per cent on one line."""
    return words.replace(" %", "\N{NO-BREAK SPACE}%")


def _panels(ax: Axes, table: pd.DataFrame) -> dict[str, Axes]:
    """Share the room: pace, and the steps where there are any."""
    frame_axes(ax)
    has_steps = np.isfinite(numbers(table, "cadence_spm")).any()
    if not has_steps:
        return {}
    divider = make_axes_locatable(ax)
    panels = {
        name: divider.append_axes("bottom", size="42%", pad=0.12, sharex=ax)
        for name in ("step", "cadence")
    }
    for panel in panels.values():
        frame_axes(panel)
    return panels


def _edges(
    table: pd.DataFrame, metres: float, units: str
) -> tuple[NDArray[np.float64], str]:
    """Give where the splits begin and end along the axis, and its label."""
    far = numbers(table, "distance_m")
    if np.isfinite(far).all():
        return np.append(0.0, np.cumsum(far)) / metres, f"distance [{units}]"
    lasted = numbers(table, "duration_s") / SECONDS_PER_MINUTE
    return np.append(0.0, np.cumsum(lasted)), "time without pauses [min]"
