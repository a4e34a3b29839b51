"""The words around a calendar: weekdays, years, months, and what the shades mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from hipstride.plots._calendar_cells import ROWS_A_YEAR
from hipstride.plots._calendar_shades import shade_of
from hipstride.plots._style import GREY, INK, is_narrow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_legend", "label_days", "label_months"]

_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MIDDLE_OF_WEEK = 3
# With more years the weekdays are too small to read.
_MOST_YEARS_WITH_WEEKDAYS = 3
_SHOWN_0_10 = (0, 2, 4, 6, 8, 10)
_LEGEND_BELOW_IN = 0.22


def label_days(ax: Axes, years: list[int]) -> None:
    """Label weekdays and years; with many years only these."""
    many = len(years) > _MOST_YEARS_WITH_WEEKDAYS
    at, names = [], []
    for band, year in enumerate(years):
        for day, name in enumerate(_WEEKDAYS):
            if many and day != _MIDDLE_OF_WEEK:
                continue
            at.append(band * ROWS_A_YEAR + day)
            with_year = f"{year}  {name}" if day == 0 and len(years) > 1 else name
            names.append(str(year) if many else with_year)
    ax.set_yticks(at)
    ax.set_yticklabels(names, fontsize=8)
    ax.tick_params(length=0, colors=INK)


def label_months(ax: Axes, years: list[int], first: int, last: int) -> None:
    """Label the week in which each month begins, in the first of the years."""
    shift = pd.Timestamp(year=years[0], month=1, day=1).day_of_week
    starts = pd.date_range(f"{years[0]}-01-01", periods=12, freq="MS")
    week = (starts.day_of_year.to_numpy() - 1 + shift) // 7
    names = [f"{start:%b}"[:1] if is_narrow(ax) else f"{start:%b}" for start in starts]
    # A month that began before the first week still names it, if there is room.
    running = int((week <= first).sum()) - 1
    shown = {int(at) - first: name for at, name in zip(week, names, strict=True)}
    marks = {at: name for at, name in shown.items() if 0 <= at <= last - first}
    if min(marks, default=last - first + 2) > 1:
        marks[0] = names[running]
    ax.set_xticks(sorted(marks))
    ax.set_xticklabels([marks[at] for at in sorted(marks)], fontsize=8.5)


def draw_legend(ax: Axes) -> None:
    """Say beneath the months what the shades and the frame mean."""
    narrow = is_narrow(ax)
    patches = [Patch(facecolor=shade_of(pain), label=f"{pain}") for pain in _SHOWN_0_10]
    patches.append(
        Patch(facecolor="none", edgecolor=GREY, linewidth=0.8, label="run, no rating")
    )
    figure = ax.get_figure(root=True)
    below = ax.transAxes
    if figure is not None:
        # In inches: as a part of the axes it would lie on the months of low ones.
        below = ax.transAxes + ScaledTranslation(
            0, -_LEGEND_BELOW_IN, figure.dpi_scale_trans
        )
    ax.legend(
        handles=patches,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=below,
        ncols=7,
        frameon=False,
        fontsize=7 if narrow else 8,
        handlelength=1,
        handleheight=1,
        handletextpad=0.3,
        columnspacing=0.6 if narrow else 0.9,
        borderaxespad=0,
    )
