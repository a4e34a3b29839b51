"""Pain over time, with the stride at matched speed and the changes beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride.plots._change_strip import (
    MAX_CHANGES_SHOWN,
    change_sentence,
    draw_changes,
)
from hipstride.plots._stride_panel import draw_stride, guessed_words
from hipstride.plots._style import (
    BLUE,
    GREY,
    frame_axes,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import change_columns, days_of, numbers, own_table
from hipstride.plots._words import outcome_words, span_words
from hipstride.runs.notes import baseline_words
from hipstride.tables import OBSERVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["timeline"]

_UNRATED_AT_0_10 = -0.7
_TOP_0_10 = 12.2


def timeline(
    obs: pd.DataFrame,
    *,
    outcome: str = "pain_after_0_10",
    ax: Axes | None = None,
) -> Axes:
    r"""Draw the pain of each run over time, and the stride and the changes beneath it.

    Above, a dot for each rated run and a tick for each run without a rating; squares
    are treadmill runs. In the middle, the distance of the matched-speed step length
    from the baseline, with a line smoothed over a week; treadmill runs whose speed the
    watch guessed are hollow and not in the line. At the foot, a bar for each
    change, from the first run with it to the last; a dashed line marks its beginning
    in all panels.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table; ``day`` or ``local_date``, and the outcome are enough.
    outcome : str
        The column of ratings [0–10].
    ax : Axes, optional
        Where to draw; its room is shared among the panels.

    Returns
    -------
    Axes
        The panel of pain. The others stand behind it in ``ax.figure.axes``.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing or holds no numbers.

    Notes
    -----
    The line is a mean weighted by a Gaussian in days, which departs from a moving
    average over runs because runs are not evenly spaced; it breaks where no run is
    within 14 days.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> timeline(obs, ax=Figure().subplots()).get_ylabel()
    'pain after the run\n[0–10]'
    """
    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)
    obs = obs.sort_values("day", kind="stable")
    ax = use_axes(ax, height_in=6.2)
    changes = change_columns(obs)
    stride_ax, change_ax = _panels(ax, min(len(changes), MAX_CHANGES_SHOWN))
    x, x_label = days_of(obs)
    pain = numbers(obs, outcome)

    _draw_pain(ax, x, pain, _is_treadmill(obs))
    ax.set_ylabel(f"{outcome_words(outcome)}\n[0–10]", fontsize=9.5)
    draw_stride(stride_ax, obs, x)
    if change_ax is not None:
        draw_changes([ax, stride_ax, change_ax], obs, x, changes)
    _label_time([ax, stride_ax, change_ax], x, x_label)

    # Side by side they read as one axis; pyplot would align them only on request.
    ax.yaxis.set_label_coords(-0.055, 0.45)
    stride_ax.yaxis.set_label_coords(-0.055, 0.5)
    rated = int(np.isfinite(pain).sum())
    baseline = baseline_words(obs)
    title_and_caption(
        ax,
        f"{outcome_words(outcome).capitalize()}, and stride at the same speed",
        f"{rated} rated of {len(obs)} run{'s' * (len(obs) != 1)}, {span_words(obs)}. "
        f"{change_sentence(len(changes))}"
        f"{f' Stride: % from {baseline}.' if baseline else ''}"
        f"{guessed_words(obs)}",
    )
    return ax


def _panels(ax: Axes, n_changes: int) -> tuple[Axes, Axes | None]:
    """Split the room of the axes: pain, stride, and a strip for the changes."""
    divider = make_axes_locatable(ax)
    stride_ax = divider.append_axes("bottom", size="80%", pad=0.12, sharex=ax)
    for panel in (ax, stride_ax):
        frame_axes(panel)
    if not n_changes:
        return stride_ax, None
    height_in = 0.05 + 0.26 * n_changes
    return stride_ax, divider.append_axes("bottom", size=height_in, pad=0.1, sharex=ax)


def _draw_pain(
    ax: Axes,
    x: NDArray[np.generic],
    pain: NDArray[np.float64],
    treadmill: NDArray[np.bool_],
) -> None:
    rated = np.isfinite(pain)
    road = rated & ~treadmill
    belt = rated & treadmill
    ax.scatter(
        x[road],
        pain[road],
        s=24,
        color=BLUE,
        alpha=0.8,
        linewidths=0,
        label="rated run",
    )
    if belt.any():
        ax.scatter(
            x[belt],
            pain[belt],
            s=24,
            marker="s",
            facecolors="none",
            edgecolors=BLUE,
            linewidths=1.1,
            label="rated treadmill run",
        )
    if not rated.all():
        floor = np.full(int((~rated).sum()), _UNRATED_AT_0_10)
        ax.plot(
            x[~rated],
            floor,
            "|",
            color=GREY,
            markersize=6,
            label="run without a rating",
        )
    ax.set_ylim(-1.2, _TOP_0_10)
    ax.set_yticks(range(0, 11, 2))
    if not len(x):
        say_instead(ax, "There are no runs in this table.")
        return
    # The room above 10 is the legend's, so that it never hides a dot.
    ax.legend(
        loc="upper right",
        ncols=3,
        framealpha=0.9,
        edgecolor="none",
        fontsize=8.5,
        handletextpad=0.2,
        columnspacing=1.2,
        borderaxespad=0,
        borderpad=0.1,
    )


def _is_treadmill(obs: pd.DataFrame) -> NDArray[np.bool_]:
    if "is_treadmill" not in obs.columns:
        return np.zeros(len(obs), dtype=bool)
    return obs["is_treadmill"].to_numpy(dtype=float, na_value=0.0) > 0


def _label_time(
    panels: list[Axes | None], x: NDArray[np.generic], x_label: str
) -> None:
    """Label only the lowest panel, in short dates where there are dates."""
    drawn = [panel for panel in panels if panel is not None]
    for panel in drawn[:-1]:
        panel.tick_params(labelbottom=False)
    lowest = drawn[-1]
    lowest.set_xlabel(x_label, fontsize=9.5)
    if len(x) and x[0] == x[-1]:
        aside = np.timedelta64(4, "D") if x.dtype.kind == "M" else 4.0
        lowest.set_xlim(x[0] - aside, x[0] + aside)
    if x.dtype.kind != "M" or not len(x):
        return
    locator = AutoDateLocator(minticks=3, maxticks=9)  # type: ignore[no-untyped-call]
    lowest.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    lowest.xaxis.set_major_formatter(formatter)
