"""The pain of every day on a calendar: weeks across, weekdays down, a band a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.plots._calendar_cells import (
    ROWS_A_YEAR,
    draw_empty_days,
    part_cells,
    places,
    write_numbers,
)
from hipstride.plots._calendar_labels import draw_legend, label_days, label_months
from hipstride.plots._calendar_shades import SHADES
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    leave_empty,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import own_table, ratings
from hipstride.plots._words import outcome_words, runs_words, span_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["calendar"]

_WEEKS_A_YEAR = 54
# Fewer weeks are drawn no wider than these would be.
_LEAST_WEEKS = 14
_BENEATH_IN = 0.55


def calendar(
    table: pd.DataFrame,
    *,
    outcome: str = "pain_after_0_10",
    ax: Axes | None = None,
) -> Axes:
    """Draw the worst rating of each day as a shade on a calendar, a band for each year.

    Weeks go across, weekdays down. The darker, the more pain; where there is room the
    rating is written into its day. A frame is a day with a run and no rating, a small
    dot a day without a run.

    Parameters
    ----------
    table : DataFrame
        An `OBSERVATIONS` table, or any with ``local_date`` and the outcome.
    outcome : str
        The column of ratings [0–10].
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. `get_plot_data` gives ``part`` (``rated day``, ``run day
        without a rating``), ``local_date``, ``pain_0_10`` and ``n_runs``; days without
        a run are not listed.

    Raises
    ------
    TableError
        If there is no ``local_date``, or the outcome is missing or no number.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> table = pd.DataFrame(
    ...     {"local_date": ["2026-09-01", "2026-09-01"], "pain_after_0_10": [4.0, 3.0]}
    ... )
    >>> axes = calendar(table, ax=Figure().subplots())
    >>> axes.get_title(loc="left")
    'Pain after the run: 4 on the 1 rated day'
    """
    if "local_date" not in table.columns or outcome not in table.columns:
        missing = "local_date" if "local_date" not in table.columns else outcome
        msg = (
            f"calendar: found no column {missing!r} among "
            f"{', '.join(map(str, table.columns))}; expected local_date and {outcome}"
        )
        raise TableError(msg)
    table = own_table(table)
    dated = table[table["local_date"].notna()]
    days = _days(dated, outcome)
    years = _years(days)
    is_own = ax is None
    height_in = 1.7 + 1.15 * max(len(years), 1)
    ax = use_axes(ax, height_in=height_in)
    if is_own:
        # Months and legend stand beneath.
        ax.figure.subplots_adjust(bottom=_BENEATH_IN / height_in)
    for side in ax.spines.values():
        side.set_visible(False)
    if len(days):
        _draw(ax, days, years)
    else:
        leave_empty(ax, "There is no dated run in this table.")
    title_and_caption(ax, _title(days, outcome), _caption(table, days))
    rated = days["pain_0_10"].notna()
    return keep_plot_data(
        ax,
        *(
            (part, {name: days.loc[chosen, name] for name in days.columns})
            for part, chosen in (
                ("rated day", rated),
                ("run day without a rating", ~rated),
            )
        ),
    )


def _days(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Give a row for each day with a run: the worst rating, and how many runs."""
    day = pd.DataFrame(
        {
            "local_date": table["local_date"].dt.normalize(),
            "pain_0_10": ratings(table, outcome),
        }
    )
    by_day = day.groupby("local_date")["pain_0_10"]
    worst = by_day.max().rename("pain_0_10").reset_index()
    return worst.assign(n_runs=by_day.size().to_numpy())


def _years(days: pd.DataFrame) -> list[int]:
    if not len(days):
        return []
    year = days["local_date"].dt.year
    return list(range(int(year.min()), int(year.max()) + 1))


def _draw(ax: Axes, days: pd.DataFrame, years: list[int]) -> None:
    """Lay the days out: the week of the year across, a band of seven rows a year."""
    # A history within one year needs only its own weeks.
    ends = places(
        pd.Series([days["local_date"].min(), days["local_date"].max()]), years
    )
    first, last = (
        (int(ends[0].min()), int(ends[0].max()))
        if len(years) == 1
        else (0, _WEEKS_A_YEAR - 1)
    )
    week, row = places(days["local_date"], years)
    grid = np.full((len(years) * ROWS_A_YEAR - 2, last - first + 1), np.nan)
    pain = days["pain_0_10"].to_numpy(np.float64)
    grid[row, week - first] = pain
    ax.imshow(
        np.ma.masked_invalid(grid),
        cmap=SHADES,
        vmin=-0.5,
        vmax=10.5,
        aspect="auto",
        interpolation="nearest",
    )
    draw_empty_days(ax, days, years, first)
    across = max(grid.shape[1], _LEAST_WEEKS)
    ax.set_ylim(len(grid) - 0.4, -0.6)
    ax.set_xlim(-0.6, across - 0.4)
    part_cells(ax, grid.shape)
    write_numbers(ax, grid, across)
    label_days(ax, years)
    label_months(ax, years, first, last)
    draw_legend(ax)


def _title(days: pd.DataFrame, outcome: str) -> str:
    words = outcome_words(outcome).capitalize()
    rated = days["pain_0_10"].dropna()
    if not len(rated):
        return f"{words}: no day was rated"
    if len(rated) == 1:
        return f"{words}: {rated.iloc[0]:g} on the 1 rated day"
    none = int((rated == 0).sum())
    return (
        f"{words}: mean {rated.mean():.1f} over {len(rated)} rated days, "
        f"{none or 'none'} of them without pain"
    )


def _caption(table: pd.DataFrame, days: pd.DataFrame) -> str:
    unrated = int(days["pain_0_10"].isna().sum())
    undated = int(table["local_date"].isna().sum())
    lost = f" {undated} without a date not drawn." if undated else ""
    return (
        f"{runs_words(len(table))} on {len(days)} days, {span_words(table)}; "
        f"{unrated} run day{'s' * (unrated != 1)} without a rating. "
        f"The worst rating of a day counts.{lost}"
    )
