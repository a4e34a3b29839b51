"""All ways to ask at once: each specification's estimate, and what it chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride.errors import TableError
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    GREY,
    INK,
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    leave_empty,
    title_and_caption,
    use_axes,
)
from hipstride.plots._words import finding, safe_label, safe_line
from hipstride.stats.verdict import PCT_PER_TYPICAL_CHANGE
from hipstride.tables import Result
from hipstride.tables._told_by_checks import dates_told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["spec_curve"]

_CHOICES = ("outcome", "exposure", "covariates", "rows", "errors")
_NUMBERS = ("points_per_pct", "low", "high")
_CHOICE_CHARACTERS = 30
_CHOICE_CHARACTERS_NARROW = 16


def spec_curve(result: Result | pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the estimates of all reasonable ways to ask, sorted, and their choices.

    Above, one mark and 95 % interval for each way; the way chosen beforehand is a thick
    diamond. Beneath, a dot for each choice that was made in it.

    Parameters
    ----------
    result : Result or DataFrame
        What `hipstride.stats.sensitivity` gives, or `specification_curve`.
    ax : Axes, optional
        Where to draw; its room is shared with the choices.

    Returns
    -------
    Axes
        The axes of the estimates. `get_plot_data` gives ``part`` (``primary`` or
        ``another way``) and the columns of `specification_curve`, sorted.

    Raises
    ------
    TableError
        If there is no such table.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> table = pd.DataFrame(
    ...     {
    ...         "errors": ["correlated", "independent"],
    ...         "points_per_pct": [0.2, 0.1],
    ...         "low": [0.1, 0.0],
    ...         "high": [0.3, 0.2],
    ...         "n": 80,
    ...         "is_primary": [True, False],
    ...     }
    ... )
    >>> axes = spec_curve(table, ax=Figure().subplots())
    >>> get = axes.get_ylabel()
    >>> get.split(chr(10))[0]
    'points per +5 %'
    """
    answer = result if isinstance(result, Result) else None
    if answer is not None and not np.isfinite(answer.estimate):
        return _refused(answer, ax)
    table = _table_of(result)
    ax = use_axes(ax, height_in=6.4)
    frame_axes(ax)
    known = table[np.isfinite(table["points_per_pct"].astype(float))]
    known = known.sort_values("points_per_pct", kind="stable", ignore_index=True)
    title = finding(answer, "All ways to ask, from the lowest estimate to the highest")
    if not len(known):
        leave_empty(ax, "No way to ask gave an estimate.")
        title_and_caption(ax, title, f"{len(table)} ways, none with an estimate.")
        return keep_plot_data(ax, ("another way", {"points_per_pct": []}))
    k = PCT_PER_TYPICAL_CHANGE
    place = np.arange(len(known))
    points, low, high = (k * known[name].to_numpy(np.float64) for name in _NUMBERS)
    primary = known["is_primary"].to_numpy(np.bool_)
    ax.axhline(0, color=GREY, linewidth=0.9)
    excludes = (low > 0) | (high < 0)
    for chosen, color in ((excludes, BLUE), (~excludes, GREY)):
        ax.vlines(place[chosen], low[chosen], high[chosen], color=color, linewidth=1)
        ax.plot(place[chosen], points[chosen], "o", color=color, markersize=3.5)
    ax.plot(
        place[primary],
        points[primary],
        "D",
        color=VERMILION,
        markersize=7,
        label="the way chosen beforehand",
        zorder=4,
    )
    ax.set_ylabel("points per +5 %\nstep length", fontsize=9.5)
    ax.set_xlim(-1, len(known))
    if primary.any():
        low_end, high_end = ax.get_ylim()
        # The room above the marks is the legend's.
        ax.set_ylim(low_end, high_end + 0.22 * (high_end - low_end))
        size = 7.0 if is_narrow(ax) else 8.5
        ax.legend(loc="upper left", frameon=False, fontsize=size)
    lowest = _draw_choices(ax, known)
    label_x(lowest, f"{len(known)} ways to ask, by their estimate")
    title_and_caption(ax, title, _caption(table, known, answer))
    return keep_plot_data(
        ax,
        *(
            (part, {name: known.loc[chosen, name] for name in known.columns})
            for part, chosen in (("primary", primary), ("another way", ~primary))
        ),
    )


def _refused(answer: Result, ax: Axes | None) -> Axes:
    """Draw nothing but why there is nothing to draw."""
    ax = use_axes(ax, height_in=6.4)
    frame_axes(ax)
    leave_empty(ax, safe_line(answer.verdict))
    title_and_caption(ax, finding(answer, ""), f"{answer.n} runs used; no way to ask.")
    return keep_plot_data(ax, ("another way", {"points_per_pct": []}))


def _table_of(result: Result | pd.DataFrame) -> pd.DataFrame:
    table: object = result
    if isinstance(result, Result):
        table = result.tables.get("specification_curve")
    wanted = {*_NUMBERS, "is_primary"}
    if not isinstance(table, pd.DataFrame) or not wanted <= set(table.columns):
        msg = (
            "spec_curve: found no table of specifications; expected the result of "
            "hipstride.stats.sensitivity, or of specification_curve"
        )
        raise TableError(msg)
    return table


def _draw_choices(ax: Axes, known: pd.DataFrame) -> Axes:
    """Draw beneath the estimates which choices each way made."""
    rows = [
        (name, value)
        for name in _CHOICES
        if name in known.columns and len(set(known[name])) > 1
        for value in dict.fromkeys(known[name])
    ]
    if not rows:
        return ax
    divider = make_axes_locatable(ax)
    height_in = 0.19 * len(rows) + 0.1
    panel: Axes = divider.append_axes("bottom", size=height_in, pad=0.1, sharex=ax)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    ax.tick_params(labelbottom=False)
    narrow = is_narrow(ax)
    characters = _CHOICE_CHARACTERS_NARROW if narrow else _CHOICE_CHARACTERS
    for row, (name, value) in enumerate(rows):
        has = np.flatnonzero((known[name] == value).to_numpy())
        panel.plot(has, np.full(len(has), row), "|", color=INK, markersize=5)
    panel.set_yticks(range(len(rows)))
    names = [_choice_words(*row) for row in rows]
    panel.set_yticklabels(
        [safe_label(name, characters=characters) for name in names], fontsize=7.5
    )
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.tick_params(axis="y", length=0, colors=INK)
    panel.tick_params(axis="x", labelsize=9, colors=INK)
    figure = ax.get_figure(root=True)
    if figure is not None and len(figure.axes) == 2:  # noqa: PLR2004 - ours alone
        longest = max(len(label.get_text()) for label in panel.get_yticklabels())
        left = (4.4 * longest + 34) / (72 * figure.get_figwidth())
        figure.subplots_adjust(left=min(left, 0.45))
    return panel


def _choice_words(name: str, value: object) -> str:
    """Say one choice; `all` says nothing without saying of what."""
    words = str(value).replace("_0_10", "").replace("_", " ")
    return f"{name}: {words}" if words == "all" else words


def _caption(table: pd.DataFrame, known: pd.DataFrame, answer: Result | None) -> str:
    k = PCT_PER_TYPICAL_CHANGE
    median = k * float(known["points_per_pct"].median())
    runs = ""
    if "n" in known.columns and known["n"].notna().any():
        fewest, most = int(known["n"].min()), int(known["n"].max())
        runs = f" on {fewest} to {most} runs" if fewest < most else f" on {most} runs"
    words = (
        f"{len(known)} of {len(table)} ways with an estimate{runs}; median "
        f"{median:+.2f}."
    )
    joint = answer.checks.get("specification_curve") if answer is not None else None
    if isinstance(joint, dict) and np.isfinite(joint.get("p_value", np.nan)):
        words += (
            f" Were there nothing, a median as far from 0 would come with p = "
            f"{joint['p_value']:.2g} (all ways at once, by turning the series)."
        )
    if answer is not None and (dates := dates_told(answer.checks)):
        words += f" {dates}."
    return f"{words} Grey: the interval holds 0."
