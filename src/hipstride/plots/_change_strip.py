"""The strip beneath a timeline: one bar for each change, its name above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._style import GREY, INK, is_narrow
from hipstride.plots._table import numbers
from hipstride.plots._words import change_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = [
    "MAX_CHANGES_SHOWN",
    "change_sentence",
    "draw_changes",
    "spans",
    "strip_height_in",
]

# More would leave no room for the pain.
MAX_CHANGES_SHOWN = 6
MAX_SPELLS = 24
_BAR_IN = 0.26
_PAD_IN = 0.05


def draw_changes(
    panels: list[Axes],
    obs: pd.DataFrame,
    x: NDArray[np.generic],
    changes: list[str],
) -> None:
    """Draw one bar per change and per span of runs that have it, earliest on top."""
    strip = panels[-1]
    shown = changes[:MAX_CHANGES_SHOWN]
    for row, column in enumerate(shown):
        found = spans(numbers(obs, column) > 0)
        # A change that comes and goes with every run is one bar, not a thousand.
        drawn = found if len(found) <= MAX_SPELLS else [(found[0][0], found[-1][1])]
        for first, last in drawn:
            strip.plot(
                [x[first], x[last]],
                [row, row],
                color=INK,
                linewidth=2.5,
                solid_capstyle="butt",
                marker="|",
                markersize=6,
                label=column,
            )
            for panel in panels[:-1]:
                panel.axvline(x[first], color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        begin = x[int((numbers(obs, column) > 0).argmax())]
        _name_bar(strip, begin, row, change_words(column), x)
    strip.set_ylim(len(shown) - 0.7, -0.9)
    strip.set_yticks([])
    for side in ("top", "right", "left"):
        strip.spines[side].set_visible(False)
    strip.spines["bottom"].set_color(GREY)
    strip.tick_params(colors=INK, labelsize=9)


def strip_height_in(n_changes: int) -> float:
    """Say how high the strip is, 0 where there is none [in]."""
    shown = min(n_changes, MAX_CHANGES_SHOWN)
    return _PAD_IN + _BAR_IN * shown if shown else 0.0


def change_sentence(n_changes: int) -> str:
    """Say what the dashed lines are, and how many changes are not drawn."""
    if not n_changes:
        return "No changes noted."
    if n_changes > MAX_CHANGES_SHOWN:
        more = n_changes - MAX_CHANGES_SHOWN
        return f"Dashed: the first {MAX_CHANGES_SHOWN} changes; {more} more not drawn."
    return "Dashed: a change begins."


def _name_bar(
    strip: Axes, begin: np.generic, row: int, words: str, x: NDArray[np.generic]
) -> None:
    """Write a change's name over its bar, towards the side that has the room."""
    is_late = (begin - x[0]) > (0.4 if is_narrow(strip) else 0.65) * (x[-1] - x[0])
    strip.annotate(
        words,
        xy=(x[-1] if is_late else begin, row),
        xytext=(0, 3.5),
        textcoords="offset points",
        ha="right" if is_late else "left",
        va="bottom",
        fontsize=8.5,
        color=INK,
        parse_math=False,
    )


def spans(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Give first and last row of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False]))))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]
