"""The pain of every day on a calendar: weeks across, weekdays down, a band a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch, Rectangle

from hipstride.errors import TableError
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    FAINT,
    GREY,
    INK,
    is_narrow,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import numbers, own_table
from hipstride.plots._words import outcome_words, runs_words, span_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["calendar"]

# One hue from pale to dark, so that a grey print reads the same; 0 has a place of its
# own at the pale end. From ColorBrewer's Blues, darkened at the end.
_PALE = ("#f2f6fb", "#d6e4f2", "#b3cfe8", "#85b4da", "#5696c8", "#2f75b0", "#155a96")
_DARK = ("#0b457a", "#06325b", "#03213d", "#020f1c")
_SHADES = (*_PALE, *_DARK)
_DARK_FROM_0_10 = 5
_WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MONTHS = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")
_DAYS_A_WEEK = 7
_ROWS_A_YEAR = 9
_NUMBERS_BELOW_WEEKS = 30


def calendar(
    table: pd.DataFrame,
    *,
    outcome: str = "pain_after_0_10",
    ax: Axes | None = None,
) -> Axes:
    """Draw the worst rating of each day as a shade on a calendar.

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
        without a rating``), ``local_date``, ``pain_0_10`` and ``n_runs``.

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
    ax = use_axes(ax, height_in=1.9 + 1.15 * max(len(years), 1))
    for side in ax.spines.values():
        side.set_visible(False)
    if len(days):
        _draw(ax, days, years)
    else:
        say_instead(ax, "There is no dated run in this table.")
        ax.set(xticks=[], yticks=[])
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
            "pain_0_10": numbers(table, outcome),
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
    date = days["local_date"]
    first_of_year = pd.to_datetime(date.dt.year.astype(str) + "-01-01")
    shift = first_of_year.dt.day_of_week.to_numpy()
    week = (date.dt.day_of_year.to_numpy() - 1 + shift) // _DAYS_A_WEEK
    # A history within one year needs only its own weeks.
    first, last = (int(week.min()), int(week.max())) if len(years) == 1 else (0, 53)
    band = date.dt.year.to_numpy() - years[0]
    row = band * _ROWS_A_YEAR + date.dt.day_of_week.to_numpy()
    grid = np.full((len(years) * _ROWS_A_YEAR - 2, last - first + 1), np.nan)
    grid[row, week - first] = days["pain_0_10"].to_numpy()
    ax.imshow(
        np.ma.masked_invalid(grid),
        cmap=ListedColormap(_SHADES),
        vmin=-0.5,
        vmax=10.5,
        aspect="auto",
        interpolation="nearest",
    )
    has_room = last - first < _NUMBERS_BELOW_WEEKS and not is_narrow(ax)
    for at, column, pain in zip(row, week - first, days["pain_0_10"], strict=True):
        _outline(ax, column, at, is_rated=bool(np.isfinite(pain)))
        if has_room and np.isfinite(pain):
            dark = pain >= _DARK_FROM_0_10
            ax.text(
                column,
                at,
                f"{pain:g}",
                ha="center",
                va="center",
                fontsize=7,
                color="white" if dark else INK,
            )
    ax.set_yticks(
        [k * _ROWS_A_YEAR + day for k in range(len(years)) for day in range(7)]
    )
    many = len(years) > 3  # noqa: PLR2004 - beyond it weekdays are too small to read
    names = [
        (str(year) if day == 3 else "")  # noqa: PLR2004 - the middle of the week
        if many
        else (f"{year}  {name}" if day == 0 and len(years) > 1 else name)
        for year in years
        for day, name in enumerate(_WEEKDAYS)
    ]
    ax.set_yticklabels(names, fontsize=8)
    _label_months(ax, years, first, last)
    ax.tick_params(length=0, colors=INK)
    ax.set_ylim(len(grid) - 0.4, -0.6)
    ax.set_xlim(-0.6, grid.shape[1] - 0.4)
    shown = (0, 2, 4, 6, 8, 10)
    patches = [
        Patch(facecolor=_SHADES[k], edgecolor=GREY, linewidth=0.5, label=f"{k}")
        for k in shown
    ]
    patches.append(
        Patch(facecolor="none", edgecolor=GREY, linewidth=0.8, label="run, no rating")
    )
    ax.legend(
        handles=patches,
        loc="upper left",
        bbox_to_anchor=(0, -0.1 if len(years) == 1 else -0.28 / len(years)),
        ncols=4 if is_narrow(ax) else 7,
        frameon=False,
        fontsize=8,
        handlelength=1,
        handleheight=1,
        columnspacing=0.9,
        borderaxespad=0,
    )


def _outline(ax: Axes, column: float, row: float, *, is_rated: bool) -> None:
    ax.add_patch(
        Rectangle(
            (column - 0.43, row - 0.43),
            0.86,
            0.86,
            facecolor="none",
            edgecolor=FAINT if is_rated else GREY,
            linewidth=0.4 if is_rated else 0.8,
        )
    )


def _label_months(ax: Axes, years: list[int], first: int, last: int) -> None:
    year = years[0]
    shift = pd.Timestamp(year=year, month=1, day=1).day_of_week
    at, names = [], []
    for month in range(1, 13):
        start = pd.Timestamp(year=year, month=month, day=1)
        week = (start.day_of_year - 1 + shift) // _DAYS_A_WEEK - first
        if 0 <= week <= last - first:
            at.append(week)
            names.append(_MONTHS[month - 1] if is_narrow(ax) else f"{start:%b}")
    ax.set_xticks(at)
    ax.set_xticklabels(names, fontsize=8.5)


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
        f"{none} of them without pain"
    )


def _caption(table: pd.DataFrame, days: pd.DataFrame) -> str:
    unrated = int(days["pain_0_10"].isna().sum())
    undated = int(table["local_date"].isna().sum())
    lost = f" {undated} without a date not drawn." if undated else ""
    return (
        f"{runs_words(len(table))} on {len(days)} days, {span_words(table)}; "
        f"{unrated} run days without a rating. The worst rating of a day counts.{lost}"
    )
