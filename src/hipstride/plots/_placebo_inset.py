"""The estimate at every other date, beside the one at the real date."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._p_words import p_words
from hipstride.plots._style import FAINT, GREY, INK, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.tables import Result

__all__ = ["draw_placebo_dates", "placebo_parts", "placebo_words"]

_BINS = 15
_SIZE = 7.5


def draw_placebo_dates(
    ax: Axes,
    placebo: pd.DataFrame,
    result: Result,
    box: tuple[float, float, float, float],
) -> None:
    """Draw a histogram of the placebo estimates, the real one as a thick line.

    `box` is left, bottom, width and height, as parts of the axes.
    """
    inset = ax.inset_axes(box)
    others = placebo.loc[~placebo["is_change"].astype(bool), "estimate_points"]
    values = others.to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if len(values):
        inset.hist(values, bins=_BINS, color=FAINT, edgecolor=GREY, linewidth=0.5)
    # The placebo dates have no days left out, and neither has this estimate.
    own = placebo.loc[placebo["is_change"].astype(bool), "estimate_points"]
    inset.axvline(
        float(own.iloc[0]) if len(own) else result.estimate,
        color=VERMILION,
        linewidth=2.2,
    )
    inset.set_yticks([])
    inset.tick_params(labelsize=_SIZE, colors=INK, length=2, pad=1)
    for side in ("top", "right", "left"):
        inset.spines[side].set_visible(False)
    inset.spines["bottom"].set_color(GREY)
    inset.patch.set_alpha(0)
    p_value = _p_value(result)
    inset.set_title(
        f"step at {len(values)} other dates [points]\n"
        f"thick: this date{f', {p_words(p_value)}' if math.isfinite(p_value) else ''}",
        fontsize=_SIZE,
        color=GREY,
        pad=2,
    )


def placebo_parts(placebo: pd.DataFrame) -> list[tuple[str, dict[str, object]]]:
    """Give the estimates as the numbers of the plot, the real date apart."""
    own = placebo["is_change"].astype(bool)
    return [
        (
            part,
            {
                "at": placebo.loc[rows, "date"],
                "estimate_points": placebo.loc[rows, "estimate_points"],
            },
        )
        for part, rows in (
            ("placebo dates", ~own),
            ("the date itself, no days left out", own),
        )
    ]


def placebo_words(result: Result) -> str:
    """Say how the real date ranks, for a caption; nothing where it was not asked."""
    found = result.checks.get("placebo_dates")
    if not isinstance(found, dict):
        return ""
    if not found["n_dates"]:
        return " No other date can be compared with it."
    return (
        f" Rank among {found['n_dates']} other dates as if they were the change: "
        f"{p_words(_p_value(result))}."
    )


def _p_value(result: Result) -> float:
    found = result.checks.get("placebo_dates")
    return float(found["p_value"]) if isinstance(found, dict) else math.nan
