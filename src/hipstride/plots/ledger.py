"""All that was tried, as a forest: one row each, what was seen and what was not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hipstride.plots._forest import ForestRow, draw_forest
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    GREY,
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._words import outcome_words, safe_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.stats import Ledger

__all__ = ["MAX_ROWS", "ledger"]

# More rows than this are a list to read, not a picture to look at.
MAX_ROWS = 24
_IN_PER_ROW = 0.34
_LABEL_CHARACTERS = 26
_LABEL_CHARACTERS_NARROW = 14


def ledger(ledger: Ledger, *, ax: Axes | None = None) -> Axes:
    """Draw all that a runner tried, with what pain did after each.

    A dot is the change of pain net of everything else, the bar its 95 % interval, the
    grey band what would not matter: the smallest effect of interest either way. A bar
    that lies within the band is a null that was found; a hollow mark has an interval
    that tells neither. A cross is a change about which nothing can be told.

    Parameters
    ----------
    ledger : Ledger
        What `hipstride.stats.ledger` gives.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. `get_plot_data` gives ``part`` (the label), ``started_on``,
        ``estimate``, ``low``, ``high``, ``p_adjusted``, ``verdict_level`` and
        ``verdict``, also of the rows that are not drawn.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import simulate, stats
    >>> obs = simulate.history(simulate.demo_runner(), n_runs=160, seed=2).observations
    >>> axes = ledger(stats.ledger(obs), ax=Figure().subplots())
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['shorter stride  2025-05-26']
    """
    table = ledger.to_frame()
    drawn = table.head(MAX_ROWS)
    ax = use_axes(ax, height_in=2.2 + _IN_PER_ROW * max(len(drawn), 2))
    frame_axes(ax)
    narrow = is_narrow(ax)
    characters = _LABEL_CHARACTERS_NARROW if narrow else _LABEL_CHARACTERS
    rows = [_row(row, characters, narrow) for row in drawn.to_dict("records")]
    smallest = ledger.smallest_effect_points
    if rows:
        draw_forest(ax, rows, smallest=smallest)
        # Names and words beside stand outside of the axes.
        _make_margins(ax, rows)
    else:
        say_instead(ax, "Nothing was tried in the time of these runs.")
        ax.set(xticks=[], yticks=[])
    label_x(ax, f"change of {outcome_words(ledger.outcome)} [points]: less | more")
    title_and_caption(ax, _title(table), _caption(ledger, table, smallest))
    kept = table[
        [
            "started_on",
            "estimate",
            "low",
            "high",
            "p_adjusted",
            "verdict_level",
            "verdict",
        ]
    ]
    parts = [
        (str(label), {name: [value] for name, value in row.items()})
        for label, row in zip(table["label"], kept.to_dict("records"), strict=True)
    ]
    return keep_plot_data(ax, *(parts or [("nothing", {"estimate": []})]))


def _row(row: Mapping[Any, Any], characters: int, narrow: bool) -> ForestRow:
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    level = int(row["verdict_level"])
    is_told = level > 0 and math.isfinite(estimate)
    excludes = is_told and (low > 0 or high < 0)
    name = safe_label(str(row["label"]), characters=characters)
    started = row["started_on"]
    day = f"{started:%Y-%m-%d}" if isinstance(started, pd.Timestamp) else ""
    sep = "\n" if narrow else "  "
    return ForestRow(
        f"{name}{sep}{day}" if day else name,
        estimate,
        low,
        high,
        "" if narrow else _beside(row, is_told, excludes),
        color=VERMILION if excludes else BLUE if is_told else GREY,
        marker="o" if is_told else "D",
    )


def _beside(row: Mapping[Any, Any], is_told: bool, excludes: bool) -> str:
    p = float(row["p_adjusted"])
    p_words = f", adj. p {p:.2g}" if math.isfinite(p) else ""
    if excludes:
        return f"seen{p_words}"
    if is_told:
        return f"none found{p_words}"
    return "cannot tell"


def _make_margins(ax: Axes, rows: list[ForestRow]) -> None:
    """Leave room at the sides for names and words, on figures of our own."""
    figure = ax.get_figure(root=True)
    if figure is None or len(figure.axes) > 1:
        return
    width_pt = 72 * figure.get_figwidth()
    longest = max(max(map(len, row.name.split("\n"))) for row in rows)
    beside = max(len(row.beside) for row in rows)
    left = min(0.5, (5.2 * longest + 12) / width_pt)
    right = 1 - min(0.3, (4.6 * beside + 10) / width_pt)
    figure.subplots_adjust(left=left, right=max(right, left + 0.2))


def _title(table: pd.DataFrame) -> str:
    if not len(table):
        return "Nothing was tried in this history"
    told = table["verdict_level"] > 0
    excludes = told & ((table["low"] > 0) | (table["high"] < 0))
    less = excludes & (table["estimate"] < 0)
    parts = []
    for count, words in (
        (int(less.sum()), "with less pain after it"),
        (int((excludes & ~less).sum()), "with more pain after it"),
        (int((told & ~excludes).sum()), "without a difference that would matter"),
        (int((~told).sum()), "about which this history cannot tell"),
    ):
        if count:
            parts.append(f"{count} {words}")
    return f"{len(table)} tried: {', '.join(parts)}"


def _caption(ledger: Ledger, table: pd.DataFrame, smallest: float) -> str:
    started = table["started_on"].dropna()
    span = (
        f" begun {started.min():%Y-%m-%d} to {started.max():%Y-%m-%d}"
        if len(started)
        else ""
    )
    more = len(table) - MAX_ROWS
    not_drawn = f" {more} more are not drawn." if more > 0 else ""
    return (
        f"{ledger.n} rated runs used, {ledger.n_dropped} left out; {len(table)} "
        f"changes{span}. Bars: 95 % intervals, all else in the model held; grey: less "
        f"than {smallest:g} point{'s' * (smallest != 1)}.{not_drawn}"
    )
