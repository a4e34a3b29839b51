"""Rated runs as marks over time: dots outdoors, squares on a treadmill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._style import BLUE, GREY, say_instead

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["draw_ratings", "is_treadmill"]

_BELOW_0_10 = -0.3


def draw_ratings(
    ax: Axes,
    x: NDArray[np.generic],
    pain: NDArray[np.float64],
    treadmill: NDArray[np.bool_],
    *,
    unrated_at: float = _BELOW_0_10,
) -> None:
    """Draw the rating of each run, and a tick for each run without one."""
    rated = np.isfinite(pain)
    for chosen, marker, fill, words in (
        (rated & ~treadmill, "o", BLUE, "rated run"),
        (rated & treadmill, "s", "none", "rated treadmill run"),
    ):
        if chosen.any() or (marker == "o" and len(x)):
            ax.scatter(
                x[chosen],
                pain[chosen],
                s=24,
                marker=marker,
                facecolors=fill,
                edgecolors=BLUE,
                alpha=0.8,
                linewidths=0 if marker == "o" else 1.1,
                label=words,
                zorder=2,
            )
    if not rated.all():
        ax.plot(
            x[~rated],
            np.full(int((~rated).sum()), unrated_at),
            "|",
            color=GREY,
            markersize=6,
            label="run without a rating",
        )
    if not len(x):
        say_instead(ax, "There are no runs in this table.")


def is_treadmill(obs: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell the treadmill runs; none where the table does not say."""
    if "is_treadmill" not in obs.columns:
        return np.zeros(len(obs), dtype=bool)
    return np.asarray(obs["is_treadmill"].to_numpy(dtype=float, na_value=0.0) > 0)
