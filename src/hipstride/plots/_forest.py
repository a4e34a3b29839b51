"""Rows of estimates with intervals, one under another, and words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipstride.plots._style import BLUE, FAINT, GREY, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ForestRow", "draw_forest"]

_NAME_SIZE = 9.0


class ForestRow(NamedTuple):
    """One estimate: what it is called, where it lies, what stands at the right."""

    name: str
    estimate: float
    low: float
    high: float
    beside: str = ""
    color: str = BLUE
    marker: str = "o"


def draw_forest(
    ax: Axes, rows: Sequence[ForestRow], *, smallest: float | None = None
) -> None:
    """Draw the rows from top to bottom; one without an estimate says so in words."""
    ax.grid(visible=False)
    if smallest is not None:
        ax.axvspan(-smallest, smallest, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
    ax.axvline(0, color=GREY, linewidth=0.9, zorder=1)
    for place, row in enumerate(rows):
        if np.isfinite(row.estimate):
            ends = [end if np.isfinite(end) else row.estimate for end in row[2:4]]
            ax.plot(
                ends, [place, place], color=row.color, linewidth=2, zorder=2, label=""
            )
            ax.plot(
                [row.estimate],
                [place],
                row.marker,
                color=row.color,
                markersize=7,
                zorder=3,
                markerfacecolor=row.color if row.marker == "o" else "white",
            )
    _limit(ax, rows, smallest)
    beside = ax.get_yaxis_transform()
    for place, row in enumerate(rows):
        if not np.isfinite(row.estimate):
            ax.plot([0], [place], "x", color=GREY, markersize=6, zorder=2)
        if row.beside:
            ax.text(
                1.01,
                place,
                row.beside,
                transform=beside,
                va="center",
                ha="left",
                fontsize=8,
                color=INK if np.isfinite(row.estimate) else GREY,
                parse_math=False,
            )
    _mark_cut_ends(ax, rows)
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels([row.name for row in rows], fontsize=_NAME_SIZE)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _mark_cut_ends(ax: Axes, rows: Sequence[ForestRow]) -> None:
    """Put an arrow where an interval goes on beyond the picture."""
    left, right = ax.get_xlim()
    for place, row in enumerate(rows):
        for is_cut, at, marker in (
            (row.low < left, left, "<"),
            (row.high > right, right, ">"),
        ):
            if is_cut:
                ax.plot(
                    [at],
                    [place],
                    marker,
                    color=row.color,
                    markersize=6,
                    clip_on=False,
                    zorder=4,
                    label="",
                )


def _limit(ax: Axes, rows: Sequence[ForestRow], smallest: float | None) -> None:
    """Let a few very wide intervals run out of the picture, so that others show."""
    ends = np.array([end for row in rows for end in row[1:4] if np.isfinite(end)])
    if not len(ends):
        ax.set_xlim(-1.5, 1.5)
        return
    points = np.array([row.estimate for row in rows if np.isfinite(row.estimate)])
    typical = 4 * float(np.median(np.abs(ends))) if len(rows) > 1 else np.inf
    reach = max(np.abs(points).max(), min(np.abs(ends).max(), typical))
    reach = 1.1 * max(reach, 1.3 * (smallest or 0.0), 1e-9)
    ax.set_xlim(-reach, reach)
