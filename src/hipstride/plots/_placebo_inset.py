"""The estimate at every other date, beside the one at the real date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._style import FAINT, GREY, INK, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.tables import Result

__all__ = ["draw_placebo_dates"]

_BINS = 15


def draw_placebo_dates(ax: Axes, placebo: pd.DataFrame, result: Result) -> None:
    """Draw a histogram of the placebo estimates into a corner of the axes."""
    inset = ax.inset_axes((0.7, 0.8, 0.29, 0.16))
    others = placebo.loc[~placebo["is_change"].astype(bool), "estimate_points"]
    values = others.to_numpy(np.float64)
    values = values[np.isfinite(values)]
    if len(values):
        inset.hist(values, bins=_BINS, color=FAINT, edgecolor=GREY, linewidth=0.5)
    inset.axvline(result.estimate, color=VERMILION, linewidth=2)
    inset.set_yticks([])
    inset.tick_params(labelsize=7.5, colors=INK, length=2)
    for side in ("top", "right", "left"):
        inset.spines[side].set_visible(False)
    inset.spines["bottom"].set_color(GREY)
    inset.patch.set_alpha(0.85)
    inset.set_title(
        "steps at other dates [points];\nthick: the real one",
        fontsize=7.5,
        color=GREY,
        pad=2,
    )
