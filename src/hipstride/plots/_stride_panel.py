"""The middle panel of a timeline: step length at the same speed, run by run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._style import GREY, VERMILION, say_instead
from hipstride.plots._table import is_guessed, numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["draw_stride", "guessed_words", "smoothed"]

# A week to either side: shorter shows single runs again, longer hides a dated change.
SMOOTHING_SD_DAYS = 7.0
# Beyond this distance from any run the smoothed line has nothing to say.
SMOOTHING_REACH_DAYS = 14.0
_GRID_POINTS = 400
# Runs closer together than this are alike: do not magnify noise to a full panel.
_LEAST_REACH_PCT = 1.0


def draw_stride(ax: Axes, obs: pd.DataFrame, x: NDArray[np.generic]) -> None:
    """Draw the distance of each run's step length from the baseline, smoothed too.

    Treadmill runs whose speed the watch guessed are hollow and not in the line: their
    step length is the usual one, whatever the runner did.
    """
    deviation = numbers(obs, "stride_deviation_pct")
    known = np.isfinite(deviation)
    ax.set_ylabel("step length at same\nspeed [% from usual]", fontsize=9.5)
    if not known.any():
        say_instead(ax, "No step length at matched speed in this table.")
        return
    ax.axhline(0, color=GREY, linewidth=0.8)
    guessed = is_guessed(obs)
    ax.scatter(
        x[known & ~guessed],
        deviation[known & ~guessed],
        s=12,
        color=VERMILION,
        alpha=0.45,
        linewidths=0,
        label="one run",
    )
    if (known & guessed).any():
        ax.scatter(
            x[known & guessed],
            deviation[known & guessed],
            s=12,
            marker="s",
            facecolors="none",
            edgecolors=GREY,
            linewidths=0.8,
            label="speed guessed by the watch",
        )
    at, line = smoothed(obs, x)
    if len(at):
        ax.plot(at, line, color=VERMILION, linewidth=1.8, label="smoothed over a week")
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, -_LEAST_REACH_PCT), max(high, _LEAST_REACH_PCT))


def guessed_words(obs: pd.DataFrame) -> str:
    """Say what the hollow marks are, where there are some."""
    drawn = np.isfinite(numbers(obs, "stride_deviation_pct"))
    if not (drawn & is_guessed(obs)).any():
        return ""
    return " Hollow squares beneath: treadmill runs whose speed the watch guessed."


def smoothed(
    obs: pd.DataFrame, x: NDArray[np.generic]
) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """Give the smoothed line of the measured runs; nothing where there are none."""
    deviation = numbers(obs, "stride_deviation_pct")
    all_days = numbers(obs, "day")
    known = np.isfinite(deviation) & ~is_guessed(obs) & np.isfinite(all_days)
    if not known.any():
        return x[:0], deviation[:0]
    day = all_days[known]
    grid, line = _smoothed(day, deviation[known])
    x = x[known]
    at = x[0] + (
        ((grid - day[0]) * 86_400).astype("timedelta64[s]")
        if np.issubdtype(x.dtype, np.datetime64)
        else grid - day[0]
    )
    return np.asarray(at), line


def _smoothed(
    day: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weigh the values by a Gaussian in days; NaN where no run is near."""
    grid = np.linspace(day.min(), day.max(), _GRID_POINTS)
    apart = np.abs(grid[:, None] - day[None, :])
    weight = np.exp(-0.5 * (apart / SMOOTHING_SD_DAYS) ** 2)
    line = (weight @ value) / weight.sum(axis=1).clip(min=1e-300)
    return grid, np.where(apart.min(axis=1) <= SMOOTHING_REACH_DAYS, line, np.nan)
