"""The days of a calendar: where each stands, frames, dots, white lines, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from hipstride.plots._calendar_shades import NUMBER_SIZE, number_color
from hipstride.plots._style import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = [
    "ROWS_A_YEAR",
    "draw_empty_days",
    "part_cells",
    "places",
    "write_numbers",
]

# Between the bands of two years stand two empty rows.
ROWS_A_YEAR = 9
_DAYS_A_WEEK = 7
_LEAST_CELL_PT = (9.0, 10.5)


def places(
    date: pd.Series, years: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the week of the year and the row of each day."""
    year = date.dt.year
    shift = pd.to_datetime(year.astype(str) + "-01-01").dt.day_of_week
    week = (date.dt.day_of_year - 1 + shift) // _DAYS_A_WEEK
    row = (year - years[0]) * ROWS_A_YEAR + date.dt.day_of_week
    return week.to_numpy(np.int64), row.to_numpy(np.int64)


def draw_empty_days(ax: Axes, days: pd.DataFrame, years: list[int], first: int) -> None:
    """Frame the days with a run and no rating, and dot those without a run."""
    unrated = days.loc[days["pain_0_10"].isna(), "local_date"]
    if len(unrated):
        week, row = places(unrated, years)
        frames = [
            Rectangle((x - 0.36, y - 0.36), 0.72, 0.72)
            for x, y in zip(week - first, row, strict=True)
        ]
        ax.add_collection(
            PatchCollection(
                frames,
                facecolors="none",
                edgecolors=GREY,
                linewidths=0.8,
                zorder=3,
                label="run, no rating",
            ),
            autolim=False,
        )
    date = days["local_date"]
    every = pd.Series(pd.date_range(date.min(), date.max(), freq="D"))
    free = every[~every.isin(date)]
    if len(free):
        week, row = places(free, years)
        ax.scatter(
            week - first,
            row,
            s=2.5,
            color=GREY,
            alpha=0.5,
            linewidths=0,
            label="day without a run",
            zorder=1,
        )


def part_cells(ax: Axes, shape: tuple[int, ...]) -> None:
    """Part the days by thin white lines."""
    rows, columns = shape
    for axis, count in ((ax.yaxis, rows), (ax.xaxis, columns)):
        axis.set_ticks(np.arange(count + 1) - 0.5, minor=True)
    ax.grid(visible=True, which="minor", color="white", linewidth=0.8)
    ax.tick_params(which="both", length=0)


def write_numbers(ax: Axes, grid: NDArray[np.float64], across: int) -> None:
    """Write the ratings into their days, where a day is large enough."""
    points = 72 / float(ax.figure.dpi)
    wide = float(ax.bbox.width) * points / across
    high = float(ax.bbox.height) * points / len(grid)
    if wide < _LEAST_CELL_PT[0] or high < _LEAST_CELL_PT[1]:
        return
    for row, week in zip(*np.nonzero(np.isfinite(grid)), strict=True):
        pain = float(grid[row, week])
        ax.text(
            float(week),
            float(row),
            # Halves too: 4.5 is not 4.
            f"{pain:.2g}",
            ha="center",
            va="center",
            fontsize=NUMBER_SIZE,
            color=number_color(pain),
        )
